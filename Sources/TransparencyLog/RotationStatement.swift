import Integrity

/// What two keys of a log say to each other when one takes the other's place: a note with the signatures of both.
public struct RotationStatement: Equatable, Sendable {
    private static let header = "Fengcun key rotation v1"

    /// The log as it was before the change.
    public let before: Checkpoint
    /// The key that ends.
    public let old: VerifierKey
    /// The key that begins.
    public let new: VerifierKey

    /// Names a change.
    public init(before: Checkpoint, old: VerifierKey, new: VerifierKey) {
        self.before = before
        self.old = old
        self.new = new
    }

    /// The text that is signed: a fixed line, origin, size and root before the change, the old key, the new key.
    public var text: String { "\(Self.header)\n\(before.text)\(old.text)\n\(new.text)\n" }

    /// Signs with both keys, the old one first.
    public func signed(old oldKey: SigningKey, new newKey: SigningKey) throws(IntegrityError) -> SignedNote {
        try SignedNote(signing: text, with: oldKey, as: old.origin).signed(with: newKey, as: new.origin)
    }

    /// Checks that a note says just this and that both keys signed it.
    ///
    /// - Throws: `LogError.unproved`.
    public func verify(_ note: SignedNote) throws(LogError) {
        guard note.text.utf8.elementsEqual(text.utf8) else { throw .unproved("the statement is about another change of keys") }
        guard old != new, old.origin == new.origin, old.origin == before.origin else {
            throw .unproved("the statement does not change the key of one log")
        }
        try note.verify([old])
        try note.verify([new])
    }
}
