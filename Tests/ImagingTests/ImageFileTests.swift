import Custody
import DurableFiles
import Foundation
import ImageTree
import SystemPackage
import TestSupport
import Testing

@testable import Imaging

@Suite("The file of an image")
struct ImageFileTests {
    let scratch: TemporaryFolder
    var folder: FilePath { scratch.path }

    init() throws { scratch = TemporaryFolder() }

    @Test("a destination that is missing, or is a file, is refused and nothing is made")
    func noDestination() throws {
        let file = try scratch.write([1], to: "file")
        for path in [folder.appending("no"), file] {
            let error = try #require(throws: ImagingError.self) { try newImage(in: path, stem: "x", byteCount: 1) }
            #expect(error.code == "no-destination")
        }
        #expect(try listDirectory(folder) == ["file"])
    }

    @Test("an image larger than the file system is refused before anything is made")
    func tooLarge() throws {
        let error = try #require(throws: ImagingError.self) { try newImage(in: folder, stem: "x", byteCount: 1 << 60) }
        guard case .destinationFull(folder, needed: 1 << 60 + BlockTreeFile.length(1 << 60), let free) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(free > 0)
        #expect(try listDirectory(folder).isEmpty)
    }

    @Test("a name that is taken, finished or not, is left alone and the next number is used")
    func takenNames() throws {
        _ = try scratch.write([1], to: "x.dd")
        _ = try scratch.write([2], to: "x-2.dd.partial")
        try FileManager.default.createSymbolicLink(atPath: scratch("x-3.dd.partial").string, withDestinationPath: "victim")
        let file = try newImage(in: folder, stem: "x", byteCount: 512)
        #expect(file.path == folder.appending("x-4.dd"))
        #expect(try readFile(folder.appending("x.dd"), limit: 10) == [1])
        #expect(try readFile(folder.appending("x-2.dd.partial"), limit: 10) == [2])
        #expect(!FileManager.default.fileExists(atPath: scratch("victim").string))
    }

    @Test("space is reserved at once and the file is empty, private and unfinished")
    func reserved() throws {
        let file = try newImage(in: folder, stem: "x", byteCount: 1 << 20)
        let state = try status(of: file.partialPath)
        #expect(state.st_size == 0)
        #expect(state.st_mode & 0o777 == 0o600)
        #expect(try listDirectory(folder) == ["x.dd.blocktree.partial", "x.dd.partial"])
        #expect(file.abandon() == nil)
        #expect(try listDirectory(folder).isEmpty)
    }

    @Test("what an interrupted job left is found under either name")
    func remains() throws {
        let path = folder.appending("x.dd")
        #expect(ImageFile.remains(of: path) == nil)
        _ = try scratch.write([1], to: "x.dd")
        #expect(ImageFile.remains(of: path) == path)
        _ = try scratch.write([1], to: "x.dd.partial")
        #expect(ImageFile.remains(of: path) == folder.appending("x.dd.partial"))
    }

    @Test(
        "the name of an image says what it is of and holds nothing that a shell or a folder could take amiss",
        arguments: [
            ("2026-001", "E1", "2026-001_E1_20261122T053000Z"), ("京检网〔2026〕1号", "检材#1", "京检网_2026_1号_检材_1_20261122T053000Z"),
            ("../a", "b/c", ".._a_b_c_20261122T053000Z"), ("a\nb", "\u{1B}[31m", "a_b___31m_20261122T053000Z"),
        ])
    func stem(_ caseNumber: String, _ number: String, _ expected: String) {
        let time = Timestamp(microseconds: 1_795_325_400_123_456)
        #expect(ImageName.stem(for: ExhibitID(caseNumber: caseNumber, number: number), at: time) == expected)
    }

    @Test("the longest numbers give a name that a file system takes, and keep the time apart")
    func longestStem() throws {
        let longest = String(repeating: "封", count: FieldText.identifierLengthLimit)
        #expect(try FieldText.identifier(longest, field: "case") == longest)
        let exhibit = ExhibitID(caseNumber: longest, number: longest)
        let stems = [0, 1_000_000].map { ImageName.stem(for: exhibit, at: Timestamp(microseconds: $0)) }
        #expect(stems[0] != stems[1])
        for _ in 0..<2 { #expect(try newImage(in: folder, stem: stems[0], byteCount: 1).path.lastComponent != nil) }
    }
}

@Suite("A destination that fills up", .enabled(if: geteuid() == 0, "mounting a tmpfs wants root"))
struct FullDestinationTests {
    @Test("an image that does not fit is refused with the figures, and nothing is left")
    func tooSmall() throws {
        let small = try SmallFileSystem()
        let folder = small.folder
        let error = try #require(throws: ImagingError.self) { try newImage(in: folder, stem: "x", byteCount: 2 << 20 + 1) }
        guard case .destinationFull(folder, needed: 2 << 20 + 1 + BlockTreeFile.length(2 << 20 + 1), free: 2 << 20) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(try listDirectory(folder).isEmpty)
    }

    @Test("space that was reserved cannot be taken by others, so the image is finished")
    func reservedSpace() throws {
        let small = try SmallFileSystem()
        let folder = small.folder
        let source = SimulatedSource(1 << 20)
        let file = try newImage(in: folder, stem: "x", byteCount: source.capacity)
        try file.reserve()
        #expect(throws: (any Error).self) { try small.write([UInt8](repeating: 1, count: 2 << 20), to: "greedy") }
        _ = try Acquisition(source: source, images: [file], algorithms: []).run()
        #expect(try readFile(folder.appending("x.dd"), limit: 1 << 20) == source.content)
    }

    @Test("a destination that fills up on the way is an error, and what was written stays")
    func fillsUp() throws {
        let small = try SmallFileSystem()
        let folder = small.folder
        // Reserved for one sector only: the rest meets a full disk.
        let file = try newImage(in: folder, stem: "x", byteCount: 512)
        let error = try #require(throws: ImagingError.self) {
            try Acquisition(source: SimulatedSource(8 << 20), images: [file], algorithms: [.md5]).run()
        }
        guard case .destination(let failure) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(failure.errno == .noSpace)
        #expect(file.abandon() == file.partialPath)
        #expect(try listDirectory(folder) == ["x.dd.partial"])
    }
}

/// A file system of two mebibytes.
final class SmallFileSystem {
    private let scratch = TemporaryFolder()
    var folder: FilePath { scratch.path }

    init() throws {
        let mounted = try run("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", scratch.path.string])
        try #require(mounted.status == 0, "\(mounted.errors)")
    }

    /// Makes room.
    func grow() throws {
        let mounted = try run("mount", ["-o", "remount,size=64m", folder.string])
        try #require(mounted.status == 0, "\(mounted.errors)")
    }

    func write(_ bytes: [UInt8], to name: String) throws { _ = try scratch.write(bytes, to: name) }

    deinit { _ = try? run("umount", [scratch.path.string]) }
}
