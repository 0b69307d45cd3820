import Control
import Custody
import Ledger
import SafeText
import TransparencyLog

// Reading the ledger and handing it out.
extension Station {
    /// Most entries that one answer holds.
    public static let entryLimit = 1000

    /// Entries from a position on.
    public func entries(from start: Int, limit: Int) async throws -> EntriesView {
        try await ledger.read { reader in
            let size = try reader.size()
            let first = min(max(start, 0), size)
            let end = min(first + min(max(limit, 0), Self.entryLimit), size)
            return EntriesView(size: size, entries: try reader.entryBytes(first, end).map { try Entry(bytes: $0) })
        }
    }

    /// The newest signed checkpoint.
    public func checkpoint() async throws -> SignedNote {
        guard let note = try await ledger.read({ try $0.checkpoint() }) else { throw StationError.unknownEntry(0) }
        return note
    }

    /// The public key that checks the ledger.
    public nonisolated var verifierKey: VerifierKey { ledger.verifierKey }

    /// The public key that was in force when the checkpoint of a size was signed.
    public func verifierKey(for size: Int) async throws -> VerifierKey {
        try await ledger.read { reader in
            let newest = try reader.size()
            guard size > 0, size <= newest, let key = try reader.keys().key(for: size) else {
                throw StationError.noSuchSizes(from: size, to: size, size: newest)
            }
            return key
        }
    }

    /// The bytes of a tile; nil where the ledger is too small for it.
    public func tile(_ tile: Tile) async throws -> [UInt8]? { try await ledger.read { try $0.tile(tile) } }

    /// The proof that an entry stands in the ledger as it is now.
    public func proof(of index: Int) async throws -> ProofFile { try await ledger.read { try $0.proof(of: index) } }

    /// The same with the proofs of all changes of the station's key, which lead to the same checkpoint.
    public func receiptProof(of index: Int) async throws -> ReceiptProof {
        try await ledger.read { reader in
            // A key signs from the entry on that put it in the place of another.
            let changes = try reader.keys().keys.dropFirst().map { $0.firstSize - 1 }
            return ReceiptProof(try reader.proof(of: index), keyChanges: try changes.map { try reader.proof(of: $0) })
        }
    }

    /// The proof that the ledger of one size continues that of another, with both stored checkpoints.
    ///
    /// - Parameters:
    ///   - oldSize: from 1 to the size of the ledger.
    ///   - newSize: from `oldSize` to the size of the ledger; nil for the newest.
    public func consistency(from oldSize: Int, to newSize: Int?) async throws -> ConsistencyFile {
        try await ledger.read { reader in
            let size = try reader.size()
            let newSize = newSize ?? size
            guard oldSize > 0, oldSize <= newSize, newSize <= size else {
                throw StationError.noSuchSizes(from: oldSize, to: newSize, size: size)
            }
            guard let old = try reader.checkpoint(size: oldSize), let new = try reader.checkpoint(size: newSize) else {
                throw LedgerError.corrupt("a checkpoint is missing")
            }
            let proof = try ConsistencyProof(oldSize: oldSize, newSize: newSize) { try reader.node($0) }
            return ConsistencyFile(proof, old: old, new: new)
        }
    }

    /// Records that the ledger is handed out.
    ///
    /// - Returns: the act with the checkpoint up to which the bundle goes: of an edition, the one that first covers its decision.
    public func export(_ request: ExportRequest, by peer: Peer) async throws -> RecordedView {
        let destination = request.destination.recorded
        let attachments = try await policyAttachments()
        let appended = try await append { reader in
            if let edition = request.edition { try reader.mustDecideEdition(edition) }
            return EntryDraft(
                .ledgerExported(LedgerExported(destination: destination, edition: request.edition)), about: [.station],
                attachments: attachments, by: peer.actor)
        }
        var note = appended.checkpoint
        if let edition = request.edition {
            guard let old = try await ledger.read({ try $0.checkpoint(size: edition + 1) }) else {
                throw LedgerError.corrupt("checkpoint \(edition + 1) is missing")
            }
            note = old
        }
        return RecordedView(entry: appended.entry, checkpoint: note.encoded)
    }
}

extension LedgerReader {
    /// The proof that an entry stands in the ledger as it is now.
    fileprivate func proof(of index: Int) throws -> ProofFile {
        guard let entry = try entryBytes(at: index), let note = try checkpoint() else { throw StationError.unknownEntry(index) }
        return ProofFile(
            try InclusionProof(index: index, treeSize: try size()) { try node($0) }, entry: entry, checkpoint: note)
    }
}

extension Station {
    /// Returns when the station and its ledger answer; for the watchdog.
    public func heartbeat() async throws { _ = try await ledger.read { try $0.size() } }
}
