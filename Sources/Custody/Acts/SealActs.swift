/// A medium was sealed (封存). Photos stand in the entry's attachments (R34.2).
public struct MediumSealed: ActBody {
    /// See `ActBody`.
    public static let kind = "medium.sealed"
    /// See `ActBody`.
    public static let canBeSigned = true

    /// The exhibit.
    public var exhibit: ExhibitID
    /// Number of the seal (封条编号).
    public var number: String
    /// How it was sealed (封存方法).
    public var method: String
    /// Where (地点).
    public var place: String?
    /// Who was there (在场人员).
    public var present: [String]
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`; absent in entries of early versions.
    public var circumstances: Circumstances?

    /// Describes a sealing.
    public init(
        exhibit: ExhibitID, number: String, method: String, place: String?, present: [String], note: String?,
        circumstances: Circumstances? = nil
    ) {
        self.circumstances = circumstances
        self.exhibit = exhibit
        self.number = number
        self.method = method
        self.place = place
        self.present = present
        self.note = note
    }
}

/// A seal was opened (启封).
public struct MediumUnsealed: ActBody {
    /// See `ActBody`.
    public static let kind = "medium.unsealed"
    /// See `ActBody`.
    public static let canBeSigned = true

    /// How the seal was found (封存状态是否完好, R31.1).
    public enum Condition: String, Sendable, Codable, CaseIterable {
        /// Unbroken.
        case intact
        /// Broken before this act.
        case broken
        /// Not there.
        case missing
    }

    /// The exhibit.
    public var exhibit: ExhibitID
    /// Number of the seal.
    public var number: String
    /// How it was found.
    public var condition: Condition
    /// Why it was opened.
    public var reason: String
    /// Where.
    public var place: String?
    /// Who was there.
    public var present: [String]
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`; absent in entries of early versions.
    public var circumstances: Circumstances?

    /// Describes an unsealing.
    public init(
        exhibit: ExhibitID, number: String, condition: Condition, reason: String, place: String?, present: [String],
        note: String?, circumstances: Circumstances? = nil
    ) {
        self.circumstances = circumstances
        self.exhibit = exhibit
        self.number = number
        self.condition = condition
        self.reason = reason
        self.place = place
        self.present = present
        self.note = note
    }
}
