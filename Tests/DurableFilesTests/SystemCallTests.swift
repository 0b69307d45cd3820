import DurableFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

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
