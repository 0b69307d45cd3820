import Foundation
import Integrity
import SystemPackage
import TestSupport
import Testing

/// A file's tree, one group after the other on one thread.
private func fileDigest(_ bytes: [UInt8], _ hasher: BlockHasher, order: ([Int]) -> [Int] = { $0 }) -> String {
    var hashes = [Int: [UInt8]]()
    for group in order(Array(0..<BlockTree.groupCount(bytes.count))) {
        hashes[group] = bytes[BlockTree.bytes(ofGroup: group, byteCount: bytes.count)].withUnsafeBytes {
            hasher.hash(group: $0, ofFile: bytes.count)
        }
    }
    var top = BlockTreeTop()
    for group in hashes.keys.sorted() { top.append(hashes[group] ?? []) }
    return Hex.encode(top.fileDigest(byteCount: bytes.count))
}

private func content(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    let words = (0..<count / 8 + 1).map { _ in generator.next() as UInt64 }
    return Array(words.withUnsafeBytes { Array($0) }[..<count])
}

@Suite("The block tree")
struct BlockTreeTests {
    private static let group = BlockTree.groupSize

    @Test("the digest is the one that fsverity(1) prints, by either library", arguments: [false, true])
    func asFsverity(multiBuffer: Bool) throws {
        let hasher = BlockHasher(multiBuffer: multiBuffer)
        let sizes = [
            0, 1, 511, 4095, 4096, 4097, 8192, 127 * 4096, Self.group - 1, Self.group, Self.group + 1, Self.group + 4096,
            129 * 4096 + 7, 2 * Self.group, 127 * Self.group + 3, 128 * Self.group - 1, 128 * Self.group, 128 * Self.group + 1,
            129 * Self.group - 4097, 200 * Self.group + 12_345,
        ]
        let folder = TemporaryFolder()
        for size in sizes {
            let bytes = content(size)
            let file = try folder.write(bytes, to: "file")
            let outcome = try run("fsverity", ["digest", "--block-size=4096", "--compact", file.string])
            #expect(fileDigest(bytes, hasher) + "\n" == outcome.output, "\(size) bytes")
        }
    }

    @Test("the order in which groups are hashed does not matter")
    func order() {
        let hasher = BlockHasher()
        for _ in 0..<20 {
            let bytes = content(.random(in: 1...(20 * Self.group)))
            #expect(fileDigest(bytes, hasher) == fileDigest(bytes, hasher) { $0.shuffled() })
        }
    }

    @Test("a hasher carries nothing from one group to the next")
    func repeated() {
        let hasher = BlockHasher()
        for size in [Self.group, 5000, 1, 4096, 9000, 4095].shuffled() {
            let bytes = content(size)
            #expect(fileDigest(bytes, hasher) == fileDigest(bytes, BlockHasher(multiBuffer: false)))
        }
    }

    @Test("every byte and the length count")
    func everyByte() {
        let hasher = BlockHasher()
        let bytes = content(2 * Self.group + 100)
        let digest = fileDigest(bytes, hasher)
        for place in [0, 4095, 4096, Self.group - 1, Self.group, bytes.count - 1] {
            var changed = bytes
            changed[place] ^= 1
            #expect(fileDigest(changed, hasher) != digest, "byte \(place)")
        }
        #expect(fileDigest(bytes + [0], hasher) != digest)
        #expect(fileDigest(Array(bytes.dropLast()), hasher) != digest)
    }

    /// More groups than a test can hash files for: the levels against a plain recursion.
    @Test("deep trees", arguments: [1, 127, 128, 129, 128 * 128 - 1, 128 * 128, 128 * 128 + 1, 40_000])
    func deep(groups: Int) {
        let hashes = (0..<groups).map { index in [UInt8](repeating: UInt8(truncatingIfNeeded: index &* 7), count: 32) }
        var top = BlockTreeTop()
        for hash in hashes { top.append(hash) }
        var level = hashes
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 128).map { start in
                var block = Array(level[start..<min(start + 128, level.count)].joined())
                block += repeatElement(0, count: 4096 - block.count)
                return SHA256.digest(block)
            }
        }
        var descriptor: [UInt8] = [1, 1, 12, 0, 0, 0, 0, 0]
        let length = groups * Self.group
        for shift in stride(from: 0, to: 64, by: 8) { descriptor.append(UInt8(truncatingIfNeeded: length >> shift)) }
        descriptor += level[0] + [UInt8](repeating: 0, count: 256 - 48)
        #expect(top.fileDigest(byteCount: length) == SHA256.digest(descriptor))
    }
}
