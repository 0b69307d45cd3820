import Integrity

/// Integrity values by algorithm, in lower-case hexadecimal.
public typealias DigestTable = [DigestAlgorithm: String]

extension DigestTable {
    /// Digests by algorithm.
    public init(_ digests: [Digest]) {
        self.init(digests.map { ($0.algorithm, $0.hex) }) { first, _ in first }
    }
}

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

    /// The first and the last byte with digits in groups of three, such as `1,074,266,112–1,074,790,399`; only the first for none.
    public var text: String { Self.grouped(offset) + (length > 1 ? "–" + Self.grouped(end - 1) : "") }

    private static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}

/// The making of an image began (制作数据镜像).
public struct AcquisitionStarted: ActBody {
    /// See `ActBody`.
    public static let kind = "acquisition.started"

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
    /// Where the finished image will stand: its only file, or its first segment.
    public var image: String
    /// Its segments; nil where it is one file.
    public var layout: ImageLayout?
    /// The other images that are made at the same time; nil where there is none.
    public var copies: [ImageCopy]?
    /// Whether blocks of zeros are left out of the files; nil: no.
    public var sparse: Bool?
    /// The digests to compute.
    public var algorithms: [DigestAlgorithm]
    /// What does the work (R35.1).
    public var tool: Tool
    /// How it does it: sizes of buffers and ways of reading.
    public var parameters: [String: String]
    /// Write protection at the start.
    public var protection: Protection
    /// How the medium was before; what smartctl printed is attached. Nil in entries of early versions.
    public var health: DriveHealth?

    /// Describes a start.
    public init(
        acquisition: String, exhibit: ExhibitID, medium: MediumID, device: String, capacity: Int, sectorSize: Int, image: String,
        layout: ImageLayout? = nil, copies: [ImageCopy]? = nil, sparse: Bool? = nil, algorithms: [DigestAlgorithm], tool: Tool,
        parameters: [String: String], protection: Protection, health: DriveHealth? = nil
    ) {
        self.health = health
        self.layout = layout
        self.copies = copies
        self.sparse = sparse
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
public struct AcquisitionFinished: ActBody {
    /// See `ActBody`.
    public static let kind = "acquisition.finished"
    /// See `ActBody`.
    public static let closesOrObserves = true
    /// See `ActBody`.
    public static let canBeSigned = true

    /// Number of bad ranges that an entry lists; the map of errors holds all.
    public static let rangeLimit = 100

    /// Id of this making.
    public var acquisition: String
    /// The exhibit.
    public var exhibit: ExhibitID
    /// The medium's identity.
    public var medium: MediumID
    /// Path of the image: its only file, or its first segment.
    public var image: String
    /// Its segments; nil where it is one file.
    public var layout: ImageLayout?
    /// The other images that were to be made at the same time, and what became of them; nil where there was none.
    public var copies: [ImageCopy]?
    /// Its length.
    public var bytes: Int
    /// Digests of the image as it stands.
    public var digests: DigestTable
    /// The fs-verity digest of the image (SHA-256, blocks of 4,096 bytes, no salt), lower-case hexadecimal; nil in entries of
    /// early versions.
    public var blockTree: String?
    /// Whether the kernel enforces the digest on every read from now on (`enabled`), or why it does not; nil where that was not
    /// asked for.
    public var fsverity: String?
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
    /// How the medium was afterwards, and what of it had changed; what smartctl printed is attached. Nil where the medium had gone.
    public var health: DriveHealth?
    /// See `health`.
    public var healthChanges: [HealthChange]?

    /// Describes a finished image.
    public init(
        acquisition: String, exhibit: ExhibitID, medium: MediumID, image: String, layout: ImageLayout? = nil,
        copies: [ImageCopy]? = nil, bytes: Int, digests: DigestTable, blockTree: String? = nil, fsverity: String? = nil,
        digestSource: DigestSource? = nil, unreadableBytes: Int,
        unreadable: [ByteRange], rescue: RescueSummary? = nil, startedAt: Timestamp, finishedAt: Timestamp,
        protection: Protection?, health: DriveHealth? = nil, healthChanges: [HealthChange]? = nil
    ) {
        self.health = health
        self.healthChanges = healthChanges
        self.layout = layout
        self.copies = copies
        self.digestSource = digestSource
        self.rescue = rescue
        self.acquisition = acquisition
        self.exhibit = exhibit
        self.medium = medium
        self.image = image
        self.bytes = bytes
        self.digests = digests
        self.blockTree = blockTree
        self.fsverity = fsverity
        self.unreadableBytes = unreadableBytes
        self.unreadable = unreadable
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.protection = protection
    }
}

extension AcquisitionFinished {
    /// The complete image at a path; the one that the entry names first where there is none, or no path is given.
    public func copy(at path: String?) -> ImageCopy {
        copies?.first { $0.image == path && $0.problem == nil } ?? ImageCopy(image: image, layout: layout)
    }
}

/// The making of an image ended without an image.
public struct AcquisitionEnded: ActBody {
    /// See `ActBody`.
    public static let kind = "acquisition.ended"
    /// See `ActBody`.
    public static let closesOrObserves = true
    /// See `ActBody`.
    public static let canBeSigned = true

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
    /// Write protection at the end; nil where the medium had gone by then, and in entries from before it was recorded.
    public var protection: Protection?
    /// See `AcquisitionFinished.health`.
    public var health: DriveHealth?
    /// See `AcquisitionFinished.health`.
    public var healthChanges: [HealthChange]?

    /// Describes an end.
    public init(
        acquisition: String, exhibit: ExhibitID, medium: MediumID, outcome: Outcome, reason: String, partial: String?,
        protection: Protection?, health: DriveHealth? = nil, healthChanges: [HealthChange]? = nil
    ) {
        self.health = health
        self.healthChanges = healthChanges
        self.acquisition = acquisition
        self.exhibit = exhibit
        self.medium = medium
        self.outcome = outcome
        self.reason = reason
        self.partial = partial
        self.protection = protection
    }
}

/// An image was read again and compared with its record (R31.2).
public struct ImageVerified: ActBody {
    /// See `ActBody`.
    public static let kind = "image.verified"
    /// See `ActBody`.
    public static let closesOrObserves = true
    /// See `ActBody`.
    public static let canBeSigned = true

    /// Id of the making of the image.
    public var acquisition: String
    /// The exhibit.
    public var exhibit: ExhibitID
    /// Path of the image.
    public var image: String
    /// Whether the length and all that was computed are what was recorded.
    public var matches: Bool
    /// Length of the file.
    public var bytes: Int
    /// The digests that were computed.
    public var digests: DigestTable
    /// What the block tree said; nil in entries of early versions and where the record has none.
    public var tree: BlockTreeCheck?
    /// Why the image could not be read to its end, where it could not.
    public var problem: String?
    /// How the page cache was avoided: `direct` (O_DIRECT) or `evicted` (dropped before reading).
    public var reading: String
    /// When reading began.
    public var startedAt: Timestamp
    /// When it ended.
    public var finishedAt: Timestamp

    /// Whether all of the image was read; what was said of all of it is not taken back by a look at a part.
    public var isComplete: Bool { tree?.ranges == nil }

    /// Describes a verification.
    public init(
        acquisition: String, exhibit: ExhibitID, image: String, matches: Bool, bytes: Int, digests: DigestTable,
        tree: BlockTreeCheck? = nil, problem: String?,
        reading: String, startedAt: Timestamp, finishedAt: Timestamp
    ) {
        self.acquisition = acquisition
        self.exhibit = exhibit
        self.image = image
        self.matches = matches
        self.bytes = bytes
        self.digests = digests
        self.tree = tree
        self.problem = problem
        self.reading = reading
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}

/// What the block tree of an image said when the image was read again.
public struct BlockTreeCheck: Sendable, Equatable, Codable {
    /// The ranges that were asked for, where not all of the image was read.
    public var ranges: [ByteRange]?
    /// Where the ranges were drawn by lot: position of the newest entry then. They are the groups of 512 KiB at the places that
    /// `SampleDraw` gives for that entry, among all groups of the image, in ascending order.
    public var drawn: Int?
    /// The fs-verity digest of the file, lower-case hexadecimal; nil where only ranges were read.
    public var digest: String?
    /// Whether the level that was kept beside the image could be used: nil where it could, else why not, in one line.
    public var problem: String?
    /// Where the file is not what was recorded, to within 512 KiB; at most 100 ranges.
    public var differing: [ByteRange]
    /// Length of all such ranges in bytes.
    public var differingBytes: Int

    /// Describes a check.
    public init(
        ranges: [ByteRange]?, drawn: Int? = nil, digest: String?, problem: String?, differing: [ByteRange], differingBytes: Int
    ) {
        self.ranges = ranges
        self.drawn = drawn
        self.digest = digest
        self.problem = problem
        self.differing = differing
        self.differingBytes = differingBytes
    }
}
