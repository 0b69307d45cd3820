import Custody
import Integrity
import TransparencyLog

/// Who signed for the backup that took the ledger's place.
public struct LedgerRestorationFinding: Sendable {
    /// Position of the entry that records it.
    public let entry: Int
    /// Who answers for it, as the statement says.
    public let person: String
    /// Whose signatures they are, as the signature itself says.
    public let signers: [String]
    /// Whether the reader trusts the signers.
    public let trust: SignerTrust.Finding
    /// When the signature was there for the question of trust, in seconds since 1970.
    public let judgedAt: Int
    /// Whether that time is proved from outside, or only claimed by the station.
    public let timeIsProved: Bool

    /// See `SignatureFinding.namesItsPerson`.
    public var namesItsPerson: Bool { trust.names(person, signers) }
}

/// Checks that a person signed for the backup which took the ledger's place.
enum LedgerRestorationCheck {
    /// Checks one entry: the copy is the log as it was before the entry, the newest checkpoint that was known is one of the
    /// station's, and the signature fits a statement that says just this.
    static func check(
        _ body: LedgerRestored, _ entry: Entry, with signatures: SignatureCheck, in interval: ProvedTimes.Interval
    ) throws(BundleError) -> LedgerRestorationFinding {
        let log = signatures.log
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
        let request = LedgerRestorationRequest(
            backup: Checkpoint(origin: log.checkpoint.origin, size: body.size, root: root), known: known, person: body.person,
            reason: body.reason)
        let statement = Array(request.statement.utf8)
        guard try log.attachment(.statement, of: entry) == statement else {
            throw .altered(place: place, reason: "its statement is about another restoration")
        }
        let signature = try log.attachment(.signature, of: entry)
        do throws(SignatureError) {
            let person = try PersonSignature(signature, SSHSignature.isOne(signature) ? .ssh : .cms, over: statement, with: [])
            let time = SignatureCheck.time(of: entry, in: interval)
            return LedgerRestorationFinding(
                entry: entry.sequence, person: body.person, signers: person.signers.map(\.name),
                trust: signatures.judge(person, at: time, isProved: interval.notAfter != nil), judgedAt: time,
                timeIsProved: interval.notAfter != nil)
        } catch {
            throw .altered(place: place, reason: error.description)
        }
    }
}
