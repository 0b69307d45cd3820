import Custody
import Imaging
import Testing

/// The map of a medium in few cells.
@Suite struct RegionOverviewTests {
    @Test func aCellShowsTheWorstThatIsInIt() {
        var map = RescueMap(size: 1000, .finished)
        map.set(ByteRange(offset: 199, length: 2), to: .nonTried)
        map.set(ByteRange(offset: 500, length: 1), to: .nonTrimmed)
        map.set(ByteRange(offset: 501, length: 1), to: .nonScraped)
        map.set(ByteRange(offset: 502, length: 1), to: .bad)
        map.set(ByteRange(offset: 999, length: 1), to: .bad)
        let overview = map.overview(cells: 10)
        #expect(overview.cells == "+??++-+++-")
        #expect(overview.totals == .init(finished: 994, untried: 2, untrimmed: 1, unscraped: 1, bad: 2))
        #expect(overview.badAreas == 2)
    }

    @Test func everyByteLiesInTheCellThatTheFormatNames() {
        for size in [1, 2, 3, 7, 64, 100, 101] {
            for count in 1...size {
                for offset in 0..<size {
                    var map = RescueMap(size: size, .finished)
                    map.set(ByteRange(offset: offset, length: 1), to: .bad)
                    let cell = (0..<count).last { $0 * size / count <= offset }
                    let cells = Array(map.overview(cells: count).cells)
                    #expect(cells.firstIndex(of: "-") == cell)
                    #expect(cells.count { $0 == "-" } == 1)
                }
            }
        }
    }

    @Test func largeMediaDoNotOverflow() {
        var map = RescueMap(size: .max, .finished)
        map.set(ByteRange(offset: .max - 1, length: 1), to: .bad)
        let cells = map.overview(cells: 10_000).cells
        #expect(cells.count == 10_000)
        #expect(cells.last == "-")
        #expect(cells.dropLast().allSatisfy { $0 == "+" })
    }

    @Test func anEmptyMediumHasNoCells() { #expect(RescueMap(size: 0).overview(cells: 10).cells == "") }
}
