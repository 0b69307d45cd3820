/// What an act says: the `body` of an entry. `Act` lists all of them.
public protocol ActBody: Sendable, Equatable, Codable {
    /// The name of the act in an entry's `act` member. It never changes.
    static var kind: String { get }

    /// Whether the act only closes or observes something. Such acts may use the disk space held in reserve, so that a
    /// station whose disk is full can still say what ended.
    static var closesOrObserves: Bool { get }

    /// Whether the act brings evidence from outside the station, or changes what it is checked with: a verifier looks at
    /// its attachments.
    static var isEvidence: Bool { get }

    /// The kinds of attachment that a verifier examines in this act.
    static var examined: Set<Attachment.Kind> { get }

    /// Whether it is an act of people, which they can sign; what the station observed by itself is not.
    static var canBeSigned: Bool { get }

    /// Whether an edition may leave such entries out (O19): not where the others could not be verified without them.
    static var canBeWithheld: Bool { get }
}

extension ActBody {
    /// Most acts need the space of an entry and get none of the reserve.
    public static var closesOrObserves: Bool { false }
    /// Most acts are the station's own word.
    public static var isEvidence: Bool { false }
    /// Most attachments are shown and not examined.
    public static var examined: Set<Attachment.Kind> { [] }
    /// Most acts are observations.
    public static var canBeSigned: Bool { false }
    /// Most entries are needed by no other.
    public static var canBeWithheld: Bool { true }
}
