/// A medium was plugged in, or was found at start.
public struct MediumAttached: ActBody {
    /// See `ActBody`.
    public static let kind = "medium.attached"
    /// See `ActBody`.
    public static let closesOrObserves = true

    /// The medium's identity.
    public var medium: MediumID
    /// The identity that it would have by what it says at this stay, where it was recognised by its content: it answered then and not
    /// now, or the other way round. Nil else.
    public var alias: MediumID?
    /// Device node, such as `/dev/sdb`.
    public var device: String
    /// Why the disk counts as evidence.
    public var evidence: EvidenceReason
    /// Whether it was there before the daemon looked.
    public var foundAtStart: Bool
    /// What the medium and the kernel say about it.
    public var description: MediumDescription
    /// Digest of a sample of its content; see `ContentSample`.
    public var sample: ContentSample?
    /// Write protection as it was found and as it stands.
    public var protection: ProtectionAtAttach
    /// A hardware write blocker that its own ids name; nil where none is recognised.
    public var blocker: String?

    /// Describes an attachment.
    public init(
        medium: MediumID, device: String, evidence: EvidenceReason, foundAtStart: Bool, description: MediumDescription,
        sample: ContentSample?, protection: ProtectionAtAttach, blocker: String? = nil
    ) {
        self.blocker = blocker
        self.medium = medium
        self.device = device
        self.evidence = evidence
        self.foundAtStart = foundAtStart
        self.description = description
        self.sample = sample
        self.protection = protection
    }
}

/// Why a disk counts as evidence.
public enum EvidenceReason: Sendable, Equatable, Codable {
    /// The udev rule set `FENGCUN_EVIDENCE=1`.
    case udevRule
    /// A pattern of `--evidence` matches its device node.
    case pattern(String)

    private static let rule = "udev-rule"
    private static let pattern = "pattern "

    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        if text == Self.rule {
            self = .udevRule
        } else if text.hasPrefix(Self.pattern) {
            self = .pattern(String(text.dropFirst(Self.pattern.count)))
        } else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no reason for being evidence")
        }
    }

    /// Writes `udev-rule`, or `pattern` and the pattern.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .udevRule: try container.encode(Self.rule)
        case .pattern(let pattern): try container.encode(Self.pattern + pattern)
        }
    }
}

/// Write protection when a medium appeared.
public struct ProtectionAtAttach: Sendable, Equatable, Codable {
    /// Whether the kernel's read-only flag was set before the daemon did anything.
    public var readOnlyBefore: Bool
    /// The state afterwards.
    public var state: Protection
    /// Why the daemon could not set the flag, where it could not.
    public var problem: String?

    /// Describes what was found and done.
    public init(readOnlyBefore: Bool, state: Protection, problem: String?) {
        self.readOnlyBefore = readOnlyBefore
        self.state = state
        self.problem = problem
    }
}

/// Evidence that nothing was written: the kernel's flag and its own count of requests that change a disk
/// (`/sys/block/…/stat`, Documentation/block/stat.rst).
public struct Protection: Sendable, Equatable, Codable {
    /// The read-only flag of the disk and of every partition.
    public var readOnly: Bool
    /// Write requests since the disk appeared.
    public var writeRequests: Int
    /// Discard requests since the disk appeared.
    public var discardRequests: Int
    /// Flush requests since the disk appeared.
    public var flushRequests: Int
    /// The same for the partitions; nil where there are none, and in entries from before they were looked at one by one.
    public var partitions: PartitionProtection?

    /// Describes a disk's protection at one moment.
    public init(
        readOnly: Bool, writeRequests: Int, discardRequests: Int, flushRequests: Int, partitions: PartitionProtection? = nil
    ) {
        self.readOnly = readOnly
        self.writeRequests = writeRequests
        self.discardRequests = discardRequests
        self.flushRequests = flushRequests
        self.partitions = partitions
    }

    /// Write, discard and flush requests together; what went through a partition is in the disk's own counts.
    public var requests: Int { writeRequests + discardRequests + flushRequests }
}

/// Flag and counts of every partition of a disk, in few bytes: those that are as they must be are only counted.
public struct PartitionProtection: Sendable, Equatable, Codable {
    /// How many partitions were looked at.
    public var checked: Int
    /// Those without the flag, or with a count above zero; at most 64.
    public var deviating: [Partition]

    /// Flag and counts of one partition.
    public struct Partition: Sendable, Equatable, Codable {
        /// Number in the table.
        public var number: Int
        /// Its read-only flag.
        public var readOnly: Bool
        /// Write, discard and flush requests since it appeared.
        public var writeRequests, discardRequests, flushRequests: Int

        /// Describes a partition.
        public init(number: Int, readOnly: Bool, writeRequests: Int, discardRequests: Int, flushRequests: Int) {
            self.number = number
            self.readOnly = readOnly
            self.writeRequests = writeRequests
            self.discardRequests = discardRequests
            self.flushRequests = flushRequests
        }
    }

    /// Describes the partitions of a disk.
    public init(checked: Int, deviating: [Partition]) {
        self.checked = checked
        self.deviating = deviating
    }
}

/// A medium was unplugged.
public struct MediumDetached: ActBody {
    /// See `ActBody`.
    public static let kind = "medium.detached"
    /// See `ActBody`.
    public static let closesOrObserves = true

    /// The medium's identity.
    public var medium: MediumID
    /// Device node it had.
    public var device: String
    /// False where it went while the daemon was not running, so that only the latest possible time is known.
    public var observed: Bool
    /// The last reading of its protection, where there was one.
    public var protection: Protection?

    /// Describes a detachment.
    public init(medium: MediumID, device: String, observed: Bool, protection: Protection?) {
        self.medium = medium
        self.device = device
        self.observed = observed
        self.protection = protection
    }
}

/// A medium that is recorded as sealed was plugged in: somebody broke the seal or the record is wrong.
public struct SealedMediumAttached: ActBody {
    /// See `ActBody`.
    public static let kind = "medium.attached-while-sealed"
    /// See `ActBody`.
    public static let closesOrObserves = true

    /// The medium's identity.
    public var medium: MediumID
    /// Device node.
    public var device: String
    /// The seal that it should carry.
    public var sealNumber: String

    /// Describes the contradiction.
    public init(medium: MediumID, device: String, sealNumber: String) {
        self.medium = medium
        self.device = device
        self.sealNumber = sealNumber
    }
}

/// The read-only flag of an attached medium was gone, as it is after its partition table was read again, and the daemon
/// tried to set it again; or it was found gone when the daemon started; or the flag is back after it could not be set.
public struct ProtectionLost: ActBody {
    /// See `ActBody`.
    public static let kind = "medium.protection-lost"
    /// See `ActBody`.
    public static let closesOrObserves = true

    /// The medium's identity.
    public var medium: MediumID
    /// Device node.
    public var device: String
    /// The state afterwards.
    public var state: Protection
    /// Why the flag could not be set, where it could not.
    public var problem: String?

    /// Describes what was found and done.
    public init(medium: MediumID, device: String, state: Protection, problem: String?) {
        self.medium = medium
        self.device = device
        self.state = state
        self.problem = problem
    }
}

/// The kernel has counted requests that change a medium, where there must be none: somebody wrote to it, or tried to, past or
/// before its protection.
public struct WriteCounted: ActBody {
    /// See `ActBody`.
    public static let kind = "medium.write-counted"
    /// See `ActBody`.
    public static let closesOrObserves = true

    /// The medium's identity.
    public var medium: MediumID
    /// Device node.
    public var device: String
    /// Flag and counts now.
    public var state: Protection
    /// Write, discard and flush requests that were known before; what is more came since.
    public var before: Int

    /// Describes what was counted.
    public init(medium: MediumID, device: String, state: Protection, before: Int) {
        self.medium = medium
        self.device = device
        self.state = state
        self.before = before
    }
}

/// Disks that count as evidence were not recorded as media, for a reason that lies with them.
public struct DiskPassedOver: ActBody {
    /// See `ActBody`.
    public static let kind = "disk.passed-over"
    /// See `ActBody`.
    public static let closesOrObserves = true

    /// Why.
    public enum Reason: String, Sendable, Codable {
        /// It came and went so often that nobody could have plugged it in; one entry sums the stays up.
        case unsteady
        /// It claims a capacity beyond 2⁵³ - 1 bytes, or one that the kernel could not take.
        case capacity
    }

    /// Where: udev's path of the port, or the device node where there is none.
    public var place: String
    /// Device node of the last stay.
    public var device: String
    /// Why.
    public var reason: Reason
    /// Number of stays that this entry is about.
    public var count: Int
    /// When the first and the last of them were noticed.
    public var first, last: Timestamp

    /// Describes what was passed over.
    public init(place: String, device: String, reason: Reason, count: Int, first: Timestamp, last: Timestamp) {
        self.place = place
        self.device = device
        self.reason = reason
        self.count = count
        self.first = first
        self.last = last
    }
}
