import Custody
import GRDB
import TransparencyLog

/// Reads the whole ledger and compares every stored byte with what it must be.
struct LedgerCheck {
    let reader: LedgerReader
    let key: VerifierKey
    let blobs: BlobStore

    func run() throws -> Int {
        guard try String.fetchAll(reader.database, sql: "PRAGMA integrity_check") == ["ok"] else {
            throw LedgerError.corrupt("SQLite's integrity check fails")
        }
        try checkSchema()
        var frontier = Frontier()
        var subjects = 0
        var nodes = 0
        let size = try reader.size()
        for start in stride(from: 0, to: size, by: 1000) {
            for bytes in try reader.entryBytes(start, min(start + 1000, size)) {
                let number = frontier.size
                let entry = try checkEntry(bytes, number, frontier)
                for (place, hash) in frontier.append(.leaf(bytes)) {
                    nodes += 1
                    guard try reader.node(place) == hash else {
                        throw LedgerError.corrupt("entry \(number) is not the one that was recorded")
                    }
                }
                try checkCheckpoint(frontier)
                subjects += try checkSubjects(of: entry)
                for attachment in entry.draft.attachments { try blobs.check(attachment) }
            }
        }
        guard frontier.size == size else { throw LedgerError.corrupt("entries are missing") }
        try expect(nodes, rowsIn: "node")
        try expect(size, rowsIn: "checkpoint")
        try expect(subjects, rowsIn: "subject")
        return size
    }

    /// The triggers are part of what keeps the record; a database without them was worked on.
    private func checkSchema() throws {
        let pristine = try DatabaseQueue()
        try pristine.write { try Schema.create($0) }
        let query = "SELECT coalesce(sql, '') FROM sqlite_schema ORDER BY type, name"
        let expected = try pristine.read { try String.fetchAll($0, sql: query) }
        guard try String.fetchAll(reader.database, sql: query) == expected else {
            throw LedgerError.corrupt("the tables or their triggers were altered")
        }
    }

    private func checkEntry(_ bytes: [UInt8], _ number: Int, _ frontier: Frontier) throws -> Entry {
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

    private func checkCheckpoint(_ frontier: Frontier) throws {
        guard let note = try reader.checkpoint(size: frontier.size),
            let checkpoint = try? Checkpoint(verifying: note, key: key),
            checkpoint.size == frontier.size, checkpoint.root == frontier.root
        else { throw LedgerError.corrupt("the checkpoint of size \(frontier.size) is missing or bad") }
    }

    private func checkSubjects(of entry: Entry) throws -> Int {
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

    private func expect(_ count: Int, rowsIn table: String) throws {
        guard try Int.fetchOne(reader.database, sql: "SELECT count(*) FROM \(table)") == count else {
            throw LedgerError.corrupt("the table \(table) holds rows that no entry explains")
        }
    }
}
