/// A person signed an act, or there is a reason why not (R30.2, R34.3). The statement, the signature and the signer's
/// certificates stand in the entry's attachments.
public struct ActSigned: ActBody {
    /// See `ActBody`.
    public static let kind = "act.signed"
    /// See `ActBody`.
    public static let isEvidence = true
    /// See `ActBody`.
    public static let examined: Set<Attachment.Kind> = [.statement, .signature, .certificate, .signedSheet]

    /// In what capacity a person signs.
    public enum Role: String, Sendable, Codable, CaseIterable {
        /// Who collects or examines (取证人员).
        case examiner
        /// Who saw it (见证人).
        case witness
        /// Who holds or provides the medium (持有人、提供人).
        case holder
        /// Who keeps it (保管人).
        case custodian
        /// Who hands it over (移交人).
        case deliverer
        /// Who receives it (接收人).
        case receiver
        /// Who made the copy (制作人).
        case maker
    }

    /// What stands in the slot.
    public enum Manner: String, Sendable, Codable, CaseIterable {
        /// A detached CMS or CAdES signature with an X.509 certificate (RFC 5652, RFC 5035).
        case cms
        /// A signature of `ssh-keygen -Y sign`.
        case ssh
        /// A raw SM2-with-SM3 signature with its X.509 certificate (GB/T 32918.2, GB/T 35276).
        case sm2
        /// A scan of a signed sheet of paper.
        case sheet
        /// No signature, and why.
        case reason
    }

    /// Position of the entry that is signed.
    public var entry: Int
    /// In what capacity.
    public var role: Role
    /// Who signs, or should have.
    public var person: String
    /// How.
    public var manner: Manner
    /// Who the key or the certificates say that the signers are; empty for a sheet or a reason.
    public var signers: [String]
    /// Whether the station's own trust roots led to every signer; nil where it has none, or where nothing can be checked.
    public var trustedByStation: Bool?
    /// Why there is no signature; nil where there is one.
    public var reason: String?

    /// Describes a slot that was filled.
    public init(
        entry: Int, role: Role, person: String, manner: Manner, signers: [String], trustedByStation: Bool?, reason: String?
    ) {
        self.entry = entry
        self.role = role
        self.person = person
        self.manner = manner
        self.signers = signers
        self.trustedByStation = trustedByStation
        self.reason = reason
    }
}
