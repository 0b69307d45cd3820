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

@Suite("Images in segments")
struct SegmentTests {
    let scratch = TemporaryFolder()
    var folder: FilePath { scratch.path }

    /// Makes an image in segments of a size.
    func make(_ count: Int, _ segmentSize: Int, bad: Set<Int> = []) throws -> (SimulatedSource, ImageFile, Acquisition.Result) {
        let source = SimulatedSource(count, .init(badSectors: bad))
        let image = try DestinationPlan(folder: folder, segmentSize: segmentSize).create(stem: "x", byteCount: count)
        let result = try Acquisition(source: source, images: [image], algorithms: [.sha256]).run()
        return (source, image, result)
    }

    @Test(
        "the segments one after the other are the source, and are read back as one image",
        arguments: [
            (5_242_880, mebibyte), (5_243_392, mebibyte), (5_242_368, 2_097_152), (512, mebibyte), (3_145_728, 3_145_728),
            (3_145_729, 3_145_728), (7_340_032, 1_049_088), (0, mebibyte),
        ] as [(Int, Int)])
    func concatenation(_ count: Int, _ size: Int) throws {
        let (source, image, result) = try make(count, size)
        let names = (1...max(1, (count + size - 1) / size)).map { "x.00\($0)" }
        #expect(try listDirectory(folder) == (["x.001", "x.001.blocktree"] + names.dropFirst()).sorted())
        var bytes: [UInt8] = []
        for (index, name) in names.enumerated() {
            let segment = try contents(scratch(name))
            #expect(segment.count == image.segments[index].range.count)
            #expect(try status(of: scratch(name)).st_mode & 0o7777 == 0o440)
            bytes += segment
        }
        #expect(bytes == source.content)
        #expect(result.digests == [try Digest.of(source.content, .sha256)])
        let level = try BlockTreeFile.open(BlockTreeFile.path(of: image.path), recorded: result.blockTree)
        let recorded = try ImageReader(image.segments)
        // A segment that does not end at a page cannot be read with O_DIRECT; where all do, the file system decides.
        if size % 4096 != 0, count > size { #expect(recorded.reading == .evicted) }
        for reader in [recorded, try ImageReader(named: image.path)] {
            let full = try ImageVerification(reader, algorithms: [.sha256]).run(.full, comparing: level)
            #expect(full.digests == result.digests && full.blockTree == result.blockTree)
            let quick = try ImageVerification(reader, algorithms: []).run(.quick, comparing: level)
            #expect(quick.blockTree == result.blockTree && quick.differences?.isEmpty == true)
        }
    }

    @Test("a changed byte in a segment is placed in the image")
    func placed() throws {
        let (_, image, result) = try make(5 * mebibyte, mebibyte)
        chmod(scratch("x.003").string, 0o640)
        var bytes = try contents(scratch("x.003"))
        bytes[600_000] ^= 1
        try scratch.write(bytes, to: "x.003")
        let level = try BlockTreeFile.open(BlockTreeFile.path(of: image.path), recorded: result.blockTree)
        let quick = try ImageVerification(ImageReader(image.segments), algorithms: []).run(.quick, comparing: level)
        #expect(quick.differences?.ranges == [ByteRange(offset: 2 * mebibyte + (512 << 10), length: 512 << 10)])
    }

    @Test("a rescue writes over the borders of segments")
    func rescue() throws {
        let bad: Set<Int> = [0, 2047, 2048, 4095, 4096, 10_239]
        let (source, image, result) = try make(5 * mebibyte, mebibyte, bad: bad)
        let bytes = try (0..<5).flatMap { try contents(image.segments[$0].path) }
        #expect(bytes == source.expected)
        #expect(result.unreadable == source.expectedRanges)
        #expect(result.digests == [try Digest.of(source.expected, .sha256)])
        #expect(result.digestSource == .readBack)
    }

    @Test("a segment that is missing, renamed, short, long or too many is named, by the record and by the names alone")
    func faults() throws {
        func faults(_ change: (ImageFile) throws -> Void) throws -> [String] {
            let scratch = TemporaryFolder()
            let source = SimulatedSource(4 * mebibyte + 512)
            let image = try DestinationPlan(folder: scratch.path, segmentSize: mebibyte).create(
                stem: "x", byteCount: source.capacity)
            _ = try Acquisition(source: source, images: [image], algorithms: [.md5]).run()
            for segment in image.segments.all { chmod(segment.path.string, 0o640) }
            try change(image)
            var codes: [String] = []
            do throws(ImageReadError) {
                _ = try ImageReader(image.segments)
                codes.append("")
            } catch {
                codes.append(error.code + " " + (error.message(in: .english).contains(".00") ? "named" : "NOT NAMED"))
            }
            do throws(ImageReadError) {
                codes.append(try ImageReader(named: image.path).fault(expecting: image.segments)?.code ?? "")
            } catch {
                codes.append(error.code)
            }
            return codes
        }
        let files = FileManager.default
        #expect(try faults { _ in } == ["", ""])
        #expect(try faults { unlink($0.segments[1].path.string) } == ["segment-missing named", "segment-missing"])
        #expect(try faults { unlink($0.segments[4].path.string) } == ["segment-missing named", "segment-missing"])
        #expect(
            try faults {
                try files.moveItem(atPath: $0.segments[2].path.string, toPath: $0.segments[2].path.string + ".bak")
            } == ["segment-missing named", "segment-missing"])
        #expect(try faults { truncate($0.segments[2].path.string, 5) } == ["segment-length named", "segment-length"])
        for index in [0, 3, 4] {
            let faults = try faults {
                let file = try #require(FileHandle(forWritingAtPath: $0.segments[index].path.string))
                try file.seekToEnd()
                try file.write(contentsOf: [1])
            }
            #expect(faults == ["segment-length named", "segment-length"])
        }
        #expect(
            try faults { try files.copyItem(atPath: $0.segments[4].path.string, toPath: $0.segments.path(number: 6).string) }
                == ["segment-surplus named", "segment-surplus"])
    }

    @Test(
        "sizes that make no sense are refused and nothing is left",
        arguments: [0, -1, 512, mebibyte - 512, mebibyte + 1, 1 << 50 + 512, .max - 511])
    func badSizes(_ size: Int) throws {
        let error = try #require(throws: ImagingError.self) {
            try DestinationPlan(folder: folder, segmentSize: size).create(stem: "x", byteCount: 8 * mebibyte)
        }
        #expect(error.code == "bad-segment-size")
        #expect(try listDirectory(folder).isEmpty)
    }

    @Test("more segments than an image may have are refused")
    func tooMany() throws {
        let error = try #require(throws: ImagingError.self) {
            try DestinationPlan(folder: folder, segmentSize: mebibyte).create(stem: "x", byteCount: 65_536 * mebibyte)
        }
        #expect(error.code == "bad-segment-size")
    }

    @Test("the number in a name has three digits, and more where it must")
    func names() {
        let first = FilePath("/a/b.c.001")
        #expect(ImageSegments.path(2, of: first) == "/a/b.c.002")
        #expect(ImageSegments.path(999, of: first) == "/a/b.c.999")
        #expect(ImageSegments.path(1000, of: first) == "/a/b.c.1000")
        #expect(ImageSegments.path(3, of: first, in: "/z") == "/z/b.c.003")
    }

    @Test("a name that any segment would take is left alone, and the next number is used")
    func takenName() throws {
        _ = try scratch.write([7], to: "x.003")
        let image = try DestinationPlan(folder: folder, segmentSize: mebibyte).create(stem: "x", byteCount: 4 * mebibyte)
        #expect(image.path == folder.appending("x-2.001"))
        #expect(try contents(scratch("x.003")) == [7])
    }
}

@Suite("Sparse images")
struct SparseTests {
    let scratch = TemporaryFolder()

    /// A medium with zeros in the middle, a few bytes in them, and zeros at its end.
    static func content(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        for index in 0..<100_000 { bytes[index] = UInt8(1 + index % 255) }
        bytes[3 * mebibyte + 77] = 1
        bytes[5 * mebibyte] = 2
        return bytes
    }

    @Test("zeros take no space, and the digests are the same", arguments: [nil, 2 * mebibyte, mebibyte + 512])
    func sparse(_ segmentSize: Int?) throws {
        let count = 9 * mebibyte + 512
        let bytes = Self.content(count)
        let drive = DriveSimulation(name: "d", capacity: count, faults: DriveFaults(), isTimeReal: false) {
            (offset, buffer) throws(Errno) in
            bytes.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count]))
            }
            return buffer.count
        }
        let plan = DestinationPlan(folder: scratch.path, segmentSize: segmentSize, isSparse: true)
        let image = try plan.create(stem: "x", byteCount: count)
        let result = try Acquisition(source: drive, images: [image], algorithms: [.sha256]).run()
        #expect(result.digests == [try Digest.of(bytes, .sha256)])
        #expect(try image.segments.all.flatMap { try contents($0.path) } == bytes)
        let blocks = try image.segments.all.reduce(0) { $0 + Int(try status(of: $1.path).st_blocks) }
        #expect(blocks * 512 < mebibyte)
        let level = try BlockTreeFile.open(BlockTreeFile.path(of: image.path), recorded: result.blockTree)
        let quick = try ImageVerification(ImageReader(image.segments), algorithms: []).run(.quick, comparing: level)
        #expect(quick.blockTree == result.blockTree)
    }

    @Test("a zero that is written over something else is written")
    func overwritten() throws {
        let image = try DestinationPlan(folder: scratch.path, isSparse: true).create(stem: "x", byteCount: 8192)
        let (ones, zeros) = ([UInt8](repeating: 1, count: 8192), [UInt8](repeating: 0, count: 8192))
        try ones.withUnsafeBytes { try image.write($0, at: 0) }
        try zeros.withUnsafeBytes { try image.write($0, at: 0) }
        #expect(try contents(image.partialPath) == zeros)
    }
}

@Suite("Several destinations", .enabled(if: geteuid() == 0, "mounting a tmpfs wants root"))
struct DestinationsTests {
    let scratch = TemporaryFolder()

    func plan(_ name: String) throws -> DestinationPlan { DestinationPlan(folder: try scratch.folder(name)) }

    @Test("two destinations get the same image", arguments: [[], [5, 4095]] as [Set<Int>])
    func two(_ bad: Set<Int>) throws {
        let source = SimulatedSource(5 * mebibyte, .init(badSectors: bad))
        var second = try plan("b")
        second.segmentSize = 2 * mebibyte
        let images = try DestinationPlan.create([plan("a"), second], stem: "x", byteCount: source.capacity)
        let result = try Acquisition(source: source, images: images, algorithms: [.sha256]).run()
        #expect(result.problems.isEmpty)
        for image in images {
            #expect(try image.segments.all.flatMap { try contents($0.path) } == source.expected)
            _ = try BlockTreeFile.open(BlockTreeFile.path(of: image.path), recorded: result.blockTree)
        }
        #expect(result.digests == [try Digest.of(source.expected, .sha256)])
    }

    @Test(
        "one that fills up is given up and said, and the other is finished", arguments: [0, 1], [[], [1, 15_000]] as [Set<Int>])
    func oneFills(_ failing: Int, _ bad: Set<Int>) throws {
        let source = SimulatedSource(8 * mebibyte, .init(badSectors: bad))
        let small = try SmallFileSystem()
        let good = try plan("a").create(stem: "x", byteCount: source.capacity)
        // Sparse, so that nothing is reserved and the space ends on the way.
        let bad = try DestinationPlan(folder: small.folder, isSparse: true).create(stem: "x", byteCount: source.capacity)
        let images = failing == 0 ? [bad, good] : [good, bad]
        let job = Acquisition(source: source, images: images, algorithms: [.sha256])
        let result = try job.run()
        #expect(result.problems[good.path] == nil)
        guard case .destination(let error)? = result.problems[bad.path] else {
            Issue.record("\(String(describing: result.problems))")
            return
        }
        #expect(error.errno == .noSpace)
        #expect(try contents(good.path) == source.expected)
        #expect(result.digests == [try Digest.of(source.expected, .sha256)])
        // What the other got stays under its temporary name.
        #expect(ImageFile.remains(of: bad.path) == bad.partialPath)
    }

    @Test("where all refuse, the one that refused last is not given up: with it the work goes on")
    func allRefuse() throws {
        let source = SimulatedSource(8 * mebibyte)
        let full = try [SmallFileSystem(), SmallFileSystem()]
        let images = try full.map { small in
            try DestinationPlan(folder: small.folder, isSparse: true).create(stem: "x", byteCount: source.capacity)
        }
        let job = Acquisition(source: source, images: images, algorithms: [.sha256])
        #expect(throws: ImagingError.self) { try job.run() }
        let givenUp = job.destinations.givenUp
        try #require(givenUp.count == 1)
        let left = try #require(images.first { $0 !== givenUp[0].image })
        job.destinations.suspend()
        // Its file system gets room.
        let small = try #require(full.first { left.path.starts(with: $0.folder) })
        try small.grow()
        let again = try ImageFile.reopen(left.segments, isSparse: true)
        let next = Acquisition(source: source, images: [again], algorithms: [.sha256])
        let result = try Acquisition(next, continuing: try next.prove()).run()
        #expect(result.digests == [try Digest.of(source.content, .sha256)])
        #expect(try contents(left.path) == source.content)
    }

    @Test("an image that refuses in two threads, or in work within work, is one that refused")
    func refusesTwice() throws {
        let folders = [try scratch.folder("a"), try scratch.folder("b")]
        let images = try folders.map { try DestinationPlan(folder: $0).create(stem: "x", byteCount: mebibyte) }
        let destinations = Destinations(images)
        func refuse(_ image: ImageFile) throws { throw ImagingError.destination(FileError("write to", image.path, .ioError)) }
        // The other is well.
        try destinations.attempt(0) { image in
            try destinations.attempt(0, refuse)
            try refuse(image)
        }
        #expect(destinations.alive.map(\.index) == [1])
        // Nobody is left: that is said, however deep it was noticed.
        #expect(throws: ImagingError.self) {
            try destinations.attempt(1) { _ in try destinations.attempt(1, refuse) }
        }
        #expect(destinations.givenUp.map(\.image.path) == [images[0].path])
    }

    @Test("one folder is no two destinations, by whatever names")
    func oneFolder() throws {
        let folder = try scratch.folder("a")
        let link = scratch("link")
        try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: folder.string)
        let error = try #require(throws: ImagingError.self) {
            try DestinationPlan.create(
                [DestinationPlan(folder: folder), DestinationPlan(folder: link)], stem: "x", byteCount: mebibyte)
        }
        #expect(error.code == "no-destination")
        #expect(try listDirectory(folder).isEmpty)
    }

    @Test("an image goes on in the next folder, whole segments in each")
    func nextFolder() throws {
        let source = SimulatedSource(5 * mebibyte + 512)
        let small = try SmallFileSystem()
        let next = try scratch.folder("next")
        let plan = DestinationPlan(folder: small.folder, nextFolders: [next], segmentSize: mebibyte)
        let image = try plan.create(stem: "x", byteCount: source.capacity)
        #expect(image.segments.layout?.volumes == [.init(firstSegment: 2, folder: next.string)])
        let result = try Acquisition(source: source, images: [image], algorithms: [.sha256]).run()
        #expect(try listDirectory(small.folder) == ["x.001", "x.001.blocktree"])
        #expect(try listDirectory(next) == ["x.002", "x.003", "x.004", "x.005", "x.006"])
        #expect(try image.segments.all.flatMap { try contents($0.path) } == source.content)
        #expect(
            try ImageVerification(ImageReader(image.segments), algorithms: [.sha256]).run(.full, comparing: nil).digests
                == result.digests)
    }

    @Test("folders of one file system have their room once")
    func sharedRoom() throws {
        let small = try SmallFileSystem()
        for name in ["a", "b"] {
            try FileManager.default.createDirectory(
                atPath: small.folder.appending(name).string, withIntermediateDirectories: false)
        }
        let (a, b) = (small.folder.appending("a"), small.folder.appending("b"))
        let next = DestinationPlan(folder: a, nextFolders: [b], segmentSize: mebibyte)
        #expect(throws: ImagingError.self) { try next.create(stem: "x", byteCount: 3 * mebibyte) }
        // Each alone would fit.
        let both = [DestinationPlan(folder: a), DestinationPlan(folder: b)]
        let error = try #require(throws: ImagingError.self) {
            try DestinationPlan.create(both, stem: "x", byteCount: mebibyte + 512)
        }
        #expect(error.code == "destination-full")
        #expect(try listDirectory(a).isEmpty && listDirectory(b).isEmpty)
    }

    @Test("a file system with short files is told before the start, with its limit")
    func shortFiles() throws {
        // Without extents and with blocks of 1 KiB, ext4 has files of 16 GiB at most.
        let disk = scratch("disk")
        try FileManager.default.createDirectory(atPath: scratch("mount").string, withIntermediateDirectories: false)
        try scratch.write([], to: "disk")
        truncate(disk.string, 64 << 20)
        let made = try run("mkfs.ext4", ["-q", "-F", "-b", "1024", "-O", "^extents,^has_journal,^64bit", disk.string])
        try #require(made.status == 0, "\(made.errors)")
        // A loop device keeps the read-only flag of whatever was behind it before.
        let node = try run("losetup", ["--find", "--show", disk.string]).output.filter { $0 != "\n" }
        defer { _ = try? run("losetup", ["--detach", node]) }
        _ = try run("blockdev", ["--setrw", node])
        let mounted = try run("mount", [node, scratch("mount").string])
        try #require(mounted.status == 0, "\(mounted.errors)")
        defer { _ = try? run("umount", [scratch("mount").string]) }
        let before = try listDirectory(scratch("mount"))
        var plan = DestinationPlan(folder: scratch("mount"), isSparse: true)
        let error = try #require(throws: ImagingError.self) { try plan.create(stem: "x", byteCount: 20 << 30) }
        guard case .fileTooLong(_, length: 20 << 30, let longest) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(longest > 15 << 30 && longest < 20 << 30)
        #expect(try listDirectory(scratch("mount")) == before)
        plan.segmentSize = 1 << 30
        #expect(try plan.create(stem: "x", byteCount: 20 << 30).segments.count == 20)
    }
}
