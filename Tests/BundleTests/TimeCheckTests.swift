import Custody
import Foundation
import Integrity
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Bundle

@Suite("Time-stamps in a bundle")
struct TimeCheckTests {
    private let scratch = TemporaryFolder()
    private var folder: FilePath { scratch("bundle") }

    /// A log of `size` entries, its checkpoint, and an authority's answer over it.
    private func stamped(_ authority: TimeAuthority, size: Int = 3) throws -> (log: MemoryLog, note: SignedNote, answer: [UInt8])
    {
        let log = try MemoryLog(entries: size)
        let note = try log.checkpoint()
        let request = try TimestampRequest(over: Array(note.encoded.utf8), imprint: .sm3)
        return (log, note, try authority.answer(request.der))
    }

    private func verify(_ roots: [UInt8]? = nil) throws -> BundleReport {
        try BundleVerifier(folder: folder).verify(trusting: AuditorTrust(timeRoots: roots))
    }

    /// What the verification that ends the writing of a bundle says.
    private func reason(_ log: MemoryLog) async -> String {
        do {
            // A new folder each time: what a refused bundle leaves behind would be in the way.
            try await log.write(to: scratch(UUID().uuidString))
            return "verified"
        } catch let error as BundleError {
            return error.description
        } catch {
            return "\(error)"
        }
    }

    @Test func aTimestampBoundsTheEntriesAroundIt() async throws {
        let authority = try TimeAuthority()
        var (log, note, answer) = try stamped(authority)
        try log.append(
            note: Array(note.encoded.utf8), answer: answer, size: 3, root: try Checkpoint(parsing: note.text).root)
        try await log.write(to: folder)

        let unchecked = try verify().time
        #expect(unchecked.stamps.map(\.trust) == [.unchecked])
        #expect(unchecked.isTrusted && unchecked.neither == 4)

        let report = try verify(authority.root).time
        #expect(report.stamps.map(\.trust) == [.trusted])
        #expect((report.both, report.onlyNotAfter, report.onlyNotBefore, report.neither) == (0, 3, 1, 0))
        let time = report.stamps[0].body.time.microseconds
        #expect(report.proved[2].notAfter?.latest == time + 1_500_100)
        #expect(report.proved[3].notBefore?.earliest == time - 1_500_100)
        #expect(report.outside.isEmpty)

        let stranger = try verify(TimeAuthority().root).time
        #expect(!stranger.isTrusted && stranger.neither == 4)

        let openssl = try run(
            "openssl",
            [
                "ts", "-verify", "-data", scratch.write(note.encoded.utf8, to: "note").string, "-in",
                scratch.write(answer, to: "tsr").string,
                "-CAfile", authority("root.pem").string,
            ])
        #expect(openssl.status == 0, "\(openssl.errors)")
    }

    @Test func aClaimAfterTheTimestampIsRemarkable() async throws {
        let authority = try TimeAuthority()
        var (log, note, answer) = try stamped(authority)
        let root = try Checkpoint(parsing: note.text).root
        try log.append(note: Array(note.encoded.utf8), answer: answer, size: 3, root: root)
        try await log.write(to: folder)
        var report = TimeReport()
        report.stamps = try verify(authority.root).time.stamps
        let time = report.stamps[0].body.time.microseconds
        report.claimed = [time + 2_500_100, time + 2_500_101, time, time - 2_500_101]
        report.conclude(from: report.times)
        #expect(report.outside == [1, 3] && report.outsideCount == 2)
    }

    @Test func whatDoesNotFitIsNamed() async throws {
        let authority = try TimeAuthority()
        let (log, note, answer) = try stamped(authority)
        let other = try stamped(authority)
        let bytes = Array(note.encoded.utf8)
        let root = try Checkpoint(parsing: note.text).root
        let token = try TimestampResponse(parsing: answer).token
        let sound = CheckpointTimestamped(size: 3, root: root.base64, token: token)

        func outcome(
            note: [UInt8] = bytes, answer: [UInt8] = answer, size: Int = 3, root: LogHash = root,
            _ change: (inout CheckpointTimestamped) -> Void = { _ in }
        ) async throws -> String {
            var (changed, body) = (log, sound)
            change(&body)
            try changed.append(note: note, answer: answer, size: size, root: root, saying: body)
            return await reason(changed)
        }

        #expect(
            try await outcome { $0.time = .now() }.hasSuffix(
                "entry 3: the entry is malformed: it does not say what its time-stamp says"))
        #expect(try await outcome { $0.authority = "x" }.contains("does not say what"))
        #expect(try await outcome { $0.accuracy = 0 }.contains("does not say what"))
        #expect(try await outcome { $0.size = 2 }.contains("none of this ledger"))
        #expect(try await outcome { $0.root = LogHash.emptyTree.base64 }.contains("none of this ledger"))
        // Another station's checkpoint, another checkpoint's token.
        #expect(try await outcome(note: Array(other.note.encoded.utf8)).contains("no signature by the log's key"))
        #expect(try await outcome(answer: other.answer).contains("entry 3: the time-stamp is over other bytes"))
        let forked = try MemoryLog(entries: 3, key: log.key, other: 1).checkpoint()
        #expect(try await outcome(note: Array(forked.encoded.utf8)).contains("none of this ledger"))
        var altered = answer
        altered[answer.count - 5] ^= 1
        #expect(try await outcome(answer: altered).contains("entry 3: the time-stamp's signature is bad"))
        #expect(try await outcome(answer: [0x30, 0x00]).contains("entry 3: the time-stamp is malformed"))
        #expect(try await outcome() == "verified")
    }

    /// A reader who asks for time-stamps is not content with a bundle that has none.
    @Test func rootsAskForATimestamp() async throws {
        try await MemoryLog(entries: 1).write(to: folder)
        #expect(try verify().time.isTrusted)
        let asked = try verify(TimeAuthority().root).time
        #expect(asked.isAbsent && !asked.isTrusted)
    }

    /// Two who are trusted and exclude each other: one of them helps to date back. Clocks that differ a little do not.
    @Test func thoseWhomTheReaderTrustsMustAgree() {
        func report(_ second: Int) -> TimeReport {
            var report = TimeReport()
            report.claimed = [0, 0, 0, 0]
            report.conclude(from: [
                ExternalTime(size: 1, earliest: 90_000_000, latest: 90_000_000, source: "a", recordedIn: 1),
                ExternalTime(size: 3, earliest: second, latest: second, source: "b", recordedIn: 3),
            ])
            return report
        }
        #expect(report(91_000_000).isTrusted)
        #expect(report(89_000_000).isTrusted && report(89_000_000).contradiction == nil)
        #expect(!report(88_999_999).isTrusted && report(88_999_999).contradiction == 1)
    }

    @Test func rootsThatAreNoneAreAnError() async throws {
        try await MemoryLog(entries: 1).write(to: folder)
        #expect(throws: BundleError.self) { try verify(Array("x".utf8)) }
    }
}
