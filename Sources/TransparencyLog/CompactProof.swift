import Integrity

/// What a receipt's QR code holds: the proof of an entry by its leaf hash, without the entry. Small enough for paper; good
/// against anybody who shows the entry.
///
/// A line that names the format, `leaf` and the leaf hash, and then what a proof file has from its `index` line on.
public struct CompactProof: Equatable, Sendable {
    /// The first line.
    static let header = "fengcun/receipt@v1"

    /// The leaf hash of the entry.
    public let leaf: LogHash
    /// Where it stands, and how that is proved.
    private let proof: ProofFile

    /// Position of the entry in the log.
    public var index: Int { proof.index }
    /// The signed checkpoint.
    public var checkpoint: SignedNote { proof.checkpoint }
    /// The inclusion proof's hashes, from the leaf upwards.
    public var path: [LogHash] { proof.path }

    /// Leaves the entry out of a proof file that holds one; nil where it holds none.
    public init?(_ proof: ProofFile) {
        guard let entry = proof.extra else { return nil }
        leaf = .leaf(entry)
        self.proof = proof.withoutExtra
    }

    /// Reads the text of a QR code.
    ///
    /// - Throws: `LogError.malformed`.
    public init(parsing bytes: [UInt8]) throws(LogError) {
        let lines = bytes.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
        guard lines.count == 3, lines[0].elementsEqual(Self.header.utf8) else {
            throw .malformed("the file is no receipt of a transparency log")
        }
        guard lines[1].starts(with: "leaf ".utf8), let text = String(validating: lines[1].dropFirst(5), as: UTF8.self),
            let leaf = LogHash(base64: text)
        else { throw .malformed("the receipt has no leaf hash") }
        self.leaf = leaf
        proof = try ProofFile(parsing: Array((ProofFile.header + "\n").utf8) + lines[2])
        guard proof.extra == nil else { throw .malformed("the receipt holds more than a proof") }
    }

    /// The text of the QR code.
    public var encoded: String {
        Self.header + "\nleaf \(leaf)\n" + proof.encoded.dropFirst(ProofFile.header.count + 1)
    }

    /// Checks that the leaf stands in the tree of a checkpoint whose signature was checked.
    ///
    /// - Throws: `LogError.unproved`.
    public func verify(in checkpoint: Checkpoint) throws(LogError) {
        try InclusionProof(index: index, treeSize: checkpoint.size, path: path).verify(leaf: leaf, root: checkpoint.root)
    }
}
