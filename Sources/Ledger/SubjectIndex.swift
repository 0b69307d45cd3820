import Custody
import GRDB

/// Compares the index of subjects with the entries without looking up each row: both must give one fingerprint. (The hash
/// is keyed anew in each process, so nobody can prepare another index with the same one.)
struct SubjectIndex {
    private struct Fingerprint: Equatable {
        var count = 0
        var sum: UInt = 0

        mutating func add(_ subject: String, _ sequence: Int) {
            var hasher = Hasher()
            var subject = subject
            subject.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
            hasher.combine(sequence)
            count += 1
            sum &+= UInt(bitPattern: hasher.finalize())
        }
    }

    /// Rows that one step reads.
    private static let stepSize = 10_000

    private var expected = Fingerprint()
    private var found = Fingerprint()
    private var last: (subject: String, sequence: Int) = ("", -1)

    /// Takes an entry.
    mutating func add(_ entry: Entry) {
        for subject in Set(entry.draft.subjects) { expected.add(subject.description, entry.sequence) }
    }

    /// The next rows of the index.
    func next(_ reader: LedgerReader) throws -> [(subject: String, sequence: Int)] {
        try Row.fetchAll(
            reader.database,
            sql: "SELECT subject, sequence FROM subject WHERE (subject, sequence) > (?, ?) ORDER BY subject, sequence LIMIT ?",
            arguments: [last.subject, last.sequence, Self.stepSize]
        ).map { row in
            guard let subject = String.fromDatabaseValue(row[0]), let sequence = Int.fromDatabaseValue(row[1]) else {
                throw LedgerError.corrupt("the index of subjects holds something else")
            }
            return (subject, sequence)
        }
    }

    /// Takes rows of the index; those of entries that came after the first `size` are left out.
    ///
    /// - Returns: whether there are more.
    mutating func take(_ rows: [(subject: String, sequence: Int)], size: Int) -> Bool {
        for row in rows where row.sequence < size { found.add(row.subject, row.sequence) }
        last = rows.last ?? last
        return rows.count == Self.stepSize
    }

    /// Whether the index is what the entries say.
    var fits: Bool { expected == found }
}
