/// The proof that an entry stands at an index of a tree (RFC 9162 §2.1.3).
public struct InclusionProof: Equatable, Sendable {
    /// Position of the entry.
    public let index: Int
    /// Size of the tree.
    public let treeSize: Int
    /// Sibling hashes from the leaf upwards.
    public let path: [LogHash]

    /// Wraps a proof that was read; `verify` says what it is worth.
    public init(index: Int, treeSize: Int, path: [LogHash]) {
        self.index = index
        self.treeSize = treeSize
        self.path = path
    }

    /// Makes the proof from stored nodes (RFC 9162 §2.1.3.1).
    ///
    /// - Precondition: `0 ≤ index < treeSize`.
    public init(index: Int, treeSize: Int, nodes: NodeReader) throws {
        precondition(index >= 0 && index < treeSize, "no such entry")
        let path = try Self.siblings(of: index, treeSize: treeSize).map { try rangeHash($0.lowerBound, $0.upperBound, nodes) }
        self.init(index: index, treeSize: treeSize, path: path)
    }

    /// Which leaves stand under each hash of a proof, in the order of `path`. All but those at the right edge of the tree are
    /// complete subtrees.
    ///
    /// - Precondition: `0 ≤ index < treeSize`.
    public static func siblings(of index: Int, treeSize: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        var end = treeSize
        // Downwards from the root: at each split the half without the entry belongs to the proof.
        while end - start > 1 {
            let split = start + largestPowerOfTwo(below: end - start)
            if index < split {
                ranges.append(split..<end)
                end = split
            } else {
                ranges.append(start..<split)
                start = split
            }
        }
        return ranges.reversed()
    }

    /// Checks the proof (RFC 9162 §2.1.3.2).
    ///
    /// - Throws: `LogError.unproved` where the leaf is not proved to be in the tree with this root.
    public func verify(leaf: LogHash, root: LogHash) throws(LogError) {
        guard index >= 0, index < treeSize else { throw .unproved("the inclusion proof's index lies outside the tree") }
        var node = index
        var last = treeSize - 1
        var hash = leaf
        for sibling in path {
            guard last != 0 else { throw .unproved("the inclusion proof is too long") }
            if node & 1 == 1 || node == last {
                hash = .node(sibling, hash)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = .node(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .unproved("the inclusion proof is too short") }
        guard hash == root else { throw .unproved("the inclusion proof does not lead to the root") }
    }
}
