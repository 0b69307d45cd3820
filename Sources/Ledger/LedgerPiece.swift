import GRDB
import TransparencyLog

/// A row of entries with everything that the database keeps about them but their subjects, read in one transaction.
struct LedgerPiece: Sendable {
    /// The entries' bytes, from the first one asked for.
    let entries: [[UInt8]]
    /// The subtrees that they complete.
    let nodes: [NodeIndex: LogHash]
    /// The signed checkpoints of the sizes that they make.
    let notes: [String]

    /// Reads entries [start, end), and what belongs to them as far as it is there.
    init(_ reader: LedgerReader, from start: Int, to end: Int) throws {
        entries = try reader.entryBytes(start, end)
        notes = try String.fetchAll(
            reader.database, sql: "SELECT note FROM checkpoint WHERE size > ? AND size <= ? ORDER BY size",
            arguments: [start, end])
        var nodes: [NodeIndex: LogHash] = [:]
        for level in 0..<Int.bitWidth - 1 where end >> level > start >> level {
            let first = start >> level
            let hashes = try reader.hashes(level: level, from: first, to: end >> level)
            for (offset, hash) in hashes.enumerated() { nodes[NodeIndex(level: level, index: first + offset)] = hash }
        }
        self.nodes = nodes
    }
}
