import TransparencyLog

/// The keys that a reader comes to from those that he has, over the changes of keys that receipts prove.
public struct KeyTrail: Sendable {
    /// A change of keys that a receipt proves to stand in the log that it saw.
    public struct Step: Sendable {
        /// The change.
        public let change: KeyChange
        /// Leaf hash of its entry.
        public let leaf: LogHash
        /// The proof that the entry stands there.
        public let proof: InclusionProof
    }

    /// A key, and the changes that lead to it, oldest first; none for a key that the reader has.
    public typealias Way = (key: VerifierKey, steps: [Step])

    private var ways: [Way]

    /// Follows the changes in receipts as far as they lead from the reader's keys. A receipt that leads nowhere is left aside:
    /// `verify(_:)` says what it lacks.
    public init(from keys: [VerifierKey], over receipts: [ReceiptProof] = []) {
        ways = keys.map { ($0, []) }
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for receipt in receipts {
                guard let next = try? extended(by: receipt), next.ways.count > ways.count else { continue }
                self = next
                isGrowing = true
            }
        }
    }

    /// Whether the reader has this key, or comes to it.
    public func reaches(_ key: VerifierKey) -> Bool { ways.contains { $0.key == key } }

    /// Checks a signed checkpoint. Which of the keys signed it does not matter here: with any of them a second history can be
    /// signed.
    ///
    /// - Throws: `LogError`.
    public func verify(_ note: SignedNote) throws(LogError) -> (checkpoint: Checkpoint, way: Way) {
        var failure = LogError.unproved("no signature by the log's key")
        for way in ways {
            do throws(LogError) {
                return (try Checkpoint(verifying: note, key: way.key), way)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// Checks the signed checkpoint of a receipt; where none of the keys signed it, over the receipt's own changes of keys.
    ///
    /// - Throws: `LogError`.
    public func verify(_ receipt: ReceiptProof) throws(LogError) -> (checkpoint: Checkpoint, way: Way) {
        do throws(LogError) {
            return try verify(receipt.proof.checkpoint)
        } catch {
            guard !receipt.keyChanges.isEmpty else { throw error }
            return try extended(by: receipt).verify(receipt.proof.checkpoint)
        }
    }

    /// With the keys that a receipt leads to: each change is signed by a key that was reached before, and all of them stand in
    /// the log that the last one vouches for.
    private func extended(by receipt: ReceiptProof) throws(LogError) -> KeyTrail {
        let size = try Checkpoint(parsing: receipt.proof.checkpoint.text).size
        var trail = self
        for file in receipt.keyChanges {
            let change = try KeyChange(in: file)
            guard !trail.reaches(change.new), let bytes = file.extra,
                let way = trail.ways.first(where: { $0.key == change.old })
            else { continue }
            let proof = InclusionProof(index: file.index, treeSize: size, path: file.path)
            trail.ways.append((change.new, way.steps + [Step(change: change, leaf: .leaf(bytes), proof: proof)]))
        }
        let checkpoint = try trail.verify(receipt.proof.checkpoint).checkpoint
        for step in trail.ways.dropFirst(ways.count).compactMap(\.steps.last) {
            try step.proof.verify(leaf: step.leaf, root: checkpoint.root)
        }
        return trail
    }
}
