/// A file, or a set of files, with the content of a medium: its integrity values on one side of a copy, a conversion or a
/// comparison.
public struct ImageDescription: Sendable, Equatable, Codable {
    /// How the content is stored.
    public enum Format: String, Sendable, Codable {
        /// Byte by byte, in one file.
        case raw
        /// EnCase's format, in one or several files.
        case e01
    }

    /// Path of the file, or of the first of them.
    public var path: String
    /// How the content is stored.
    public var format: Format
    /// Number of files.
    public var files: Int
    /// Length of the content.
    public var bytes: Int
    /// Digests of the content as it was read; empty where it was not read to its end.
    public var digests: DigestTable
    /// What the file says of its own digests (E01); nil where it says nothing.
    public var stored: DigestTable?
    /// The fs-verity digest of the file, where it was computed: lower-case hexadecimal.
    public var blockTree: String?

    /// Describes files.
    public init(
        path: String, format: Format, files: Int, bytes: Int, digests: DigestTable, stored: DigestTable? = nil,
        blockTree: String? = nil
    ) {
        self.path = path
        self.format = format
        self.files = files
        self.bytes = bytes
        self.digests = digests
        self.stored = stored
        self.blockTree = blockTree
    }

    /// Whether what was read has the integrity values of a record.
    public func isRecorded(in made: AcquisitionFinished) -> Bool {
        bytes == made.bytes && made.digests.allSatisfy { digests[$0.key] == $0.value }
            && (made.blockTree == nil || blockTree == nil || blockTree == made.blockTree)
            && !(made.digests.isEmpty && blockTree == nil)
    }
}

/// An image was copied, or converted to another format, and the result read back (R31.3, R59).
public struct ImageCopied: ActBody {
    /// The name of the act.
    public static let kind = "image.copied"
    /// It says what became of a copy, also on a full disk.
    public static let closesOrObserves = true
    /// It is an act of people.
    public static let canBeSigned = true

    /// What was done.
    public enum Purpose: String, Sendable, Codable {
        /// A second image, in the same format.
        case copy
        /// From our own format to another.
        case export
        /// From elsewhere into the station.
        case `import`
    }

    /// Id of this copy.
    public var copy: String
    /// What was done.
    public var purpose: Purpose
    /// The exhibit.
    public var exhibit: ExhibitID
    /// The medium's identity.
    public var medium: MediumID
    /// What was read, with the digests that were computed on the way.
    public var from: ImageDescription
    /// What came of it, with the digests of reading it back.
    public var to: ImageDescription
    /// Whether both sides have the same content, and the source has that of its record or of its own stored digests.
    public var matches: Bool
    /// Why it did not come to its end, or what differs; nil where all is well.
    public var problem: String?
    /// When reading began.
    public var startedAt: Timestamp
    /// When it ended.
    public var finishedAt: Timestamp

    /// Describes a copy.
    public init(
        copy: String, purpose: Purpose, exhibit: ExhibitID, medium: MediumID, from: ImageDescription, to: ImageDescription,
        matches: Bool, problem: String?, startedAt: Timestamp, finishedAt: Timestamp
    ) {
        self.copy = copy
        self.purpose = purpose
        self.exhibit = exhibit
        self.medium = medium
        self.from = from
        self.to = to
        self.matches = matches
        self.problem = problem
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }

    /// The copy as an image that can be verified; nil where it is none.
    public var image: AcquisitionFinished? {
        guard matches, to.format == .raw else { return nil }
        return AcquisitionFinished(
            acquisition: copy, exhibit: exhibit, medium: medium, image: to.path, bytes: to.bytes, digests: to.digests,
            blockTree: to.blockTree, digestSource: .readBack, unreadableBytes: 0, unreadable: [], startedAt: startedAt,
            finishedAt: finishedAt, protection: nil)
    }
}

/// Two images were compared byte by byte (R31.3).
public struct ImagesCompared: ActBody {
    /// The name of the act.
    public static let kind = "image.compared"
    /// It observes.
    public static let closesOrObserves = true
    /// Number of ranges that are listed.
    public static let rangeLimit = 100

    /// The exhibit.
    public var exhibit: ExhibitID
    /// What was read.
    public var first, second: ImageDescription
    /// Whether both have the same length and the same bytes.
    public var equal: Bool
    /// Where they differ, the first `rangeLimit` of such places; what only one of them has counts as different.
    public var differing: [ByteRange]
    /// Number of such places: runs with fewer than 512 equal bytes in between.
    public var places: Int
    /// Number of bytes that differ.
    public var differingBytes: Int
    /// Why the comparison did not come to its end; nil where it did.
    public var problem: String?
    /// When reading began.
    public var startedAt: Timestamp
    /// When it ended.
    public var finishedAt: Timestamp

    /// Describes a comparison.
    public init(
        exhibit: ExhibitID, first: ImageDescription, second: ImageDescription, equal: Bool, differing: [ByteRange], places: Int,
        differingBytes: Int, problem: String?, startedAt: Timestamp, finishedAt: Timestamp
    ) {
        self.exhibit = exhibit
        self.first = first
        self.second = second
        self.equal = equal
        self.differing = differing
        self.places = places
        self.differingBytes = differingBytes
        self.problem = problem
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}
