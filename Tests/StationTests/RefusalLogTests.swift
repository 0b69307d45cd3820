import Custody
import SafeText
import Testing

@testable import Station

@Suite struct RefusedRequests {
    private func time(_ second: Int) -> Timestamp { Timestamp(microseconds: second * 1_000_000) }

    @Test func theFirstIsRecordedAndTheOthersAreCounted() throws {
        var log = RefusalLog()
        let added = log.add(uid: 7, user: "eve", request: "GET /a", at: time(0))
        let first = try #require(added)
        #expect(first.count == 1)
        for second in 1...1000 {
            let later = log.add(uid: 7, user: "eve", request: "GET /\(second % 8)", at: time(second))
            #expect(later == nil)
        }
        let closed = log.close(uid: 7)
        let sum = try #require(closed)
        #expect(sum.count == 1000)
        #expect(sum.first == time(1))
        #expect(sum.last == time(1000))
        #expect(sum.requests.count == RefusalLog.exampleLimit)
        let again = log.close(uid: 7)
        #expect(again == nil)
        let next = log.add(uid: 7, user: "eve", request: "GET /a", at: time(2000))
        #expect(next != nil)
    }

    @Test func usersAreCountedApart() {
        var log = RefusalLog()
        for uid in [3, 1, 2] {
            let first = log.add(uid: uid, user: "u\(uid)", request: "x", at: time(0))
            #expect(first != nil)
            _ = log.add(uid: uid, user: "u\(uid)", request: "x", at: time(1))
        }
        let sums = log.closeAll()
        #expect(sums.map(\.uid) == [1, 2, 3])
        let rest = log.closeAll()
        #expect(rest.isEmpty)
    }

    @Test func aHostileRequestCannotBreakALineOrGrowTheEntry() throws {
        var log = RefusalLog()
        let request = "GET /\n\u{1B}[2J" + String(repeating: "x", count: 10_000)
        let added = log.add(uid: 7, user: "eve", request: request, at: time(0))
        let entry = try #require(added)
        #expect(entry.requests[0].count == 200)
        #expect(entry.requests[0] == entry.requests[0].printable)
    }
}
