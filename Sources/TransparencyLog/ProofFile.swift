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
        (extra, index, path) = try Self.readBody(line)
        checkpoint = try SignedNote(parsing: Array(rest))
    }

    /// Reads what stands in a proof file between its first line and its checkpoint.
    ///
    /// - Throws: `LogError.malformed`.
    init(body lines: some Sequence<ArraySlice<UInt8>>, checkpoint: SignedNote) throws(LogError) {
        var lines = lines.makeIterator()
        (extra, index, path) = try Self.readBody { () throws(LogError) in
            guard let line = lines.next() else { return "" }
            guard let text = String(validating: line, as: UTF8.self) else { throw .malformed("a line of the proof is no text") }
            return text
        }
        self.checkpoint = checkpoint
    }

    private static func readBody(_ line: () throws(LogError) -> String) throws(LogError) -> ([UInt8]?, Int, [LogHash]) {
        var extra: [UInt8]?
        var next = try line()
        if next.hasPrefix("extra ") {
            guard let bytes = Base64.decode(next.dropFirst(6)) else { throw .malformed("the proof's extra line is malformed") }
            extra = bytes
            next = try line()
        }
        guard next.hasPrefix("index "), let index = Int(decimal: next.dropFirst(6)) else {
            throw .malformed("the proof has no index")
        }
        var path: [LogHash] = []
        while true {
            next = try line()
            if next.isEmpty { break }
            guard let hash = LogHash(base64: next), path.count < 63 else { throw .malformed("a hash of the proof is malformed") }
            path.append(hash)
        }
        return (extra, index, path)
    }

    /// The file's text.
    public var encoded: String { Self.header + "\n" + body + "\n" + checkpoint.encoded }

    /// What stands between its first line and the empty line before the checkpoint.
    var body: String {
        let first = (extra.map { ["extra " + Base64.encode($0)] } ?? []) + ["index \(index)"]
        return (first + path.map(\.base64)).map { $0 + "\n" }.joined()
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
