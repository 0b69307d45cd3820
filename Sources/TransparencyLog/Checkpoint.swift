import Integrity

/// What a log commits itself to: its name, its size and the root of its tree (c2sp.org/tlog-checkpoint v1.0.0).
public struct Checkpoint: Hashable, Sendable {
    /// The log.
    public let origin: Origin
    /// Number of entries.
    public let size: Int
    /// Root of the tree over them.
    public let root: LogHash

    /// The largest size that is read. Whatever is computed from it fits an integer, and every JSON reader can hold it.
    public static let sizeLimit = 1 << 53

    /// Names a state of a log.
    public init(origin: Origin, size: Int, root: LogHash) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// The text that is signed.
    public var text: String { "\(origin)\n\(size)\n\(root.base64)\n" }

    /// Reads the text of a note; extension lines are refused, because our logs have none.
    public init(parsing text: String) throws(LogError) {
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { String(Substring($0)) }
        guard lines.count == 4, lines[3].isEmpty else { throw .malformed("a checkpoint has three lines") }
        guard let origin = Origin(lines[0]) else { throw .malformed("the checkpoint's origin is malformed") }
        guard let size = Int(decimal: lines[1]), size <= Self.sizeLimit else {
            throw .malformed("the checkpoint's size is malformed")
        }
        guard let root = LogHash(base64: lines[2]) else { throw .malformed("the checkpoint's root is malformed") }
        self.init(origin: origin, size: size, root: root)
    }

    /// Signs the checkpoint.
    public func signed(with key: SigningKey) throws(IntegrityError) -> SignedNote {
        try SignedNote(signing: text, with: key, as: origin)
    }

    /// Reads a signed checkpoint and checks the signature of the key's owner.
    ///
    /// - Throws: `LogError`, also where the checkpoint speaks for another log than the key.
    public init(verifying note: SignedNote, key: VerifierKey) throws(LogError) {
        try note.verify([key])
        try self.init(parsing: note.text)
        guard origin == key.origin else { throw .unproved("the checkpoint is that of another log than the key") }
    }
}

extension Int {
    /// Reads a decimal number ≥ 0 in its only spelling: no sign, no leading zero, nothing else.
    public init?(decimal text: some StringProtocol) {
        guard let value = Int(text), value >= 0, String(value) == text else { return nil }
        self = value
    }
}
