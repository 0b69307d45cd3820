import Custody
import Integrity

/// Asks for a request for a time-stamp.
public struct TimestampRequestBody: Codable, Sendable {
    /// Size of the checkpoint; nil takes the newest.
    public var size: Int?
    /// Algorithm of the imprint: `sha256` or `sm3`.
    public var imprint: String

    /// Creates a request.
    public init(size: Int?, imprint: String) {
        self.size = size
        self.imprint = imprint
    }
}

/// A request for a time-stamp, to be carried to an authority.
public struct TimestampRequestView: Codable, Sendable {
    /// Size of the checkpoint.
    public var size: Int
    /// Algorithm of the imprint.
    public var imprint: DigestAlgorithm
    /// The signed checkpoint over whose bytes the imprint is.
    public var note: String
    /// The TimeStampReq in DER, as base64.
    public var request: String

    /// Shows a request.
    public init(size: Int, imprint: DigestAlgorithm, note: String, request: String) {
        self.size = size
        self.imprint = imprint
        self.note = note
        self.request = request
    }
}

/// A time-stamp that was recorded.
public struct TimestampView: Codable, Sendable {
    /// Position of the entry.
    public var entry: Int
    /// Size of the checkpoint.
    public var size: Int
    /// When the checkpoint existed.
    public var time: Timestamp
    /// See `CheckpointTimestamped`, in microseconds.
    public var accuracy: Int?
    /// Who says so.
    public var authority: String
    /// Algorithm of the imprint.
    public var imprint: DigestAlgorithm
    /// The signed checkpoint that covers the entry.
    public var checkpoint: String

    /// Shows a time-stamp.
    public init(_ body: CheckpointTimestamped, entry: Int, checkpoint: String) {
        self.entry = entry
        size = body.size
        time = body.time
        accuracy = body.accuracy
        authority = body.authority
        imprint = body.imprint
        self.checkpoint = checkpoint
    }
}
