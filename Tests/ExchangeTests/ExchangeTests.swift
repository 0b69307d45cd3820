import Foundation
import TestSupport
import Testing

@testable import Exchange

/// A server of Python's standard library that answers what it was sent, reversed.
private final class EchoServer {
    private static let script = """
        import http.server
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == "/huge": body = bytes(1 << 21)
                self.send_response({"/refuse": 403, "/move": 302}.get(self.path, 200))
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Type", self.headers["Content-Type"] + "-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[::-1])
            def log_message(self, *_): pass
        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_port, flush=True)
        server.serve_forever()
        """
    private let process = Process()
    private let lifeline: Lifeline
    let url: String

    init() throws {
        process.executableURL = URL(fileURLWithPath: try find("python3"))
        process.arguments = ["-c", Self.script]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        lifeline = try Lifeline(process)
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        url = "http://127.0.0.1:\(line.trimmingCharacters(in: .whitespacesAndNewlines))"
    }

    // SIGTERM may be blocked in a process that a test starts: it inherits the mask of a dispatch thread.
    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

@Suite struct ExchangeTests {
    @Test func bytesGoThereAndComeBack() throws {
        let server = try EchoServer()
        let sent = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let answer = try Exchange.post(sent, type: "application/x-test", to: server.url + "/")
        #expect(answer.status == 200)
        #expect(answer.contentType == "application/x-test-reply")
        #expect(answer.body == sent.reversed())
        #expect(try Exchange.post([], type: "text/plain", to: server.url + "/").body == [])
    }

    @Test func aRefusalIsAnAnswerAndARedirectionIsNotFollowed() throws {
        let server = try EchoServer()
        #expect(try Exchange.post([1], type: "text/plain", to: server.url + "/refuse").status == 403)
        #expect(try Exchange.post([1], type: "text/plain", to: server.url + "/move").status == 302)
    }

    @Test func whatCannotBeReachedOrIsTooLargeIsAnError() throws {
        let server = try EchoServer()
        #expect(throws: ExchangeError.self) { try Exchange.post([1], type: "text/plain", to: server.url + "/huge") }
        for url in ["http://127.0.0.1:1/", "file:///etc/passwd", "nonsense", "ftp://127.0.0.1/", ""] {
            #expect(throws: ExchangeError.self) { try Exchange.post([1], type: "text/plain", to: url, seconds: 5) }
        }
    }

    /// curl reads files and other servers where an address says so; an address is one address.
    @Test func anAddressIsTakenAsItIs() throws {
        let server = try EchoServer()
        #expect(try Exchange.post([1, 2], type: "text/plain", to: server.url + "/[1-3]{a,b}").body == [2, 1])
        for url in ["--version", "@/etc/hostname", "-K/etc/passwd", "HTTP-//x", " http://127.0.0.1/"] {
            #expect(throws: ExchangeError.failed(url: url, reason: "an address begins with http:// or https://")) {
                try Exchange.post([1], type: "text/plain", to: url)
            }
        }
    }

    @Test func whatWentWrongIsSaid() throws {
        let refused = #expect(throws: ExchangeError.self) {
            try Exchange.post([1], type: "text/plain", to: "http://127.0.0.1:1/", seconds: 5)
        }
        #expect(refused?.message(in: .english).contains("Failed to connect") == true)
        let missing = ExchangeError.noCurl(url: "http://127.0.0.1/", path: "/nowhere/curl")
        #expect(throws: missing) {
            try Exchange.post([1], type: "text/plain", to: "http://127.0.0.1/", limit: 1, seconds: 5, through: "/nowhere/curl")
        }
        #expect(missing.message(in: .english).contains("install curl"))
    }

    /// A server that takes the request and then says nothing.
    @Test func aServerThatHangsIsLeft() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try find("python3"))
        process.arguments = [
            "-c",
            "import socket, time; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True); "
                + "time.sleep(3600)",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let lifeline = try Lifeline(process)
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            withExtendedLifetime(lifeline) {}
        }
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).trimmingCharacters(in: .newlines)
        #expect(throws: ExchangeError.self) {
            try Exchange.post([1], type: "text/plain", to: "http://127.0.0.1:\(port)/", seconds: 1)
        }
    }
}
