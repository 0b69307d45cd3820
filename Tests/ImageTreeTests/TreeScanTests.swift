import Custody
import DurableFiles
import Foundation
import Integrity
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import ImageTree

private let group = BlockTree.groupSize

/// A file and the level that was written beside it.
private struct Sample {
    let scratch = TemporaryFolder()
    let image: FilePath
    var bytes: [UInt8]
    let digest: String

    init(_ count: Int) throws {
        bytes = [UInt8](repeating: 0x5A, count: count)
        // Every block its own.
        for place in stride(from: 0, to: count, by: 4096) { bytes[place] = UInt8(truncatingIfNeeded: place >> 12 &* 37) }
        image = scratch("x.dd")
        try Data(bytes).write(to: URL(fileURLWithPath: image.string))
        let writer = try BlockTreeWriter.create(for: image, byteCount: count)
        let builder = BlockTreeBuilder(byteCount: count) { group, hash in try writer.put(hash, at: group) }
        let hasher = BlockHasher()
        for group in (0..<BlockTree.groupCount(count)).shuffled() {
            let range = BlockTree.bytes(ofGroup: group, byteCount: count)
            try builder.put([bytes[range].withUnsafeBytes { hasher.hash(group: $0, ofFile: count) }], from: group)
        }
        let digest = builder.fileDigest()
        try writer.publish(digest)
        self.digest = Hex.encode(digest)
    }

    func level() throws -> BlockTreeFile { try .open(BlockTreeFile.path(of: image), recorded: digest) }

    func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: image.string)) }

    func scan() throws -> TreeScan {
        TreeScan(try ImageReader(named: image))
    }
}

@Suite("Reading a file on all cores")
struct TreeScanTests {
    @Test(
        "the digest is fsverity's and nothing differs",
        arguments: [0, 1, 4096, 4097, group - 1, group, group + 1, 4 * group, 4 * group + 1, 37 * group + 999])
    func unchanged(count: Int) throws {
        let sample = try Sample(count)
        let result = try sample.scan().run(comparing: sample.level())
        #expect(Hex.encode(result.digest) == sample.digest)
        #expect(result.differences.isEmpty)
        let printed = try run("fsverity", ["digest", "--compact", "--block-size=4096", sample.image.string])
        #expect(printed.output == sample.digest + "\n")
        #expect(try status(of: BlockTreeFile.path(of: sample.image)).st_size == BlockTreeFile.length(count))
    }

    @Test("a changed byte is placed, wherever it stands")
    func changedByte() throws {
        let count = 9 * group + 5000
        let sample = try Sample(count)
        let level = try sample.level()
        for place in [0, 1, group - 1, group, 5 * group + 77, 9 * group, count - 1] {
            var bytes = sample.bytes
            bytes[place] ^= 0x80
            try sample.write(bytes)
            let result = try sample.scan().run(comparing: level)
            #expect(Hex.encode(result.digest) != sample.digest)
            let start = place / group * group
            #expect(result.differences.ranges == [ByteRange(offset: start, length: min(group, count - start))])
        }
    }

    @Test("many changes: the first ranges are kept, neighbours joined, and all bytes counted")
    func manyChanges() throws {
        let sample = try Sample(2 * 130 * group)
        var bytes = sample.bytes
        for index in 0..<130 { bytes[2 * index * group] ^= 1 }
        bytes[group] ^= 1
        try sample.write(bytes)
        let differences = try sample.scan().run(comparing: sample.level()).differences
        #expect(differences.ranges.count == Differences.rangeLimit)
        #expect(differences.ranges[0] == ByteRange(offset: 0, length: 3 * group))
        #expect(differences.byteCount == 131 * group)
    }

    @Test("an image that grew or shrank", arguments: [-5000, -group, -3 * group - 1, 1, 4096, 2 * group])
    func otherLength(change: Int) throws {
        let count = 4 * group + 100
        let sample = try Sample(count)
        let changed = change < 0 ? Array(sample.bytes.dropLast(-change)) : sample.bytes + [UInt8](repeating: 0, count: change)
        try sample.write(changed)
        let result = try sample.scan().run(comparing: sample.level())
        #expect(Hex.encode(result.digest) != sample.digest)
        let first = min(count, changed.count) / group * group
        #expect(result.differences.ranges == [ByteRange(offset: first, length: max(count, changed.count) - first)])
    }

    @Test("only the groups of a range are looked at")
    func ranges() throws {
        let sample = try Sample(20 * group)
        var bytes = sample.bytes
        bytes[10 * group + 3] ^= 1
        try sample.write(bytes)
        let level = try sample.level()
        let scan = try sample.scan()
        let good = [
            ByteRange(offset: 0, length: 10 * group), ByteRange(offset: 11 * group, length: 1),
            ByteRange(offset: 11 * group + 8, length: 9 * group - 8),
        ]
        #expect(try scan.compare(good, with: level).isEmpty)
        for bad in [ByteRange(offset: 10 * group - 1, length: 2), ByteRange(offset: 11 * group - 1, length: 1)] {
            let found = ByteRange(offset: 10 * group, length: group)
            #expect(try scan.compare([bad], with: level).ranges == [found])
        }
        try sample.write(Array(bytes[..<(5 * group)]))
        let missing = try sample.scan().compare([ByteRange(offset: 4 * group, length: 3 * group)], with: level)
        #expect(missing.ranges == [ByteRange(offset: 5 * group, length: 2 * group)])
    }

    @Test("a scan that is stopped ends, and so does one whose level is gone")
    func stopped() throws {
        struct Stop: Error {}
        let sample = try Sample(300 * group)
        let read = Atomic(0)
        let scan = TreeScan(try ImageReader(named: sample.image)) { _ in
            if read.add(1, ordering: .relaxed).newValue == 3 { throw Stop() }
        }
        #expect(throws: Stop.self) { try scan.run(comparing: nil) }
        let longer = try ImageReader(unfinished: [(sample.image, 301 * group)])
        #expect(throws: FileError.self) { try TreeScan(longer).run(comparing: nil) }
    }
}

@Suite("The level that is kept beside an image")
struct BlockTreeFileTests {
    @Test("any changed byte, any other length, another image's level: refused with its own reason")
    func damaged() throws {
        let sample = try Sample(3 * group + 1)
        let path = BlockTreeFile.path(of: sample.image)
        let good = try contents(path)
        func code(_ bytes: [UInt8], recorded: String? = nil) throws -> String? {
            try? FileManager.default.removeItem(atPath: path.string)
            try Data(bytes).write(to: URL(fileURLWithPath: path.string))
            do throws(BlockTreeError) {
                _ = try BlockTreeFile.open(path, recorded: recorded ?? sample.digest)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(try code(good) == nil)
        for index in good.indices {
            var bytes = good
            bytes[index] ^= UInt8(1 << (index % 8))
            #expect(try code(bytes) == "block-tree-damaged", "byte \(index)")
        }
        for bytes in [[], Array(good.dropLast()), good + [0], Array(good[..<32]), Array(good[..<64])] {
            #expect(try code(bytes) == "block-tree-damaged", "\(bytes.count) bytes")
        }
        let huge = Array(good[..<24]) + [UInt8](repeating: 0xFF, count: 8) + Array(good[32...])
        #expect(try code(huge) == "block-tree-damaged")
        #expect(try code(good, recorded: String(repeating: "0", count: 64)) == "block-tree-foreign")
    }

    @Test("a missing level, a link, a folder or a pipe in its place", .timeLimit(.minutes(30)))
    func otherKinds() throws {
        let scratch = TemporaryFolder()
        let other = try Sample(10)
        #expect(try code(scratch("no")) == "block-tree-missing")
        try FileManager.default.createSymbolicLink(
            atPath: scratch("link").string, withDestinationPath: BlockTreeFile.path(of: other.image).string)
        #expect(try code(scratch("link")) == "block-tree-unreadable")
        try #require(mkfifo(scratch("pipe").string, 0o600) == 0)
        #expect(try code(scratch("pipe")) == "block-tree-damaged")
        #expect(try code(scratch.folder("folder")) == "block-tree-damaged")

        func code(_ path: FilePath) throws -> String {
            try #require(throws: BlockTreeError.self) { try BlockTreeFile.open(path, recorded: other.digest) }.code
        }
    }

    @Test("an existing file is never replaced, and an abandoned one is removed")
    func existing() throws {
        let scratch = TemporaryFolder()
        let image = scratch("x.dd")
        _ = try scratch.write([1], to: "x.dd.blocktree")
        #expect(throws: FileError.self) { try BlockTreeWriter.create(for: image, byteCount: 1) }
        let other = try BlockTreeWriter.create(for: scratch("y.dd"), byteCount: 1)
        #expect(throws: FileError.self) { try BlockTreeWriter.create(for: scratch("y.dd"), byteCount: 1) }
        #expect(try listDirectory(scratch.path) == ["x.dd.blocktree", "y.dd.blocktree.partial"])
        other.abandon()
        #expect(try listDirectory(scratch.path) == ["x.dd.blocktree"])
    }
}
