import Custody
import GRDB

/// Compares the table of what is unfinished with the entries.
struct UnfinishedCheck {
    /// Entries that the last step may read while it holds up appends.
    private static let stepSize = 250

    /// What the entries so far leave unfinished, with the last entry about it.
    private var expected: [Subject: Int] = [:]

    /// Takes the next entry.
    mutating func add(_ entry: Entry) {
        for subject in Set(entry.draft.subjects) where subject.isPaired {
            if expected.removeValue(forKey: subject) == nil { expected[subject] = entry.sequence }
        }
    }

    /// Takes the entries that were appended since the check began, from `start` on, and compares once there are few left.
    ///
    /// - Returns: where to go on; nil where all is compared and fits.
    mutating func finish(_ reader: LedgerReader, from start: Int) throws -> Int? {
        let entries = try reader.entryBytes(start, start + Self.stepSize)
        for bytes in entries {
            guard let entry = try? Entry(bytes: bytes) else { throw LedgerError.corrupt("an entry cannot be read") }
            add(entry)
        }
        if entries.count == Self.stepSize { return start + Self.stepSize }
        let rows = try Row.fetchAll(reader.database, sql: "SELECT subject, sequence FROM unfinished")
        // Byte by byte, as the database compares.
        let sequences = Dictionary(uniqueKeysWithValues: expected.map { (Array($0.key.description.utf8), $0.value) })
        let fits = rows.allSatisfy { row in
            // A damaged file may hold a value of another type here.
            guard let subject = String.fromDatabaseValue(row[0]), let sequence = Int.fromDatabaseValue(row[1]) else {
                return false
            }
            return sequences[Array(subject.utf8)] == sequence
        }
        guard fits, rows.count == expected.count else {
            throw LedgerError.corrupt("the table of what is unfinished does not fit the entries")
        }
        return nil
    }
}
