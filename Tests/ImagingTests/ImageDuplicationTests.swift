import Custody
import DurableFiles
import Foundation
import ImageTree
import Integrity
import SystemPackage
import TestSupport
import Testing

@testable import Imaging

/// Copying images, and comparing them byte by byte.
@Suite struct ImageDuplicationTests {
    let scratch = TemporaryFolder()

    private func bytes(_ count: Int) -> [UInt8] { SimulatedSource(count).content }

    @Test(arguments: [0, 1, 4097, (1 << 20) - 1, 1 << 20, (17 << 20) + 777])
    func aCopyHasTheSameBytesAndTheDigestsOfBothSides(count: Int) throws {
        let content = bytes(count)
        let source = try RawStream(named: try scratch.write(content, to: "a.dd"))
        let target = try DestinationPlan(folder: try scratch.folder("to")).create(stem: "a", byteCount: count)
        let copy = ImageDuplication(source, to: target, algorithms: [.sha256, .sm3])
        let result = try copy.run()
        #expect(try contents(target.path) == content)
        #expect(result.read == [try Digest.of(content, .sha256), try Digest.of(content, .sm3)])
        #expect(result.readBack == result.read)
        #expect(result.blockTree == result.blockTreeReadBack)
        _ = try BlockTreeFile.open(BlockTreeFile.path(of: target.path), recorded: result.blockTree)
        #expect(copy.progress.done == 2 * count)
    }

    @Test func aCopyThatIsStoppedLeavesNothing() throws {
        let source = try RawStream(named: try scratch.write(bytes(3 << 20), to: "a.dd"))
        let folder = try scratch.folder("to")
        let copy = ImageDuplication(
            source, to: try DestinationPlan(folder: folder).create(stem: "a", byteCount: 3 << 20), algorithms: [.md5])
        copy.progress.cancel()
        #expect(throws: ImagingError.self) { try copy.run() }
        #expect(try listDirectory(folder).isEmpty)
    }

    @Test func aCopyOfAFileThatBecameShorterLeavesNothing() throws {
        let path = try scratch.write(bytes(3 << 20), to: "a.dd")
        let source = try RawStream(named: path)
        try #require(truncate(path.string, 1 << 20) == 0)
        let folder = try scratch.folder("to")
        let copy = ImageDuplication(
            source, to: try DestinationPlan(folder: folder).create(stem: "a", byteCount: 3 << 20), algorithms: [.md5])
        #expect(throws: ImagingError.self) { try copy.run() }
        #expect(try listDirectory(folder).isEmpty)
    }

    private func compare(_ one: [UInt8], _ other: [UInt8]) throws -> ImageComparison.Result {
        let streams = (
            try RawStream(named: try scratch.write(one, to: "1")), try RawStream(named: try scratch.write(other, to: "2"))
        )
        return try ImageComparison(streams.0, streams.1, algorithms: [.sha256]).run()
    }

    @Test(arguments: [0, 1, 512, (512 << 10) - 1, 512 << 10, (512 << 10) + 1, (3 << 20) + 5])
    func equalImagesAreEqual(count: Int) throws {
        let result = try compare(bytes(count), bytes(count))
        #expect(result.differences == ByteDifferences())
        #expect(result.first == [try Digest.of(bytes(count), .sha256)])
        #expect(result.second == result.first)
    }

    @Test func everyDifferenceIsPlacedToTheByte() throws {
        let one = bytes((2 << 20) + 100)
        var other = one
        let places = [0, 700, (512 << 10) - 1, 512 << 10, 1_500_000, one.count - 1]
        for place in places { other[place] ^= 0x80 }
        let result = try compare(one, other)
        #expect(
            result.differences.ranges == [
                ByteRange(offset: 0, length: 1), ByteRange(offset: 700, length: 1), ByteRange(offset: (512 << 10) - 1, length: 2),
                ByteRange(offset: 1_500_000, length: 1), ByteRange(offset: one.count - 1, length: 1),
            ])
        #expect(result.differences.byteCount == 6)
        #expect(result.second == [try Digest.of(other, .sha256)])
    }

    @Test(arguments: [(100, 0), (0, 100), ((1 << 20) + 3, 1 << 20), (1 << 20, (2 << 20) + 9), (600_000, 500_000)])
    func whatOnlyOneHasIsDifferent(lengths: (Int, Int)) throws {
        let all = bytes(max(lengths.0, lengths.1))
        let result = try compare(Array(all[..<lengths.0]), Array(all[..<lengths.1]))
        let (short, long) = (min(lengths.0, lengths.1), max(lengths.0, lengths.1))
        #expect(result.differences.ranges == [ByteRange(offset: short, length: long - short)])
        #expect(result.differences.places == 1)
        #expect(result.first == [try Digest.of(Array(all[..<lengths.0]), .sha256)])
        #expect(result.second == [try Digest.of(Array(all[..<lengths.1]), .sha256)])
    }

    @Test func neighboursAreOnePlaceAndOnlyTheFirstHundredAreListed() {
        var differences = ByteDifferences()
        for index in 0..<150 { differences.add(ByteRange(offset: 10_000 * index, length: 2)) }
        differences.add(ByteRange(offset: 10_000 * 149 + 513, length: 1))
        #expect(differences.places == 150)
        #expect(differences.ranges.count == 100)
        #expect(differences.byteCount == 301)
        var near = ByteDifferences()
        near.add(ByteRange(offset: 10, length: 1))
        near.add(ByteRange(offset: 11 + 511, length: 1))
        near.add(ByteRange(offset: 523 + 512, length: 1))
        #expect(near.ranges == [ByteRange(offset: 10, length: 513), ByteRange(offset: 1035, length: 1)])
    }
}
