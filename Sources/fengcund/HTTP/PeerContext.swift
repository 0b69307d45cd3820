import CLinux
import Control
import Custody
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Station

/// What is known about a request beside the request itself.
struct PeerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The connection that the request came in on.
    let channel: any Channel
    /// Who is at its other end; set before any route runs.
    var peer: Peer?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The peer.
    ///
    /// - Throws: `RequestError.unidentified`: no answer of the kernel means no.
    func identified() throws(RequestError) -> Peer {
        guard let peer else { throw .unidentified }
        return peer
    }
}

/// Asks the kernel who is at the other end of the connection (SO_PEERCRED; unix(7)).
struct PeerIdentification: RouterMiddleware {
    func handle(
        _ request: Request, context: PeerContext, next: (Request, PeerContext) async throws -> Response
    ) async throws -> Response {
        guard let options = context.channel as? any SocketOptionProvider else { throw RequestError.unidentified }
        let credentials: clinux_ucred = try await options.unsafeGetSocketOption(
            level: NIOBSDSocket.OptionLevel(rawValue: SOL_SOCKET), name: NIOBSDSocket.Option(rawValue: clinux_so_peercred)
        ).get()
        var context = context
        context.peer = try await Peer.lookUp(uid: credentials.uid, gid: credentials.gid, person: try request.person())
        return try await next(request, context)
    }
}

extension Request {
    /// The language that the client asks for.
    var language: Language { Language(preferred: headers[.acceptLanguage] ?? "en") }

    /// The person at the keyboard, where the client names him.
    fileprivate func person() throws -> String? {
        guard let name = HTTPField.Name(ControlHeader.person), let encoded = headers[name] else { return nil }
        guard let person = encoded.removingPercentEncoding else {
            throw RequestError.malformed("the header \(ControlHeader.person)")
        }
        return try FieldText.line(person, field: "person")
    }
}
