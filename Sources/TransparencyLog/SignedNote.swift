import Integrity

/// A text with signature lines (c2sp.org/signed-note v1.0.0).
public struct SignedNote: Equatable, Sendable {
    /// One line `— <name> <base64(keyID ‖ signature)>`.
    public struct Signature: Equatable, Sendable {
        /// Name of the signer.
        public let name: String
        /// Four bytes that tell the signer's keys apart.
        public let keyID: [UInt8]
        /// What the algorithm of that key produced.
        public let bytes: [UInt8]

        /// The line with its newline.
        public var text: String { "— \(name) \(Base64.encode(keyID + bytes))\n" }
    }

    /// Notes of a log are a few hundred bytes; more than this is refused before it is looked at.
    public static let byteLimit = 1 << 20
    /// Number of signature lines that a reader accepts.
    public static let signatureLimit = 100

    /// The signed text, its last newline included.
    public let text: String
    /// The signature lines, at least one.
    public private(set) var signatures: [Signature]

    /// Signs a text.
    ///
    /// - Parameter text: must end in a newline and hold no other control character.
    public init(signing text: String, with key: SigningKey, as origin: Origin) throws(IntegrityError) {
        let id = VerifierKey(origin: origin, key: key.verifyingKey).keyID
        self.text = text
        self.signatures = [Signature(name: origin.name, keyID: id, bytes: try key.sign(Array(text.utf8)))]
    }

    private init(text: String, signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    /// The note with one more signature line.
    func adding(_ signature: Signature) -> SignedNote { SignedNote(text: text, signatures: signatures + [signature]) }

    /// The note with a signature line of one more key.
    public func signed(with key: SigningKey, as origin: Origin) throws(IntegrityError) -> SignedNote {
        adding(
            Signature(
                name: origin.name, keyID: VerifierKey(origin: origin, key: key.verifyingKey).keyID,
                bytes: try key.sign(Array(text.utf8))))
    }

    /// Reads a note.
    ///
    /// - Throws: `LogError.malformed` for anything that the specification forbids.
    public init(parsing bytes: [UInt8]) throws(LogError) {
        guard bytes.count <= Self.byteLimit else { throw .malformed("the note is too large") }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .malformed("the note is not UTF-8") }
        guard !bytes.contains(where: { $0 < 0x20 && $0 != 0x0A }) else {
            throw .malformed("the note holds a control character")
        }
        // Bytes, not characters: to Swift a newline with a combining mark behind it is another character.
        guard let split = bytes.lastIndex(ofPair: 0x0A) else { throw .malformed("the note has no blank line") }
        guard bytes.last == 0x0A, split + 2 < bytes.count else { throw .malformed("the note has no signature line") }
        text = String(decoding: bytes[...split], as: UTF8.self)
        let signatures = try Self.signatures(parsing: Array(bytes[(split + 2)...]))
        self.signatures = signatures
        guard Array(encoded.utf8) == bytes else { throw .malformed("the note is not canonical") }
    }

    /// Reads signature lines without a note, as a witness answers with them.
    ///
    /// - Throws: `LogError.malformed`, also where there is none or there are too many.
    public static func signatures(parsing bytes: [UInt8]) throws(LogError) -> [Signature] {
        guard bytes.count <= byteLimit else { throw .malformed("the signature lines are too long") }
        guard bytes.last == 0x0A else { throw .malformed("the last signature line is cut off") }
        let lines = bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count <= signatureLimit else { throw .malformed("the note has too many signatures") }
        var signatures: [Signature] = []
        for line in lines { signatures.append(try signature(line)) }
        return signatures
    }

    /// The note with further signature lines behind its own; a line that is there already is not repeated.
    ///
    /// - Throws: `LogError.malformed` where the note would have too many.
    public func adding(_ more: [Signature]) throws(LogError) -> SignedNote {
        var result = self
        for signature in more where !result.signatures.contains(signature) { result.signatures.append(signature) }
        guard result.signatures.count <= Self.signatureLimit else { throw .malformed("the note has too many signatures") }
        return result
    }

    /// The first signature line that names a key; nil where none does. Whether it is good, `verify` says.
    public func signature(by key: VerifierKey) -> Signature? {
        signatures.first { $0.keyID == key.keyID && Origin($0.name) == key.origin }
    }

    /// The note with one signature line of each of these keys and no others, in the order of the keys; nil where none is there.
    public func keeping(_ keys: [VerifierKey]) -> SignedNote? {
        var result = self
        result.signatures = keys.compactMap { signature(by: $0) }
        return result.signatures.isEmpty ? nil : result
    }

    private static func signature(_ line: ArraySlice<UInt8>) throws(LogError) -> Signature {
        let prefix = Array("— ".utf8)
        let fields = line.dropFirst(prefix.count).split(separator: 0x20, omittingEmptySubsequences: false)
        guard line.starts(with: prefix), fields.count == 2,
            let name = Origin(String(decoding: fields[0], as: UTF8.self)),
            let content = Base64.decode(String(decoding: fields[1], as: UTF8.self)), content.count > 4
        else { throw .malformed("a signature line of the note is malformed") }
        return Signature(name: name.name, keyID: Array(content.prefix(4)), bytes: Array(content.dropFirst(4)))
    }

    /// The note as it is stored and exchanged.
    public var encoded: String {
        text + "\n" + signatures.map(\.text).joined()
    }

    /// Checks the signatures of the keys that the reader knows.
    ///
    /// Lines of unknown keys are ignored, as the specification asks.
    ///
    /// - Throws: `LogError.unproved` where a known key's signature is bad or no known key has signed.
    public func verify(_ known: [VerifierKey]) throws(LogError) {
        var good = false
        for signature in signatures {
            guard let key = known.first(where: { $0.origin == Origin(signature.name) && $0.keyID == signature.keyID }) else {
                continue
            }
            guard key.key.verifies(signature.bytes, over: Array(text.utf8)) else {
                throw .unproved("the signature of the log's key is bad")
            }
            good = true
        }
        guard good else { throw .unproved("no signature by the log's key") }
    }
}

extension [UInt8] {
    /// Index of the first of the last two equal neighbours with this value.
    fileprivate func lastIndex(ofPair value: UInt8) -> Int? {
        indices.dropLast().last { self[$0] == value && self[$0 + 1] == value }
    }
}
