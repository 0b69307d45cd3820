/// The right edge of a growing tree: the roots of its complete subtrees, largest first.
///
/// It is all that an append needs, so its cost is logarithmic in the size.
public struct Frontier: Sendable {
    /// Number of leaves.
    public private(set) var size: Int
    private var subtrees: [LogHash]

    /// The tree without leaves.
    public init() {
        size = 0
        subtrees = []
    }

    /// The edge of a stored tree of `size` leaves.
    public init(size: Int, nodes: NodeReader) throws {
        self.size = size
        subtrees = []
        var start = 0
        for level in (0..<Int.bitWidth - 1).reversed() where size >> level & 1 == 1 {
            subtrees.append(try nodes(NodeIndex(level: level, index: start >> level)))
            start += 1 << level
        }
    }

    /// Appends a leaf.
    ///
    /// - Returns: the subtrees that it completes, the leaf itself first; a store keeps exactly these.
    @discardableResult
    public mutating func append(_ leaf: LogHash) -> [(place: NodeIndex, hash: LogHash)] {
        var completed = [(place: NodeIndex(level: 0, index: size), hash: leaf)]
        var hash = leaf
        for level in 0..<size.trailingOnes {
            hash = .node(subtrees.removeLast(), hash)
            completed.append((NodeIndex(level: level + 1, index: size >> (level + 1)), hash))
        }
        subtrees.append(hash)
        size += 1
        return completed
    }

    /// The root of the tree as it stands.
    public var root: LogHash {
        guard var hash = subtrees.last else { return .emptyTree }
        for left in subtrees.dropLast().reversed() { hash = .node(left, hash) }
        return hash
    }
}

extension Int {
    /// Number of one bits at the low end.
    fileprivate var trailingOnes: Int { (~self).trailingZeroBitCount }
}
