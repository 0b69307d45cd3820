import TransparencyLog

/// An older copy that is to take the place of what the station has, as a person signs for it.
public struct LedgerRestorationRequest: Sendable {
    /// The newest state that the copy holds.
    public let backup: Checkpoint
    /// The newest signed checkpoint that the station knows; nil where its anchor is gone.
    public let known: SignedNote?
    /// Who answers for it.
    public let person: String
    /// Why.
    public let reason: String

    /// What the newest known checkpoint says.
    public var knownCheckpoint: Checkpoint? { known.flatMap { try? Checkpoint(parsing: $0.text) } }

    /// The text that the person signs.
    public var statement: String {
        let known = knownCheckpoint.map { "\($0.size) \($0.root.base64)" } ?? "none"
        return """
            Fengcun restoration v1
            origin \(backup.origin)
            backup \(backup.size) \(backup.root.base64)
            known \(known)
            person \(person)
            reason \(reason)

            """
    }

    /// Describes a restoration.
    public init(backup: Checkpoint, known: SignedNote?, person: String, reason: String) {
        self.backup = backup
        self.known = known
        self.person = person
        self.reason = reason
    }
}
