import Custody
import GRDB
import TransparencyLog

/// Reads the whole ledger, a piece at a time, and compares every stored byte with what it must be.
struct LedgerCheck: Sendable {
    /// Entries that one step reads.
    private static let stepSize = 500

    /// Number of entries that are checked: those that were there when the check began.
    let size: Int
    private let keys: KeyHistory
    private let blobs: BlobStore
    private var frontier = Frontier()
    private var record = KeyRecord()
    private var subjects = 0
    private var nodes = 0
    /// Whether everything was read.
    private(set) var isComplete = false

    /// Begins with what is not about single entries.
    init(reader: LedgerReader, blobs: BlobStore) throws {
        self.keys = try reader.keys()
        self.blobs = blobs
        size = try reader.size()
        guard try String.fetchAll(reader.database, sql: "PRAGMA integrity_check") == ["ok"] else {
            throw LedgerError.corrupt("SQLite's integrity check fails")
        }
        try checkSchema(reader)
    }

    /// Checks the next entries; after the last of them, that the tables hold nothing else.
    mutating func step(_ reader: LedgerReader) throws {
        let start = frontier.size
        for bytes in try reader.entryBytes(start, min(start + Self.stepSize, size)) { try check(bytes, reader) }
        if frontier.size == size {
            try count(reader)
            try checkKeys(reader)
            isComplete = true
        } else if frontier.size == start {
            throw LedgerError.corrupt("entry \(start) is missing")
        }
    }

    private mutating func check(_ bytes: [UInt8], _ reader: LedgerReader) throws {
        let number = frontier.size
        let entry = try checkEntry(bytes, number)
        for (place, hash) in frontier.append(.leaf(bytes)) {
            nodes += 1
            guard try reader.node(place) == hash else {
                throw LedgerError.corrupt("entry \(number) is not the one that was recorded")
            }
        }
        try checkCheckpoint(reader)
        do throws(LogError) {
            try record.add(entry)
        } catch {
            throw LedgerError.corrupt("entry \(number): \(error)")
        }
        subjects += try checkSubjects(of: entry, reader)
        for attachment in entry.draft.attachments { try blobs.check(attachment) }
    }

    /// The keys that the database names are those that the entries name. (One that was changed since is the next check's.)
    private func checkKeys(_ reader: LedgerReader) throws {
        guard let newest = keys.newest, let history = try? record.history(endingWith: newest),
            history.keys.elementsEqual(keys.keys, by: ==)
        else { throw LedgerError.corrupt("the table of keys does not fit the entries") }
    }

    /// Only a ledger that stands still can be counted; what was appended since is the next check's.
    private func count(_ reader: LedgerReader) throws {
        guard try reader.size() == size else { return }
        try expect(nodes, rowsIn: "node", reader)
        try expect(size, rowsIn: "checkpoint", reader)
        try expect(subjects, rowsIn: "subject", reader)
    }

    /// The triggers are part of what keeps the record; a database without them was worked on.
    private func checkSchema(_ reader: LedgerReader) throws {
        let pristine = try DatabaseQueue()
        try pristine.write { try Schema.create($0) }
        let query = "SELECT coalesce(sql, '') FROM sqlite_schema ORDER BY type, name"
        let expected = try pristine.read { try String.fetchAll($0, sql: query) }
        guard try String.fetchAll(reader.database, sql: query) == expected else {
            throw LedgerError.corrupt("the tables or their triggers were altered")
        }
    }

    private func checkEntry(_ bytes: [UInt8], _ number: Int) throws -> Entry {
        let entry: Entry
        do {
            entry = try Entry(bytes: bytes)
        } catch {
            throw LedgerError.corrupt("entry \(number): \(error)")
        }
        guard entry.sequence == number, entry.tree == .init(size: frontier.size, root: frontier.root.base64) else {
            throw LedgerError.corrupt("entry \(number) does not stand where it was written")
        }
        return entry
    }

    private func checkCheckpoint(_ reader: LedgerReader) throws {
        guard let note = try reader.checkpoint(size: frontier.size),
            let checkpoint = try? keys.verify(note),
            checkpoint.size == frontier.size, checkpoint.root == frontier.root
        else { throw LedgerError.corrupt("the checkpoint of size \(frontier.size) is missing or bad") }
    }

    private func checkSubjects(of entry: Entry, _ reader: LedgerReader) throws -> Int {
        let expected = Set(entry.draft.subjects.map(\.description))
        for subject in expected {
            let found = try Int.fetchOne(
                reader.database, sql: "SELECT count(*) FROM subject WHERE subject = ? AND sequence = ?",
                arguments: [subject, entry.sequence])
            guard found == 1 else {
                throw LedgerError.corrupt("the index of subjects does not fit entry \(entry.sequence)")
            }
        }
        return expected.count
    }

    private func expect(_ count: Int, rowsIn table: String, _ reader: LedgerReader) throws {
        guard try Int.fetchOne(reader.database, sql: "SELECT count(*) FROM \(table)") == count else {
            throw LedgerError.corrupt("the table \(table) holds rows that no entry explains")
        }
    }
}
