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
        self.keyID = NoteKeyType.ed25519.keyID(origin, key)
    }

    /// Reads `name+hex(keyID)+base64(0x01 ‖ public key)`.
    ///
    /// - Throws: `LogError.malformed`, also where the key ID does not belong to the key.
    public init(parsing text: some StringProtocol) throws(LogError) {
        let (origin, key) = try NoteKeyType.ed25519.parse(text)
        self.init(origin: origin, key: key)
    }

    /// `name+hex(keyID)+base64(0x01 ‖ public key)`.
    public var text: String { NoteKeyType.ed25519.text(origin, key) }
}

/// The public key of a witness with its name (c2sp.org/tlog-cosignature).
public struct CosignerKey: Hashable, Sendable {
    /// The witness's name.
    public let name: Origin
    /// The public key.
    public let key: VerifyingKey
    /// First four bytes of SHA-256(name ‖ 0x0A ‖ 0x04 ‖ public key).
    public let keyID: [UInt8]

    /// Names a public key.
    public init(name: Origin, key: VerifyingKey) {
        self.init(name: name, key: key, keyID: NoteKeyType.cosignature.keyID(name, key))
    }

    init(name: Origin, key: VerifyingKey, keyID: [UInt8]) {
        self.name = name
        self.key = key
        self.keyID = keyID
    }

    /// Reads `name+hex(keyID)+base64(0x04 ‖ public key)`.
    ///
    /// - Throws: `LogError.malformed`, also where the key ID does not belong to the key.
    public init(parsing text: some StringProtocol) throws(LogError) {
        let (name, key) = try NoteKeyType.cosignature.parse(text)
        self.init(name: name, key: key)
    }

    /// `name+hex(keyID)+base64(0x04 ‖ public key)`.
    public var text: String { NoteKeyType.cosignature.text(name, key) }
}

/// The types of keys that c2sp.org/signed-note registers and that hold an Ed25519 key.
enum NoteKeyType: UInt8 {
    /// A log's signature over the note's text.
    case ed25519 = 0x01
    /// A witness's cosignature with its time.
    case cosignature = 0x04

    /// First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key).
    func keyID(_ name: Origin, _ key: VerifyingKey) -> [UInt8] {
        Array(SHA256.digest(Array(name.name.utf8), [0x0A, rawValue], key.bytes).prefix(4))
    }

    /// `name+hex(keyID)+base64(type ‖ public key)`.
    func text(_ name: Origin, _ key: VerifyingKey) -> String {
        "\(name)+\(Hex.encode(keyID(name, key)))+\(Base64.encode([rawValue] + key.bytes))"
    }

    func parse(_ text: some StringProtocol) throws(LogError) -> (Origin, VerifyingKey) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let name = Origin(parts[0]) else {
            throw .malformed("a verifier key is name+key id+base64")
        }
        guard let id = Hex.decode(parts[1]), id.count == 4 else {
            throw .malformed("the verifier key's id is not eight lower-case hexadecimal digits")
        }
        guard let encoded = Base64.decode(parts[2]), encoded.first == rawValue,
            let key = try? VerifyingKey(bytes: Array(encoded.dropFirst()))
        else {
            throw .malformed(self == .ed25519 ? "the verifier key is no Ed25519 key" : "the key is no witness's key (type 04)")
        }
        guard id == keyID(name, key) else { throw .malformed("the verifier key's id does not belong to the key") }
        return (name, key)
    }
}
