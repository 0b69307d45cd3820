import Exchange
import Foundation
import TestSupport
import Testing

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
}
