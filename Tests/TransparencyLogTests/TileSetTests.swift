import Testing

@testable import TransparencyLog

@Suite("The tiles of a log")
struct TileSetTests {
    /// The rule of c2sp.org/tlog-tiles, written down as a loop over the levels.
    static func rule(_ size: Int) -> Set<String> {
        var paths: Set<String> = []
        var power = 1
        for level in 0..<6 {
            let hashes = size / power
            for index in 0..<hashes / 256 { paths.insert(Tile(.hashes(level: level), index: index, width: 256).path) }
            if hashes % 256 > 0 {
                paths.insert(Tile(.hashes(level: level), index: hashes / 256, width: hashes % 256).path)
            }
            power *= 256
        }
        for index in 0..<size / 256 { paths.insert(Tile(.entries, index: index, width: 256).path) }
        if size % 256 > 0 { paths.insert(Tile(.entries, index: size / 256, width: size % 256).path) }
        return paths
    }

    @Test(
        "a log of this size has exactly the tiles of the rule",
        arguments: [0, 1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000, 131_072, 1_000_000])
    func exactlyTheRule(_ size: Int) {
        let tiles = Tile.all(size: size)
        #expect(Set(tiles.map(\.path)) == Self.rule(size))
        #expect(Set(tiles).count == tiles.count)
    }

    @Test("small logs, spelled out")
    func spelledOut() {
        #expect(Tile.all(size: 0).isEmpty)
        #expect(Tile.all(size: 1).map(\.path) == ["tile/0/000.p/1", "tile/entries/000.p/1"])
        #expect(Tile.all(size: 256).map(\.path) == ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"])
        #expect(
            Tile.all(size: 300).map(\.path)
                == ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"])
    }

    @Test(
        "the hashes of all tiles are those of the tree, each in the place that the rule says", arguments: [1, 255, 256, 257, 600])
    func contents(_ size: Int) throws {
        let tree = NaiveTree(size: size)
        let nodes = tree.nodes()
        for tile in Tile.all(size: size) {
            guard case .hashes(let level) = tile.content else { continue }
            let span = level == 0 ? 1 : 256
            let hashes = try Tile.places(level: level, index: tile.index, width: tile.width).map(nodes.read)
            for (position, hash) in hashes.enumerated() {
                let start = (tile.index * 256 + position) * span
                #expect(hash == tree.root(start..<start + span))
            }
        }
    }

    @Test("a tile of hashes round trips and has exactly its length")
    func hashes() throws {
        let tree = NaiveTree(size: 3)
        let tile = Tile(.hashes(level: 0), index: 0, width: 3)
        let bytes = Tile.encode(tree.leaves)
        #expect(bytes.count == 96)
        #expect(try tile.decodeHashes(bytes) == tree.leaves)
        for other in [[], Array(bytes.dropLast()), bytes + [0], Array(bytes.dropLast(32)), bytes + bytes.prefix(32)] {
            #expect(throws: LogError.malformed("the tile has the wrong length")) { try tile.decodeHashes(other) }
        }
    }
}
