import ArgumentParser
import Control
import Custody
import DurableFiles
import Exchange
import Integrity
import SafeText
import SystemPackage

struct TimestampCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "timestamp",
        abstract: say("Have a time-stamping authority (RFC 3161) vouch for the ledger.", "由时间戳机构（RFC 3161）为台账签发时间戳。"),
        discussion: say(
            """
            With a network: --url, or the server that the station is configured with. Without one: carry the file of
            --request to a machine that has a network, send it there
              curl -H 'Content-Type: application/timestamp-query' --data-binary @FILE URL > ANSWER
            and bring the answer back with --answer.
            """,
            """
            有网络时：用 --url 或台站配置的服务器。无网络时：将 --request 写出的文件带到联网的机器上，发送
              curl -H 'Content-Type: application/timestamp-query' --data-binary @文件 网址 > 应答
            再用 --answer 带回应答。
            """))

    @Option(help: ArgumentHelp(say("Address of the authority.", "时间戳服务器地址。"), valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp(say("Write the request to this file, which must not exist.", "将请求写入该文件，不得已存在。"), valueName: "file"))
    var request: String?

    @Option(help: ArgumentHelp(say("Take the authority's answer from this file.", "从该文件读取应答。"), valueName: "file"))
    var answer: String?

    @Option(help: ArgumentHelp(say("Digest to be stamped: sha256 or sm3.", "散列算法：sha256 或 sm3。"), valueName: "name"))
    var imprint = "sha256"

    @Option(help: ArgumentHelp(say("Size of the checkpoint. Default: the newest.", "检查点的条数，默认取最新。"), valueName: "number"))
    var size: Int?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard [url, request, answer].count(where: { $0 != nil }) <= 1 else {
            throw ValidationError(say("--url, --request and --answer exclude each other", "--url、--request、--answer 不能同时使用"))
        }
    }

    func execute(_ client: ControlClient) async throws {
        if let answer {
            do {
                return try await record(
                    try readFile(FilePath(answer), limit: TimestampResponse.byteLimit, followLinks: true), client)
            } catch let error as FileError {
                throw LocalFileError(error: error)
            }
        }
        if let request { return try await write(try await ask(client), to: request) }
        let status = try await client.get(ControlPath.status, as: StatusView.self)
        guard let url = url ?? status.timeServer else { throw NoTimeServer() }
        let asked = try await ask(client)
        guard let der = Base64.decode(asked.request) else { throw ControlError.badAnswer(asked.request) }
        let answer = try Exchange.post(
            der, type: "application/timestamp-query", to: url, limit: TimestampResponse.byteLimit)
        guard answer.status == 200 else { throw ExchangeError.failed(url: url, reason: "HTTP \(answer.status)") }
        try await record(answer.body, client)
    }

    private func ask(_ client: ControlClient) async throws -> TimestampRequestView {
        try await client.post(ControlPath.timestampRequests, TimestampRequestBody(size: size, imprint: imprint))
    }

    private func write(_ view: TimestampRequestView, to path: String) async throws {
        guard let der = Base64.decode(view.request) else { throw ControlError.badAnswer(view.request) }
        do {
            try writeDurably(
                der, to: FilePath(absolute(path)), permissions: [.ownerReadWrite, .groupRead, .otherRead], existing: .keep)
        } catch {
            throw LocalFileError(error: error)
        }
        try show(view) {
            say(
                "request for the checkpoint of \($0.size) entries written to \(path)", "已将 \($0.size) 条检查点的时间戳请求写入 \(path)")
        }
    }

    private func record(_ answer: [UInt8], _ client: ControlClient) async throws {
        try show(try await client.postBytes(ControlPath.timestamps, answer, as: TimestampView.self)) {
            say(
                "checkpoint of \($0.size) entries existed at \($0.time), says \($0.authority.printable); recorded as entry \($0.entry)",
                "\($0.size) 条的检查点于 \($0.time) 已存在，签发者 \($0.authority.printable)；已记入台账第 \($0.entry) 条")
        }
    }
}

/// Nobody said which authority to ask.
private struct NoTimeServer: Explained {
    var code: String { "no-time-server" }

    func message(in language: Language) -> String {
        language(
            "no time-stamping authority is configured; name one with --url, or use --request and --answer",
            "未配置时间戳服务器；请用 --url 指定，或使用 --request 与 --answer")
    }
}
