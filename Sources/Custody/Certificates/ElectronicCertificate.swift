import FoundationEssentials

/// The electronic certificate (电子证明文件, O14) as Fengcun writes it: one line of JSON with sorted members and a newline, of which
/// there is one spelling, so that a detached signature over the bytes is one over what they say. A provider's certificate may
/// have any other form; then a person reads it.
public struct ElectronicCertificate: Sendable, Equatable {
    /// What the member `format` says.
    public static let format = "fengcun-electronic-certificate-v1"
    /// The most bytes of one.
    public static let byteLimit = 1 << 20

    /// Number of the document that asked for the data (调证法律文书编号).
    public var documentNumber: String
    /// Unit that hands them over (出具单位).
    public var unit: String
    /// When it was written.
    public var issuedAt: Timestamp
    /// How the integrity of the data is protected (保护电子数据完整性方法的说明).
    public var protection: String
    /// The files with their integrity values (完整性校验值).
    public var files: [DataFile]

    /// Describes a certificate.
    public init(documentNumber: String, unit: String, issuedAt: Timestamp, protection: String, files: [DataFile]) {
        self.documentNumber = documentNumber
        self.unit = unit
        self.issuedAt = issuedAt
        self.protection = protection
        self.files = files
    }

    /// Reads a certificate; nil for bytes that are not exactly one in its only spelling.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.byteLimit, bytes.last == 0x0A, let json = try? StrictJSON(parsing: Array(bytes.dropLast())),
            let read = try? StrictJSONDecoder.decode(Self.self, from: json), (try? read.bytes()) == bytes
        else { return nil }
        self = read
    }

    /// The bytes that are signed.
    ///
    /// - Throws: `EntryError` where a text in it cannot be strict JSON, or where there is too much of it.
    public func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = [UInt8](try encoder.encode(self))
        do {
            try StrictJSON.check(bytes)
        } catch {
            throw EntryError("the certificate is not strict JSON: \(error)")
        }
        guard bytes.count < Self.byteLimit else { throw EntryError("the certificate has more than \(Self.byteLimit) bytes") }
        return bytes + [0x0A]
    }

    /// What is wrong between these values and others of what should be the same files.
    ///
    /// - Returns: names of files that have other values or lengths; of files that only one side has, or without a common algorithm.
    static func compare(_ claimed: [DataFile], with files: [DataFile]) -> (differing: [String], unmatched: [String]) {
        var differing: [String] = []
        var unmatched = files.map(\.name).filter { name in !claimed.contains { $0.name.utf8.elementsEqual(name.utf8) } }
        for file in claimed {
            guard let other = files.first(where: { $0.name.utf8.elementsEqual(file.name.utf8) }) else {
                unmatched.append(file.name)
                continue
            }
            let common = file.digests.keys.filter { other.digests[$0] != nil }
            if file.bytes != other.bytes || common.contains(where: { file.digests[$0] != other.digests[$0] }) {
                differing.append(file.name)
            } else if common.isEmpty {
                unmatched.append(file.name)
            }
        }
        return (differing, unmatched)
    }
}

extension ElectronicCertificate: Codable {
    private enum Key: String, CodingKey {
        case format, documentNumber, unit, issuedAt, protection, files
    }

    /// Reads a certificate. Use `init(_:)`, which also checks that its spelling is the only one.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard try container.decode(String.self, forKey: .format) == Self.format else { throw EntryError("another format") }
        documentNumber = try container.decode(String.self, forKey: .documentNumber)
        unit = try container.decode(String.self, forKey: .unit)
        issuedAt = try container.decode(Timestamp.self, forKey: .issuedAt)
        protection = try container.decode(String.self, forKey: .protection)
        files = try container.decode([DataFile].self, forKey: .files)
    }

    /// Writes a certificate. Use `bytes()`, which also fixes the order of members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.format, forKey: .format)
        try container.encode(documentNumber, forKey: .documentNumber)
        try container.encode(unit, forKey: .unit)
        try container.encode(issuedAt, forKey: .issuedAt)
        try container.encode(protection, forKey: .protection)
        try container.encode(files, forKey: .files)
    }
}
