/// The place of a complete subtree: it covers leaves [index·2^level, (index+1)·2^level).
public struct NodeIndex: Hashable, Sendable {
    /// Height above the leaves; 0 is a leaf.
    public let level: Int
    /// Number of complete subtrees of this height to the left.
    public let index: Int

    /// Names a subtree.
    public init(level: Int, index: Int) {
        self.level = level
        self.index = index
    }
}

/// Where hashes of complete subtrees come from: a database, tiles, or memory.
public typealias NodeReader = (NodeIndex) throws -> LogHash

/// The root over leaves [start, end), computed from complete subtrees; `start` is a multiple of the
/// largest power of two below the width, as every range of RFC 6962 §2.1 is.
func rangeHash(_ start: Int, _ end: Int, _ node: NodeReader) throws -> LogHash {
    let width = end - start
    if width.nonzeroBitCount == 1 {
        let level = width.trailingZeroBitCount
        return try node(NodeIndex(level: level, index: start >> level))
    }
    let split = start + largestPowerOfTwo(below: width)
    return try .node(rangeHash(start, split, node), rangeHash(split, end, node))
}

/// The largest power of two below `width`, which is at least 2 (the `k` of RFC 6962 §2.1).
func largestPowerOfTwo(below width: Int) -> Int {
    1 << (Int.bitWidth - 1 - (width - 1).leadingZeroBitCount)
}

/// The root of the tree of the first `size` leaves.
public func treeRoot(size: Int, nodes: NodeReader) throws -> LogHash {
    size == 0 ? .emptyTree : try rangeHash(0, size, nodes)
}
