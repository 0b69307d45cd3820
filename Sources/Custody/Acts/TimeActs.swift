/// An authority outside the station vouches for when a checkpoint existed (RFC 3161). The signed checkpoint and the token
/// stand in the entry's attachments.
public struct CheckpointTimestamped: Sendable, Equatable, Codable {
    /// Size of the checkpoint.
    public var size: Int
    /// Its root in base64.
    public var root: String
    /// Algorithm of the imprint: `sha256` or `sm3`.
    public var imprint: String
    /// The token's genTime.
    public var time: Timestamp
    /// The accuracy that the token claims, in microseconds; nil where it claims none.
    public var accuracy: Int?
    /// What the token calls its authority.
    public var authority: String

    /// Describes a token.
    public init(size: Int, root: String, imprint: String, time: Timestamp, accuracy: Int?, authority: String) {
        self.size = size
        self.root = root
        self.imprint = imprint
        self.time = time
        self.accuracy = accuracy
        self.authority = authority
    }
}

/// The system clock did not go on evenly.
public struct ClockStepped: Sendable, Equatable, Codable {
    /// When it was noticed.
    public enum Occasion: String, Sendable, Codable {
        /// The daemon started with a clock behind the ledger's last entry.
        case start
        /// The clock was set while the daemon ran.
        case running
    }

    /// When it was noticed.
    public var occasion: Occasion
    /// What the clock would have shown, or the time of the last entry.
    public var from: Timestamp
    /// What it shows.
    public var to: Timestamp
    /// How many steps this entry sums up.
    public var count: Int

    /// Describes a step.
    public init(occasion: Occasion, from: Timestamp, to: Timestamp, count: Int) {
        self.occasion = occasion
        self.from = from
        self.to = to
        self.count = count
    }
}
