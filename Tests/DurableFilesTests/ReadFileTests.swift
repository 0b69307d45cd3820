import DurableFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite("Reading files that may come from a stranger")
struct ReadFileTests {
    let scratch: TemporaryFolder
    var folder: FilePath { scratch.path }

    init() throws { scratch = TemporaryFolder() }

    @Test("a file is read whole, up to the limit and no byte more", arguments: [0, 1, 65_535, 65_536, 65_537, 200_000])
    func limit(_ count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        _ = try scratch.write(bytes, to: "f")
        #expect(try readFile(folder.appending("f"), limit: count) == bytes)
        #expect(try readFile(folder.appending("f"), limit: count + 1) == bytes)
        if count > 0 {
            #expect(throws: FileError("read", folder.appending("f"), .fileTooLarge)) {
                try readFile(folder.appending("f"), limit: count - 1)
            }
        }
    }

    @Test("what cannot be looked for is not taken to be absent")
    func existence() throws {
        let file = try scratch.write([1], to: "f")
        #expect(try exists(file))
        #expect(try !exists(folder.appending("g")))
        #expect(try !exists(file.appending("below")))
        let long = folder.appending(String(repeating: "x", count: 300))
        #expect(throws: FileError("look for", long, .fileNameTooLong)) { try exists(long) }
    }

    @Test("a file of the kernel that reports no length is read, and held to the limit")
    func kernelFile() throws {
        let path = FilePath("/proc/self/status")
        try #require(try status(of: path).st_size == 0)
        #expect(try readFile(path, limit: 1 << 20).isEmpty == false)
        #expect(throws: FileError("read", path, .fileTooLarge)) { try readFile(path, limit: 10) }
    }

    @Test("a symbolic link is refused, also one to a good file", arguments: ["f", "nowhere", "/etc/passwd"])
    func symbolicLink(_ target: String) throws {
        _ = try scratch.write([1], to: "f")
        try FileManager.default.createSymbolicLink(atPath: scratch("link").string, withDestinationPath: target)
        #expect(throws: FileError("open", folder.appending("link"), .tooManySymbolicLinkLevels)) {
            try readFile(folder.appending("link"), limit: 10)
        }
    }

    @Test("a pipe without a writer is refused and not waited for", .timeLimit(.minutes(30)))
    func pipe() throws {
        let path = folder.appending("pipe")
        try #require(mkfifo(path.string, 0o600) == 0)
        #expect(throws: FileError("read as a regular file", path, .invalidArgument)) { try readFile(path, limit: 10) }
    }

    @Test("a folder and a device are refused", arguments: ["/tmp", "/dev/null", "/dev/zero"])
    func otherKinds(_ path: String) {
        #expect(throws: FileError("read as a regular file", FilePath(path), .invalidArgument)) {
            try readFile(FilePath(path), limit: 10)
        }
    }

    @Test("a file that is missing is named")
    func missing() {
        let path = folder.appending("no")
        #expect(throws: FileError("open", path, .noSuchFileOrDirectory)) { try readFile(path, limit: 10) }
        #expect(throws: FileError("look at", path, .noSuchFileOrDirectory)) { try status(of: path) }
        #expect(throws: FileError("list", path, .noSuchFileOrDirectory)) { try listDirectory(path) }
    }

    @Test("names are listed in one order, hidden ones too")
    func listing() throws {
        for name in ["b", "a", ".c", "封", "A"] { _ = try scratch.write([], to: name) }
        #expect(try listDirectory(folder) == [".c", "A", "a", "b", "封"])
    }
}
