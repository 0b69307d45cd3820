import Integrity

/// What a witness says about a checkpoint: at this time, this was the largest tree of the log that I have seen, and it
/// continues all that I saw before (cosignature/v1 of c2sp.org/tlog-cosignature).
public struct Cosignature: Equatable, Sendable {
    /// The times that a cosignature may name, in seconds since 1970-01-01 00:00 UTC: from 1 to the end of the year 9999.
    public static let times = 1...253_402_300_799

    /// Whose it is.
    public let key: CosignerKey
    /// The witness's time in seconds since 1970-01-01 00:00 UTC.
    public let time: Int
    /// The line in the note.
    public let line: SignedNote.Signature

    /// Makes a cosignature over the text of a checkpoint.
    ///
    /// - Precondition: `time` lies in `Cosignature.times`.
    public init(of text: String, at time: Int, with key: SigningKey, as name: Origin) throws(IntegrityError) {
        precondition(Self.times.contains(time), "the time of a cosignature")
        self.key = CosignerKey(name: name, key: key.verifyingKey)
        self.time = time
        let prefix = (0..<8).reversed().map { UInt8(truncatingIfNeeded: time >> ($0 * 8)) }
        line = SignedNote.Signature(
            name: name.name, keyID: self.key.keyID, bytes: prefix + (try key.sign(Self.message(text, time))))
    }

    /// Checks a line of a note against the key that it names.
    ///
    /// - Throws: `LogError.malformed` where it is not 72 bytes or names no time in `times`; `LogError.unproved` where the
    ///   signature is bad.
    init(verifying line: SignedNote.Signature, over text: String, key: CosignerKey) throws(LogError) {
        guard line.bytes.count == 72 else { throw .malformed("a cosignature is 8 bytes of time and 64 of signature") }
        let seconds = line.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let time = Int(exactly: seconds), Self.times.contains(time) else {
            throw .malformed("the cosignature's time is out of range")
        }
        guard key.key.verifies(Array(line.bytes.dropFirst(8)), over: Self.message(text, time)) else {
            throw .unproved("a witness's cosignature is bad")
        }
        self.key = key
        self.time = time
        self.line = line
    }

    private static func message(_ text: String, _ time: Int) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
    }
}

extension SignedNote {
    /// The cosignatures of the witnesses that the reader knows, in the order of the note. Lines of others are ignored.
    ///
    /// - Throws: `LogError` where a line of a known witness is malformed or its signature bad.
    public func cosignatures(by known: [CosignerKey]) throws(LogError) -> [Cosignature] {
        var found: [Cosignature] = []
        for line in signatures {
            // Four bytes of key id can be those of two keys of one name: then one of them must have signed.
            let keys = known.filter { $0.keyID == line.keyID && $0.name == Origin(line.name) }
            guard var failure = keys.isEmpty ? nil : LogError.unproved("a witness's cosignature is bad") else { continue }
            var good: Cosignature?
            for key in keys where good == nil {
                do {
                    good = try Cosignature(verifying: line, over: text, key: key)
                } catch {
                    failure = error
                }
            }
            guard let good else { throw failure }
            found.append(good)
        }
        return found
    }
}
