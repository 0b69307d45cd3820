import Integrity

/// A second public key of a log, for readers that ask for SM2 with SM3. Signature type 0xff of c2sp.org/signed-note, the
/// place for private types: other readers ignore its lines.
public struct SM2NoteKey: Hashable, Sendable {
    /// 0xff and a long name, so that no other private type is taken for this one.
    private static let type: [UInt8] = [0xFF] + Array("Fengcun SM2-with-SM3 v1".utf8)

    /// The log's name.
    public let origin: Origin
    /// The public key.
    public let key: SM2VerifyingKey
    /// First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key).
    public let keyID: [UInt8]

    /// Names a public key.
    public init(origin: Origin, key: SM2VerifyingKey) {
        self.origin = origin
        self.key = key
        self.keyID = Array(SHA256.digest(Array(origin.name.utf8), [0x0A], Self.type, key.bytes).prefix(4))
    }

    /// Reads `name+hex(keyID)+base64(type ‖ public key)`.
    ///
    /// - Throws: `LogError.malformed`, also where the key ID does not belong to the key.
    public init(parsing text: some StringProtocol) throws(LogError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let origin = Origin(parts[0]), let encoded = Base64.decode(parts[2]),
            encoded.starts(with: Self.type), let key = try? SM2VerifyingKey(bytes: Array(encoded.dropFirst(Self.type.count)))
        else { throw .malformed("the second verifier key is no SM2 key") }
        self.init(origin: origin, key: key)
        guard parts[1] == Hex.encode(keyID) else { throw .malformed("the SM2 key's id does not belong to the key") }
    }

    /// `name+hex(keyID)+base64(type ‖ public key)`.
    public var text: String { "\(origin)+\(Hex.encode(keyID))+\(Base64.encode(Self.type + key.bytes))" }

    /// Checks this key's signature line on a note.
    ///
    /// - Throws: `LogError.unproved` where there is none or one that is bad.
    public func verify(_ note: SignedNote) throws(LogError) {
        let own = note.signatures.filter { Origin($0.name) == origin && $0.keyID == keyID }
        guard !own.isEmpty else { throw .unproved("no signature by the log's SM2 key") }
        guard own.allSatisfy({ key.verifies($0.bytes, over: Array(note.text.utf8)) }) else {
            throw .unproved("the signature of the log's SM2 key is bad")
        }
    }
}

extension SignedNote {
    /// The note with one more signature line.
    public func signed(with key: SM2SigningKey, as origin: Origin) throws(IntegrityError) -> SignedNote {
        adding(
            Signature(
                name: origin.name, keyID: SM2NoteKey(origin: origin, key: key.verifyingKey).keyID,
                bytes: try key.sign(Array(text.utf8))))
    }
}
