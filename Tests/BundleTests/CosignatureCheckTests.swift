import Custody
import Integrity
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Bundle

/// Cosigned checkpoints in bundles, good and altered. What is altered is recorded by the station itself: the tree, the digests
/// and the checkpoint are all right.
@Suite struct CosignatureCheckTests {
    private struct Someone {
        let name: Origin
        let key: SigningKey

        init(_ name: String) throws {
            self.name = try #require(Origin(name))
            key = try .generate()
        }

        var verifier: CosignerKey { CosignerKey(name: name, key: key.verifyingKey) }
        func line(_ note: SignedNote, at time: Int) throws -> SignedNote.Signature {
            try Cosignature(of: note.text, at: time, with: key, as: name).line
        }
    }

    private let temporary = TemporaryFolder()
    private let one: Someone
    private let two: Someone

    init() throws {
        one = try Someone("witness.example/1")
        two = try Someone("witness.example/2")
    }

    private func report(_ log: MemoryLog, policy: String? = nil, in name: String = "bundle") async throws -> WitnessReport {
        let folder = temporary(name)
        if (try? contents(folder.appending("checkpoint"))) == nil { try await log.write(to: folder) }
        let trust = AuditorTrust(key: log.verifierKey, witnessPolicy: policy.map { Array($0.utf8) })
        return try BundleVerifier(folder: folder).verify(trusting: trust).witnesses
    }

    /// Records the log as it is, cosigned.
    private func record(_ log: inout MemoryLog, by someone: Someone, at time: Int) throws {
        let note = try log.checkpoint()
        let checkpoint = try Checkpoint(parsing: note.text)
        try log.append(
            .checkpointCosigned(
                .init(
                    size: checkpoint.size, root: checkpoint.root.base64,
                    cosigners: [.init(key: someone.verifier.text, time: time)])),
            files: [(Array(try note.adding([someone.line(note, at: time)]).encoded.utf8), .cosignedCheckpoint)])
    }

    private func policy(_ quorum: String) -> String {
        "witness a \(one.verifier.text)\nwitness b \(two.verifier.text)\n\(quorum)"
    }

    /// Every export names the policy; a small bundle must not make much work.
    @Test(.enabled(if: Tracer.isUsable, "strace is not installed or may not attach (not root)"))
    func aPolicyThatManyEntriesNameIsReadOnce() async throws {
        var log = try MemoryLog(entries: 2)
        let policies = [policy("quorum a\n"), policy("quorum b\n")].map { Array($0.utf8) }
        for place in [0, 1, 0, 0, 1, 0] {
            try log.append(.ledgerExported(.init(destination: "/x")), files: [(policies[place], .witnessPolicy)])
        }
        let folder = temporary("bundle")
        try await log.write(to: folder)
        let calls = try Tracer.calls("openat") {
            let claim = try BundleVerifier(folder: folder).verify(trusting: AuditorTrust(key: log.verifierKey)).witnesses.claim
            #expect(claim?.entry == 7 && claim?.sha256 == Hex.encode(SHA256.digest(policies[0])))
        }
        for policy in policies {
            // Once as an attachment like all, and once as a policy.
            #expect(calls.count { $0.contains(Hex.encode(SHA256.digest(policy))) } == 2)
        }
    }

    @Test func whatIsLongerThanAStationTakesInIsNotRead() async throws {
        let long = [UInt8](repeating: 0x0A, count: 1 << 20 + 1)
        let log = try MemoryLog(entries: 2)
        let cosigned = CheckpointCosigned(
            size: 2, root: log.root.base64, cosigners: [.init(key: one.verifier.text, time: 1)])
        let acts: [(Act, Custody.Attachment.Kind)] = [
            (.checkpointCosigned(cosigned), .cosignedCheckpoint), (.ledgerExported(.init(destination: "/x")), .witnessPolicy),
        ]
        for (place, (act, kind)) in acts.enumerated() {
            var log = log
            try log.append(act, files: [(long, kind)])
            let folder = temporary("bundle-\(place)")
            try log.put(into: folder)
            let error = #expect(throws: BundleError.self) {
                try BundleVerifier(folder: folder).verify(trusting: AuditorTrust(key: log.verifierKey))
            }
            guard case .altered("entry 2", let reason) = error else { throw try #require(error) }
            #expect(reason == "its attachment of the kind \(kind.rawValue) is too long")
        }
    }

    @Test func theQuorumDecidesHowMuchIsWitnessed() async throws {
        var log = try MemoryLog(entries: 5)
        try record(&log, by: one, at: 100)
        try record(&log, by: two, at: 200)
        try record(&log, by: one, at: 300)
        let expected: [(String, Int?)] = [
            ("quorum a\n", 7), ("quorum b\n", 6), ("group g all a b\nquorum g\n", 6), ("group g any a b\nquorum g\n", 7),
            ("quorum none\n", 8),
        ]
        for (quorum, size) in expected {
            let report = try await report(log, policy: policy(quorum))
            #expect(report.witnessedSize == size, "\(quorum)")
            #expect(report.isMet == (size != nil))
            #expect(report.times.map(\.size) == [5, 6, 7])
            #expect(report.times.map(\.recordedIn) == [5, 6, 7])
            #expect(report.times[0].earliest == 100_000_000 && report.times[0].latest == 100_999_999)
        }
        let stranger = try Someone("witness.example/3")
        let unmet = try await report(log, policy: "witness c \(stranger.verifier.text)\nquorum c\n")
        #expect(!unmet.isMet && unmet.times.isEmpty)
        // Without a policy of the auditor's nothing is witnessed and nothing has a time.
        let own = try await report(log)
        #expect(own.cosigned.count == 3 && own.times.isEmpty && own.isMet && own.witnessedSize == nil)
    }

    @Test func aPolicyThatNamesOtherLogsIsNotMet() async throws {
        var log = try MemoryLog(entries: 2)
        try record(&log, by: one, at: 1)
        let other = try MemoryLog(entries: 1).verifierKey.text
        #expect(try await report(log, policy: "log \(log.verifierKey.text)\n" + policy("quorum a\n")).witnessedSize == 2)
        #expect(try await !report(log, policy: "log \(other)\n" + policy("quorum a\n")).isMet)
        #expect(try await !report(log, policy: "log \(other)\n" + policy("quorum none\n")).isMet)
        await #expect(throws: BundleError.self) { try await report(log, policy: "quorum a\n") }
    }

    /// A witness that saw the ledger when it was empty vouches for nothing.
    @Test func theEmptyLedgerMeetsNoPolicy() async throws {
        var log = try MemoryLog(entries: 0)
        try record(&log, by: one, at: 1)
        let first = try await report(log, policy: policy("quorum a\n"))
        #expect(first.cosigned.map(\.size) == [0] && first.witnessedSize == 0 && !first.isMet)
        try record(&log, by: one, at: 2)
        #expect(try await report(log, policy: policy("quorum a\n"), in: "second").isMet)
    }

    @Test func thePolicyInTheBundleIsItsOwnClaim() async throws {
        var log = try MemoryLog(entries: 2)
        try record(&log, by: one, at: 1)
        try log.append(
            .ledgerExported(.init(destination: "/x")), files: [(Array(policy("quorum a\n").utf8), .witnessPolicy)])
        let report = try await report(log)
        #expect(report.claim?.entry == 3 && report.claim?.witnessedSize == 2)
        #expect(report.policy == nil && report.times.isEmpty)
    }

    @Test(arguments: [
        "size", "root", "later", "forged", "otherLog", "noStation", "noLine", "time", "key", "nobody", "twoFiles", "garbage",
    ])
    func whatIsNoCosignedCheckpointOfThisLogIsRefused(_ fault: String) async throws {
        var log = try MemoryLog(entries: 4)
        let note = try log.checkpoint()
        let good = try Checkpoint(parsing: note.text)
        var body = CheckpointCosigned(
            size: 4, root: good.root.base64, cosigners: [.init(key: one.verifier.text, time: 50)])
        var file = try note.adding([one.line(note, at: 50)])
        var files: [(bytes: [UInt8], kind: Custody.Attachment.Kind)] = []
        switch fault {
        case "size": body.size = 3
        case "root": body.root = LogHash.leaf([1]).base64
        case "later": body.size = 5
        case "forged":
            // The witness's line is over other bytes: a known key with a bad signature.
            let line = try one.line(try MemoryLog(entries: 3).checkpoint(), at: 50)
            file = try note.adding([line])
        case "otherLog":
            let other = try MemoryLog(entries: 4).checkpoint()
            file = try other.adding([one.line(other, at: 50)])
        case "noStation": file = try SignedNote(parsing: Array("\(note.text)\n\(try one.line(note, at: 50).text)".utf8))
        case "noLine": file = note
        case "time": body.cosigners[0].time = 51
        case "key": body.cosigners[0].key = "w+00000000+AAAA"
        case "nobody": body.cosigners = []
        case "twoFiles": files = [(Array(note.encoded.utf8), .cosignedCheckpoint)]
        default: files = [([0xFF], .cosignedCheckpoint)]
        }
        if fault != "garbage" { files.append((Array(file.encoded.utf8), .cosignedCheckpoint)) }
        try log.append(.checkpointCosigned(body), files: files)
        // The station's own program would not have written it, so the export is refused; and so is what was written without it.
        do {
            _ = try await report(log)
            Issue.record("\(fault) was not seen")
        } catch let error as BundleError {
            #expect(error.description.hasPrefix("entry 4: "), "\(error)")
        }
    }

    @Test func aKnownWitnessWithABadLineIsSeenEvenWhereTheEntryDoesNotNameIt() async throws {
        var log = try MemoryLog(entries: 4)
        let note = try log.checkpoint()
        let bad = try two.line(try MemoryLog(entries: 3).checkpoint(), at: 50)
        let file = try note.adding([one.line(note, at: 50), bad])
        try log.append(
            .checkpointCosigned(
                .init(
                    size: 4, root: try Checkpoint(parsing: note.text).root.base64,
                    cosigners: [.init(key: one.verifier.text, time: 50)])),
            files: [(Array(file.encoded.utf8), .cosignedCheckpoint)])
        #expect(try await report(log).cosigned.count == 1)
        await #expect(throws: BundleError.self) { try await report(log, policy: policy("quorum a\n")) }
    }
}
