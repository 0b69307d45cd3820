/// The block tree of a file: fs-verity's Merkle tree with SHA-256 over blocks of 4,096 bytes and without a salt
/// (Linux, Documentation/filesystems/fsverity.rst), whose digest `fsverity digest` prints.
///
/// The blocks' hashes are never kept. What is kept is the level above them: one hash for each *group* of 128 blocks, so that
/// groups can be hashed in any order and on any thread, and a change can be placed to within a group.
public enum BlockTree {
    /// Length of a block in bytes.
    public static let blockSize = 4096
    /// Hashes that fill a block.
    public static let hashesPerBlock = blockSize / SHA256.byteCount
    /// Length of a group in bytes: 512 KiB.
    public static let groupSize = blockSize * hashesPerBlock

    /// Number of groups of a file of `byteCount` bytes, the last of which may be shorter.
    public static func groupCount(_ byteCount: Int) -> Int { byteCount / groupSize + (byteCount % groupSize == 0 ? 0 : 1) }

    /// Where the bytes of a group stand in a file of `byteCount` bytes.
    public static func bytes(ofGroup group: Int, byteCount: Int) -> Range<Int> {
        group * groupSize..<min((group + 1) * groupSize, byteCount)
    }

    /// The digest of a file in full: SHA-256 of the descriptor that holds its length and the tree's root.
    static func fileDigest(root: [UInt8], byteCount: Int) -> [UInt8] {
        var descriptor = [UInt8](repeating: 0, count: 256)
        descriptor[0] = 1  // version
        descriptor[1] = 1  // FS_VERITY_HASH_ALG_SHA256
        descriptor[2] = 12  // log2 of the block's length
        for index in 0..<8 { descriptor[8 + index] = UInt8(truncatingIfNeeded: byteCount >> (8 * index)) }
        descriptor.replaceSubrange(16..<16 + root.count, with: root)
        return SHA256.digest(descriptor)
    }
}

/// The part of a block tree above its groups. Takes the groups' hashes in their order; its memory is one block for each level,
/// whatever the length of the file.
public struct BlockTreeTop: Sendable {
    /// A level's last block as far as it is filled, and the number of hashes that the level has seen.
    private struct Level {
        var block: [UInt8] = []
        var count = 0
    }

    private var levels: [Level] = []

    /// The tree of nothing yet.
    public init() {}

    /// Number of groups taken so far.
    public var groupCount: Int { levels.first?.count ?? 0 }

    /// Takes the hash of the next group, 32 bytes.
    public mutating func append(_ hash: [UInt8]) { append(hash, to: 0) }

    private mutating func append(_ hash: [UInt8], to level: Int) {
        if level == levels.count { levels.append(Level()) }
        levels[level].block += hash
        levels[level].count += 1
        if levels[level].block.count == BlockTree.blockSize { close(level) }
    }

    /// Hashes the block of a level, zeros behind what it holds, into the level above.
    private mutating func close(_ level: Int) {
        var block = levels[level].block
        block += repeatElement(0, count: BlockTree.blockSize - block.count)
        levels[level].block = []
        append(SHA256.digest(block), to: level + 1)
    }

    /// The fs-verity digest of a file whose groups were all taken.
    ///
    /// - Parameter byteCount: length of the file.
    public consuming func fileDigest(byteCount: Int) -> [UInt8] {
        precondition(groupCount == BlockTree.groupCount(byteCount), "a block tree lacks groups")
        var root = [UInt8](repeating: 0, count: SHA256.byteCount)
        var level = 0
        while level < levels.count {
            if levels[level].count == 1 {
                root = levels[level].block
                break
            }
            if !levels[level].block.isEmpty { close(level) }
            level += 1
        }
        return BlockTree.fileDigest(root: root, byteCount: byteCount)
    }
}
