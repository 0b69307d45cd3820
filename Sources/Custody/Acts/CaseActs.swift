/// A case was opened (立案或受理).
public struct CaseOpened: ActBody {
    /// See `ActBody`.
    public static let kind = "case.opened"
    /// See `ActBody`.
    public static let canBeSigned = true

    /// The case number (案号).
    public var number: String
    /// What the case is about (案由).
    public var cause: String
    /// The unit that handles it (办案单位).
    public var unit: String
    /// Anything else worth saying.
    public var note: String?

    /// Describes a case.
    public init(number: String, cause: String, unit: String, note: String?) {
        self.number = number
        self.cause = cause
        self.unit = unit
        self.note = note
    }
}

/// A medium became an exhibit of a case (登记).
public struct MediumRegistered: ActBody {
    /// See `ActBody`.
    public static let kind = "medium.registered"
    /// See `ActBody`.
    public static let canBeSigned = true

    /// The exhibit.
    public var exhibit: ExhibitID
    /// The medium's identity.
    public var medium: MediumID
    /// Device node it had at that time.
    public var device: String
    /// What the medium said about itself at that time (R34.1).
    public var description: MediumDescription
    /// Sample of its content at that time.
    public var sample: ContentSample?
    /// What a person reads off the label, kept apart from what the device says (R34.1).
    public var label: MediumLabel
    /// Where the label and the medium differ; nil where nothing of them could be compared, and in entries of early versions.
    public var labelDifferences: [LabelDifference]?
    /// The hardware write blocker between medium and station, in the operator's words; nil where he named none.
    public var blocker: String?
    /// Storage place (存放位置).
    public var location: String
    /// Custodian (保管人).
    public var custodian: String
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`; absent in entries of early versions.
    public var circumstances: Circumstances?

    /// Describes a registration.
    public init(
        exhibit: ExhibitID, medium: MediumID, device: String, description: MediumDescription, sample: ContentSample?,
        label: MediumLabel, labelDifferences: [LabelDifference]? = nil, blocker: String? = nil, location: String,
        custodian: String, note: String?, circumstances: Circumstances? = nil
    ) {
        self.labelDifferences = labelDifferences
        self.blocker = blocker
        self.circumstances = circumstances
        self.exhibit = exhibit
        self.medium = medium
        self.device = device
        self.description = description
        self.sample = sample
        self.label = label
        self.location = location
        self.custodian = custodian
        self.note = note
    }
}

/// What is printed on a medium, as a person reads it. All of it may be missing.
public struct MediumLabel: Sendable, Equatable, Codable {
    /// Brand (品牌).
    public var make: String?
    /// Model (型号).
    public var model: String?
    /// Serial number (序列号).
    public var serial: String?
    /// Capacity in the label's own words (容量).
    public var capacity: String?
    /// Owner's label or asset tag (用户标识).
    public var owner: String?
    /// Identification code: IMEI, MAC address, world-wide name (识别码); absent in entries of early versions.
    public var identification: String?

    /// Describes a label.
    public init(
        make: String? = nil, model: String? = nil, serial: String? = nil, capacity: String? = nil, owner: String? = nil,
        identification: String? = nil
    ) {
        self.identification = identification
        self.make = make
        self.model = model
        self.serial = serial
        self.capacity = capacity
        self.owner = owner
    }
}
