import Custody
import DurableFiles
import Foundation
import ImageTree
import Integrity
import SystemPackage
import TestSupport
import Testing

@testable import Imaging

@Suite("Reading an image again")
struct ImageVerificationTests {
    let scratch: TemporaryFolder

    init() throws { scratch = TemporaryFolder() }

    @Test(
        "the digests are those of the file, whatever its length",
        arguments: [0, 1, 511, 512, 4096, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (17 << 20) + 777])
    func digests(_ count: Int) throws {
        let bytes = SimulatedSource(count).content
        let path = try scratch.write(bytes, to: "x.dd")
        let job = try verification(of: path, algorithms: [.sha256, .sm3])
        let result = try job.run(.full, comparing: nil)
        #expect(job.byteCount == count)
        #expect(result.bytes == count)
        #expect(result.digests == [try Digest.of(bytes, .sha256), try Digest.of(bytes, .sm3)])
        #expect(job.progress.done == count)
    }

    @Test("one changed byte is found, wherever it stands", arguments: [0, 1, (1 << 20) - 1, 1 << 20, (2 << 20) + 511])
    func changedByte(_ place: Int) throws {
        let source = SimulatedSource((2 << 20) + 512)
        let file = try newImage(in: scratch.path, stem: "x", byteCount: source.capacity)
        let made = try Acquisition(source: source, images: [file], algorithms: [.md5]).run()
        #expect(try verification(of: file.path, algorithms: [.md5]).run(.full, comparing: nil).digests == made.digests)
        var bytes = source.content
        bytes[place] ^= 1
        let changed = try scratch.write(bytes, to: "changed.dd")
        let result = try verification(of: changed, algorithms: [.md5]).run(.full, comparing: nil)
        #expect(result.digests != made.digests)
        #expect(result.bytes == made.bytes)
    }

    @Test("a change is placed by a full and a quick verification, and by one of its range", arguments: [0, 600_000, 2_100_000])
    func placed(_ place: Int) throws {
        let source = SimulatedSource((2 << 20) + 5000)
        let file = try newImage(in: scratch.path, stem: "x", byteCount: source.capacity)
        let made = try Acquisition(source: source, images: [file], algorithms: [.md5]).run()
        let level = try BlockTreeFile.open(BlockTreeFile.path(of: file.path), recorded: made.blockTree)
        let all: [ImageVerification.Extent] = [.full, .quick, .ranges([ByteRange(offset: place, length: 1)])]
        for extent in all {
            let result = try verification(of: file.path, algorithms: [.md5]).run(extent, comparing: level)
            #expect(result.differences?.isEmpty == true)
        }
        var bytes = source.content
        bytes[place] ^= 1
        let changed = try scratch.write(bytes, to: "changed.dd")
        let start = place / (512 << 10) * (512 << 10)
        let expected = ByteRange(offset: start, length: min(512 << 10, bytes.count - start))
        for extent in all {
            let result = try verification(of: changed, algorithms: [.md5]).run(extent, comparing: level)
            #expect(result.differences?.ranges == [expected], "\(extent)")
            #expect(result.blockTree != made.blockTree)
        }
        let elsewhere = ImageVerification.Extent.ranges([ByteRange(offset: 1 << 20, length: 4096)])
        #expect(
            try verification(of: changed, algorithms: []).run(elsewhere, comparing: level).differences?.isEmpty == true)
        #expect(throws: BlockTreeError.self) {
            try verification(of: changed, algorithms: []).run(elsewhere, comparing: nil)
        }
    }

    @Test("an image on a file system without O_DIRECT, or with it, is read past the page cache", arguments: ["/dev/shm", "/tmp"])
    func reading(_ folder: String) throws {
        let path = "\(folder)/fengcun-test-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data([1, 2, 3]).write(to: URL(filePath: path))
        let job = try verification(of: FilePath(path), algorithms: [.sha1])
        #expect(job.image.reading == .direct || job.image.reading == .evicted)
        #expect(try job.run(.full, comparing: nil).digests == [Digest.of([1, 2, 3], .sha1)])
    }

    @Test("a missing image and a link in its place are refused")
    func missing() throws {
        _ = try scratch.write([1], to: "good")
        try FileManager.default.createSymbolicLink(atPath: scratch("link").string, withDestinationPath: "good")
        for name in ["no", "link"] {
            let error = try #require(throws: ImageReadError.self) {
                try verification(of: scratch(name), algorithms: [.md5])
            }
            #expect(error.code == "source-error")
        }
    }

    @Test("a pipe or a folder in the image's place is refused and not waited for", .timeLimit(.minutes(30)))
    func otherKinds() throws {
        try #require(mkfifo(scratch("pipe").string, 0o600) == 0)
        try FileManager.default.createDirectory(atPath: scratch("folder").string, withIntermediateDirectories: false)
        for name in ["pipe", "folder"] {
            #expect(throws: ImageReadError.self) { try verification(of: scratch(name), algorithms: [.md5]) }
        }
    }

    @Test("a verification that is cancelled stops")
    func cancelled() throws {
        let job = try verification(of: try scratch.write([1], to: "x"), algorithms: [.md5])
        job.progress.cancel()
        let error = try #require(throws: ImagingError.self) { try job.run(.full, comparing: nil) }
        #expect(error.code == "cancelled")
        #expect(job.progress.done == 0)
    }
}
