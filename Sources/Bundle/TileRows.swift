import TransparencyLog

/// Gathers hashes into tiles while a tree grows, without keeping more than one unfinished tile of each level.
struct TileRows {
    /// A tile whose content is known.
    struct Finished {
        let tile: Tile
        let hashes: [LogHash]
    }

    private var rows: [(index: Int, hashes: [LogHash])] = []
    private var full: [Finished] = []

    /// Takes the subtrees that an append completed.
    mutating func add(_ completed: [(place: NodeIndex, hash: LogHash)]) {
        for (place, hash) in completed where place.level.isMultiple(of: 8) {
            let level = place.level / 8
            if level == rows.count { rows.append((0, [])) }
            rows[level].hashes.append(hash)
            if rows[level].hashes.count == Tile.fullWidth {
                let tile = Tile(.hashes(level: level), index: rows[level].index, width: Tile.fullWidth)
                full.append(Finished(tile: tile, hashes: rows[level].hashes))
                rows[level] = (rows[level].index + 1, [])
            }
        }
    }

    /// The tiles that were filled since the last call.
    mutating func takeFull() -> [Finished] {
        defer { full = [] }
        return full
    }

    /// The partial tiles at the right edge.
    mutating func takeRest() -> [Finished] {
        rows.enumerated().compactMap { level, row in
            row.hashes.isEmpty
                ? nil
                : Finished(
                    tile: Tile(.hashes(level: level), index: row.index, width: row.hashes.count), hashes: row.hashes)
        }
    }
}
