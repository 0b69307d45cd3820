import Integrity

/// The proof that one signed checkpoint of a log continues another, with both in one file.
///
/// C2SP has no file format for it; this one is in the spirit of c2sp.org/tlog-proof and of a witness's request:
/// a line that names the format, `old` and the smaller size, the hashes of RFC 9162 §2.1.4 one a line, a blank line, the older
/// checkpoint, a blank line, the newer checkpoint. A checkpoint holds one blank line and signature lines hold none, so
/// there is one reading of the bytes.
public struct ConsistencyFile: Equatable, Sendable {
    /// The first line.
    static let header = "fengcun/tlog-consistency@v1"
    private static let blankLine: [UInt8] = [0x0A, 0x0A]

    /// The hashes, in the order of RFC 9162 §2.1.4.1.
    public let path: [LogHash]
    /// The older signed checkpoint.
    public let old: SignedNote
    /// The newer signed checkpoint.
    public let new: SignedNote
    private let oldSize: Int

    /// Puts a proof and its two checkpoints together.
    public init(_ proof: ConsistencyProof, old: SignedNote, new: SignedNote) {
        path = proof.path
        oldSize = proof.oldSize
        self.old = old
        self.new = new
    }

    /// Reads a file.
    ///
    /// - Throws: `LogError.malformed`.
    public init(parsing bytes: [UInt8]) throws(LogError) {
        guard bytes.count <= 2 * SignedNote.byteLimit else { throw .malformed("the consistency file is too large") }
        // Head, text and signatures of the older checkpoint, text and signatures of the newer one.
        let parts = bytes.split(atEach: Self.blankLine)
        guard parts.count == 5 else { throw .malformed("a consistency file has two checkpoints behind its hashes") }
        guard let head = String(validating: parts[0], as: UTF8.self) else {
            throw .malformed("the consistency file is not UTF-8")
        }
        let lines = head.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { String(Substring($0)) }
        guard lines[0] == Self.header else { throw .malformed("the file is no consistency proof of a transparency log") }
        guard lines.count >= 2, lines[1].hasPrefix("old "), let oldSize = Int(decimal: lines[1].dropFirst(4)), oldSize > 0 else {
            throw .malformed("the consistency file has no old size")
        }
        // RFC 9162 proofs of trees below 2^63 have at most 63 hashes.
        guard lines.count <= 2 + 63 else { throw .malformed("the consistency file has too many hashes") }
        var path: [LogHash] = []
        for line in lines.dropFirst(2) {
            guard let hash = LogHash(base64: line) else { throw .malformed("a hash of the consistency file is malformed") }
            path.append(hash)
        }
        self.path = path
        self.oldSize = oldSize
        old = try SignedNote(parsing: parts[1] + Self.blankLine + parts[2] + [0x0A])
        new = try SignedNote(parsing: parts[3] + Self.blankLine + parts[4])
    }

    /// The file's text.
    public var encoded: String {
        ([Self.header, "old \(oldSize)"] + path.map(\.base64)).joined(separator: "\n") + "\n\n" + old.encoded + "\n" + new.encoded
    }

    /// Checks both signatures and that the newer tree holds the older one unchanged.
    ///
    /// - Parameter verify: checks one of the checkpoints' signatures, and returns what was signed.
    /// - Returns: the two checkpoints.
    /// - Throws: `LogError`.
    @discardableResult
    public func verify(
        _ verify: (SignedNote) throws(LogError) -> Checkpoint
    ) throws(LogError) -> (old: Checkpoint, new: Checkpoint) {
        let (old, new) = (try verify(old), try verify(new))
        guard old.origin == new.origin else { throw .unproved("the two checkpoints are those of different logs") }
        guard old.size == oldSize else { throw .unproved("the older checkpoint has another size than the proof") }
        try ConsistencyProof(oldSize: old.size, newSize: new.size, path: path).verify(oldRoot: old.root, newRoot: new.root)
        return (old, new)
    }

    /// Checks the file with the key of the log.
    ///
    /// - Throws: `LogError`.
    @discardableResult
    public func verify(key: VerifierKey) throws(LogError) -> (old: Checkpoint, new: Checkpoint) {
        try verify { (note: SignedNote) throws(LogError) in try Checkpoint(verifying: note, key: key) }
    }
}

extension [UInt8] {
    /// The parts between two equal neighbouring bytes, the first two of each run of them.
    fileprivate func split(atEach separator: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var start = 0
        var position = 0
        while position + separator.count <= count {
            if self[position..<position + separator.count].elementsEqual(separator) {
                parts.append(Array(self[start..<position]))
                position += separator.count
                start = position
            } else {
                position += 1
            }
        }
        return parts + [Array(self[start...])]
    }
}
