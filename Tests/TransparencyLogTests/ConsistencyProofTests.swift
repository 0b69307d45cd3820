import Testing

@testable import TransparencyLog

@Suite("Consistency proofs")
struct ConsistencyProofTests {
    static let tree = NaiveTree(size: 256)
    static let nodes = tree.nodes()
    static let roots = (0...256).map { tree.root(0..<$0) }

    @Test("every two trees up to 256 have the proof that RFC 6962 defines, and it verifies")
    func everyTwoTrees() throws {
        for new in 0...256 {
            for old in 0...new {
                let proof = try ConsistencyProof(oldSize: old, newSize: new, nodes: Self.nodes.read)
                try #require(proof.path == (old == 0 ? [] : Self.tree.proof(old, 0..<new)), "\(old) to \(new)")
                try proof.verify(oldRoot: Self.roots[old], newRoot: Self.roots[new])
            }
        }
    }

    @Test("no proof leads to a root that is not the tree's", arguments: [1, 2, 3, 4, 6, 7, 8, 9, 16, 17, 33])
    func wrongRoots(_ new: Int) throws {
        for old in 0...new {
            let proof = try ConsistencyProof(oldSize: old, newSize: new, nodes: Self.nodes.read)
            #expect(throws: LogError.self, "\(old) to \(new), old root altered") {
                try proof.verify(oldRoot: Self.roots[old].altered, newRoot: Self.roots[new])
            }
            // Every tree continues the empty one, so only then the new root is not at stake.
            if old > 0 {
                #expect(throws: LogError.self, "\(old) to \(new), new root altered") {
                    try proof.verify(oldRoot: Self.roots[old], newRoot: Self.roots[new].altered)
                }
            }
        }
    }

    @Test("a proof that was altered, cut or lengthened is refused", arguments: [1, 2, 3, 4, 6, 7, 8, 9, 16, 17, 33])
    func alteredProof(_ new: Int) throws {
        for old in 0...new {
            let good = try ConsistencyProof(oldSize: old, newSize: new, nodes: Self.nodes.read).path
            func refused(_ path: [LogHash], _ what: String) {
                #expect(throws: LogError.self, "\(old) to \(new), \(what)") {
                    try ConsistencyProof(oldSize: old, newSize: new, path: path)
                        .verify(oldRoot: Self.roots[old], newRoot: Self.roots[new])
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
                path.insert(Self.roots[old], at: position)
                refused(path, "a hash put before \(position)")
            }
            refused(good + [Self.roots[new]], "a hash at the end")
        }
    }

    @Test("a rewritten history has no proof: another old tree of the same size is refused")
    func rewrittenHistory() throws {
        let forged = NaiveTree(entries: (0..<20).map { Array("forged \($0)".utf8) })
        for old in 1...20 {
            let proof = try ConsistencyProof(oldSize: old, newSize: 33, nodes: Self.nodes.read)
            #expect(throws: LogError.self) { try proof.verify(oldRoot: forged.root(0..<old), newRoot: Self.roots[33]) }
        }
    }

    @Test("sizes in the wrong order are refused", arguments: [(2, 1), (-1, 1), (-2, -1), (Int.max, 0)])
    func wrongOrder(_ old: Int, _ new: Int) {
        #expect(throws: LogError.unproved("the consistency proof's sizes are in the wrong order")) {
            try ConsistencyProof(oldSize: old, newSize: new, path: []).verify(oldRoot: .emptyTree, newRoot: .emptyTree)
        }
    }

    @Test("two trees of one size with different roots are the proof of a fork")
    func fork() {
        #expect(throws: LogError.unproved("two trees of one size have different roots")) {
            try ConsistencyProof(oldSize: 5, newSize: 5, path: []).verify(oldRoot: Self.roots[5], newRoot: Self.roots[5].altered)
        }
    }
}
