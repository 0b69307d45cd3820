import Bundle
import Testing

@Suite("Proved times")
struct ProvedTimesTests {
    private static func random(_ count: Int, size: Int) -> [ExternalTime] {
        (0..<count).map { number in
            let covered = Int.random(in: 1...size)
            let time = Int.random(in: -50...50)
            return ExternalTime(
                size: covered, earliest: time - Int.random(in: 0...5), latest: time + Int.random(in: 0...5), source: "\(number)",
                recordedIn: Int.random(in: covered...size))
        }
    }

    @Test("the bounds of an entry are the best that any time gives, however many there are and in whatever order")
    func bounds() {
        for round in 0..<2000 {
            let size = Int.random(in: 1...20)
            let times = Self.random(round % 12, size: size)
            let proved = ProvedTimes(times)
            for entry in 0..<size {
                let interval = proved[entry]
                #expect(interval.notBefore?.earliest == times.filter { $0.recordedIn <= entry }.map(\.earliest).max())
                #expect(interval.notAfter?.latest == times.filter { $0.size > entry }.map(\.latest).min())
                #expect(interval.notBefore.map { $0.recordedIn <= entry } ?? true)
                #expect(interval.notAfter.map { $0.size > entry } ?? true)
            }
        }
    }

    @Test("times that are true leave room for the truth")
    func truth() {
        for _ in 0..<2000 {
            let size = Int.random(in: 2...20)
            // Entry i was written at 10 i; a time over size m, recorded in e, was given between entries m - 1 and e.
            let times = (0..<Int.random(in: 0...8)).map { number in
                let recorded = Int.random(in: 1..<size)
                let covered = Int.random(in: 1...recorded)
                let moment = Int.random(in: 10 * (covered - 1)...10 * recorded)
                return ExternalTime(size: covered, earliest: moment, latest: moment, source: "\(number)", recordedIn: recorded)
            }
            let proved = ProvedTimes(times)
            for entry in 0..<size {
                #expect(proved[entry].allows(10 * entry, tolerance: 0))
                #expect(proved[entry].length ?? 0 >= 0)
            }
        }
    }

    @Test("a claim beyond the bounds is not allowed, but for the tolerance")
    func claims() {
        let proved = ProvedTimes([
            ExternalTime(size: 1, earliest: 100, latest: 110, source: "a", recordedIn: 1),
            ExternalTime(size: 3, earliest: 200, latest: 210, source: "b", recordedIn: 3),
        ])
        #expect(proved[0].notBefore == nil)
        #expect(proved[0].notAfter?.source == "a")
        #expect(proved[1].length == 110)
        #expect(proved[1].allows(95, tolerance: 5) && !proved[1].allows(94, tolerance: 5))
        #expect(proved[2].allows(215, tolerance: 5) && !proved[2].allows(216, tolerance: 5))
        #expect(proved[9].notAfter == nil && proved[9].notBefore?.source == "b")
    }
}
