import Custody

/// Opens a case.
public struct OpenCaseRequest: Codable, Sendable {
    /// See `CaseOpened`.
    public var number, cause, unit: String
    /// See `CaseOpened`.
    public var note: String?

    /// Creates a request.
    public init(number: String, cause: String, unit: String, note: String?) {
        self.number = number
        self.cause = cause
        self.unit = unit
        self.note = note
    }
}

/// Makes an attached medium an exhibit of a case.
public struct RegisterMediumRequest: Codable, Sendable {
    /// Device node.
    public var device: String
    /// Number of the case.
    public var caseNumber: String
    /// Number of the exhibit in the case.
    public var exhibit: String
    /// See `MediumRegistered`.
    public var location, custodian: String
    /// See `MediumRegistered`.
    public var label: MediumLabel?
    /// See `MediumRegistered`.
    public var blocker: String?
    /// See `MediumRegistered`.
    public var note: String?
    /// See `Circumstances`; checked by the station.
    public var circumstances: JSONValue?

    private enum CodingKeys: String, CodingKey {
        case device
        case caseNumber = "case"
        case exhibit, location, custodian, label, blocker, note, circumstances
    }

    /// Creates a request.
    public init(
        device: String, caseNumber: String, exhibit: String, location: String, custodian: String, label: MediumLabel?,
        blocker: String? = nil, note: String?, circumstances: JSONValue? = nil
    ) {
        self.blocker = blocker
        self.circumstances = circumstances
        self.device = device
        self.caseNumber = caseNumber
        self.exhibit = exhibit
        self.location = location
        self.custodian = custodian
        self.label = label
        self.note = note
    }
}

/// Names an exhibit; the case may be left out where the number is used in one case only.
public struct ExhibitReference: Codable, Sendable {
    /// Number of the exhibit.
    public var exhibit: String
    /// Number of its case.
    public var caseNumber: String?

    private enum CodingKeys: String, CodingKey {
        case exhibit
        case caseNumber = "case"
    }

    /// Names an exhibit.
    public init(exhibit: String, caseNumber: String?) {
        self.exhibit = exhibit
        self.caseNumber = caseNumber
    }
}

/// Starts the making of an image.
public struct StartImageRequest: Codable, Sendable {
    /// The exhibit.
    public var of: ExhibitReference
    /// Absolute path of an existing folder on the station.
    public var destination: String
    /// Names of digests; see `DigestAlgorithm`. `none` alone: the block tree is the only integrity value.
    public var digests: [String]
    /// How stubborn to be with a medium that fails; the defaults where it is left out.
    public var rescue: RescueRequest?
    /// Its place among jobs that wait; `normal` where it is left out.
    public var priority: JobView.Priority?
    /// Absolute path of another existing folder, for a second image at the same time.
    public var secondDestination: String?
    /// Absolute paths of existing folders in which the first image goes on, one after the other, when there is no room in the one
    /// before. Needs segments.
    public var nextFolders: [String]?
    /// Bytes of a segment: at least 1 MiB, a multiple of 512; one file where it is left out.
    public var segmentSize: Int?
    /// Whether blocks of zeros are left out of the files.
    public var sparse: Bool?

    /// Creates a request.
    public init(of exhibit: ExhibitReference, destination: String, digests: [String], rescue: RescueRequest? = nil) {
        self.of = exhibit
        self.destination = destination
        self.digests = digests
        self.rescue = rescue
    }
}

/// How stubborn to be with a medium that fails. Every member may be left out.
public struct RescueRequest: Codable, Sendable, Equatable {
    /// Passes over the bad sectors, 0 to 100; 0 where it is left out.
    public var retries: Int?
    /// All passes in the other direction.
    public var reverse: Bool?
    /// Bytes per second below which an area is skipped at first.
    public var minimumRate: Int?
    /// Seconds after which nothing more is read.
    public var timeBudget: Int?
    /// Bytes to skip after the first error, and the most; 0 and none: nothing is skipped.
    public var firstSkip, longestSkip: Int?
    /// What stands where nothing could be read: hexadecimal, at most 512 bytes; zeros where it is left out.
    public var fill: String?
    /// SHA-256 of an uploaded mapfile of an earlier attempt.
    public var mapfile: String?
    /// Absolute path of the incomplete image of that attempt, on the station.
    public var image: String?

    /// A request for the defaults.
    public init() {}
}

/// Reads an image of an exhibit back.
public struct VerifyImageRequest: Codable, Sendable {
    /// The exhibit.
    public var of: ExhibitReference
    /// Path of the image as it was recorded; the newest where it is left out.
    public var image: String?
    /// True reads all of it with the block tree alone.
    public var quick: Bool?
    /// Reads only what holds these ranges; ascending, apart, at most 100.
    public var ranges: [ByteRange]?
    /// Reads only so many groups of 512 KiB that are drawn by lot, 1 to 100; all of them where the image has fewer.
    public var sample: Int?

    /// Creates a request.
    public init(
        of exhibit: ExhibitReference, image: String?, quick: Bool? = nil, ranges: [ByteRange]? = nil, sample: Int? = nil
    ) {
        self.of = exhibit
        self.image = image
        self.quick = quick
        self.ranges = ranges
        self.sample = sample
    }
}

/// Names an uploaded file.
public struct AttachmentReference: Codable, Sendable {
    /// Digest that the upload answered.
    public var sha256: String
    /// What the person calls the file.
    public var name: String
    /// What it shows.
    public var type: Attachment.Kind

    /// Names an uploaded file.
    public init(sha256: String, name: String, type: Attachment.Kind) {
        self.sha256 = sha256
        self.name = name
        self.type = type
    }
}

/// Records a sealing.
public struct SealRequest: Codable, Sendable {
    /// The exhibit.
    public var of: ExhibitReference
    /// See `MediumSealed`.
    public var number, method: String
    /// See `MediumSealed`.
    public var place: String?
    /// See `MediumSealed`.
    public var present: [String]
    /// See `MediumSealed`.
    public var note: String?
    /// See `Circumstances`; checked by the station.
    public var circumstances: JSONValue?
    /// Photos.
    public var attachments: [AttachmentReference]

    /// Creates a request.
    public init(
        of exhibit: ExhibitReference, number: String, method: String, place: String?, present: [String], note: String?,
        attachments: [AttachmentReference], circumstances: JSONValue? = nil
    ) {
        self.circumstances = circumstances
        self.of = exhibit
        self.number = number
        self.method = method
        self.place = place
        self.present = present
        self.note = note
        self.attachments = attachments
    }
}

/// Records an unsealing.
public struct UnsealRequest: Codable, Sendable {
    /// The exhibit.
    public var of: ExhibitReference
    /// Number of the seal, compared with the record where it is given.
    public var number: String?
    /// See `MediumUnsealed`.
    public var condition: MediumUnsealed.Condition
    /// See `MediumUnsealed`.
    public var reason: String
    /// See `MediumUnsealed`.
    public var place: String?
    /// See `MediumUnsealed`.
    public var present: [String]
    /// See `MediumUnsealed`.
    public var note: String?
    /// See `Circumstances`; checked by the station.
    public var circumstances: JSONValue?
    /// Photos.
    public var attachments: [AttachmentReference]

    /// Creates a request.
    public init(
        of exhibit: ExhibitReference, number: String?, condition: MediumUnsealed.Condition, reason: String, place: String?,
        present: [String], note: String?, attachments: [AttachmentReference], circumstances: JSONValue? = nil
    ) {
        self.circumstances = circumstances
        self.of = exhibit
        self.number = number
        self.condition = condition
        self.reason = reason
        self.place = place
        self.present = present
        self.note = note
        self.attachments = attachments
    }
}

/// Records a hand-over.
public struct TransferRequest: Codable, Sendable {
    /// The exhibit.
    public var of: ExhibitReference
    /// The custodian on record, compared with the record where it is given.
    public var from: String?
    /// See `MediumTransferred`.
    public var to, location, reason: String
    /// See `MediumTransferred`.
    public var seal: MediumUnsealed.Condition?
    /// Number of the seal, compared with the record where it is given.
    public var sealNumber: String?
    /// See `MediumTransferred`.
    public var place: String?
    /// See `MediumTransferred`.
    public var present: [String]
    /// See `MediumTransferred`.
    public var note: String?
    /// See `Circumstances`; checked by the station.
    public var circumstances: JSONValue?
    /// Photos.
    public var attachments: [AttachmentReference]

    /// Creates a request.
    public init(
        of exhibit: ExhibitReference, from: String?, to: String, location: String, reason: String,
        seal: MediumUnsealed.Condition?, sealNumber: String?, place: String?, present: [String], note: String?,
        attachments: [AttachmentReference], circumstances: JSONValue? = nil
    ) {
        self.circumstances = circumstances
        self.of = exhibit
        self.from = from
        self.to = to
        self.location = location
        self.reason = reason
        self.seal = seal
        self.sealNumber = sealNumber
        self.place = place
        self.present = present
        self.note = note
        self.attachments = attachments
    }
}

/// Records that the ledger is handed out.
public struct ExportRequest: Codable, Sendable {
    /// Folder that the operator named.
    public var destination: String
    /// Position of the entry that decides what an edition leaves out; nil for the whole ledger.
    public var edition: Int?

    /// Creates a request.
    public init(destination: String, edition: Int? = nil) {
        self.destination = destination
        self.edition = edition
    }
}

/// Gives a job another place among those that wait.
public struct PriorityRequest: Codable, Sendable {
    /// The place.
    public var priority: JobView.Priority

    /// Creates a request.
    public init(_ priority: JobView.Priority) { self.priority = priority }
}
