import Custody
import Integrity
import TransparencyLog

/// Checks that a person signed for the backup which took the ledger's place.
enum RestorationCheck {
    /// Checks one entry: the copy is the log as it was before the entry, the newest checkpoint that was known is one of the
    /// station's, and the signature fits a statement that says just this. Whose signature it is, is not asked here.
    static func check(_ body: LedgerRestored, _ entry: Entry, in log: BundleLog) throws(BundleError) {
        let place = "entry \(entry.sequence)"
        guard body.size == entry.tree.size, body.root == entry.tree.root, let root = LogHash(base64: body.root) else {
            throw .altered(place: place, reason: "restores another copy than the entries before it")
        }
        var known: SignedNote?
        if let size = body.anchoredSize {
            let bytes = try log.attachment(.checkpoint, of: entry)
            do throws(LogError) {
                let note = try SignedNote(parsing: bytes)
                try note.verify(log.keys.keys.map(\.key))
                guard try Checkpoint(parsing: note.text).size == size else { throw LogError.unproved("it has another size") }
                known = note
            } catch {
                throw .altered(place: place, reason: "the checkpoint that was known: \(error.description)")
            }
        }
        let request = RestorationRequest(
            backup: Checkpoint(origin: log.checkpoint.origin, size: body.size, root: root), known: known, person: body.person,
            reason: body.reason)
        let statement = Array(request.statement.utf8)
        guard try log.attachment(.statement, of: entry) == statement else {
            throw .altered(place: place, reason: "its statement is about another restoration")
        }
        let signature = try log.attachment(.signature, of: entry)
        do throws(SignatureError) {
            if SSHSignature.isOne(signature) {
                _ = try SSHSignature(signature, over: statement)
            } else {
                _ = try CMSSignature(signature, over: statement)
            }
        } catch {
            throw .altered(place: place, reason: error.description)
        }
    }
}
