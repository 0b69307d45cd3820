import ArgumentParser
import Custody
import Dispatch
import Foundation
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import SafeText
import ServiceLifecycle
import ServiceLog
import SystemPackage
import TransparencyLog
import Witness

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: say("Answer requests over HTTP until told to stop.", "通过 HTTP 应答请求，直至停止。"))

    @Option(
        help: ArgumentHelp(
            say(
                "Address and port; port 0 takes a free one. Default: \(WitnessConfiguration.defaultListen)",
                "监听地址和端口，端口 0 表示任选，默认 \(WitnessConfiguration.defaultListen)"), valueName: "address:port"))
    var listen: String?

    @Option(help: ArgumentHelp(say("Unix socket, in place of an address.", "改用 Unix 套接字。"), valueName: "path"))
    var socket: String?

    @OptionGroup var options: WitnessOptions

    func run() async throws {
        do {
            try await serve()
        } catch let error as any Explained {
            try explained { throw error }
        }
    }

    private func serve() async throws {
        signal(SIGPIPE, SIG_IGN)
        umask(0o077)
        let configuration = try options.configuration()
        let address = try address(configuration)
        let logger = Logger(label: "fengcun-witness") { ServiceLogHandler(label: $0) }
        let keys = try configuration.keys()
        let witness = try Witness.open(FilePath(configuration.statePath), logs: keys)
        for log in Set(keys.map(\.origin)) {
            logger.info("watching", metadata: ["log": "\(log)", "cosigned": "\(witness.size(of: log))"])
        }
        let application = WitnessServer(witness: witness, logger: logger).application(address)
        do {
            try await application.runService(gracefulShutdownSignals: [.sigterm, .sigint])
        } catch let error as IOError {
            throw ListenError(reason: String(cString: strerror(error.errnoCode)))
        }
    }

    private func address(_ configuration: WitnessConfiguration) throws(ConfigurationError) -> BindAddress {
        if listen == nil, let socket = socket ?? configuration.socket { return .unixDomainSocket(path: socket) }
        let text = listen ?? configuration.listen ?? WitnessConfiguration.defaultListen
        guard let colon = text.lastIndex(of: ":"), let port = Int(decimal: text[text.index(after: colon)...]), port < 65_536,
            colon > text.startIndex
        else { throw ConfigurationError(english: "\(text) is no address with a port", chinese: "\(text) 不是“地址:端口”") }
        return .hostname(String(text[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }), port: port)
    }
}

/// The address cannot be listened on.
struct ListenError: Explained {
    let reason: String

    var code: String { "listen" }

    func message(in language: Language) -> String { language("cannot listen: \(reason)", "无法监听：\(reason)").printable }
}

/// The HTTP adapter of the witness. Decides nothing.
struct WitnessServer: Sendable {
    let witness: Witness
    let logger: Logger
    /// One request after the other, off the cooperative pool: each waits for the disk.
    private let queue = DispatchQueue(label: "fengcun-witness.requests")

    init(witness: Witness, logger: Logger) {
        self.witness = witness
        self.logger = logger
    }

    func application(_ address: BindAddress) -> some ApplicationProtocol {
        let router = Router(context: BasicRequestContext.self)
        router.post("add-checkpoint") { request, _ in try await answer(request) }
        var quiet = logger
        quiet.logLevel = .warning
        return Application(
            router: router, server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(
                address: address, serverName: nil, availableConnectionsDelegate: MaximumAvailableConnections(512)),
            onServerRunning: { [logger] channel in
                let place = channel.localAddress.map { $0.port.map { port in "port \(port)" } ?? "\($0)" } ?? ""
                logger.info("listening", metadata: ["at": "\(place.printable)"])
            }, logger: quiet)
    }

    private func answer(_ request: Request) async throws -> Response {
        var bytes: [UInt8] = []
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= WitnessRequest.byteLimit else {
                // What is left of it is not read: the connection ends.
                return response(413, "text/plain; charset=utf-8", "the request is too large\n", closing: true)
            }
            bytes += buffer.readableBytesView
        }
        let body = bytes
        let result: Result<WitnessAnswer, any Error> = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(
                    returning: Result { try witness.answer(body, at: Int(Date().timeIntervalSince1970)) })
            }
        }
        switch result {
        case .success(let answer):
            report(answer)
            return response(answer.status, answer.contentType, answer.body)
        case .failure(let error):
            logger.critical("cannot answer", metadata: ["error": "\(error)"])
            // Whether the last answer reached the disk is in doubt: the next start reads what is there.
            if case WitnessError.stopped = error { exit(1) }
            return response(503, "text/plain; charset=utf-8", "\(error)\n")
        }
    }

    private func report(_ answer: WitnessAnswer) {
        switch answer {
        case .cosigned(let note, _):
            let lines = note.text.split(separator: "\n")
            logger.info("cosigned", metadata: ["log": "\(lines[0].description.printable)", "size": "\(lines[1])"])
        case .forked(let size, let evidence), .unproved(let size, let evidence):
            logger.error(
                "a ledger contradicts what was cosigned",
                metadata: [
                    "answer": "\(answer.status)", "cosigned": "\(size)",
                    "evidence": "\((evidence?.string ?? "not kept").printable)",
                ])
        case .replacedKey:
            logger.error("a key that a ledger has replaced still signs", metadata: ["answer": "\(answer.status)"])
        case .malformed, .notSigned, .unknownLog, .conflict:
            logger.notice("refused", metadata: ["answer": "\(answer.status)", "reason": "\(answer.body.dropLast())"])
        }
    }

    private func response(_ status: Int, _ type: String, _ body: String, closing: Bool = false) -> Response {
        var response = Response(
            status: .init(code: status), headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
        if closing { response.headers[.connection] = "close" }
        return response
    }
}
