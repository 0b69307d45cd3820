import DurableFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite("Durable writes")
struct DurableWriteTests {
    let scratch: TemporaryFolder
    var folder: FilePath { scratch.path }

    init() throws { scratch = TemporaryFolder() }

    func names() throws -> [String] { try listDirectory(folder) }

    func mode(_ name: String) throws -> mode_t { try status(of: folder.appending(name)).st_mode & 0o7777 }

    @Test("a new file holds the bytes and nothing else is left", arguments: [0, 1, 4096, 3_000_001])
    func newFile(_ count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try writeDurably(bytes, to: folder.appending("f"), permissions: [.ownerRead], existing: .keep)
        #expect(try readFile(folder.appending("f"), limit: count) == bytes)
        #expect(try names() == ["f"])
    }

    @Test("replacing puts the new content in the old one's place")
    func replacing() throws {
        try writeDurably([1, 2, 3], to: folder.appending("f"), permissions: [.ownerReadWrite], existing: .replace)
        try writeDurably([4], to: folder.appending("f"), permissions: [.ownerRead], existing: .replace)
        #expect(try readFile(folder.appending("f"), limit: 10) == [4])
        #expect(try mode("f") == 0o400)
        #expect(try names() == ["f"])
    }

    @Test("keeping leaves the old content, even of a link that leads nowhere")
    func keeping() throws {
        try writeDurably([1], to: folder.appending("f"), permissions: [.ownerReadWrite], existing: .keep)
        try FileManager.default.createSymbolicLink(atPath: scratch("link").string, withDestinationPath: "nowhere")
        for name in ["f", "link"] {
            #expect(throws: FileError("rename to", folder.appending(name), .fileExists)) {
                try writeDurably([2], to: folder.appending(name), permissions: [.ownerReadWrite], existing: .keep)
            }
        }
        #expect(try readFile(folder.appending("f"), limit: 10) == [1])
        #expect(try names() == ["f", "link"])
    }

    @Test("replacing a link replaces the link and not what it leads to")
    func replacingLink() throws {
        try writeDurably([1], to: folder.appending("target"), permissions: [.ownerReadWrite], existing: .keep)
        try FileManager.default.createSymbolicLink(atPath: scratch("link").string, withDestinationPath: "target")
        try writeDurably([2], to: folder.appending("link"), permissions: [.ownerReadWrite], existing: .replace)
        #expect(try readFile(folder.appending("target"), limit: 10) == [1])
        #expect(try readFile(folder.appending("link"), limit: 10) == [2])
    }

    @Test("the file never has more permissions than were asked for", arguments: [0o400, 0o600, 0o440] as [mode_t])
    func permissions(_ mode: mode_t) throws {
        try writeDurably([1], to: folder.appending("f"), permissions: FilePermissions(rawValue: mode), existing: .keep)
        #expect(try self.mode("f") & ~mode == 0)
        #expect(try self.mode("f") & 0o400 == 0o400)
    }

    @Test("what killed writers left is removed, and nothing else")
    func crashLeftovers() throws {
        for name in [".f.abc.tmp", ".f", "f.tmp", "f"] { _ = try scratch.write([9], to: name) }
        try removeTemporaryFiles(in: folder)
        #expect(try names() == [".f", "f", "f.tmp"])
    }

    @Test("many writers of one file at once: each succeeds, and the file is one of theirs")
    func manyWriters() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<16 as Range<UInt8> {
                group.addTask {
                    try writeDurably(
                        [UInt8](repeating: number, count: 100_000), to: folder.appending("f"), permissions: [.ownerReadWrite],
                        existing: .replace)
                }
            }
            try await group.waitForAll()
        }
        let bytes = try readFile(folder.appending("f"), limit: 100_000)
        #expect(bytes.count == 100_000 && Set(bytes).count == 1)
        #expect(try names() == ["f"])
    }

    @Test("a folder that is missing gives one clear error")
    func missingFolder() throws {
        let error = try #require(throws: FileError.self) {
            try writeDurably([1], to: folder.appending("no").appending("f"), permissions: [.ownerReadWrite], existing: .keep)
        }
        #expect(error.attempt == "open")
        #expect(error.errno == .noSuchFileOrDirectory)
    }

    @Test("a folder in the file's place stays, and nothing is left beside it", arguments: [ExistingFile.keep, .replace])
    func folderInTheWay(_ existing: ExistingFile) throws {
        try makeDirectory(folder.appending("f"), mode: 0o700)
        #expect(throws: FileError.self) {
            try writeDurably([1], to: folder.appending("f"), permissions: [.ownerReadWrite], existing: existing)
        }
        #expect(try names() == ["f"])
        #expect(try listDirectory(folder.appending("f")).isEmpty)
    }

    @Test("a folder is made once and left as it is afterwards")
    func folders() throws {
        let path = folder.appending("d")
        try makeDirectory(path, mode: 0o700)
        #expect(try mode("d") == 0o700)
        try makeDirectory(path, mode: 0o750)
        #expect(try mode("d") == 0o700)
        #expect(throws: FileError("create the folder", path.appending("a/b"), .noSuchFileOrDirectory)) {
            try makeDirectory(path.appending("a/b"), mode: 0o700)
        }
    }
}
