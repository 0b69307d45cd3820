import Custody
import Integrity
import TransparencyLog

/// Holds what somebody kept against a bundle that verifies: does the bundle continue what the receipt saw?
struct ReceiptCheck {
    let log: BundleLog
    /// Where receipts lead to from the keys of the bundle.
    let trail: KeyTrail
    /// Keys that are not believed.
    let revocations: [Revocation]

    /// Checks one receipt.
    ///
    /// - Throws: `BundleError` where the bundle's files cannot be read any more.
    func check(_ receipt: KeptReceipt) throws(BundleError) -> ReceiptFinding {
        let seen: Seen
        do throws(LogError) {
            seen = try see(receipt.bytes)
        } catch {
            return ReceiptFinding(
                name: receipt.name, size: nil, index: nil, entry: nil, verdict: .worthless(error.description))
        }
        var entry = seen.entry
        let verdict = try verdict(on: seen)
        // The compact form has a leaf hash only; the bundle has the entry to it.
        if entry == nil, let leaf = seen.leaf, try hash(at: leaf.index) == leaf.hash, log.withheld[leaf.index] == nil {
            entry = try log.entry(leaf.index)
        }
        return ReceiptFinding(
            name: receipt.name, size: seen.checkpoints.map(\.size).max(), index: seen.leaf?.index, entry: entry,
            verdict: verdict, keyChanges: seen.changes, revoked: verdict.isGood ? [] : revoked(seen))
    }

    /// What a receipt rests on that is not believed: the words of the keys that were replaced on the way, and of those that
    /// signed.
    private func revoked(_ seen: Seen) -> [Revocation] {
        let said = seen.changes.compactMap { change in
            change.compromisedSince.map { Revocation(key: change.old, since: $0) }
        }
        var keys = seen.changes.map(\.old)
        for key in seen.signers where !keys.contains(key) { keys.append(key) }
        return keys.compactMap { key in
            (said + revocations).filter { $0.key == nil || $0.key == key }.map(\.since).min().map {
                Revocation(key: key, since: $0)
            }
        }
    }

    // MARK: The receipt itself

    /// What a receipt proves on its own, to somebody who has the station's keys.
    private struct Seen {
        /// Signed checkpoints.
        private(set) var checkpoints: [Checkpoint] = []
        /// The keys that signed the receipt's own.
        private(set) var signers: [VerifierKey] = []
        /// The changes by which those follow from the bundle's keys.
        private(set) var changes: [KeyChange] = []
        /// The leaf that the receipt is about, proved to stand in the last checkpoint's tree.
        var leaf: (index: Int, hash: LogHash)?
        /// Its entry.
        var entry: Entry?
        /// Leaves that are proved to stand there.
        private(set) var leaves: [(index: Int, hash: LogHash)] = []
        /// Hashes of complete subtrees that are proved to stand there.
        private(set) var ranges: [(range: Range<Int>, hash: LogHash)] = []

        init(_ signed: (checkpoint: Checkpoint, way: KeyTrail.Way)...) {
            for one in signed {
                checkpoints.append(one.checkpoint)
                signers.append(one.way.key)
                for step in one.way.steps where !changes.contains(step.change) {
                    changes.append(step.change)
                    // Both keys signed this one, too.
                    checkpoints.append(step.change.before)
                    add(step.proof, step.leaf)
                }
            }
        }

        /// Takes in what a proof shows that was checked.
        mutating func add(_ proof: InclusionProof, _ leaf: LogHash) {
            leaves.append((proof.index, leaf))
            let siblings = InclusionProof.siblings(of: proof.index, treeSize: proof.treeSize)
            // What stands at the right edge of the tree need not be a complete subtree: no tile has its hash. It adds nothing to
            // what the root of that tree says.
            ranges += zip(siblings, proof.path).filter { $0.0.count.nonzeroBitCount == 1 }.map { (range: $0, hash: $1) }
        }
    }

    private func see(_ bytes: [UInt8]) throws(LogError) -> Seen {
        switch try KeptProof(parsing: bytes) {
        case .checkpoint(let note): return Seen(try trail.verify(note))
        case .consistency(let file):
            try file.verify { (note) throws(LogError) in try trail.verify(note).checkpoint }
            return Seen(try trail.verify(file.new), try trail.verify(file.old))
        case .entry(let receipt):
            let file = receipt.proof
            guard let bytes = file.extra, let proof = CompactProof(file) else {
                throw .malformed("the proof does not hold its entry")
            }
            var seen = try see(proof, signed: try trail.verify(receipt))
            do throws(EntryError) {
                seen.entry = try Entry(bytes: bytes)
            } catch {
                throw .malformed("entry \(file.index): \(error)")
            }
            guard seen.entry?.sequence == file.index else {
                throw .unproved("entry \(file.index) does not stand where it was written")
            }
            return seen
        case .leaf(let proof): return try see(proof, signed: try trail.verify(proof.checkpoint))
        }
    }

    private func see(_ proof: CompactProof, signed: (checkpoint: Checkpoint, way: KeyTrail.Way)) throws(LogError) -> Seen {
        try proof.verify(in: signed.checkpoint)
        var seen = Seen(signed)
        seen.leaf = (proof.index, proof.leaf)
        seen.add(InclusionProof(index: proof.index, treeSize: signed.checkpoint.size, path: proof.path), proof.leaf)
        return seen
    }

    // MARK: The receipt against the bundle

    private func verdict(on seen: Seen) throws(BundleError) -> ReceiptFinding.Verdict {
        for checkpoint in seen.checkpoints {
            if let root = try log.root(at: checkpoint.size), root != checkpoint.root {
                return .forked(entry: try otherEntry(than: seen))
            }
        }
        guard seen.checkpoints.contains(where: { $0.size > log.checkpoint.size }) else { return .continues }
        if let entry = try otherEntry(than: seen) { return .forked(entry: entry) }
        for (range, hash) in seen.ranges where range.upperBound <= log.checkpoint.size {
            if try self.hash(of: range) != hash { return .forked(entry: nil) }
        }
        return .cut
    }

    /// Position of an entry that the receipt proves, the one that it is about before others, where the bundle has another in
    /// its place.
    private func otherEntry(than seen: Seen) throws(BundleError) -> Int? {
        for leaf in seen.leaves.reversed() {
            if let hash = try hash(at: leaf.index), hash != leaf.hash { return leaf.index }
        }
        return nil
    }

    /// The leaf hash of an entry of the bundle; nil where it has none at this place.
    private func hash(at index: Int) throws(BundleError) -> LogHash? {
        guard index < log.checkpoint.size else { return nil }
        return try log.leaf(index)
    }

    /// The root over a complete subtree's leaves in the bundle, from its tiles.
    private func hash(of range: Range<Int>) throws(BundleError) -> LogHash {
        let height = range.count.trailingZeroBitCount
        let row = height / 8
        // Hashes of this row of tiles that stand under the subtree: 1 to 128, all in one tile.
        let first = range.lowerBound >> (8 * row)
        let count = range.count >> (8 * row)
        let number = first / Tile.fullWidth
        let width = min(Tile.fullWidth, (log.checkpoint.size >> (8 * row)) - number * Tile.fullWidth)
        let tile = Tile(.hashes(level: row), index: number, width: width)
        var hashes = try log.folder.hashes(of: tile)[(first % Tile.fullWidth)..<(first % Tile.fullWidth + count)]
        while hashes.count > 1 {
            hashes = stride(from: hashes.startIndex, to: hashes.endIndex, by: 2).map { .node(hashes[$0], hashes[$0 + 1]) }[...]
        }
        guard let root = hashes.first else { throw .altered(place: tile.path, reason: "the tile is empty") }
        return root
    }
}
