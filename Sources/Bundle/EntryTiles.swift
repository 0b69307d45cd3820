import Custody
import Dispatch
import DurableFiles
import Synchronization
import TransparencyLog

/// A tile of entries that was read: as many entries as are good, and what is wrong with the next one.
struct ReadTile: Sendable {
    let tile: Tile
    /// The good entries with their leaf hashes, from the tile's first; nil for an entry that an edition leaves out, of which only
    /// the hash is there.
    private(set) var entries: [(entry: Entry?, leaf: LogHash)] = []
    /// Why there are not more.
    private(set) var fault: BundleError?

    /// Reads and decodes; leaves where the entries stand in the tree to who knows the tree before them.
    init(_ tile: Tile, in folder: BundleFolder) {
        self.tile = tile
        do throws(BundleError) {
            let raw = try folder.entries(of: tile)
            // Of what is left out there are the hashes. The tree over them is that of the checkpoint, or they are wrong.
            let row = Tile(.hashes(level: 0), index: tile.index, width: tile.width)
            let hashes = raw.contains { $0.isEmpty } ? try folder.hashes(of: row) : []
            for (offset, entry) in raw.enumerated() {
                entries.append(entry.isEmpty ? (nil, hashes[offset]) : (try decode(entry), .leaf(entry)))
            }
        } catch {
            fault = error
        }
    }

    /// Number of the tile's first entry.
    var start: Int { tile.index * Tile.fullWidth }

    private func decode(_ bytes: [UInt8]) throws(BundleError) -> Entry {
        do throws(EntryError) {
            return try Entry(bytes: bytes)
        } catch {
            throw .altered(place: place(entries.count), reason: error.description)
        }
    }

    private func place(_ offset: Int) -> String { "\(tile.path) entry \(start + offset)" }

    /// Checks that each entry says where it stands in the tree, which begins with `frontier`; the first fault comes first.
    ///
    /// - Returns: the fault, and the roots of the trees before the entries that are left out.
    func checkPlaces(after frontier: Frontier) -> (fault: BundleError?, roots: [LogHash]) {
        var frontier = frontier
        var roots: [LogHash] = []
        for (offset, (entry, leaf)) in entries.enumerated() {
            if let entry {
                guard entry.sequence == frontier.size, entry.tree == .init(size: frontier.size, root: frontier.root.base64)
                else { return (.altered(place: place(offset), reason: "does not stand where it was written"), roots) }
            } else {
                roots.append(frontier.root)
            }
            frontier.append(leaf)
        }
        return (fault, roots)
    }
}

/// Reads tiles of entries on all cores, some at a time, so that memory does not depend on the size of the log.
struct EntryTiles {
    /// Most tiles that are read at once.
    static let batch = 32

    let folder: BundleFolder
    /// Number of entries.
    let size: Int
    /// Most bytes that are read at once, where that is more than one tile. A tile of the longest entries has as many.
    var bytesAtOnce = BundleLayout.tileLimit

    private var count: Int { (size + Tile.fullWidth - 1) / Tile.fullWidth }

    /// The tiles that are read at once, from one on.
    func together(from first: Int) -> Range<Int> {
        var bytes = 0
        let end = (first..<min(first + Self.batch, count)).first { index in
            // One that is not there, or too long, is found out when it is read.
            let length = (try? status(of: folder.path.appending(tile(index).path))).map { Int($0.st_size) } ?? 0
            bytes += min(length, bytesAtOnce)
            return index > first && bytes > bytesAtOnce
        }
        return first..<(end ?? min(first + Self.batch, count))
    }

    /// Hands out all tiles, in order, up to the first fault. The entries of a tile stand where they say that they do.
    ///
    /// - Parameter body: takes a tile, the roots of the trees before its entries that are left out, and the subtrees that its
    ///   entries complete.
    /// - Throws: the first fault, or what `body` throws.
    /// - Returns: the edge of the whole tree.
    func forEach(
        _ body: (ReadTile, [LogHash], [(place: NodeIndex, hash: LogHash)]) throws(BundleError) -> Void
    ) throws(BundleError) -> Frontier {
        var frontier = Frontier()
        var next = 0
        while next < count {
            let range = together(from: next)
            next = range.upperBound
            let tiles = inParallel(range.count) { ReadTile(tile(range.lowerBound + $0), in: folder) }
            var edges: [Frontier] = []
            var completed: [[(place: NodeIndex, hash: LogHash)]] = []
            for tile in tiles {
                edges.append(frontier)
                completed.append(tile.entries.flatMap { frontier.append($0.leaf) })
            }
            let places = inParallel(range.count) { [edges] in tiles[$0].checkPlaces(after: edges[$0]) }
            for index in tiles.indices {
                if let fault = places[index].fault { throw fault }
                try body(tiles[index], places[index].roots, completed[index])
            }
        }
        return frontier
    }

    private func tile(_ index: Int) -> Tile {
        Tile(.entries, index: index, width: min(Tile.fullWidth, size - index * Tile.fullWidth))
    }
}

/// The results of independent work, in order, computed on all cores.
func inParallel<Value: Sendable>(_ count: Int, _ work: @Sendable (Int) -> Value) -> [Value] {
    guard count > 1 else { return (0..<count).map(work) }
    let results = Mutex([Value?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
        let value = work(index)
        results.withLock { $0[index] = value }
    }
    return results.withLock { $0.compactMap { $0 } }
}
