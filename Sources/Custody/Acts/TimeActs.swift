import Integrity

/// An authority outside the station vouches for when a checkpoint existed (RFC 3161). The signed checkpoint and the
/// authority's answer, which repeated the nonce of the station's request, stand in the entry's attachments.
public struct CheckpointTimestamped: ActBody {
    /// See `ActBody`.
    public static let kind = "checkpoint.timestamped"
    /// Without it nobody could verify the others.
    public static let canBeWithheld = false
    /// See `ActBody`.
    public static let isEvidence = true
    /// See `ActBody`.
    public static let examined: Set<Attachment.Kind> = [.checkpoint, .timestamp]

    /// Size of the checkpoint.
    public var size: Int
    /// Its root in base64.
    public var root: String
    /// Algorithm of the imprint: SHA-256 or SM3.
    public var imprint: DigestAlgorithm
    /// The token's genTime.
    public var time: Timestamp
    /// The accuracy that the token claims, in microseconds; nil where it claims none.
    public var accuracy: Int?
    /// Subject of the certificate that signed the token; which roots it leads to is for the reader to check.
    public var authority: String
    /// The token's serial number in lower-case hexadecimal.
    public var serial: String

    /// Describes a token over a checkpoint.
    public init(size: Int, root: String, token: TimestampToken) {
        self.size = size
        self.root = root
        imprint = token.imprint.algorithm
        time = Timestamp(microseconds: token.time)
        accuracy = token.accuracy
        authority = token.authority
        serial = token.serial
    }

    /// Describes a token by its parts.
    public init(
        size: Int, root: String, imprint: DigestAlgorithm, time: Timestamp, accuracy: Int?, authority: String, serial: String
    ) {
        self.size = size
        self.root = root
        self.imprint = imprint
        self.time = time
        self.accuracy = accuracy
        self.authority = authority
        self.serial = serial
    }
}

/// The system clock did not go on evenly.
public struct ClockStepped: ActBody {
    /// See `ActBody`.
    public static let kind = "clock.stepped"
    /// See `ActBody`.
    public static let closesOrObserves = true

    /// When it happened.
    public enum Occasion: String, Sendable, Codable {
        /// The daemon started after a boot with a clock behind the ledger's last entry.
        case start
        /// The clock was set, or ran behind the last entry, while the machine was up and the daemon was not.
        case stopped
        /// The clock was set while the daemon ran.
        case running
    }

    /// When it happened.
    public var occasion: Occasion
    /// What the clock would have shown without the steps; for `start` the time of the last entry.
    public var from: Timestamp
    /// What it showed after the last step.
    public var to: Timestamp
    /// How many steps this entry sums up.
    public var count: Int
    /// The largest of them in microseconds; less than 0 where the clock was put back.
    public var largest: Int

    /// Describes steps.
    public init(occasion: Occasion, from: Timestamp, to: Timestamp, count: Int, largest: Int) {
        self.occasion = occasion
        self.from = from
        self.to = to
        self.count = count
        self.largest = largest
    }
}
