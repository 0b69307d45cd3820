import Custody
import DurableFiles
import Foundation
import ImageTree
import Integrity
import SystemPackage
import TestSupport
import Testing

@testable import Imaging

private let mebibyte = 1 << 20

@Suite("Making an image")
struct AcquisitionTests {
    let scratch: TemporaryFolder
    var folder: FilePath { scratch.path }

    init() throws { scratch = TemporaryFolder() }

    func acquisition(_ source: SimulatedSource, _ algorithms: [DigestAlgorithm] = [.sha256]) throws -> Acquisition {
        Acquisition(
            source: source, images: [try newImage(in: folder, stem: "image", byteCount: source.capacity)], algorithms: algorithms)
    }

    func image() throws -> [UInt8] { try readFile(folder.appending("image.dd"), limit: 64 * mebibyte) }

    @Test(
        "the image is the source, whatever its length",
        arguments: [512, 1024, 512 * 3, mebibyte - 512, mebibyte, mebibyte + 512, 3 * mebibyte, 17 * mebibyte + 1536])
    func wholeSource(_ count: Int) throws {
        let source = SimulatedSource(count)
        let job = try acquisition(source)
        let result = try job.run()
        #expect(result.bytes == count)
        #expect(result.unreadable.isEmpty)
        #expect(result.startedAt <= result.finishedAt)
        #expect(job.progress.done == count && job.progress.unreadable == 0)
        #expect(try image() == source.content)
        let tree = try run("fsverity", ["digest", "--compact", "--block-size=4096", scratch("image.dd").string])
        #expect(result.blockTree + "\n" == tree.output)
        let level = try BlockTreeFile.open(BlockTreeFile.path(of: folder.appending("image.dd")), recorded: result.blockTree)
        #expect(level.byteCount == count)
    }

    @Test("a length that is no multiple of the sector is copied to its last byte", arguments: [1, 511, 513, mebibyte + 1])
    func oddLength(_ count: Int) throws {
        let source = SimulatedSource(count)
        _ = try acquisition(source).run()
        #expect(try image() == source.content)
    }

    @Test("the digests are those that openssl computes from the file")
    func digests() throws {
        let source = SimulatedSource(2 * mebibyte + 512, .init(badSectors: [3]))
        let result = try acquisition(source, DigestAlgorithm.allCases).run()
        #expect(result.digests.map(\.algorithm) == DigestAlgorithm.allCases)
        for digest in result.digests {
            let openssl = try run("openssl", ["dgst", "-\(digest.algorithm.rawValue)", "-r", scratch("image.dd").string])
            #expect(digest.hex == openssl.output.prefix { $0 != " " })
        }
    }

    /// First, last, neighbours, both sides of a buffer's edge, a whole buffer, everything but one.
    @Test(
        "zeros stand where the source cannot be read and nowhere else",
        arguments: [
            [0], [4095], [0, 1, 2], [7, 9, 11], [2047, 2048], [2047], [2048], Set(0..<2048), Set(2048..<4096), Set(1..<4096),
            [100, 2047, 2048, 4095],
        ] as [Set<Int>])
    func badSectors(_ sectors: Set<Int>) throws {
        let source = SimulatedSource(2 * mebibyte, .init(badSectors: sectors))
        let job = try acquisition(source)
        let result = try job.run()
        #expect(try image() == source.expected)
        #expect(result.unreadable == source.expectedRanges)
        #expect(job.progress.unreadable == sectors.count * 512)
        #expect(job.progress.done == source.capacity)
    }

    @Test("a disk of 4,096-byte sectors loses whole sectors only")
    func largeSectors() throws {
        let source = SimulatedSource(mebibyte + 8192, sectorSize: 4096, .init(badSectors: [1, 255, 256, 257]))
        let result = try acquisition(source).run()
        #expect(try image() == source.expected)
        #expect(
            result.unreadable == [ByteRange(offset: 4096, length: 4096), ByteRange(offset: 255 * 4096, length: 3 * 4096)])
    }

    @Test("a bad sector at an odd end is as long as what is left")
    func oddEnd() throws {
        let source = SimulatedSource(mebibyte + 700, .init(badSectors: [2049]))
        let result = try acquisition(source).run()
        #expect(result.unreadable == [ByteRange(offset: mebibyte + 512, length: 188)])
        #expect(try image() == source.expected)
    }

    @Test("short reads are continued", arguments: [1, 100, 512, 4097])
    func shortReads(_ longest: Int) throws {
        let source = SimulatedSource(64 * 1024 + 512, .init(badSectors: [7], longestRead: longest))
        let result = try acquisition(source).run()
        #expect(try image() == source.expected)
        #expect(result.unreadable == source.expectedRanges)
    }

    @Test("a read that a signal interrupts is read again and never becomes zeros", arguments: [1, 2, 3])
    func interrupted(_ times: Int) throws {
        let source = SimulatedSource(mebibyte + 512, .init(interruptions: times))
        let result = try acquisition(source).run()
        #expect(result.unreadable.isEmpty)
        #expect(try image() == source.content)
    }

    @Test("the finished image is read-only and stands alone in its folder")
    func finished() throws {
        _ = try acquisition(SimulatedSource(512)).run()
        #expect(try listDirectory(folder) == ["image.dd", "image.dd.blocktree"])
        #expect(try status(of: folder.appending("image.dd")).st_mode & 0o7777 == 0o440)
    }
}

@Suite("Making an image that does not succeed")
struct FailedAcquisitionTests {
    let scratch: TemporaryFolder
    var folder: FilePath { scratch.path }

    init() throws { scratch = TemporaryFolder() }

    /// Runs a job that must fail, and checks that what was read stays under the temporary name.
    func failure(_ source: SimulatedSource, cancelled: Bool = false) throws -> ImagingError {
        let file = try newImage(in: folder, stem: "image", byteCount: source.capacity)
        let job = Acquisition(source: source, images: [file], algorithms: [.sha256, .md5])
        if cancelled { job.progress.cancel() }
        let error = try #require(throws: ImagingError.self) { try job.run() }
        let partial = file.abandon()
        let names = try listDirectory(folder)
        if let partial {
            #expect(partial == file.partialPath)
            #expect(names == ["image.dd.map", "image.dd.partial"])
            let bytes = try readFile(partial, limit: source.capacity)
            #expect(!bytes.isEmpty && memcmp(source.expected, bytes, bytes.count) == 0)
        } else {
            #expect(names.isEmpty)
        }
        return error
    }

    @Test("a source that vanishes before the first byte leaves nothing")
    func vanishesAtOnce() throws {
        guard case .sourceGone("/dev/simulated") = try failure(SimulatedSource(mebibyte, .init(vanishesAfter: 0))) else {
            Issue.record("another error")
            return
        }
        #expect(try listDirectory(folder).isEmpty)
    }

    @Test("a source that vanishes on the way is said to be gone, and not to be unreadable", arguments: [1, 2, 16, 19])
    func vanishes(_ reads: Int) throws {
        guard case .sourceGone("/dev/simulated") = try failure(SimulatedSource(20 * mebibyte, .init(vanishesAfter: reads))) else {
            Issue.record("another error")
            return
        }
    }

    @Test(
        "an error that only a missing device gives means that it is gone",
        arguments: [Errno.noSuchAddressOrDevice, .operationNotSupportedByDevice])
    func deviceErrors(_ errno: Errno) throws {
        guard case .sourceGone = try failure(SimulatedSource(4 * mebibyte, .init(badSectors: [4096], errno: errno))) else {
            Issue.record("another error")
            return
        }
    }

    @Test("a source that ends early is an error at that byte", arguments: [0, 512, 3 * mebibyte, 3 * mebibyte + 100])
    func shrinks(_ end: Int) throws {
        guard case .sourceShrank("/dev/simulated", at: end) = try failure(SimulatedSource(4 * mebibyte, .init(endsAt: end)))
        else {
            Issue.record("another error")
            return
        }
    }

    @Test("a job that is cancelled before it begins reads nothing and leaves nothing")
    func cancelledAtOnce() throws {
        let source = SimulatedSource(mebibyte)
        guard case .cancelled = try failure(source, cancelled: true) else {
            Issue.record("another error")
            return
        }
        #expect(source.readCount == 0)
        #expect(try listDirectory(folder).isEmpty)
    }

    @Test("a job that is cancelled half way stops there, and what it read stays and is named")
    func cancelledHalfWay() throws {
        let handle = ProgressHandle()
        let source = SimulatedSource(24 * mebibyte) { number in if number == 20 { handle.cancel() } }
        let file = try newImage(in: folder, stem: "image", byteCount: source.capacity)
        let job = Acquisition(source: source, images: [file], algorithms: [.sha256])
        handle.set(job.progress)
        let error = try #require(throws: ImagingError.self) { try job.run() }
        #expect(error.code == "cancelled")
        #expect(source.readCount == 20)
        #expect(job.progress.done == 20 * mebibyte)
        let partial = try #require(file.abandon())
        #expect(ImageFile.remains(of: file.path) == partial)
        #expect(try listDirectory(folder) == ["image.dd.map", "image.dd.partial"])
    }

    @Test("a job that is cancelled inside a bad region stops before the region ends")
    func cancelledInBadRegion() throws {
        let handle = ProgressHandle()
        let source = SimulatedSource(mebibyte, .init(badSectors: Set(1..<2048))) { number in if number == 100 { handle.cancel() }
        }
        let job = Acquisition(
            source: source, images: [try newImage(in: folder, stem: "image", byteCount: source.capacity)], algorithms: [])
        handle.set(job.progress)
        #expect(throws: ImagingError.self) { try job.run() }
        #expect(source.readCount == 100)
    }

    @Test("an image whose name was taken meanwhile is not published over the other file")
    func nameTakenMeanwhile() throws {
        let file = try newImage(in: folder, stem: "image", byteCount: 512)
        _ = try scratch.write([1, 2, 3], to: "image.dd")
        let error = try #require(throws: ImagingError.self) {
            try Acquisition(source: SimulatedSource(512), images: [file], algorithms: []).run()
        }
        #expect(error.code == "destination-error")
        #expect(try readFile(folder.appending("image.dd"), limit: 10) == [1, 2, 3])
        #expect(try listDirectory(folder) == ["image.dd", "image.dd.blocktree", "image.dd.map", "image.dd.partial"])
    }
}

/// Lets a source cancel the job that reads it.
final class ProgressHandle: @unchecked Sendable {
    private let lock = NSLock()
    private var progress: JobProgress?

    func set(_ progress: JobProgress) { lock.withLock { self.progress = progress } }
    func cancel() { lock.withLock { progress }?.cancel() }
}
