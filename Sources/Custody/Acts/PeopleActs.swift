import Integrity

/// A person became part of a case (R25, R32.4): whoever acts, sees, holds, provides, or is accused.
public struct PersonRegistered: RecordedAct {
    /// See `ActBody`.
    public static let kind = "person.registered"

    /// What a person is in a case.
    public enum Capacity: String, Sendable, Codable, CaseIterable {
        /// Investigates (侦查人员).
        case investigator
        /// A procurator or his assistant (检察人员).
        case prosecutor
        /// Supports them (检察技术人员).
        case technician
        /// Examines in a laboratory (检验、鉴定人员).
        case examiner
        /// Keeps evidence (保管人).
        case custodian
        /// Sees that an act was done as recorded (见证人).
        case witness
        /// Has the medium (持有人).
        case holder
        /// Provides data (提供人).
        case provider
        /// Is suspected (犯罪嫌疑人).
        case suspect
        /// Was harmed (被害人).
        case victim
        /// Anybody else.
        case other
    }

    /// Name, the key by which acts of the case name the person.
    public var name: String
    /// What the person is in the case.
    public var capacity: Capacity
    /// Unit (单位).
    public var unit: String?
    /// Position (职务).
    public var position: String?
    /// The identity document.
    public var identity: IdentityDocument?
    /// How to reach the person (联系方式).
    public var contact: String?
    /// Number of the service card or certificate of office (工作证件号).
    public var credential: String?
    /// Where it was recorded.
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["case", "person"], "Register a person in a case.", "登记案件相关人员。",
        [
            .init("name", .line, .always, "name", "姓名", "R25", "R32.4"),
            .init("capacity", .choice(of: Capacity.self), .always, "what the person is in the case", "身份", "R32.4"),
            .init("unit", .line, .optional, "unit", "单位", "R32.4"),
            .init("position", .line, .optional, "position", "职务", "R32.4"),
            .init(
                "identity.kind", .choice(of: IdentityDocument.Kind.self), .optional, "kind of identity document", "证件种类", "R32.4",
                option: "identity-kind"),
            .init(
                "identity.commitment", .hex(bytes: 32), .optional,
                "commitment to the document's number; --identity-number computes it", "证件号码承诺值（由 --identity-number 计算）",
                option: "identity-commitment"),
            .init(
                "identity.lastDigits", .line, .optional, "last digits of the number, at most 4", "证件号码末位（不超过 4 位）",
                option: "identity-last-digits"),
            .init("contact", .line, .optional, "how to reach the person", "联系方式"),
            .init("credential", .line, .optional, "number of the service card", "工作证件号", "R32.4"),
        ], follows: ("an open case; the name is new in it", "案件已建立且未结案；该姓名在本案中尚未登记"))
}

/// An identity document whose number stays secret (privacy): the entry holds what proves it to whoever has number and salt, and
/// the last digits.
public struct IdentityDocument: Sendable, Equatable, Codable {
    /// Kinds of document.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Resident identity card (居民身份证).
        case identityCard = "identity-card"
        /// Passport (护照).
        case passport
        /// Travel permit of Hong Kong, Macao or Taiwan residents (往来通行证).
        case travelPermit = "travel-permit"
        /// Police, military or service card (警官证、军官证).
        case serviceCard = "service-card"
        /// Anything else.
        case other
    }

    /// Most last digits that are kept in clear.
    public static let digitLimit = 4
    /// Length of a salt in bytes: without it nobody can try all numbers against a commitment.
    public static let saltLength = 32

    /// Kind of the document.
    public var kind: Kind
    /// SHA-256 over `Fengcun identity v1`, the kind, the salt and the number; see `commitment(to:kind:salt:)`.
    public var commitment: String
    /// The last digits of the number.
    public var lastDigits: String

    /// Commits to a number.
    ///
    /// - Parameter salt: 32 random bytes, kept outside of the ledger.
    public init(kind: Kind, number: String, salt: [UInt8]) {
        self.kind = kind
        commitment = Self.commitment(to: number, kind: kind, salt: salt)
        // A short number would be given away whole.
        lastDigits = String(number.suffix(min(Self.digitLimit, number.count / 3)))
    }

    /// The commitment to a number, in lower-case hexadecimal: SHA-256 of `Fengcun identity v1`, a line feed, the kind, a line feed,
    /// the salt, the number in UTF-8.
    public static func commitment(to number: String, kind: Kind, salt: [UInt8]) -> String {
        Hex.encode(SHA256.digest(Array("Fengcun identity v1\n\(kind.rawValue)\n".utf8), salt, Array(number.utf8)))
    }
}

/// The key or certificate that a person signs with (数字证书, R30.2) became known. The file stands in the attachments.
public struct CredentialRegistered: RecordedAct {
    /// See `ActBody`.
    public static let kind = "credential.registered"

    /// Whose it is.
    public var person: String
    /// Who says so, and how that was checked.
    public var basis: String
    /// SHA-256 of the file, in lower-case hexadecimal.
    public var fingerprint: String
    /// Where it was recorded.
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["case", "credential"], "Register the certificate or key that a person signs with.", "登记人员的签名证书或公钥。",
        [
            .init("person", .person, .always, "whose it is", "所属人员", "R30.2"),
            .init("basis", .line, .always, "how it was checked that it is his", "核实方式", "R30.2"),
            .init(
                "fingerprint", .hex(bytes: 32), .always, "SHA-256 of the attached file; computed where it is not given",
                "所附文件的 SHA-256（未填写时自动计算）",
                "R30.2"),
        ], files: [.init(.certificate, .always, "R30.2")], follows: ("the person is registered", "该人员已登记"))
}
