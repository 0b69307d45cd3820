import Custody
import Foundation
import SafeText

/// What a server outside answered.
public struct Answer: Sendable {
    /// Status of HTTP.
    public let status: Int
    /// Content-Type as the server sent it; nil where it sent none.
    public let contentType: String?
    /// The body.
    public let body: [UInt8]
}

/// Sends one request to a server outside the station: a time-stamp authority, a witness. Only the command line does this;
/// the daemon has no network.
///
/// curl(1) speaks HTTP and TLS here, in a process of its own: most stations have no network, and need neither it nor the libraries that
/// it brings.
public enum Exchange {
    /// Where Debian puts it.
    static let curl = "/usr/bin/curl"

    /// Sends bytes with POST and waits for the answer. Blocks. Follows no redirection; proxies of the environment count
    /// (curl(1)).
    ///
    /// - Parameters:
    ///   - url: `http://` or `https://`; with the latter the system's trusted authorities decide.
    ///   - limit: most bytes of an answer.
    ///   - seconds: time for all of it.
    /// - Throws: `ExchangeError`. An answer of any status is returned, not thrown.
    public static func post(
        _ body: [UInt8], type: String, to url: String, limit: Int = 1 << 20, seconds: Int = 60
    ) throws(ExchangeError) -> Answer {
        try post(body, type: type, to: url, limit: limit, seconds: seconds, through: curl)
    }

    static func post(
        _ body: [UInt8], type: String, to url: String, limit: Int, seconds: Int, through program: String
    ) throws(ExchangeError) -> Answer {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw .failed(url: url, reason: "an address begins with http:// or https://")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        // What is to be sent goes in, the answer comes out, and what there is to say of it stands in the third.
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        process.arguments = [
            // No ~/.curlrc; this one has to come first.
            "--disable", "--silent", "--show-error", "--globoff", "--proto", "=http,https", "--max-time", "\(seconds)",
            // Without "Expect:" curl asks first whether it may send.
            "--header", "Content-Type: \(type)", "--header", "Expect:", "--data-binary", "@-",
            "--write-out", "%{stderr}%{http_code} %{content_type}\n", "--url", url,
        ]
        guard FileManager.default.isExecutableFile(atPath: program) else { throw .noCurl(url: url, path: program) }
        // Where it ended before it had read all, a write must fail and not end this process.
        signal(SIGPIPE, SIG_IGN)
        do {
            try process.run()
        } catch {
            throw .failed(url: url, reason: error.localizedDescription)
        }
        // It reads to the end before it connects, and answers only then: nobody waits for the other.
        try? input.fileHandleForWriting.write(contentsOf: Data(body))
        try? input.fileHandleForWriting.close()
        let answer = read(output.fileHandleForReading, limit: limit)
        // It ends at its next write: a signal it could have inherited as a blocked one.
        try? output.fileHandleForReading.close()
        let told = String(decoding: read(errors.fileHandleForReading, limit: 65536) ?? [], as: UTF8.self)
        process.waitUntilExit()
        guard let answer else { throw .failed(url: url, reason: "the answer is larger than \(limit) bytes") }
        var lines = told.split(separator: "\n")
        let last = lines.popLast()?.split(separator: " ", maxSplits: 1) ?? []
        guard process.terminationReason == .exit, process.terminationStatus == 0, let status = last.first.flatMap({ Int($0) })
        else { throw .failed(url: url, reason: lines.first.map(String.init) ?? "curl ended with \(process.terminationStatus)") }
        return Answer(status: status, contentType: last.count > 1 ? String(last[1]) : nil, body: answer)
    }

    /// Reads to the end; nil where there is more than the limit.
    private static func read(_ file: FileHandle, limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while let piece = try? file.read(upToCount: 65536), !piece.isEmpty {
            bytes += piece
            guard bytes.count <= limit else { return nil }
        }
        return bytes
    }
}

/// Why nothing came back.
public enum ExchangeError: Explained, Equatable {
    /// No connection, no answer in time, an address that is none, or an answer that is too large.
    case failed(url: String, reason: String)
    /// The program that speaks HTTP is not installed.
    case noCurl(url: String, path: String)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .failed: "no-answer"
        case .noCurl: "no-curl"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .failed(let url, let reason):
            language("no answer from \(url.printable): \(reason.printable)", "\(url.printable) 没有应答：\(reason.printable)")
        case .noCurl(let url, let path):
            language(
                "\(url.printable) cannot be asked: \(path) is not there; install curl, or carry request and answer as files",
                "无法询问 \(url.printable)：没有 \(path)；请安装 curl，或以文件方式传递请求和应答")
        }
    }
}
