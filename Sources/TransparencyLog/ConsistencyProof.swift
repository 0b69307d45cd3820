/// The proof that a tree is a continuation of a smaller one (RFC 9162 §2.1.4).
public struct ConsistencyProof: Equatable, Sendable {
    /// Size of the smaller tree.
    public let oldSize: Int
    /// Size of the larger tree.
    public let newSize: Int
    /// The hashes, in the order of RFC 9162 §2.1.4.1.
    public let path: [LogHash]

    /// Wraps a proof that was read; `verify` says what it is worth.
    public init(oldSize: Int, newSize: Int, path: [LogHash]) {
        self.oldSize = oldSize
        self.newSize = newSize
        self.path = path
    }

    /// Makes the proof from stored nodes (RFC 9162 §2.1.4.1).
    ///
    /// - Precondition: `0 ≤ oldSize ≤ newSize`.
    public init(oldSize: Int, newSize: Int, nodes: NodeReader) throws {
        precondition(oldSize >= 0 && oldSize <= newSize, "a log does not shrink")
        var path: [LogHash] = []
        if oldSize > 0, oldSize < newSize {
            var start = 0
            var end = newSize
            while oldSize != end {
                let split = start + largestPowerOfTwo(below: end - start)
                if oldSize <= split {
                    path.append(try rangeHash(split, end, nodes))
                    end = split
                } else {
                    path.append(try rangeHash(start, split, nodes))
                    start = split
                }
            }
            // What is left is a complete subtree of both; its hash is known to the verifier only where it is the old tree.
            if start > 0 { path.append(try rangeHash(start, end, nodes)) }
        }
        self.init(oldSize: oldSize, newSize: newSize, path: path.reversed())
    }

    /// Checks the proof (RFC 9162 §2.1.4.2).
    ///
    /// - Throws: `LogError.unproved` where the new tree is not proved to contain the old one unchanged.
    public func verify(oldRoot: LogHash, newRoot: LogHash) throws(LogError) {
        guard oldSize >= 0, oldSize <= newSize else { throw .unproved("the consistency proof's sizes are in the wrong order") }
        if oldSize == newSize {
            guard path.isEmpty, oldRoot == newRoot else { throw .unproved("two trees of one size have different roots") }
            return
        }
        if oldSize == 0 {
            guard path.isEmpty, oldRoot == .emptyTree else { throw .unproved("the empty tree has another root") }
            return
        }
        var path = path[...]
        if oldSize.nonzeroBitCount == 1 { path = [oldRoot] + path }
        guard let first = path.popFirst() else { throw .unproved("the consistency proof is too short") }
        var node = oldSize - 1
        var last = newSize - 1
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        var old = first
        var new = first
        for hash in path {
            guard last != 0 else { throw .unproved("the consistency proof is too long") }
            if node & 1 == 1 || node == last {
                old = .node(hash, old)
                new = .node(hash, new)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                new = .node(new, hash)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .unproved("the consistency proof is too short") }
        guard old == oldRoot else { throw .unproved("the consistency proof does not lead to the old root") }
        guard new == newRoot else { throw .unproved("the consistency proof does not lead to the new root") }
    }
}
