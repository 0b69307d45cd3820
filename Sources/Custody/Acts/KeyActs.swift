/// The station changed its signing key. The checkpoint that covers this entry is signed by both keys.
public struct KeyRotated: ActBody {
    /// See `ActBody`.
    public static let kind = "key.rotated"
    /// Without it nobody could verify the others.
    public static let canBeWithheld = false
    /// See `ActBody`.
    public static let isEvidence = true
    /// See `ActBody`.
    public static let canBeSigned = true

    /// The key that ends, in its exchange form.
    public var old: String
    /// The key that begins.
    public var new: String
    /// A signed note with both keys' signatures over the change.
    public var statement: String
    /// Why.
    public var reason: String
    /// Since when the old key may have been in other hands; nil where nobody says so.
    public var compromisedSince: Timestamp?

    /// Describes a change of keys.
    public init(old: String, new: String, statement: String, reason: String, compromisedSince: Timestamp?) {
        self.old = old
        self.new = new
        self.statement = statement
        self.reason = reason
        self.compromisedSince = compromisedSince
    }
}

/// A copy of the ledger was made.
public struct LedgerBackedUp: ActBody {
    /// See `ActBody`.
    public static let kind = "ledger.backed-up"

    /// Folder that the operator named, as he wrote it.
    public var destination: String
    /// Number of entries that the copy holds.
    public var size: Int
    /// Root over them in base64.
    public var root: String

    /// Describes a backup.
    public init(destination: String, size: Int, root: String) {
        self.destination = destination
        self.size = size
        self.root = root
    }
}

/// An older copy of the ledger was put in place of a newer one, by a person who signed for it. The newest checkpoint that
/// was known, the statement and the signature stand in the entry's attachments.
public struct LedgerRestored: ActBody {
    /// See `ActBody`.
    public static let kind = "ledger.restored"
    /// Without it nobody could verify the others.
    public static let canBeWithheld = false
    /// See `ActBody`.
    public static let isEvidence = true
    /// See `ActBody`.
    public static let examined: Set<Attachment.Kind> = [.checkpoint, .statement, .signature]
    /// See `ActBody`.
    public static let canBeSigned = true

    /// Number of entries in the copy.
    public var size: Int
    /// Root over them in base64.
    public var root: String
    /// Number of entries that the newest known checkpoint vouched for; nil where none was left.
    public var anchoredSize: Int?
    /// Who answers for it.
    public var person: String
    /// Why.
    public var reason: String

    /// Describes a restoration.
    public init(size: Int, root: String, anchoredSize: Int?, person: String, reason: String) {
        self.size = size
        self.root = root
        self.anchoredSize = anchoredSize
        self.person = person
        self.reason = reason
    }
}

/// A check of the stored ledger found that something was altered or is missing.
public struct LedgerDamaged: ActBody {
    /// See `ActBody`.
    public static let kind = "ledger.damaged"
    /// See `ActBody`.
    public static let closesOrObserves = true

    /// How many faults there are.
    public var count: Int
    /// The first of them, each in a line.
    public var faults: [String]

    /// Describes damage.
    public init(count: Int, faults: [String]) {
        self.count = count
        self.faults = faults
    }
}
