import Testing

@testable import TransparencyLog

@Suite("Inclusion proofs")
struct InclusionProofTests {
    static let tree = NaiveTree(size: 256)
    static let nodes = tree.nodes()

    @Test("every entry of every tree up to 256 has the proof that RFC 6962 defines, and it verifies")
    func everyEntryOfEveryTree() throws {
        for size in 1...256 {
            let root = Self.tree.root(0..<size)
            for index in 0..<size {
                let proof = try InclusionProof(index: index, treeSize: size, nodes: Self.nodes.read)
                try #require(proof.path == Self.tree.path(index, 0..<size), "entry \(index) of \(size)")
                try proof.verify(leaf: Self.tree.leaves[index], root: root)
            }
        }
    }

    /// Sizes around powers of two, where the shape of the tree changes.
    @Test("a proof that was altered, cut or lengthened is refused", arguments: [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33])
    func alteredProof(_ size: Int) throws {
        let root = Self.tree.root(0..<size)
        for index in 0..<size {
            let good = Self.tree.path(index, 0..<size)
            let leaf = Self.tree.leaves[index]
            func refused(_ path: [LogHash], at place: Int = index, of treeSize: Int = size, _ what: Comment) {
                #expect(throws: LogError.self, what) {
                    try InclusionProof(index: place, treeSize: treeSize, path: path).verify(leaf: leaf, root: root)
                }
            }
            for position in good.indices {
                var path = good
                path[position] = path[position].altered
                refused(path, "hash \(position) altered")
                path = good
                path.remove(at: position)
                refused(path, "hash \(position) left out")
                path = good
                path.insert(leaf, at: position)
                refused(path, "a hash put before \(position)")
            }
            refused(good + [root], "a hash at the end")
            if good.count > 1 { refused(good.reversed(), "the order reversed") }
            for other in 0..<size where other != index { refused(good, at: other, "moved to \(other)") }
            refused(good, at: index - size, "moved before the tree")
            refused(good, at: index + size, "moved behind the tree")
            #expect(throws: LogError.self) {
                try InclusionProof(index: index, treeSize: size, path: good).verify(leaf: leaf.altered, root: root)
            }
            #expect(throws: LogError.self) {
                try InclusionProof(index: index, treeSize: size, path: good).verify(leaf: leaf, root: root.altered)
            }
        }
    }

    @Test(
        "an index outside the tree is refused",
        arguments: [(-1, 1), (1, 1), (0, 0), (5, 4), (Int.max, Int.max), (0, -1), (Int.min, 1)])
    func outsideTheTree(_ index: Int, _ size: Int) {
        let leaf = Self.tree.leaves[0]
        #expect(throws: LogError.unproved("the inclusion proof's index lies outside the tree")) {
            try InclusionProof(index: index, treeSize: size, path: []).verify(leaf: leaf, root: leaf)
        }
    }

    @Test("the largest sizes are refused and do not overflow")
    func largestSizes() {
        let leaf = Self.tree.leaves[0]
        for count in [0, 1, 62, 63, 64, 100] {
            #expect(throws: LogError.self) {
                try InclusionProof(index: Int.max - 1, treeSize: Int.max, path: Array(repeating: leaf, count: count))
                    .verify(leaf: leaf, root: leaf)
            }
        }
    }

    @Test("a store that lacks a node gives its error and no proof")
    func missingNode() {
        #expect(throws: MissingNode.self) {
            try InclusionProof(index: 0, treeSize: 4) { place in
                guard place.level == 0 else { throw MissingNode() }
                return Self.tree.leaves[place.index]
            }
        }
    }
}
