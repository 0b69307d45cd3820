import Custody
import Integrity
import TransparencyLog

/// Holds what somebody kept against a bundle that verifies: does the bundle continue what the receipt saw?
struct ReceiptCheck {
    let log: BundleLog

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
            name: receipt.name, size: seen.checkpoints.map(\.size).max(), index: seen.leaf?.index, entry: entry, verdict: verdict)
    }

    // MARK: The receipt itself

    /// What a receipt proves on its own, to somebody who has the station's keys.
    private struct Seen {
        /// Signed checkpoints, the older first.
        var checkpoints: [Checkpoint]
        /// A leaf that is proved to stand in the last checkpoint's tree.
        var leaf: (index: Int, hash: LogHash)?
        /// Its entry.
        var entry: Entry?
        /// Hashes of complete ranges of leaves that are proved to stand in the last checkpoint's tree.
        var ranges: [(range: Range<Int>, hash: LogHash)] = []
    }

    private func see(_ bytes: [UInt8]) throws(LogError) -> Seen {
        switch try KeptProof(parsing: bytes) {
        case .checkpoint(let note): return Seen(checkpoints: [try verified(note)])
        case .consistency(let file):
            let (old, new) = try file.verify(verified)
            return Seen(checkpoints: [old, new])
        case .entry(let file):
            guard let bytes = file.extra, let proof = CompactProof(file) else {
                throw .malformed("the proof does not hold its entry")
            }
            var seen = try see(proof)
            do throws(EntryError) {
                seen.entry = try Entry(bytes: bytes)
            } catch {
                throw .malformed("entry \(file.index): \(error)")
            }
            guard seen.entry?.sequence == file.index else {
                throw .unproved("entry \(file.index) does not stand where it was written")
            }
            return seen
        case .leaf(let proof): return try see(proof)
        }
    }

    private func see(_ proof: CompactProof) throws(LogError) -> Seen {
        let checkpoint = try verified(proof.checkpoint)
        try proof.verify(in: checkpoint)
        let ranges = InclusionProof.siblings(of: proof.index, treeSize: checkpoint.size)
        return Seen(
            checkpoints: [checkpoint], leaf: (proof.index, proof.leaf),
            ranges: zip(ranges, proof.path).map { (range: $0, hash: $1) })
    }

    /// A checkpoint that one of the station's keys signed. Which one does not matter here: with any of them a second history
    /// can be signed.
    private func verified(_ note: SignedNote) throws(LogError) -> Checkpoint {
        var failure = LogError.unproved("no signature by the log's key")
        for (_, key) in log.keys.keys {
            do throws(LogError) {
                return try Checkpoint(verifying: note, key: key)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    // MARK: The receipt against the bundle

    private func verdict(on seen: Seen) throws(BundleError) -> ReceiptFinding.Verdict {
        for checkpoint in seen.checkpoints {
            if let root = try log.root(at: checkpoint.size), root != checkpoint.root {
                return .forked(entry: try otherEntry(than: seen))
            }
        }
        guard let newest = seen.checkpoints.last, newest.size > log.checkpoint.size else { return .continues }
        if let entry = try otherEntry(than: seen) { return .forked(entry: entry) }
        for (range, hash) in seen.ranges where range.upperBound <= log.checkpoint.size {
            if try self.hash(of: range) != hash { return .forked(entry: nil) }
        }
        return .cut
    }

    /// Position of the receipt's entry where the bundle has another in its place.
    private func otherEntry(than seen: Seen) throws(BundleError) -> Int? {
        guard let leaf = seen.leaf, let hash = try hash(at: leaf.index), hash != leaf.hash else { return nil }
        return leaf.index
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
