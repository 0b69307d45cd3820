import Integrity
import SafeText

/// The name of a log and of its key: no space, no `+`, no control character, not empty
/// (c2sp.org/signed-note, c2sp.org/tlog-checkpoint).
public struct Origin: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let name: String

    /// Checks a name; nil where the formats forbid it or where it is longer than 255 bytes.
    public init?(_ name: some StringProtocol) {
        let forbidden = name.unicodeScalars.contains {
            $0 == "+" || $0 == "\u{FFFD}" || $0.properties.isWhitespace || !$0.isPrintable
        }
        guard !name.isEmpty, name.utf8.count <= 255, !forbidden else { return nil }
        self.name = String(name)
    }

    /// Names are compared by their bytes, as every other reader does; to Swift's strings é is also e with an accent.
    public static func == (left: Self, right: Self) -> Bool { left.name.utf8.elementsEqual(right.name.utf8) }

    /// Feeds the bytes that `==` compares.
    public func hash(into hasher: inout Hasher) {
        for byte in name.utf8 { hasher.combine(byte) }
    }

    /// The name.
    public var description: String { name }
}

/// The public key of a log with its name: what an auditor must have from a source that he trusts.
public struct VerifierKey: Hashable, Sendable {
    /// Signature type 0x01 of c2sp.org/signed-note.
    private static let ed25519: UInt8 = 0x01

    /// The log's name.
    public let origin: Origin
    /// The public key.
    public let key: VerifyingKey
    /// First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key).
    public let keyID: [UInt8]

    /// Names a public key.
    public init(origin: Origin, key: VerifyingKey) {
        self.origin = origin
        self.key = key
        self.keyID = Array(SHA256.digest(Array(origin.name.utf8), [0x0A, Self.ed25519], key.bytes).prefix(4))
    }

    /// Reads `name+hex(keyID)+base64(0x01 ‖ public key)`.
    ///
    /// - Throws: `LogError.malformed`, also where the key ID does not belong to the key.
    public init(parsing text: some StringProtocol) throws(LogError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let origin = Origin(parts[0]) else {
            throw .malformed("a verifier key is name+key id+base64")
        }
        guard let id = Hex.decode(parts[1]), id.count == 4 else {
            throw .malformed("the verifier key's id is not eight lower-case hexadecimal digits")
        }
        guard let encoded = Base64.decode(parts[2]), encoded.first == Self.ed25519,
            let key = try? VerifyingKey(bytes: Array(encoded.dropFirst()))
        else { throw .malformed("the verifier key is no Ed25519 key") }
        self.init(origin: origin, key: key)
        guard id == keyID else { throw .malformed("the verifier key's id does not belong to the key") }
    }

    /// `name+hex(keyID)+base64(0x01 ‖ public key)`.
    public var text: String { "\(origin)+\(Hex.encode(keyID))+\(Base64.encode([Self.ed25519] + key.bytes))" }
}
