import Integrity

/// An inclusion proof with the signed checkpoint that it leads to, in one file (c2sp.org/tlog-proof).
public struct ProofFile: Equatable, Sendable {
    static let header = "c2sp.org/tlog-proof@v1"

    /// Position of the entry in the log.
    public let index: Int
    /// Sibling hashes from the leaf upwards.
    public let path: [LogHash]
    /// The signed checkpoint.
    public let checkpoint: SignedNote
    /// Bytes that the format lets a log add; ours puts the entry itself there, so that the file needs no other.
    public let extra: [UInt8]?

    /// Puts a proof and its checkpoint together.
    public init(_ proof: InclusionProof, entry: [UInt8], checkpoint: SignedNote) {
        self.init(index: proof.index, path: proof.path, checkpoint: checkpoint, extra: entry)
    }

    private init(index: Int, path: [LogHash], checkpoint: SignedNote, extra: [UInt8]?) {
        self.index = index
        self.path = path
        self.checkpoint = checkpoint
        self.extra = extra
    }

    /// The same proof without the entry.
    var withoutExtra: ProofFile { ProofFile(index: index, path: path, checkpoint: checkpoint, extra: nil) }

    /// Reads a proof file.
    ///
    /// - Throws: `LogError.malformed`.
    public init(parsing bytes: [UInt8]) throws(LogError) {
        guard bytes.count <= SignedNote.byteLimit else { throw .malformed("the proof file is too large") }
        var rest = bytes[...]
        func line() throws(LogError) -> String {
            guard let end = rest.firstIndex(of: 0x0A), let text = String(validating: rest[..<end], as: UTF8.self) else {
                throw .malformed("the proof file is cut off")
            }
            rest = rest[(end + 1)...]
            return text
        }
        guard try line() == Self.header else { throw .malformed("the file is no proof of a transparency log") }
        var next = try line()
        if next.hasPrefix("extra ") {
            guard let extra = Base64.decode(next.dropFirst(6)) else { throw .malformed("the proof's extra line is malformed") }
            self.extra = extra
            next = try line()
        } else {
            extra = nil
        }
        guard next.hasPrefix("index "), let index = Int(decimal: next.dropFirst(6)) else {
            throw .malformed("the proof has no index")
        }
        self.index = index
        var path: [LogHash] = []
        while true {
            next = try line()
            if next.isEmpty { break }
            guard let hash = LogHash(base64: next), path.count < 63 else { throw .malformed("a hash of the proof is malformed") }
            path.append(hash)
        }
        self.path = path
        checkpoint = try SignedNote(parsing: Array(rest))
    }

    /// The file's text.
    public var encoded: String {
        var lines = [Self.header]
        if let extra { lines.append("extra " + Base64.encode(extra)) }
        lines.append("index \(index)")
        lines += path.map(\.base64)
        return lines.joined(separator: "\n") + "\n\n" + checkpoint.encoded
    }

    /// Checks that an entry stands in the log whose key this is.
    ///
    /// - Returns: the checkpoint that vouches for it.
    /// - Throws: `LogError`.
    public func verify(entry: [UInt8], key: VerifierKey) throws(LogError) -> Checkpoint {
        let checkpoint = try Checkpoint(verifying: checkpoint, key: key)
        try InclusionProof(index: index, treeSize: checkpoint.size, path: path)
            .verify(leaf: .leaf(entry), root: checkpoint.root)
        return checkpoint
    }
}
