import Custody
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Talks to the daemon over its unix socket. One connection for each request: no state is shared between them.
public struct ControlClient: Sendable {
    private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    /// Longest answer that is kept in memory: a tile of 256 entries of full length, or an attachment.
    static let answerLimit = 128 << 20

    /// How often a connection is tried, a tenth of a second apart.
    static let attempts = 30

    private let socket: String
    private let language: Language
    private let person: String?

    /// Names a socket.
    ///
    /// - Parameters:
    ///   - language: that of error messages.
    ///   - person: the person at the keyboard, where he names himself.
    public init(socket: String, language: Language, person: String?) {
        self.socket = socket
        self.language = language
        self.person = person
    }

    /// Asks for a JSON value.
    ///
    /// - Throws: `ControlError`.
    public func get<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self) async throws -> Answer {
        try decode(try await send(.GET, path, body: nil))
    }

    /// Asks for bytes.
    ///
    /// - Throws: `ControlError`.
    public func getBytes(_ path: String) async throws -> [UInt8] { try await send(.GET, path, body: nil) }

    /// Sends a JSON value.
    ///
    /// - Throws: `ControlError`.
    public func post<Answer: Decodable>(
        _ path: String, _ value: some Encodable & Sendable, as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try decode(try await send(.POST, path, body: try JSONForm.encode(value), contentType: "application/json"))
    }

    /// Sends bytes.
    ///
    /// - Throws: `ControlError`.
    public func postBytes<Answer: Decodable>(_ path: String, _ bytes: [UInt8], as type: Answer.Type = Answer.self) async throws
        -> Answer
    {
        try decode(try await send(.POST, path, body: bytes, contentType: "application/octet-stream"))
    }

    /// Follows an answer that is a stream of JSON values, one on each line.
    ///
    /// - Throws: `ControlError`, or what `receive` throws.
    public func follow<Item: Decodable>(_ path: String, as type: Item.Type = Item.self, receive: (Item) async throws -> Void)
        async throws
    {
        var pending: [UInt8] = []
        try await exchange(.GET, path, body: nil, contentType: nil) { chunk in
            pending += chunk
            while let end = pending.firstIndex(of: 0x0A) {
                let line = Array(pending[..<end])
                pending.removeSubrange(...end)
                if !line.isEmpty { try await receive(try decode(line)) }
            }
        }
    }

    private func decode<Answer: Decodable>(_ bytes: [UInt8]) throws -> Answer {
        do {
            return try JSONForm.decode(Answer.self, from: bytes)
        } catch {
            throw ControlError.badAnswer(String(decoding: bytes.prefix(200), as: UTF8.self))
        }
    }

    private func send(_ method: HTTPMethod, _ path: String, body: [UInt8]?, contentType: String? = nil) async throws -> [UInt8] {
        var answer: [UInt8] = []
        try await exchange(method, path, body: body, contentType: contentType) { chunk in
            guard answer.count + chunk.count <= Self.answerLimit else { throw ControlError.badAnswer("too long") }
            answer += chunk
        }
        return answer
    }

    private func exchange(
        _ method: HTTPMethod, _ path: String, body: [UInt8]?, contentType: String?, receive: ([UInt8]) async throws -> Void
    ) async throws {
        let connection = try await connect()
        do {
            try await connection.executeThenClose { inbound, outbound in
                // In one go: a server that has read the head of a GET may answer and hang up before a second write.
                var parts: [HTTPClientRequestPart] = [.head(head(method, path, body: body, contentType: contentType))]
                if let body { parts.append(.body(.byteBuffer(ByteBuffer(bytes: body)))) }
                try await outbound.write(contentsOf: parts + [.end(nil)])
                try await read(inbound, receive: receive)
            }
        } catch let error as IOError {
            throw ControlError.unreachable(socket: socket, reason: String(cString: strerror(error.errnoCode)))
        } catch let error as ChannelError {
            throw ControlError.unreachable(socket: socket, reason: "\(error)")
        }
    }

    /// Connects. A daemon that is just starting has its socket within moments, so a socket that is not there yet is tried
    /// again for a little while.
    private func connect() async throws -> Connection {
        for _ in 0..<Self.attempts - 1 {
            do {
                return try await connectOnce()
            } catch ControlError.unreachable {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        return try await connectOnce()
    }

    private func connectOnce() async throws -> Connection {
        do {
            return try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(unixDomainSocketPath: socket) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        return try Connection(wrappingChannelSynchronously: channel)
                    }
                }
        } catch let error as IOError where error.errnoCode == EACCES || error.errnoCode == EPERM {
            throw ControlError.forbidden(socket: socket)
        } catch let error as IOError {
            throw ControlError.unreachable(socket: socket, reason: String(cString: strerror(error.errnoCode)))
        } catch {
            throw ControlError.unreachable(socket: socket, reason: "\(error)")
        }
    }

    private func head(_ method: HTTPMethod, _ path: String, body: [UInt8]?, contentType: String?) -> HTTPRequestHead {
        var headers: HTTPHeaders = ["Host": "fengcund", "Connection": "close", "Accept-Language": language.rawValue]
        if let body { headers.add(name: "Content-Length", value: "\(body.count)") }
        if let contentType { headers.add(name: "Content-Type", value: contentType) }
        if let person = person?.addingPercentEncoding(withAllowedCharacters: .alphanumerics) {
            headers.add(name: ControlHeader.person, value: person)
        }
        return HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
    }

    private func read(
        _ parts: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, receive: ([UInt8]) async throws -> Void
    ) async throws {
        var status = HTTPResponseStatus.ok
        var refusal: [UInt8] = []
        for try await part in parts {
            switch part {
            case .head(let head): status = head.status
            case .body(let buffer):
                if status.code < 300 {
                    try await receive(Array(buffer.readableBytesView))
                } else if refusal.count < 65_536 {
                    refusal += buffer.readableBytesView
                }
            case .end:
                guard status.code >= 300 else { return }
                guard let body = try? JSONForm.decode(ErrorBody.self, from: refusal) else {
                    throw ControlError.badAnswer("HTTP \(status.code)")
                }
                throw ControlError.refused(body.error, status: Int(status.code))
            }
        }
        throw ControlError.badAnswer("the connection ended too early")
    }
}
