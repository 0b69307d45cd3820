import Integrity

/// Integrity values by algorithm, in lower-case hexadecimal.
public typealias DigestTable = [DigestAlgorithm: String]

/// A run of bytes.
public struct ByteRange: Hashable, Sendable, Codable {
    /// First byte.
    public var offset: Int
    /// Number of bytes.
    public var length: Int

    /// Describes a run.
    public init(offset: Int, length: Int) {
        self.offset = offset
        self.length = length
    }

    /// The byte behind the run.
    public var end: Int { offset + length }
}

/// The making of an image began (制作数据镜像).
public struct AcquisitionStarted: Sendable, Equatable, Codable {
    /// Id of this making.
    public var acquisition: String
    /// The exhibit.
    public var exhibit: ExhibitID
    /// The medium's identity.
    public var medium: MediumID
    /// Device node.
    public var device: String
    /// Bytes to copy.
    public var capacity: Int
    /// Logical sector size in bytes.
    public var sectorSize: Int
    /// Where the finished image will stand.
    public var image: String
    /// The digests to compute.
    public var algorithms: [DigestAlgorithm]
    /// What does the work (R35.1).
    public var tool: Tool
    /// How it does it: sizes of buffers and ways of reading.
    public var parameters: [String: String]
    /// Write protection at the start.
    public var protection: Protection

    /// Describes a start.
    public init(
        acquisition: String, exhibit: ExhibitID, medium: MediumID, device: String, capacity: Int, sectorSize: Int, image: String,
        algorithms: [DigestAlgorithm], tool: Tool, parameters: [String: String], protection: Protection
    ) {
        self.acquisition = acquisition
        self.exhibit = exhibit
        self.medium = medium
        self.device = device
        self.capacity = capacity
        self.sectorSize = sectorSize
        self.image = image
        self.algorithms = algorithms
        self.tool = tool
        self.parameters = parameters
        self.protection = protection
    }
}

/// An image is complete, on stable storage and read-only.
public struct AcquisitionFinished: Sendable, Equatable, Codable {
    /// Number of bad ranges that an entry lists; the map of errors holds all.
    public static let rangeLimit = 100

    /// Id of this making.
    public var acquisition: String
    /// The exhibit.
    public var exhibit: ExhibitID
    /// The medium's identity.
    public var medium: MediumID
    /// Path of the image.
    public var image: String
    /// Its length.
    public var bytes: Int
    /// Digests of the image as it stands.
    public var digests: DigestTable
    /// What the digests were computed from; nil in entries of early versions: the stream.
    public var digestSource: DigestSource?
    /// Bytes that were not read, and are zero in the image or hold the rescue's fill pattern.
    public var unreadableBytes: Int
    /// Where they are; at most `rangeLimit`, the attached map has all.
    public var unreadable: [ByteRange]
    /// The work on a drive that failed; nil where everything could be read in order.
    public var rescue: RescueSummary?
    /// When reading began.
    public var startedAt: Timestamp
    /// When the image had its final name.
    public var finishedAt: Timestamp
    /// Write protection at the end; nil where the medium had gone by then.
    public var protection: Protection?

    /// Describes a finished image.
    public init(
        acquisition: String, exhibit: ExhibitID, medium: MediumID, image: String, bytes: Int, digests: DigestTable,
        digestSource: DigestSource? = nil, unreadableBytes: Int, unreadable: [ByteRange], rescue: RescueSummary? = nil,
        startedAt: Timestamp, finishedAt: Timestamp, protection: Protection?
    ) {
        self.digestSource = digestSource
        self.rescue = rescue
        self.acquisition = acquisition
        self.exhibit = exhibit
        self.medium = medium
        self.image = image
        self.bytes = bytes
        self.digests = digests
        self.unreadableBytes = unreadableBytes
        self.unreadable = unreadable
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.protection = protection
    }
}

/// The making of an image ended without an image.
public struct AcquisitionEnded: Sendable, Equatable, Codable {
    /// How it ended.
    public enum Outcome: String, Sendable, Codable {
        /// A person stopped it.
        case cancelled
        /// The medium or the destination gave up.
        case failed
        /// The daemon or the machine went down.
        case interrupted
    }

    /// Id of this making.
    public var acquisition: String
    /// The exhibit.
    public var exhibit: ExhibitID
    /// The medium's identity.
    public var medium: MediumID
    /// How it ended.
    public var outcome: Outcome
    /// Why, in one line.
    public var reason: String
    /// Where the incomplete file stands; nil where there is none.
    public var partial: String?

    /// Describes an end.
    public init(
        acquisition: String, exhibit: ExhibitID, medium: MediumID, outcome: Outcome, reason: String, partial: String?
    ) {
        self.acquisition = acquisition
        self.exhibit = exhibit
        self.medium = medium
        self.outcome = outcome
        self.reason = reason
        self.partial = partial
    }
}

/// An image was read again and compared with its record (R31.2).
public struct ImageVerified: Sendable, Equatable, Codable {
    /// Id of the making of the image.
    public var acquisition: String
    /// The exhibit.
    public var exhibit: ExhibitID
    /// Path of the image.
    public var image: String
    /// Whether every digest and the length are what was recorded.
    public var matches: Bool
    /// The length that was read.
    public var bytes: Int
    /// The digests that were computed.
    public var digests: DigestTable
    /// Why the image could not be read to its end, where it could not.
    public var problem: String?
    /// How the page cache was avoided: `direct` (O_DIRECT) or `evicted` (dropped before reading).
    public var reading: String
    /// When reading began.
    public var startedAt: Timestamp
    /// When it ended.
    public var finishedAt: Timestamp

    /// Describes a verification.
    public init(
        acquisition: String, exhibit: ExhibitID, image: String, matches: Bool, bytes: Int, digests: DigestTable, problem: String?,
        reading: String, startedAt: Timestamp, finishedAt: Timestamp
    ) {
        self.acquisition = acquisition
        self.exhibit = exhibit
        self.image = image
        self.matches = matches
        self.bytes = bytes
        self.digests = digests
        self.problem = problem
        self.reading = reading
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}
