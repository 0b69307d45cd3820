/// What a receipt holds: the proof of an entry, and the proofs of the entries that changed the log's key until then. Whoever has
/// an earlier key can follow it by them to the one that signed.
public struct ReceiptProof: Equatable, Sendable {
    /// The proof of the entry.
    public let proof: ProofFile
    /// The proofs of the changes, oldest first. All lead to the checkpoint of `proof`.
    public let keyChanges: [ProofFile]

    /// Puts proofs together.
    ///
    /// - Precondition: all lead to one checkpoint.
    public init(_ proof: ProofFile, keyChanges: [ProofFile]) {
        precondition(keyChanges.allSatisfy { $0.checkpoint == proof.checkpoint }, "proofs in other trees")
        self.proof = proof
        self.keyChanges = keyChanges
    }

    /// Reads the lines between the markers of key changes: for each the lines of a proof file between its first line and its
    /// checkpoint, with an empty line between two of them.
    ///
    /// - Throws: `LogError.malformed`.
    init(_ proof: ProofFile, parsing lines: [ArraySlice<UInt8>]) throws(LogError) {
        var changes: [ProofFile] = []
        for body in lines.split(whereSeparator: \.isEmpty) {
            changes.append(try ProofFile(body: body, checkpoint: proof.checkpoint))
        }
        self.init(proof, keyChanges: changes)
    }

    /// The lines between the markers of key changes; nil where no key was changed.
    public var encodedKeyChanges: String? {
        keyChanges.isEmpty ? nil : keyChanges.map(\.body).joined(separator: "\n")
    }

    /// Both between their markers, as a text receipt has them.
    public var encoded: String {
        ProofMarkers.proof.wrap(proof.encoded) + (encodedKeyChanges.map { ProofMarkers.keyChanges.wrap($0) } ?? "")
    }
}
