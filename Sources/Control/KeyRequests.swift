import Custody

/// Puts a new signing key in the present one's place.
public struct RotateKeyRequest: Codable, Sendable {
    /// Why.
    public var reason: String
    /// Since when the present key may have been in other hands; nil where nobody says so.
    public var compromisedSince: Timestamp?

    /// Creates a request.
    public init(reason: String, compromisedSince: Timestamp?) {
        self.reason = reason
        self.compromisedSince = compromisedSince
    }
}

/// Records that a copy of the ledger was made and checked.
public struct BackupRequest: Codable, Sendable {
    /// Folder that the operator named.
    public var destination: String
    /// Number of entries that the copy holds.
    public var size: Int
    /// Root over them in base64.
    public var root: String

    /// Creates a request.
    public init(destination: String, size: Int, root: String) {
        self.destination = destination
        self.size = size
        self.root = root
    }
}
