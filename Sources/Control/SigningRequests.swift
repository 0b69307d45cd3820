import Custody

/// Brings a person's signature of an entry, a scan of a signed sheet, or the reason why there is none: one of the three.
public struct SignRequest: Codable, Sendable {
    /// Position of the entry that is signed.
    public var entry: Int
    /// In what capacity.
    public var role: ActSigned.Role
    /// Who signs, or should have.
    public var name: String
    /// The signature, uploaded before.
    public var signature: AttachmentReference?
    /// Certificates that are not in the signature, uploaded before.
    public var certificate: AttachmentReference?
    /// The scan, uploaded before.
    public var sheet: AttachmentReference?
    /// Why there is no signature.
    public var reason: String?

    /// Creates a request.
    public init(
        entry: Int, role: ActSigned.Role, name: String, signature: AttachmentReference?, certificate: AttachmentReference?,
        sheet: AttachmentReference?, reason: String?
    ) {
        self.entry = entry
        self.role = role
        self.name = name
        self.signature = signature
        self.certificate = certificate
        self.sheet = sheet
        self.reason = reason
    }
}
