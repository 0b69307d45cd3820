import Integrity
import Testing

@testable import TransparencyLog

/// The eight leaves of Certificate Transparency's reference implementation (merkle_tree_test.cc) with its roots and proofs.
@Suite("The published tree of Certificate Transparency")
struct PublishedTreeTests {
    static let leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    static let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    static func tree(_ size: Int) throws -> NaiveTree {
        NaiveTree(entries: try leaves.prefix(size).map { try #require(Hex.decode($0)) })
    }

    @Test("the empty tree is SHA-256 of nothing")
    func emptyTree() throws {
        let expected = try LogHash(hex: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(LogHash.emptyTree == expected)
        #expect(Frontier().root == expected)
        #expect(try treeRoot(size: 0) { _ in throw MissingNode() } == expected)
    }

    @Test("the tree has the published root", arguments: 1...8)
    func publishedRoot(_ size: Int) throws {
        let tree = try Self.tree(size)
        let expected = try LogHash(hex: Self.roots[size - 1])
        let nodes = tree.nodes()
        var frontier = Frontier()
        for leaf in tree.leaves { frontier.append(leaf) }
        #expect(tree.root(0..<size) == expected)
        #expect(try treeRoot(size: size, nodes: nodes.read) == expected)
        #expect(frontier.root == expected)
    }

    @Test(
        "the published inclusion proofs",
        arguments: [
            (0, 1, []),
            (
                0, 8,
                [
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ]
            ),
            (
                5, 8,
                [
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ]
            ),
            (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
            (
                1, 5,
                [
                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ]
            ),
        ] as [(Int, Int, [String])])
    func publishedInclusion(_ index: Int, _ size: Int, _ path: [String]) throws {
        let expected = try path.map { try LogHash(hex: $0) }
        let tree = try Self.tree(size)
        let proof = try InclusionProof(index: index, treeSize: size, nodes: tree.nodes().read)
        #expect(proof.path == expected)
        try InclusionProof(index: index, treeSize: size, path: expected)
            .verify(leaf: tree.leaves[index], root: LogHash(hex: Self.roots[size - 1]))
    }

    @Test(
        "the published consistency proofs",
        arguments: [
            (1, 1, []),
            (
                1, 8,
                [
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ]
            ),
            (
                6, 8,
                [
                    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ]
            ),
            (
                2, 5,
                [
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ]
            ),
        ] as [(Int, Int, [String])])
    func publishedConsistency(_ old: Int, _ new: Int, _ path: [String]) throws {
        let expected = try path.map { try LogHash(hex: $0) }
        let nodes = try Self.tree(new).nodes()
        #expect(try ConsistencyProof(oldSize: old, newSize: new, nodes: nodes.read).path == expected)
        try ConsistencyProof(oldSize: old, newSize: new, path: expected)
            .verify(oldRoot: LogHash(hex: Self.roots[old - 1]), newRoot: LogHash(hex: Self.roots[new - 1]))
    }
}
