import Custody
import Integrity
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Bundle

@Suite("Receipts against bundles") struct ReceiptCheckTests {
    private let scratch = TemporaryFolder()
    private let key: SigningKey

    init() throws { key = try SigningKey.generate() }

    /// The finding of one receipt on the bundle of a log.
    private func finding(_ receipt: String, on bundle: MemoryLog) async throws -> ReceiptFinding {
        let folder = scratch("bundle-\(bundle.entries.count)-\(Int.random(in: 0..<1 << 40))")
        try await bundle.write(to: folder)
        let trust = AuditorTrust(
            key: bundle.verifierKey, receipts: [KeptReceipt(name: "r", bytes: Array(receipt.utf8))])
        let report = try BundleVerifier(folder: folder).verify(trusting: trust)
        let finding = try #require(report.receipts.first)
        #expect(report.receiptsAgree == finding.verdict.isGood)
        return finding
    }

    /// The receipt of an entry in every form that a person may keep.
    private func forms(_ proof: ProofFile) throws -> [String] {
        [proof.encoded, "receipt\n" + ProofMarkers.proof.wrap(proof.encoded), try #require(CompactProof(proof)).encoded]
    }

    @Test("the ledger that goes on is the one that the receipt saw", arguments: [(1, 1), (3, 3), (3, 9), (255, 257), (256, 600)])
    func continues(seen: Int, size: Int) async throws {
        let (before, bundle) = (try MemoryLog(entries: seen, key: key), try MemoryLog(entries: size, key: key))
        for form in try forms(before.proof(of: seen - 1)) + [before.checkpoint().encoded] {
            let finding = try await finding(form, on: bundle)
            #expect(finding.verdict == .continues)
            #expect(finding.size == seen)
        }
        let finding = try await finding(try forms(before.proof(of: seen - 1))[2], on: bundle)
        #expect(finding.index == seen - 1)
        // The compact form has no entry; the bundle shows which it is.
        #expect(finding.entry?.sequence == seen - 1)
    }

    @Test("a ledger with another entry in the place of the receipt's has forked, and the entry is named")
    func forkAtTheEntry() async throws {
        let seen = try MemoryLog(entries: 7, key: key)
        let forged = try MemoryLog(entries: 300, key: key, other: 4)
        for form in try forms(seen.proof(of: 5)) {
            #expect(try await finding(form, on: forged).verdict == .forked(entry: 5))
        }
        #expect(try await finding(seen.checkpoint().encoded, on: forged).verdict == .forked(entry: nil))
    }

    @Test("a fork somewhere else is found by the root")
    func forkElsewhere() async throws {
        let seen = try MemoryLog(entries: 7, key: key)
        let forged = try MemoryLog(entries: 9, key: key, other: 6)
        for form in try forms(seen.proof(of: 2)) { #expect(try await finding(form, on: forged).verdict == .forked(entry: nil)) }
    }

    @Test("a root in other characters that Swift holds for the same does not hide a fork")
    func forkBehindAnotherSpelling() async throws {
        var forged = try MemoryLog(entries: 3, key: key, other: 1)
        func opening(_ number: Int) -> Act { .caseOpened(CaseOpened(number: "X-\(number)", cause: "x", unit: "y", note: nil)) }
        while !forged.root.base64.contains("K") { try forged.append(opening(forged.entries.count)) }
        let size = forged.entries.count
        var next = forged
        try next.append(opening(size))
        let text = String(decoding: try #require(next.entries.last), as: UTF8.self)
        let root = forged.root.base64
        forged.append(Array(text.replacing(root, with: root.replacing("K", with: "\u{212A}")).utf8))

        let folder = scratch("spelling")
        try forged.put(into: folder)
        let receipt = try MemoryLog(entries: size, key: key).checkpoint().encoded
        let trust = AuditorTrust(
            key: forged.verifierKey, receipts: [KeptReceipt(name: "r", bytes: Array(receipt.utf8))])
        let error = try #require(throws: BundleError.self) { _ = try BundleVerifier(folder: folder).verify(trusting: trust) }
        guard case .altered(let place, _) = error else { throw error }
        #expect(place.hasSuffix("entry \(size)"))
    }

    @Test("a ledger with less than the receipt saw is cut", arguments: [(9, 8, 4), (600, 599, 300), (300, 299, 3), (2, 1, 1)])
    func cut(seen: Int, index: Int, size: Int) async throws {
        let (whole, bundle) = (try MemoryLog(entries: seen, key: key), try MemoryLog(entries: size, key: key))
        for form in try forms(whole.proof(of: index)) + [whole.checkpoint().encoded] {
            let finding = try await finding(form, on: bundle)
            #expect(finding.verdict == .cut)
            #expect(finding.size == seen)
        }
    }

    @Test("a ledger that is shorter than the receipt and another one has forked: the proof shows it as far as it reaches")
    func cutAndForked() async throws {
        let whole = try MemoryLog(entries: 700, key: key)
        for (size, other) in [(600, 0), (600, 255), (600, 511), (512, 300), (300, 3)] {
            let forged = try MemoryLog(entries: size, key: key, other: other)
            // The proof of the last entry holds the roots of the complete subtrees before it: 512, 128, 32, 16, 8, 2, 1.
            let expected: ReceiptFinding.Verdict = size >= 512 && other < 512 ? .forked(entry: nil) : .cut
            #expect(try await finding(whole.proof(of: 699).encoded, on: forged).verdict == expected, "\(size) \(other)")
            #expect(try await finding(whole.checkpoint().encoded, on: forged).verdict == .cut)
        }
        let forged = try MemoryLog(entries: 300, key: key, other: 3)
        #expect(try await finding(whole.proof(of: 20).encoded, on: forged).verdict == .forked(entry: 20))
        #expect(try await finding(whole.proof(of: 2).encoded, on: forged).verdict == .forked(entry: nil))
    }

    @Test("a consistency file is two checkpoints that somebody kept")
    func consistency() async throws {
        let (old, new) = (try MemoryLog(entries: 5, key: key), try MemoryLog(entries: 12, key: key))
        let file = ConsistencyFile(
            try ConsistencyProof(oldSize: 5, newSize: 12) { try new.node($0) }, old: try old.checkpoint(),
            new: try new.checkpoint()
        ).encoded
        #expect(try await finding(file, on: MemoryLog(entries: 12, key: key)).verdict == .continues)
        #expect(try await finding(file, on: MemoryLog(entries: 20, key: key)).verdict == .continues)
        #expect(try await finding(file, on: MemoryLog(entries: 7, key: key)).verdict == .cut)
        #expect(try await finding(file, on: MemoryLog(entries: 7, key: key, other: 4)).verdict == .forked(entry: nil))
    }

    @Test("what the station did not sign, or does not prove, says nothing about the bundle")
    func worthless() async throws {
        let bundle = try MemoryLog(entries: 9, key: key)
        let stranger = try MemoryLog(entries: 7)
        let proof = try bundle.proof(of: 3)
        let other = try bundle.proof(of: 4)
        let swapped = ProofFile(
            InclusionProof(index: 3, treeSize: 9, path: other.path), entry: bundle.entries[3], checkpoint: proof.checkpoint)
        let notThere = ProofFile(
            InclusionProof(index: 3, treeSize: 9, path: proof.path), entry: Array("{}".utf8), checkpoint: proof.checkpoint)
        for text in [
            "", "hello\n", try stranger.proof(of: 3).encoded, try stranger.checkpoint().encoded, swapped.encoded,
            notThere.encoded,
        ] {
            guard case .worthless(let reason) = try await finding(text, on: bundle).verdict else {
                Issue.record("believed: \(text)")
                continue
            }
            #expect(!reason.isEmpty)
        }
    }
}
