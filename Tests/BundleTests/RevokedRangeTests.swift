import Custody
import Integrity
import TestSupport
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

    /// Through a bundle: entries 0 to 1, a start, evidence (the time-stamp covers 7 entries), a rotation as the last entry.
    @Test func aBundleNamesWhatRestsOnARevokedKey() async throws {
        let sample = try EvidenceSample(entries: 2)
        var log = sample.log
        try log.append(.ledgerExported(.init(destination: "/x")))
        let scratch = TemporaryFolder()
        let folder = scratch("bundle")
        try await log.write(to: folder)
        let old = VerifierKey(origin: log.origin, key: try #require(sample.steps.last).before.key.verifyingKey)
        let (size, rotated) = (log.entries.count, log.entries.count - 1)
        func ranges(_ revocation: Revocation, given: VerifierKey, roots: [UInt8]? = nil) throws -> [Range<Int>] {
            var trust = AuditorTrust(key: given, timeRoots: roots)
            trust.revocations = [revocation]
            let keys = try #require(try BundleVerifier(folder: folder).verify(trusting: trust).keys)
            let isKnown = [old, log.verifierKey].contains { $0 == revocation.key } || revocation.key == nil
            #expect(keys.strangers == (isKnown ? [] : [revocation.key].compactMap(\.self)))
            return keys.revoked.map(\.entries)
        }
        let future = Timestamp(microseconds: Timestamp.now().microseconds + 3_600_000_000)
        let past = Timestamp(microseconds: 1)
        // The new key, which the reader brought, vouches for what follows; the old one only up to the change.
        #expect(try ranges(Revocation(key: old, since: future), given: log.verifierKey) == [0..<rotated])
        #expect(try ranges(Revocation(key: old, since: future), given: old) == [0..<size])
        // A trusted time-stamp from before the revocation bounds it; one from after it, or of a stranger, does not.
        let roots = try sample.authority.root
        #expect(try ranges(Revocation(key: old, since: future), given: log.verifierKey, roots: roots) == [7..<rotated])
        #expect(try ranges(Revocation(key: old, since: past), given: log.verifierKey, roots: roots) == [0..<rotated])
        #expect(
            try ranges(Revocation(key: old, since: future), given: log.verifierKey, roots: TimeAuthority().root) == [0..<rotated])
        #expect(try ranges(Revocation(key: log.verifierKey, since: future), given: log.verifierKey) == [rotated - 1..<size])
        let stranger = try MemoryLog(entries: 1).verifierKey
        #expect(try ranges(Revocation(key: stranger, since: past), given: old) == [])
    }

    /// What the station itself says of its old key counts like what the reader says.
    @Test func theStationsOwnRevocationCounts() async throws {
        let sample = try EvidenceSample(entries: 2)
        let step = try #require(sample.steps.last)
        var body = try sample.rotation()
        body.compromisedSince = Timestamp(microseconds: 1)
        var log = step.before
        try log.rotate(to: sample.newKey, body)
        let scratch = TemporaryFolder()
        let folder = scratch("bundle")
        try await log.write(to: folder)
        let report = try BundleVerifier(folder: folder).verify(trusting: AuditorTrust(key: log.verifierKey))
        #expect(report.keys?.revoked.map(\.entries) == [0..<log.entries.count])
    }
}
