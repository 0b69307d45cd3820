import Custody
import Testing

@testable import Station

@Suite("Disks that come and go without end") struct ArrivalLimitTests {
    /// Events at their seconds.
    private struct Stream {
        var limit = ArrivalLimit()
        let start = ContinuousClock.now
        var recorded = 0
        var began = 0

        mutating func come(_ place: String, at second: Double) {
            switch limit.add(
                place, device: "/dev/sdb", at: start + .seconds(second), time: Timestamp(microseconds: Int(second * 1e6)))
            {
            case .record: recorded += 1
            case .beginCounting: began += 1
            case .count: break
            }
        }
    }

    @Test("of ten thousand events in a minute sixty are entries of their own, and one sums the rest up") func aMinute() {
        var stream = Stream()
        for number in 0..<10_000 { stream.come("usb-1", at: Double(number) * 0.006) }
        #expect(stream.recorded == ArrivalLimit.limit)
        #expect(stream.began == 1)
        // Not before the place was quiet.
        #expect(stream.limit.close(at: stream.start + .seconds(61)).isEmpty)
        let sums = stream.limit.close(at: stream.start + .seconds(120))
        #expect(sums.map(\.count) == [10_000 - ArrivalLimit.limit])
        #expect(sums[0].first == Timestamp(microseconds: 360_000))
        #expect(sums[0].last == Timestamp(microseconds: 59_994_000))
        #expect(!stream.limit.isCounting)
    }

    @Test("a storm that never ends is one entry when the station stops") func withoutEnd() {
        var stream = Stream()
        for number in 0..<100_000 { stream.come("usb-1", at: Double(number) * 0.5 + (number < 100 ? -Double(number) * 0.49 : 0)) }
        #expect(stream.began == 1)
        #expect(stream.limit.closeAll().reduce(0) { $0 + $1.count } + stream.recorded == 100_000)
    }

    @Test("other ports are not concerned, and a person is never") func others() {
        var stream = Stream()
        for number in 0..<1000 { stream.come("usb-1", at: Double(number) * 0.01) }
        let before = stream.recorded
        stream.come("usb-2", at: 10)
        #expect(stream.recorded == before + 1)
        var slow = Stream()
        for number in 0..<500 { slow.come("usb-1", at: Double(number) * 1.1) }
        #expect(slow.recorded == 500)
    }

    @Test("after quiet the stays are recorded one by one again") func again() {
        var stream = Stream()
        for number in 0..<100 { stream.come("usb-1", at: Double(number) * 0.01) }
        #expect(stream.limit.close(at: stream.start + .seconds(62)).count == 1)
        stream.come("usb-1", at: 63)
        #expect(stream.recorded == ArrivalLimit.limit + 1)
    }

    @Test("a machine of ever new ports does not fill the memory, and nothing is lost") func manyPlaces() {
        var stream = Stream()
        for number in 0..<20_000 { stream.come("port-\(number)", at: Double(number) * 0.001) }
        let sums = stream.limit.closeAll()
        #expect(sums.count == 1)
        #expect(stream.recorded + sums.reduce(0) { $0 + $1.count } == 20_000)
    }
}
