import Custody
import Integrity
import Testing
import TransparencyLog

@testable import Bundle

@Suite("What a revoked key leaves without proof")
struct RevokedRangeTests {
    private let history: KeyHistory
    private let since = Timestamp(microseconds: 1000)

    init() throws {
        let origin = try #require(Origin("test.example/station"))
        let keys = try (0..<3).map { _ in VerifierKey(origin: origin, key: try SigningKey.generate().verifyingKey) }
        // Entries 9 and 19 are the rotations.
        history = KeyHistory(keys: [(0, keys[0]), (10, keys[1]), (20, keys[2])])
    }

    private func ranges(key: Int?, given: Int?, proved: [(size: Int, latest: Int)]) -> [Range<Int>] {
        RevokedRange.find(
            [Revocation(key: key.map { history.keys[$0].key }, since: since)], in: history, size: 30,
            given: given.map { history.keys[$0].key },
            times: proved.map { ExternalTime(size: $0.size, earliest: 0, latest: $0.latest, source: "s", recordedIn: $0.size) }
        ).map(\.entries)
    }

    @Test func withoutEvidenceNothingOfTheKeyIsBelieved() {
        #expect(ranges(key: 0, given: nil, proved: []) == [0..<30])
        #expect(ranges(key: 2, given: nil, proved: []) == [19..<30])
        #expect(ranges(key: 2, given: 2, proved: []) == [19..<30])
    }

    @Test func aLaterKeyThatTheReaderBroughtVouchesForWhatFollows() {
        #expect(ranges(key: 0, given: 2, proved: []) == [0..<10])
        #expect(ranges(key: 1, given: 2, proved: []) == [9..<20])
        #expect(ranges(key: 1, given: 0, proved: []) == [9..<30])
    }

    @Test func evidenceFromBeforeBoundsIt() {
        #expect(ranges(key: 0, given: 1, proved: [(4, 900), (7, 1000), (8, 1001)]) == [7..<10])
        #expect(ranges(key: 0, given: 1, proved: [(10, 1000)]) == [])
        #expect(ranges(key: 0, given: nil, proved: [(25, 1000)]) == [25..<30])
        #expect(ranges(key: nil, given: nil, proved: [(30, 1000)]) == [])
        #expect(ranges(key: nil, given: nil, proved: [(28, 1000)]) == [28..<30, 28..<30, 28..<30])
    }
}
