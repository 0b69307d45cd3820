/// A medium went from one custodian to another (移交, R53). Photos stand in the entry's attachments.
public struct MediumTransferred: ActBody {
    /// See `ActBody`.
    public static let kind = "medium.transferred"
    /// See `ActBody`.
    public static let canBeSigned = true

    /// The exhibit.
    public var exhibit: ExhibitID
    /// Who had it (移交人).
    public var from: String
    /// Who has it now (接收人).
    public var to: String
    /// Where it is now (存放地点).
    public var location: String
    /// Why.
    public var reason: String
    /// How the seal was found (R31.1); nil where the medium is not sealed.
    public var seal: MediumUnsealed.Condition?
    /// Number of that seal.
    public var sealNumber: String?
    /// Where it was handed over (地点).
    public var place: String?
    /// Who was there.
    public var present: [String]
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`; absent in entries of early versions.
    public var circumstances: Circumstances?

    /// Describes a hand-over.
    public init(
        exhibit: ExhibitID, from: String, to: String, location: String, reason: String, seal: MediumUnsealed.Condition?,
        sealNumber: String?, place: String?, present: [String], note: String?, circumstances: Circumstances? = nil
    ) {
        self.circumstances = circumstances
        self.exhibit = exhibit
        self.from = from
        self.to = to
        self.location = location
        self.reason = reason
        self.seal = seal
        self.sealNumber = sealNumber
        self.place = place
        self.present = present
        self.note = note
    }
}
