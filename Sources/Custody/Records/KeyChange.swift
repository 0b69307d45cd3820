import TransparencyLog

/// A change of a station's key, which the old key and the new one both signed.
public struct KeyChange: Sendable, Equatable {
    /// Position of the entry that records it.
    public let entry: Int
    /// The log as it was before the change, in the words that both keys signed.
    public let before: Checkpoint
    /// The key that ended.
    public let old: VerifierKey
    /// The key that began.
    public let new: VerifierKey
    /// Since when the old key may have been in other hands; nil where nobody said so.
    public let compromisedSince: Timestamp?

    /// Reads what an entry says of a change, and checks both signatures.
    ///
    /// - Throws: `LogError`.
    public init(_ body: KeyRotated, in entry: Entry) throws(LogError) {
        (old, new) = (try VerifierKey(parsing: body.old), try VerifierKey(parsing: body.new))
        guard let root = LogHash(base64: entry.tree.root) else { throw .malformed("the entry names no root before it") }
        before = Checkpoint(origin: old.origin, size: entry.tree.size, root: root)
        try RotationStatement(before: before, old: old, new: new).verify(SignedNote(parsing: Array(body.statement.utf8)))
        self.entry = entry.sequence
        compromisedSince = body.compromisedSince
    }

    /// Reads the entry that a proof file holds. Whether the proof is right is another question.
    ///
    /// - Throws: `LogError`, also where it is no change of keys.
    init(in proof: ProofFile) throws(LogError) {
        guard let bytes = proof.extra else { throw .malformed("the proof of a key change does not hold its entry") }
        let entry: Entry
        do throws(EntryError) {
            entry = try Entry(bytes: bytes)
        } catch {
            throw .malformed("entry \(proof.index): \(error)")
        }
        guard entry.sequence == proof.index, entry.tree.size == proof.index else {
            throw .unproved("entry \(proof.index) does not stand where it was written")
        }
        guard case .keyRotated(let body) = entry.act else { throw .malformed("entry \(proof.index) changes no key") }
        try self.init(body, in: entry)
    }
}

extension ReceiptProof {
    /// The key before the oldest change in a receipt; nil where there is none.
    ///
    /// - Throws: `LogError` where that is no change which both keys signed.
    public var oldestKey: VerifierKey? {
        get throws(LogError) {
            guard let first = keyChanges.first else { return nil }
            return try KeyChange(in: first).old
        }
    }
}
