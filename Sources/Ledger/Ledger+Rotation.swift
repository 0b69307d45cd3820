import Custody
import Integrity
import TransparencyLog

extension Ledger {
    /// Puts a new key in the present one's place. The entry that says so holds a statement with both signatures, and the
    /// checkpoint that covers it is signed by both; `KeyFiles` says what a crash leaves.
    ///
    /// - Parameters:
    ///   - compromisedSince: since when the present key may have been in other hands; nil where nobody says so.
    /// - Throws: `LedgerError`. Where it is `.stopped`, the next start settles which key is in force.
    public func rotateKey(reason: String, compromisedSince: Timestamp?, by actor: Actor) async throws -> Appended {
        try await onQueue {
            do {
                return try self.rotateKeyNow(reason: reason, compromisedSince: compromisedSince, by: actor)
            } catch {
                throw LedgerError.wrapping(error)
            }
        }
    }

    /// As `rotateKey`, on the thread that calls.
    package func rotateKeyNow(reason: String, compromisedSince: Timestamp?, by actor: Actor) throws -> Appended {
        let old = state.withLock { $0.key }
        if let failure = state.withLock({ $0.failure }) { throw LedgerError.stopped(failure) }
        let new = try keyFiles.prepareNext(after: old)
        let appended: Appended
        do {
            appended = try appendNow(rotatingTo: new) { _, frontier in
                let before = Checkpoint(origin: old.origin, size: frontier.size, root: frontier.root)
                let statement = RotationStatement(before: before, old: old.verifier, new: new.verifier)
                let body = KeyRotated(
                    old: old.verifier.text, new: new.verifier.text,
                    statement: try statement.signed(old: old.signing, new: new.signing).encoded, reason: reason,
                    compromisedSince: compromisedSince)
                return EntryDraft(.keyRotated(body), about: [.station], by: actor)
            }
        } catch LedgerError.stopped(let failure) {
            // Whether the new key is in force stands in the database; only the next start can tell.
            throw LedgerError.stopped(failure)
        } catch {
            try keyFiles.discardNext()
            throw error
        }
        do {
            try keyFiles.install()
            try keyFiles.writePublic(new)
        } catch {
            throw stop("the new key could not be put in place: \(error)")
        }
        return appended
    }
}
