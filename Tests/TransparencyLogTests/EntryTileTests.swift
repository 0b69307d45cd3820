import Testing

@testable import TransparencyLog

@Suite("Tiles of entries")
struct EntryTileTests {
    static func tile(_ width: Int) -> Tile { Tile(.entries, index: 0, width: width) }

    @Test(
        "entries round trip",
        arguments: [
            [[]], [[1]], [[], [], []], [[UInt8](repeating: 7, count: 65_535)],
            [[1, 2, 3], [], [UInt8](repeating: 0, count: 256)],
            Array(repeating: [0, 0], count: 256),
        ] as [[[UInt8]]])
    func roundTrip(_ entries: [[UInt8]]) throws {
        let bytes = Tile.encode(entries: entries)
        #expect(bytes.count == entries.reduce(0) { $0 + 2 + $1.count })
        #expect(try Self.tile(entries.count).decodeEntries(bytes) == entries)
    }

    @Test("the length stands before the entry, its high byte first")
    func layout() {
        #expect(Tile.encode(entries: [[9], []]) == [0, 1, 9, 0, 0])
        #expect(Tile.encode(entries: [[UInt8](repeating: 0, count: 258)]).prefix(2) == [1, 2])
        #expect(Tile.encode(entries: [[UInt8](repeating: 0, count: 65_535)]).prefix(2) == [0xFF, 0xFF])
    }

    @Test("a tile that is cut off anywhere is refused")
    func cutOff() {
        let bytes = Tile.encode(entries: [[1, 2, 3], [], [4, 5]])
        for end in 0..<bytes.count {
            #expect(throws: LogError.self, "cut to \(end)") { try Self.tile(3).decodeEntries(Array(bytes[..<end])) }
        }
        #expect(throws: LogError.malformed("an entry is cut off")) { try Self.tile(1).decodeEntries([0xFF, 0xFF, 1]) }
        #expect(throws: LogError.malformed("an entry's length is cut off")) { try Self.tile(1).decodeEntries([0]) }
    }

    @Test("more or fewer entries than the path says are refused", arguments: [1, 2, 4, 256])
    func wrongWidth(_ width: Int) {
        let bytes = Tile.encode(entries: [[1], [2], [3]])
        #expect(throws: LogError.malformed("the tile holds 3 entries and not \(width)")) {
            try Self.tile(width).decodeEntries(bytes)
        }
    }
}
