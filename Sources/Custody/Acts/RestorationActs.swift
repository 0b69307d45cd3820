/// A device that an image is written to; never evidence.
public struct RestorationTarget: Sendable, Equatable, Codable {
    /// Its node, such as `/dev/sdc`.
    public var device: String
    /// What udev says of it; nil where it says nothing.
    public var model, serial: String?
    /// Length in bytes.
    public var capacity: Int
    /// Length of a logical sector in bytes.
    public var sectorSize: Int
    /// The kernel's number of this stay of the device.
    public var diskSequence: Int

    /// Describes a device.
    public init(device: String, model: String?, serial: String?, capacity: Int, sectorSize: Int, diskSequence: Int) {
        self.device = device
        self.model = model
        self.serial = serial
        self.capacity = capacity
        self.sectorSize = sectorSize
        self.diskSequence = diskSequence
    }
}

/// How an image and the device that it is written to end.
public struct RestorationTails: Sendable, Equatable, Codable {
    /// What becomes of the device behind the image.
    public enum Rest: String, Sendable, Codable {
        /// Nothing is written there.
        case untouched
        /// Zeros are written there.
        case wiped
    }

    /// Bytes of the image that go to the device, from its first on.
    public var written: Int
    /// Bytes at the end of the image that the device has no room for; nil where it has room for all.
    public var missing: Int?
    /// Bytes of the device behind the image; nil where there are none.
    public var behind: Int?
    /// What becomes of them.
    public var rest: Rest?

    /// Describes the ends.
    public init(written: Int, missing: Int?, behind: Int?, rest: Rest?) {
        self.written = written
        self.missing = missing
        self.behind = behind
        self.rest = rest
    }

    /// Bytes of the device that are written: those of the image, and zeros behind it where the rest is wiped.
    public var writtenInAll: Int { written + (rest == .wiped ? behind ?? 0 : 0) }
}

/// The writing of an image back to a device begins (R31.3): nothing was written before.
public struct RestorationStarted: ActBody {
    /// The name of the act.
    public static let kind = "restoration.started"

    /// Id of the restoration.
    public var restoration: String
    /// The exhibit.
    public var exhibit: ExhibitID
    /// The identity of the medium that the image was made of.
    public var medium: MediumID
    /// Path of the image.
    public var image: String
    /// Length of the image in bytes.
    public var bytes: Int
    /// The device.
    public var target: RestorationTarget
    /// What of both is written.
    public var tails: RestorationTails
    /// Whether the device held something, and the person confirmed that it may be lost.
    public var overwrites: Bool

    /// Describes a beginning.
    public init(
        restoration: String, exhibit: ExhibitID, medium: MediumID, image: String, bytes: Int, target: RestorationTarget,
        tails: RestorationTails, overwrites: Bool
    ) {
        self.restoration = restoration
        self.exhibit = exhibit
        self.medium = medium
        self.image = image
        self.bytes = bytes
        self.target = target
        self.tails = tails
        self.overwrites = overwrites
    }
}

/// An image was written back to a device, and the station read the device and compared it with the image (R31.3).
public struct RestorationFinished: ActBody {
    /// The name of the act.
    public static let kind = "restoration.finished"
    /// It says what became of it, also on a full disk.
    public static let closesOrObserves = true
    /// It is an act of people.
    public static let canBeSigned = true
    /// Number of ranges that are listed.
    public static let rangeLimit = ImagesCompared.rangeLimit

    /// Id of the restoration.
    public var restoration: String
    /// The exhibit.
    public var exhibit: ExhibitID
    /// The identity of the medium that the image was made of.
    public var medium: MediumID
    /// The device.
    public var target: RestorationTarget
    /// What of both was written.
    public var tails: RestorationTails
    /// The image, with the digests of reading it again; they cover all of it.
    public var from: ImageDescription
    /// What was read back from the device, `tails.written` bytes, with its digests.
    public var to: ImageDescription
    /// Whether the device holds what was to be written, the rest zeros where it was wiped, and the image is what was recorded.
    public var matches: Bool
    /// Where the device differs from the image, the first `rangeLimit` of such places.
    public var differing: [ByteRange]
    /// Number of bytes that differ.
    public var differingBytes: Int
    /// What is wrong, in one line; nil where all is well.
    public var problem: String?
    /// When writing began.
    public var startedAt: Timestamp
    /// When reading back ended.
    public var finishedAt: Timestamp

    /// Describes an end with a verdict.
    public init(
        restoration: String, exhibit: ExhibitID, medium: MediumID, target: RestorationTarget, tails: RestorationTails,
        from: ImageDescription, to: ImageDescription, matches: Bool, differing: [ByteRange], differingBytes: Int,
        problem: String?, startedAt: Timestamp, finishedAt: Timestamp
    ) {
        self.restoration = restoration
        self.exhibit = exhibit
        self.medium = medium
        self.target = target
        self.tails = tails
        self.from = from
        self.to = to
        self.matches = matches
        self.differing = differing
        self.differingBytes = differingBytes
        self.problem = problem
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}

/// The writing of an image back to a device ended without a verdict: what the device holds, nobody knows.
public struct RestorationEnded: ActBody {
    /// The name of the act.
    public static let kind = "restoration.ended"
    /// It closes.
    public static let closesOrObserves = true

    /// Id of the restoration.
    public var restoration: String
    /// The exhibit.
    public var exhibit: ExhibitID
    /// The identity of the medium that the image was made of.
    public var medium: MediumID
    /// The device.
    public var target: RestorationTarget
    /// Whether a person stopped it, it failed, or nothing more was heard of it.
    public var outcome: AcquisitionEnded.Outcome
    /// Why, in one line.
    public var reason: String
    /// Bytes that were written at least; nil where that is not known.
    public var written: Int?

    /// Describes an end without a verdict.
    public init(
        restoration: String, exhibit: ExhibitID, medium: MediumID, target: RestorationTarget,
        outcome: AcquisitionEnded.Outcome, reason: String, written: Int?
    ) {
        self.restoration = restoration
        self.exhibit = exhibit
        self.medium = medium
        self.target = target
        self.outcome = outcome
        self.reason = reason
        self.written = written
    }
}
