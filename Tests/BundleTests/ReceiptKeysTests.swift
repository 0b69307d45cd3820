import Custody
import Integrity
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Bundle

/// Receipts that are signed by a key which the bundle does not have yet.
@Suite("Receipts made after a change of the station's key") struct ReceiptKeysTests {
    private let scratch = TemporaryFolder()
    private let key: SigningKey

    init() throws { key = try SigningKey.generate() }

    private func report(_ receipts: [String], on bundle: MemoryLog, trusting trust: AuditorTrust) async throws -> BundleReport {
        let folder = scratch("bundle-\(bundle.entries.count)-\(Int.random(in: 0..<1 << 40))")
        try await bundle.write(to: folder)
        var trust = trust
        trust.receipts = receipts.map { KeptReceipt(name: "r", bytes: Array($0.utf8)) }
        let report = try BundleVerifier(folder: folder).verify(trusting: trust)
        #expect(report.receiptsAgree == report.receipts.allSatisfy(\.verdict.isGood))
        return report
    }

    private func finding(_ receipt: ReceiptProof, on bundle: MemoryLog) async throws -> ReceiptFinding {
        try #require(
            await report([receipt.encoded], on: bundle, trusting: AuditorTrust(key: bundle.verifierKey)).receipts.first)
    }

    /// The log after five entries, and the same after each change of keys and three more entries.
    private func stages(_ changes: Int, since: [Int: Timestamp] = [:]) throws -> [MemoryLog] {
        var log = try MemoryLog(entries: 5, key: key)
        var stages = [log]
        for change in 0..<changes {
            try log.append(.ledgerExported(.init(destination: "/a")))
            try log.changeKey(since: since[change])
            for _ in 0..<3 { try log.append(.ledgerExported(.init(destination: "/b"))) }
            stages.append(log)
        }
        return stages
    }

    @Test("a ledger that was cut before one, two or three changes is cut, whichever key the reader brings", arguments: 1...3)
    func cut(changes: Int) async throws {
        let stages = try stages(changes)
        let (short, whole) = (stages[0], stages[changes])
        for key in [nil] + stages.map({ Optional($0.verifierKey) }) {
            for index in [2, whole.entries.count - 1] {
                let report = try await report(
                    [whole.receipt(of: index).encoded], on: short, trusting: AuditorTrust(key: key))
                let finding = try #require(report.receipts.first)
                #expect(finding.verdict == .cut)
                #expect(finding.size == whole.entries.count && finding.index == index)
                #expect(finding.keyChanges.map(\.entry) == whole.keyChanges)
                #expect(finding.revoked.isEmpty)
                #expect(report.keys?.givenIsLater == (key.map { $0 != short.verifierKey } ?? false))
            }
        }
        // From a later bundle fewer changes lead there, and from one that goes on none.
        for (place, bundle) in stages.enumerated() {
            let finding = try await finding(whole.receipt(of: 2), on: bundle)
            #expect(finding.verdict == (place == changes ? .continues : .cut))
            #expect(finding.keyChanges.map(\.entry) == Array(whole.keyChanges.dropFirst(place)))
        }
    }

    @Test("a receipt from before these were kept, and the text of a code, need another receipt that has the changes")
    func withoutChanges() async throws {
        let stages = try stages(2)
        let (short, whole) = (stages[0], stages[2])
        let code = try #require(CompactProof(try whole.proof(of: 2))).encoded
        for bare in [code, try whole.proof(of: 2).encoded, try whole.checkpoint().encoded] {
            let trust = AuditorTrust(key: short.verifierKey)
            let alone = try await report([bare], on: short, trusting: trust).receipts
            #expect(alone.map(\.verdict) == [.worthless("no signature by the log's key")])
            // The first change stands in one receipt, the second in another.
            let second = try whole.proof(of: whole.keyChanges[1])
            let others = [
                ReceiptProof(try whole.proof(of: 7), keyChanges: [second]).encoded, try stages[1].receipt(of: 4).encoded,
            ]
            let findings = try await report([bare] + others, on: short, trusting: trust).receipts
            #expect(findings.map(\.verdict) == [.cut, .cut, .cut])
            #expect(findings.map { $0.keyChanges.map(\.entry) } == [[6, 11], [6, 11], [6]])
        }
        // Who has the new key only learns nothing about a bundle that it did not sign.
        await #expect(throws: BundleError.self) {
            try await report([code], on: short, trusting: AuditorTrust(key: whole.verifierKey))
        }
    }

    @Test("a ledger that the old key went on with has forked")
    func forked() async throws {
        let stages = try stages(2)
        let whole = stages[2]
        var forged = stages[0]
        for _ in 0..<3 { try forged.append(.ledgerExported(.init(destination: "/forged"))) }
        // The bundle ends between the change and what the receipt is about: the change is what it lacks.
        #expect(try await finding(whole.receipt(of: 12), on: forged).verdict == .forked(entry: 6))
        #expect(try await finding(whole.receipt(of: 5), on: forged).verdict == .forked(entry: 5))
        while forged.entries.count < 30 { try forged.append(.ledgerExported(.init(destination: "/forged"))) }
        let finding = try await finding(whole.receipt(of: 12), on: forged)
        #expect(finding.verdict == .forked(entry: 12))
        #expect(finding.keyChanges.map(\.entry) == [6, 11])
        // What both keys signed at the change is a checkpoint, too: of a root which is not the bundle's.
        let other = try MemoryLog(entries: 6, key: key, other: 5)
        let last = ReceiptProof(try whole.proof(of: 14), keyChanges: try whole.receipt(of: 14).keyChanges)
        #expect(try await self.finding(last, on: other).verdict == .forked(entry: nil))
        // Between them nothing can be compared.
        #expect(try await self.finding(last, on: MemoryLog(entries: 5, key: key)).verdict == .cut)
    }

    @Test("what rests on a key that is not believed is said to rest on it")
    func revoked() async throws {
        let since = Timestamp(microseconds: 1_700_000_000_000_000)
        let stages = try stages(3, since: [1: since])
        let (short, whole) = (stages[0], stages[3])
        let lost = stages[1].verifierKey
        let found = try await finding(whole.receipt(of: 3), on: short)
        #expect(found.verdict == .cut)
        #expect(found.keyChanges.map(\.compromisedSince) == [nil, since, nil])
        #expect(found.revoked == [Revocation(key: lost, since: since)])
        // From behind the lost key nothing rests on it.
        #expect(try await finding(whole.receipt(of: 3), on: stages[2]).revoked.isEmpty)
        // The reader may say so himself, of one key or of all.
        let earlier = Timestamp(microseconds: 1)
        var trust = AuditorTrust(key: short.verifierKey)
        trust.revocations = [Revocation(key: lost, since: earlier)]
        let receipt = try whole.receipt(of: 3).encoded
        #expect(
            try await report([receipt], on: short, trusting: trust).receipts.map(\.revoked)
                == [[Revocation(key: lost, since: earlier)]])
        trust.revocations = [Revocation(key: nil, since: earlier)]
        let all = try await report([receipt], on: short, trusting: trust).receipts
        #expect(all.map { $0.revoked.map(\.key) } == [stages.map(\.verifierKey)])
    }

    @Test("of a consistency file the keys under both checkpoints count")
    func consistency() async throws {
        let since = Timestamp(microseconds: 1_700_000_000_000_000)
        let stages = try stages(1, since: [0: since])
        let (short, whole) = (stages[0], stages[1])
        let (first, second) = (short.verifierKey, whole.verifierKey)
        let proof = try ConsistencyProof(oldSize: 5, newSize: whole.entries.count) { try whole.node($0) }
        func file(old: SigningKey, new: SigningKey) throws -> String {
            ConsistencyFile(
                proof, old: try Checkpoint(origin: short.origin, size: 5, root: short.root).signed(with: old),
                new: try Checkpoint(parsing: whole.checkpoint().text).signed(with: new)
            ).encoded
        }
        // The receipt leads to the second key.
        func finding(_ file: String, revocations: [Revocation] = []) async throws -> ReceiptFinding {
            var trust = AuditorTrust(key: first)
            trust.revocations = revocations
            let receipts = [file, try whole.receipt(of: 2).encoded]
            return try #require(try await report(receipts, on: short, trusting: trust).receipts.first)
        }
        for (old, new) in [(short.key, whole.key), (whole.key, short.key), (whole.key, whole.key)] {
            let file = try file(old: old, new: new)
            let found = try await finding(file)
            #expect(found.verdict == .cut && found.size == whole.entries.count)
            #expect(found.keyChanges.map(\.entry) == [6])
            #expect(found.revoked == [Revocation(key: first, since: since)])
            let earlier = Timestamp(microseconds: 1)
            #expect(
                try await finding(file, revocations: [Revocation(key: second, since: earlier)]).revoked
                    == [Revocation(key: first, since: since), Revocation(key: second, since: earlier)])
        }
        let own = try await finding(try file(old: short.key, new: short.key))
        #expect(own.verdict == .cut && own.keyChanges.isEmpty && own.revoked.isEmpty)
    }

    @Test("a later key's checkpoint over an earlier tree, whose right edge is in no tile, is held against the bundle")
    func rightEdge() async throws {
        let short = try MemoryLog(entries: 8, key: key)
        var whole = short
        for _ in 0..<4 { try whole.append(.ledgerExported(.init(destination: "/a"))) }
        try whole.changeKey()
        try whole.append(.ledgerExported(.init(destination: "/b")))
        for other in [Int.max, 5] {
            let early = try MemoryLog(entries: 7, key: key, other: other)
            // Its siblings stand for the entries 1, 2 to 3 and 4 to 6.
            let file = ProofFile(
                InclusionProof(index: 0, treeSize: 7, path: try early.proof(of: 0).path), entry: early.entries[0],
                checkpoint: try Checkpoint(origin: early.origin, size: 7, root: early.root).signed(with: whole.key))
            let code = try #require(CompactProof(file)).encoded
            let receipts = [file.encoded, code, try whole.receipt(of: 2).encoded]
            let found = try await report(receipts, on: short, trusting: AuditorTrust(key: short.verifierKey)).receipts
            let expected: ReceiptFinding.Verdict = other == 5 ? .forked(entry: nil) : .cut
            #expect(found.map(\.verdict) == [expected, expected, .cut])
        }
    }

    @Test("a chain that was forged proves nothing, and takes nothing from a receipt that needs none")
    func forgedChains() async throws {
        let short = try MemoryLog(entries: 5, key: key)
        let (thief, stranger) = (try SigningKey.generate(), try SigningKey.generate())
        func log(
            _ sign: @escaping (RotationStatement, _ old: SigningKey, _ new: SigningKey) throws -> SignedNote
        ) throws -> MemoryLog {
            var log = short
            try log.changeKey(to: thief, sign: sign)
            for _ in 0..<3 { try log.append(.ledgerExported(.init(destination: "/forged"))) }
            return log
        }
        let onlyNew = try log { statement, _, new in
            try SignedNote(signing: statement.text, with: new, as: statement.old.origin)
        }
        let onlyOld = try log { statement, old, _ in
            try SignedNote(signing: statement.text, with: old, as: statement.old.origin)
        }
        let otherOld = try log { statement, _, new in try statement.signed(old: stranger, new: new) }
        let otherPlace = try log { statement, old, new in
            let before = Checkpoint(origin: statement.before.origin, size: 4, root: statement.before.root)
            return try RotationStatement(before: before, old: statement.old, new: statement.new).signed(old: old, new: new)
        }
        // A change that is right, and a log of the new key in which it does not stand.
        let honest = try log { statement, old, new in try statement.signed(old: old, new: new) }
        let elsewhere = try MemoryLog(entries: 9, key: thief)
        let proof = try elsewhere.proof(of: 5)
        let moved = ReceiptProof(
            try elsewhere.proof(of: 7),
            keyChanges: [
                ProofFile(
                    InclusionProof(index: 5, treeSize: 9, path: proof.path), entry: honest.entries[5],
                    checkpoint: proof.checkpoint)
            ])
        // Two changes that are right, the later one first.
        let twice = try stages(2)[2]
        let backwards = ReceiptProof(
            try twice.proof(of: 3), keyChanges: try twice.keyChanges.reversed().map { try twice.proof(of: $0) })
        let noChange = ReceiptProof(try honest.proof(of: 3), keyChanges: [try honest.proof(of: 2)])
        let receipts = try [onlyNew, onlyOld, otherOld, otherPlace].map { try $0.receipt(of: 3) } + [moved, backwards, noChange]
        for (number, receipt) in receipts.enumerated() {
            let finding = try await finding(receipt, on: short)
            guard case .worthless(let reason) = finding.verdict else {
                Issue.record("believed: \(number)")
                continue
            }
            #expect(!reason.isEmpty)
            #expect(finding.keyChanges.isEmpty && finding.size == nil)
            await #expect(throws: BundleError.self) {
                try await report([receipt.encoded], on: short, trusting: AuditorTrust(key: elsewhere.verifierKey))
            }
        }
        #expect(try await finding(honest.receipt(of: 3), on: short).verdict == .cut)
        let needless = ReceiptProof(try short.proof(of: 3), keyChanges: [try short.proof(of: 2)])
        #expect(try await finding(needless, on: short).verdict == .continues)
    }
}
