import DurableFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Reads the order of system calls off strace, attached to this thread alone.
enum Tracer {
    static let isUsable: Bool = {
        guard (try? find("strace")) != nil, let tried = try? run("strace", ["-o", "/dev/null", "true"]) else {
            return false
        }
        return tried.status == 0 && geteuid() == 0
    }()

    /// The calls of `body`, one a line.
    static func calls(_ filter: String, _ body: () throws -> Void) throws -> [String] {
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

@Suite(
    "The system calls of a durable write", .enabled(if: Tracer.isUsable, "strace is not installed or may not attach (not root)"))
struct SystemCallTests {
    @Test(
        "create, write, flush, rename, flush the folder, in this order",
        arguments: [(ExistingFile.replace, "rename("), (.keep, "renameat2(")])
    func order(_ existing: ExistingFile, _ rename: String) throws {
        let scratch = TemporaryFolder()
        let path = scratch("anchor")
        let calls = try Tracer.calls("openat,write,fsync,rename,renameat,renameat2") {
            try writeDurably([1, 2, 3], to: path, permissions: [.ownerReadWrite], existing: existing)
        }
        .filter { $0.contains(scratch.path.string) }
        try #require(calls.count == 6, "\(calls.joined(separator: "\n"))")
        // The middle of the temporary name is random.
        let temporary = try #require(calls[0].split(separator: "\"").first { $0.hasPrefix(scratch(".anchor.").string) })
        #expect(temporary.hasSuffix(".tmp"))
        #expect(calls[0].contains("openat(") && calls[0].contains("\"\(temporary)\""))
        for flag in ["O_WRONLY", "O_CREAT", "O_EXCL", "O_NOFOLLOW", "O_CLOEXEC", "0600"] { #expect(calls[0].contains(flag)) }
        #expect(calls[1].contains("write(") && calls[1].contains("<\(temporary)>") && calls[1].hasSuffix("= 3"))
        #expect(calls[2].contains("fsync(") && calls[2].contains("<\(temporary)>") && calls[2].hasSuffix("= 0"))
        #expect(calls[3].contains(rename) && calls[3].contains("\"\(temporary)\"") && calls[3].contains("\"\(path)\""))
        #expect(calls[3].contains("RENAME_NOREPLACE") == (existing == .keep))
        #expect(calls[4].contains("openat(") && calls[4].contains("O_DIRECTORY") && calls[4].contains("\"\(scratch.path)\""))
        #expect(calls[5].contains("fsync(") && calls[5].contains("<\(scratch.path)>") && calls[5].hasSuffix("= 0"))
    }
}
