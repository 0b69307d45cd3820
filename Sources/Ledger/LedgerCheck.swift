import Custody
import GRDB
import TransparencyLog

/// Compares entries, piece by piece, with everything that must follow from them.
struct LedgerCheck {
    /// Entries that the check of the edge reads.
    static let edgeWidth = 256

    private let keys: KeyHistory
    /// The edge of the tree of the entries that were checked.
    private(set) var frontier: Frontier

    /// Begins after the entries of a tree.
    init(after frontier: Frontier = Frontier(), keys: KeyHistory) {
        self.frontier = frontier
        self.keys = keys
    }

    /// Checks what a ledger of any size can show at once: the tables and their triggers, and the last entries with their
    /// hashes and checkpoints. Reads O(log n).
    static func checkEdge(_ reader: LedgerReader, keys: KeyHistory) throws {
        try checkSchema(reader)
        try checkBounds(reader)
        let size = try reader.size()
        let start = max(0, size - edgeWidth)
        var check = LedgerCheck(after: try reader.frontier(size: start), keys: keys)
        _ = try check.check(try LedgerPiece(reader, from: start, to: size))
        guard check.frontier.size == size else { throw LedgerError.corrupt("entry \(check.frontier.size) is missing") }
    }

    /// Checks the next entries.
    ///
    /// - Returns: them.
    mutating func check(_ piece: LedgerPiece) throws -> [Entry] {
        let start = frontier.size
        return try piece.entries.enumerated().map { offset, bytes in
            let entry = try checkEntry(bytes, start + offset)
            for (place, hash) in frontier.append(.leaf(bytes)) where piece.nodes[place] != hash {
                throw LedgerError.corrupt("entry \(start + offset) is not the one that was recorded")
            }
            guard piece.notes.indices.contains(offset) else {
                throw LedgerError.corrupt("the checkpoint of size \(frontier.size) is missing")
            }
            try checkCheckpoint(piece.notes[offset])
            return entry
        }
    }

    private func checkEntry(_ bytes: [UInt8], _ number: Int) throws -> Entry {
        let entry: Entry
        do {
            entry = try Entry(bytes: bytes)
        } catch {
            throw LedgerError.corrupt("entry \(number): \(error)")
        }
        guard entry.sequence == number, entry.tree == .init(size: number, root: frontier.root.base64) else {
            throw LedgerError.corrupt("entry \(number) does not stand where it was written")
        }
        return entry
    }

    private func checkCheckpoint(_ text: String) throws {
        guard let note = try? SignedNote(parsing: Array(text.utf8)), let checkpoint = try? keys.verify(note),
            checkpoint.size == frontier.size, checkpoint.root == frontier.root
        else { throw LedgerError.corrupt("the checkpoint of size \(frontier.size) is missing or bad") }
    }

    /// The triggers are part of what keeps the record; a database without them was worked on.
    static func checkSchema(_ reader: LedgerReader) throws {
        let pristine = try DatabaseQueue()
        try pristine.write { try Schema.create($0) }
        let query = "SELECT coalesce(sql, '') FROM sqlite_schema ORDER BY type, name"
        let expected = try pristine.read { try String.fetchAll($0, sql: query) }
        guard try String.fetchAll(reader.database, sql: query) == expected else {
            throw LedgerError.corrupt("the tables or their triggers were altered")
        }
    }

    /// Every row from the first to the last is compared with the entries; that there is none before and after them is seen
    /// from the ends of the tables.
    static func checkBounds(_ reader: LedgerReader) throws {
        let size = try reader.size()
        func expect(_ query: String, _ first: Int?, _ last: Int?, _ table: String) throws {
            // A damaged file may hold a value of another type here; converting it must not end the program.
            let values = try Row.fetchOne(reader.database, sql: query).map { Array($0.databaseValues) } ?? []
            guard values == [first.databaseValue, last.databaseValue] else {
                throw LedgerError.corrupt("the table \(table) holds rows that no entry explains, or lacks some")
            }
        }
        // Both in one query would read every row: only a single min() or max() is looked up (sqlite.org/optoverview.html#minmax).
        func ends(_ column: String, of rows: String) -> String {
            "SELECT (SELECT min(\(column)) FROM \(rows)), (SELECT max(\(column)) FROM \(rows))"
        }
        let isEmpty = size == 0
        try expect(ends("sequence", of: "entry"), isEmpty ? nil : 0, isEmpty ? nil : size - 1, "entry")
        try expect(ends("size", of: "checkpoint"), isEmpty ? nil : 1, isEmpty ? nil : size, "checkpoint")
        let top = isEmpty ? nil : Int.bitWidth - 1 - size.leadingZeroBitCount
        try expect(ends("level", of: "node"), isEmpty ? nil : 0, top, "node")
        for level in 0...(top ?? 0) where !isEmpty {
            try expect(ends("position", of: "node WHERE level = \(level)"), 0, size >> level - 1, "node")
        }
    }
}
