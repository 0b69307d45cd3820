import Custody
import DurableFiles
import Foundation
import Ledger
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@Suite struct Appending {
    private let folder = TemporaryFolder()

    @Test func everyAppendIsSignedAnchoredAndFoundAgain() async throws {
        let ledger = try openLedger(folder.path)
        var leaves: [LogHash] = []
        for number in 0..<40 {
            let appended = try await ledger.append(openingCase("C-\(number)"))
            #expect(appended.entry.sequence == number)
            let bytes = try #require(try await ledger.read { try $0.entryBytes(number, number + 1) }.first)
            #expect(try Entry(bytes: bytes) == appended.entry)
            leaves.append(.leaf(bytes))
            let checkpoint = try Checkpoint(verifying: appended.checkpoint, key: ledger.verifierKey)
            #expect(checkpoint.size == number + 1)
            #expect(checkpoint.root == naiveRoot(leaves[...]))
            #expect(try contents(folder("anchor")) == Array(appended.checkpoint.encoded.utf8))
        }
        #expect(try await ledger.check() == 40)
        let found = try await ledger.read { try $0.entries(about: .caseNumber("C-7")) }
        #expect(found.map(\.sequence) == [7])
    }

    @Test func aRefusalRecordsNothing() async throws {
        let ledger = try openLedger(folder.path)
        await #expect(throws: Refusal.noDigest) { try await ledger.append { _ in throw Refusal.noDigest } }
        #expect(try await ledger.check() == 0)
        _ = try await ledger.append(openingCase("C-1"))
        #expect(try await ledger.check() == 1)
    }

    @Test func fiftyAtOnceStandOneBehindTheOther() async throws {
        let ledger = try openLedger(folder.path)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<50 { group.addTask { try await ledger.append(openingCase("C-\(number)")).entry.sequence } }
            var sequences: Set<Int> = []
            for try await sequence in group { sequences.insert(sequence) }
            #expect(sequences == Set(0..<50))
        }
        #expect(try await ledger.check() == 50)
    }

    @Test func anEntryOfTheLargestSizeFitsAndOneByteMoreDoesNot() async throws {
        let ledger = try openLedger(folder.path)
        let small = try await ledger.append(openingCase("C-1", note: "x"))
        let size = try #require(try await ledger.read { try $0.entryBytes(0, 1) }.first).count
        // Sequence number, tree size and monotonic time may take other digits: aim, then correct by what was written.
        var note = String(repeating: "n", count: Entry.byteLimit - size - 200)
        while true {
            let before = try await ledger.read { try $0.size() }
            do {
                _ = try await ledger.append(openingCase("C-1", note: note))
                let bytes = try #require(try await ledger.read { try $0.entryBytes(before, before + 1) }.first)
                if bytes.count == Entry.byteLimit { break }
                note += String(repeating: "n", count: Entry.byteLimit - bytes.count)
            } catch LedgerError.entryTooLarge {
                note.removeLast()
            }
        }
        await #expect(throws: LedgerError.self) { try await ledger.append(openingCase("C-1", note: note + "nnnnnnnnnn")) }
        _ = small
        #expect(try await ledger.check() > 1)
    }

    @Test func nobodyCanChangeWhatIsThere() async throws {
        try await fill(3)
        for table in ["station", "entry", "node", "checkpoint", "subject"] {
            for statement in ["DELETE FROM \(table)", "UPDATE \(table) SET rowid = 99", "UPDATE \(table) SET sequence = 9"] {
                let outcome = try sqlite(folder("ledger.sqlite"), statement)
                #expect(outcome.status != 0, "\(statement)")
            }
            #expect(
                try sqlite(folder("ledger.sqlite"), "DELETE FROM \(table)").errors.contains("the ledger is append-only"))
        }
        #expect(try await openLedger(folder.path).check() == 3)
    }

    private func fill(_ count: Int) async throws {
        let ledger = try openLedger(folder.path)
        for number in 0..<count { _ = try await ledger.append(openingCase("C-\(number)")) }
    }

    @Test func whatBeganAndDidNotEnd() async throws {
        let ledger = try openLedger(folder.path)
        func draft(_ id: String, number: Int) -> EntryDraft {
            EntryDraft(.stationStopped(StationStopped(reason: "\(number)")), about: [.acquisition(id)], by: testActor)
        }
        for (number, id) in ["a", "b", "a", "c", "c", "c"].enumerated() { _ = try await ledger.append(draft(id, number: number)) }
        #expect(try await ledger.read { try $0.unfinished(Subject.acquisitionKind) }.map(\.sequence) == [1, 5])
    }

    @Test func proofsAndTilesComeOutAsTheTreeHasThem() async throws {
        let ledger = try openLedger(folder.path)
        for number in 0..<300 { _ = try await ledger.append(openingCase("C-\(number)")) }
        let leaves = try await allEntries(ledger).map { LogHash.leaf($0) }
        let root = naiveRoot(leaves[...])
        try await ledger.read { reader in
            for index in [0, 1, 255, 256, 299] {
                let proof = try InclusionProof(index: index, treeSize: 300) { try reader.node($0) }
                try proof.verify(leaf: leaves[index], root: root)
            }
            for tile in Tile.all(size: 300) { #expect(try reader.tile(tile) != nil) }
            #expect(try reader.tile(Tile(.hashes(level: 0), index: 1, width: 45)) == nil)
            #expect(try reader.tile(Tile(.entries, index: 1, width: 256)) == nil)
        }
    }
}

/// The root by the words of RFC 6962 §2.1.
func naiveRoot(_ leaves: ArraySlice<LogHash>) -> LogHash {
    guard leaves.count > 1 else { return leaves.first ?? .emptyTree }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    return .node(naiveRoot(leaves.prefix(split)), naiveRoot(leaves.dropFirst(split)))
}
