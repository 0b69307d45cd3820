import Control
import Custody
import Foundation
import HTTPTypes
import Hummingbird
import Imaging
import Ledger
import NIOCore
import SafeText
import Station

/// Why a request could not be understood.
enum RequestError: Explained {
    /// The kernel did not say who asks.
    case unidentified
    /// A part of the request is not what the API asks for.
    case malformed(String)
    /// The body is longer than the limit in bytes.
    case tooLarge(limit: Int)
    /// No such path, or not with this method.
    case unknownPath(String)

    var code: String {
        switch self {
        case .unidentified: "unidentified"
        case .malformed: "malformed-request"
        case .tooLarge: "request-too-large"
        case .unknownPath: "unknown-path"
        }
    }

    func message(in language: Language) -> String {
        switch self {
        case .unidentified: language("the kernel does not say who is asking", "内核未说明请求者的身份")
        case .malformed(let part): language("the request is malformed: \(part.printable)", "请求格式有误：\(part.printable)")
        case .tooLarge(let limit): language("the request's body is longer than \(limit) bytes", "请求正文超过 \(limit) 字节")
        case .unknownPath(let path): language("there is nothing at \(path.printable)", "没有 \(path.printable)")
        }
    }
}

/// Answers errors: a status, and one line in the language of the client.
struct ErrorAnswers: RouterMiddleware {
    func handle(
        _ request: Request, context: PeerContext, next: (Request, PeerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let explained = Self.explain(error, request)
            let status = Self.status(explained)
            if status.code >= 500 {
                context.logger.error("request failed", metadata: ["path": "\(request.uri.path.printable)", "error": "\(error)"])
            }
            let body = ErrorBody(ErrorView(code: explained.code, message: explained.message(in: request.language)))
            var response = try Response.json(body, status: status)
            // What is left of a refused upload is not read: the connection ends.
            if status == .contentTooLarge { response.headers[.connection] = "close" }
            return response
        }
    }

    private static func explain(_ error: any Error, _ request: Request) -> any Explained {
        switch error {
        case let error as any Explained: error
        case let error as HTTPError where error.status == .notFound || error.status == .methodNotAllowed:
            RequestError.unknownPath("\(request.method) \(request.uri.path)")
        case let error as HTTPError: RequestError.malformed(error.body ?? error.status.reasonPhrase)
        default: LedgerError.database("\(error)")
        }
    }

    private static func status(_ error: any Explained) -> HTTPResponse.Status {
        switch error.code {
        case "bad-text", "malformed-request", "no-digest", "unknown-digest", "not-a-path", "empty-attachment", "not-one-manner",
            "bad-signature", "bad-timestamp", "bad-cosignature", "bad-ranges", "bad-sample", "bad-rescue-option",
            "bad-segment-size",
            "mapfile-malformed", "bad-count", "missing-field", "unknown-field", "bad-field", "in-the-future", "no-case",
            "no-form", "no-exhibit",
            "identity-in-clear", "two-slots", "too-few-people", "attachment-not-allowed", "attachment-missing", "not-changed",
            "not-a-certificate", "nothing-withheld":
            .badRequest
        case "denied", "unidentified": .forbidden
        case "unknown-case", "unknown-exhibit", "unknown-device", "unknown-job", "unknown-entry", "unknown-path", "no-such-sizes",
            "unknown-attachment", "unknown-population", "unknown-checkpoint", "unknown-request", "unknown-witness",
            "unknown-person",
            "unknown-document", "unknown-term":
            .notFound
        case "request-too-large", "attachment-too-large", "entry-too-large": .contentTooLarge
        case "disk-full", "destination-full": .init(code: 507, reasonPhrase: "Insufficient Storage")
        case "stopping", "ledger-stopped": .serviceUnavailable
        case "ledger-corrupt", "database-error", "file-error", "attachment-damaged", "device-error", "digest-error":
            .internalServerError
        default: .conflict
        }
    }
}

extension Response {
    /// A JSON answer.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSONForm.encode(value) + [0x0A])))
    }

    /// An answer of bytes.
    static func bytes(_ bytes: [UInt8], type: String = "application/octet-stream") -> Response {
        Response(
            status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension Request {
    /// Longest JSON body in bytes.
    static let bodyLimit = 1 << 20

    /// The body, at most `limit` bytes.
    ///
    /// - Throws: `RequestError.tooLarge`; nothing more is read then.
    func bytes(limit: Int) async throws -> [UInt8] {
        if let text = headers[.contentLength], let length = Int(text), length > limit {
            throw RequestError.tooLarge(limit: limit)
        }
        var bytes: [UInt8] = []
        for try await buffer in body {
            guard bytes.count + buffer.readableBytes <= limit else { throw RequestError.tooLarge(limit: limit) }
            bytes += buffer.readableBytesView
        }
        return bytes
    }

    /// The body as a JSON value.
    ///
    /// - Throws: `RequestError`.
    func json<Value: Decodable>(_ type: Value.Type) async throws -> Value {
        let bytes = try await bytes(limit: Self.bodyLimit)
        do {
            return try JSONForm.decode(type, from: bytes)
        } catch DecodingError.keyNotFound(let key, _) {
            throw RequestError.malformed("'\(key.stringValue)' is missing")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            throw RequestError.malformed("'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has the wrong type")
        } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
            throw RequestError.malformed("'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has no known value")
        } catch {
            throw RequestError.malformed("the body is no JSON")
        }
    }
}
