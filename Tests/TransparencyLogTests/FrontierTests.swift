import Testing

@testable import TransparencyLog

@Suite("The growing edge of the tree")
struct FrontierTests {
    static let tree = NaiveTree(size: 600)
    static let nodes = tree.nodes()

    @Test("after every append the root is the tree's, and the completed subtrees are its new ones")
    func everyAppend() throws {
        var frontier = Frontier()
        var store: [NodeIndex: LogHash] = [:]
        for (count, leaf) in Self.tree.leaves.enumerated() {
            let completed = frontier.append(leaf)
            #expect(completed.first?.place == NodeIndex(level: 0, index: count))
            #expect(completed.map(\.place.level) == Array(0..<completed.count))
            for (place, hash) in completed { #expect(store.updateValue(hash, forKey: place) == nil, "stored twice") }
            #expect(frontier.size == count + 1)
            if count < 260 { try #require(frontier.root == Self.tree.root(0..<count + 1), "after \(count + 1)") }
        }
        #expect(frontier.root == Self.tree.root(0..<600))
        #expect(store == Self.nodes)
    }

    @Test(
        "an edge read from a store goes on like the one that never stopped",
        arguments: [0, 1, 2, 3, 7, 8, 255, 256, 257, 511, 512])
    func readFromStore(_ size: Int) throws {
        // Only what a tree of this size has may be asked for.
        let stored = Self.nodes.filter { ($0.key.index + 1) << $0.key.level <= size }
        var frontier = try Frontier(size: size, nodes: stored.read)
        #expect(frontier.size == size)
        #expect(frontier.root == Self.tree.root(0..<size))
        for next in size..<size + 9 { frontier.append(Self.tree.leaves[next]) }
        #expect(frontier.root == Self.tree.root(0..<size + 9))
    }

    @Test("a store that lacks a node gives its error and no edge")
    func missingNode() {
        #expect(throws: MissingNode.self) { try Frontier(size: 6) { _ in throw MissingNode() } }
    }
}
