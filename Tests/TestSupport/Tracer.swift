import Foundation
import Testing

/// Reads the order of system calls off strace, attached to this thread alone.
public enum Tracer {
    /// Whether strace is there and may attach.
    public static let isUsable: Bool = {
        guard (try? find("strace")) != nil, let tried = try? run("strace", ["-o", "/dev/null", "true"]) else {
            return false
        }
        return tried.status == 0 && geteuid() == 0
    }()

    /// The calls of `body`, one a line.
    ///
    /// - Parameter filter: names of system calls, with commas between them.
    public static func calls(_ filter: String, _ body: () throws -> Void) throws -> [String] {
        let folder = TemporaryFolder()
        let thread = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self").split(separator: "/").last
        let strace = Process()
        strace.executableURL = URL(filePath: try find("strace"))
        strace.arguments = ["-p", String(try #require(thread)), "-y", "-e", "trace=\(filter)", "-o", folder("trace").string]
        let messages = Pipe()
        strace.standardError = messages
        try strace.run()
        // "strace: Process … attached" says that from here on every call is seen; the end of the pipe, that it failed.
        let greeting = messages.fileHandleForReading.availableData
        try #require(String(decoding: greeting, as: UTF8.self).contains("attached"))
        let result = Result { try body() }
        // Each line is written before the call returns. SIGKILL, because a child of this thread inherits its blocked signals.
        kill(strace.processIdentifier, SIGKILL)
        strace.waitUntilExit()
        try result.get()
        let trace = try String(contentsOf: URL(filePath: folder("trace").string), encoding: .utf8)
        return trace.split(separator: "\n").map(String.init)
    }
}
