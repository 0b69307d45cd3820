import Testing

@testable import TransparencyLog

@Suite("Paths of tiles")
struct TilePathTests {
    @Test(
        "a tile has the path that c2sp.org/tlog-tiles gives it",
        arguments: [
            (Tile(.hashes(level: 0), index: 0, width: 256), "tile/0/000"),
            (Tile(.hashes(level: 0), index: 1_234_067, width: 256), "tile/0/x001/x234/067"),
            (Tile(.hashes(level: 1), index: 999, width: 1), "tile/1/999.p/1"),
            (Tile(.hashes(level: 2), index: 1000, width: 255), "tile/2/x001/000.p/255"),
            (Tile(.entries, index: 0, width: 112), "tile/entries/000.p/112"),
            (Tile(.entries, index: 1_234_067, width: 256), "tile/entries/x001/x234/067"),
            (Tile(.entries, index: 1_000_000_000, width: 8), "tile/entries/x001/x000/x000/000.p/8"),
        ])
    func publishedPath(_ tile: Tile, _ path: String) {
        #expect(tile.path == path)
        #expect(Tile(path: path) == tile)
    }

    @Test("every path that is written is read")
    func roundTrip() {
        let contents: [Tile.Content] = [.entries] + (0..<8).map { .hashes(level: $0) }
        let indices = [0, 1, 9, 10, 99, 100, 999, 1000, 1001, 999_999, 1_000_000, (1 << 40) - 1]
        for content in contents {
            for index in indices {
                for width in [1, 2, 9, 10, 99, 100, 255, 256] {
                    let tile = Tile(content, index: index, width: width)
                    #expect(Tile(path: tile.path) == tile, "\(tile.path)")
                }
            }
        }
    }

    @Test(
        "another spelling of a path, or no tile's path, is refused",
        arguments: [
            "", "/", "tile", "tile/", "tile//", "tile/0", "tile/0/", "/tile/0/000", "tile/0/000/", "tile/0//000", "tile//000",
            "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/1000", "tile/0/001000", "tile/0/x000/001", "tile/0/x001",
            "tile/0/x001/",
            "tile/0/001/000", "tile/0/x001/x000", "tile/0/X001/000", "tile/00/000", "tile/8/000", "tile/63/000", "tile/-1/000",
            "tile/+1/000", "tile/data/000", "tile/Entries/000", "tile/０/000", "tile/0/０００", "Tile/0/000", "tiles/0/000",
            "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/257", "tile/0/000.p/01",
            "tile/0/000.p/-1", "tile/0/000.p/+1", "tile/0/000.p/1/", "tile/0/000.p/1/1", "tile/0/000.p/1.p/1", "tile/0/.p/1",
            "tile/0/000.P/1", "tile/0/000/1", "tile/0/../000", "tile/0/..", "tile/../tile/0/000", "tile/0/000\0", "tile/0/000\n",
            "tile/0/000 ", "tile/0/0 0", "tile/0/-01", "tile/0/-10", "tile/0/-100", "tile/0/-999", "tile/0/x-01/000",
            "tile/0/x-10/000", "tile/0/x-100/000", "tile/0/+01", "tile/0/+001", "tile/0/-100.p/7", "tile/entries/-100",
            "tile/0/x001/x001/x001/x001/x001/x001/001", "tile/0/x009/x223/x372/x036/x854/x775/807",
            "tile/0/x099/x223/x372/x036/x854/x775/807", "tile/0/x001/x099/x511/x627/776",
            "tile/0/x001/x001/x001/x001/x001/x001/x001/001",
            "tile/0/xx01/000", "tile/0/x0x1/000", "tile/0/00\u{301}0", "tile/0/000\u{301}",
        ])
    func refused(_ path: String) {
        #expect(Tile(path: path) == nil)
    }

    @Test("a path of many parts is refused and does not stop the program", arguments: [10, 11, 1000, 100_000])
    func manyParts(_ count: Int) {
        #expect(Tile(path: "tile/0/" + String(repeating: "x001/", count: count) + "000") == nil)
    }
}
