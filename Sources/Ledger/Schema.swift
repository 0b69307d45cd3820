import Custody
import GRDB

/// The tables. Nothing in them ever changes but in `unfinished`, which follows from the others: triggers refuse UPDATE and
/// DELETE, and so does every other program that opens the file with ordinary SQLite.
enum Schema {
    /// `PRAGMA application_id`: "FCLG".
    static let applicationID = 0x4643_4C47
    /// `PRAGMA user_version`.
    static let version = 2

    static let statements = """
        -- The keys that sign, each from the checkpoint of this size on.
        CREATE TABLE station (
            first_size INTEGER PRIMARY KEY CHECK (first_size >= 0),
            verifier_key TEXT NOT NULL
        ) STRICT;

        -- The bytes that were hashed and signed.
        CREATE TABLE entry (
            sequence INTEGER PRIMARY KEY CHECK (sequence >= 0),
            bytes BLOB NOT NULL
        ) STRICT;

        -- Roots of complete subtrees (RFC 6962).
        CREATE TABLE node (
            level INTEGER NOT NULL,
            position INTEGER NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            PRIMARY KEY (level, position)
        ) STRICT, WITHOUT ROWID;

        -- One signed checkpoint for each append.
        CREATE TABLE checkpoint (
            size INTEGER PRIMARY KEY CHECK (size > 0),
            note TEXT NOT NULL
        ) STRICT;

        -- Finds entries by what they are about; follows from the entries.
        CREATE TABLE subject (
            subject TEXT NOT NULL,
            sequence INTEGER NOT NULL REFERENCES entry (sequence),
            PRIMARY KEY (subject, sequence)
        ) STRICT, WITHOUT ROWID;
        """

    /// Without it a start would have to read every stay and every acquisition that there ever was.
    static let unfinished = """
        -- What began and did not end: the subjects of paired kinds with an odd number of entries, and the last of these.
        CREATE TABLE unfinished (
            subject TEXT PRIMARY KEY,
            sequence INTEGER NOT NULL REFERENCES entry (sequence)
        ) STRICT, WITHOUT ROWID;
        """

    /// The tables whose rows stay as they were written.
    static let appendOnly = ["station", "entry", "node", "checkpoint", "subject"]
    static let tables = appendOnly + ["unfinished"]

    static func create(_ database: Database) throws {
        try database.execute(sql: statements)
        for table in appendOnly { try addTriggers(table, database) }
        try database.execute(sql: unfinished)
        try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version);")
    }

    /// Brings the tables of version 1 up to date.
    static func migrate(_ database: Database) throws {
        try database.execute(sql: unfinished)
        for kind in Subject.pairedKinds {
            // ';' follows ':' in ASCII, so the range holds exactly the subjects of this kind.
            try database.execute(
                sql: """
                    INSERT INTO unfinished (subject, sequence)
                    SELECT subject, max(sequence) FROM subject WHERE subject >= ? AND subject < ?
                    GROUP BY subject HAVING count(*) % 2 = 1
                    """, arguments: ["\(kind):", "\(kind);"])
        }
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }

    private static func addTriggers(_ table: String, _ database: Database) throws {
        for verb in ["UPDATE", "DELETE"] {
            try database.execute(
                sql: """
                    CREATE TRIGGER \(table)_refuses_\(verb.lowercased()) BEFORE \(verb) ON \(table)
                    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
                    """)
        }
    }
}
