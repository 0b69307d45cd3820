import Control
import Custody
import Ledger
import SafeText
import TransparencyLog

// The station's keys and copies of its ledger.
extension Station {
    /// Puts a new signing key in the present one's place.
    public func rotateKey(_ request: RotateKeyRequest, by peer: Peer) async throws -> RecordedView {
        guard !isStopping else { throw StationError.stopping }
        let reason = try FieldText.line(request.reason, field: "reason")
        do {
            let appended = try await ledger.rotateKey(
                reason: reason, compromisedSince: request.compromisedSince, by: peer.actor)
            return RecordedView(entry: appended.entry, checkpoint: appended.checkpoint.encoded)
        } catch LedgerError.stopped(let failure) {
            giveUp(failure)
            throw LedgerError.stopped(failure)
        }
    }

    /// Records that a copy of the ledger was made.
    ///
    /// - Throws: `StationError.notThisLedger` where the copy is none of this ledger.
    public func backUp(_ request: BackupRequest, by peer: Peer) async throws -> RecordedView {
        let destination = request.destination.recorded
        let appended = try await append { reader in
            guard request.size > 0, let note = try reader.checkpoint(size: request.size),
                try Checkpoint(parsing: note.text).root.base64 == request.root
            else { throw StationError.notThisLedger(size: request.size) }
            let body = LedgerBackedUp(destination: destination, size: request.size, root: request.root)
            return EntryDraft(.ledgerBackedUp(body), about: [.station], by: peer.actor)
        }
        return RecordedView(entry: appended.entry, checkpoint: appended.checkpoint.encoded)
    }

    /// The signed checkpoints of sizes `first` to `last`, each with its length in two bytes before it, the higher first.
    ///
    /// - Throws: `StationError.unknownEntry` where the ledger has not all of them.
    public func checkpoints(_ first: Int, _ last: Int) async throws -> [UInt8] {
        guard first > 0, first <= last, last - first < Tile.fullWidth else { throw StationError.unknownEntry(first) }
        return try await ledger.read { reader in
            try (first...last).flatMap { size -> [UInt8] in
                guard let note = try reader.checkpoint(size: size) else { throw StationError.unknownEntry(size) }
                let bytes = Array(note.encoded.utf8)
                return [UInt8(truncatingIfNeeded: bytes.count >> 8), UInt8(truncatingIfNeeded: bytes.count)] + bytes
            }
        }
    }
}
