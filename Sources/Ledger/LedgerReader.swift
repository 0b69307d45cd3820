import Custody
import GRDB
import TransparencyLog

/// Reading inside one transaction. Belongs to the closure that it was given to.
public struct LedgerReader {
    let database: Database

    /// Number of entries.
    public func size() throws -> Int {
        try Int.fetchOne(database, sql: "SELECT coalesce(max(sequence) + 1, 0) FROM entry") ?? 0
    }

    /// The stored bytes of entries [start, end), in order.
    public func entryBytes(_ start: Int, _ end: Int) throws -> [[UInt8]] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT bytes FROM entry WHERE sequence >= ? AND sequence < ? ORDER BY sequence",
            arguments: [start, end])
        return rows.map(\.bytes)
    }

    /// The stored bytes of one entry; nil where there is none, whatever number was asked for.
    public func entryBytes(at position: Int) throws -> [UInt8]? {
        try Row.fetchOne(database, sql: "SELECT bytes FROM entry WHERE sequence = ?", arguments: [position])?.bytes
    }

    /// One entry; nil where there is none, whatever number was asked for.
    public func entry(at position: Int) throws -> Entry? { try entryBytes(at: position).map { try decode($0) } }

    /// The newest entry; nil in an empty ledger.
    public func lastEntry() throws -> Entry? {
        let size = try size()
        return try size == 0 ? nil : entry(at: size - 1)
    }

    /// The entries about a subject, in order.
    public func entries(about subject: Subject) throws -> [Entry] {
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT bytes FROM subject JOIN entry USING (sequence) WHERE subject = ? ORDER BY sequence",
            arguments: [subject.description])
        return try rows.map { try decode($0.bytes) }
    }

    /// The first entry about a subject; nil where there is none. Reads that one only.
    public func firstEntry(about subject: Subject) throws -> Entry? {
        try Row.fetchOne(
            database,
            sql: "SELECT bytes FROM subject JOIN entry USING (sequence) WHERE subject = ? ORDER BY sequence LIMIT 1",
            arguments: [subject.description]
        ).map { try decode($0.bytes) }
    }

    /// What began and did not end: for each subject of a paired kind with an odd number of entries, the last of them.
    public func unfinished(_ kind: String) throws -> [Entry] {
        let rows = try Row.fetchAll(database, sql: Self.unfinishedQuery, arguments: ["\(kind):", "\(kind);"])
        return try rows.map { try decode($0.bytes) }
    }

    // ';' follows ':' in ASCII, so the range holds exactly the subjects of this kind.
    static let unfinishedQuery = """
        SELECT bytes FROM unfinished JOIN entry USING (sequence) WHERE subject >= ? AND subject < ? ORDER BY sequence
        """

    /// The record of an exhibit; nil where it was never registered.
    public func exhibit(_ exhibit: ExhibitID) throws -> ExhibitRecord? {
        ExhibitRecord(try entries(about: .exhibit(exhibit)))
    }

    /// Exhibits that a medium was registered as.
    public func exhibits(of medium: MediumID) throws -> [ExhibitID] {
        try entries(about: .medium(medium)).compactMap {
            guard case .mediumRegistered(let body) = $0.act else { return nil }
            return body.exhibit
        }
    }

    /// The signed checkpoint of a size, or the newest.
    public func checkpoint(size: Int? = nil) throws -> SignedNote? {
        let text =
            if let size {
                try String.fetchOne(database, sql: "SELECT note FROM checkpoint WHERE size = ?", arguments: [size])
            } else {
                try String.fetchOne(database, sql: "SELECT note FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)")
            }
        return try text.map { try SignedNote(parsing: Array($0.utf8)) }
    }

    /// The station's public keys, as the database names them; `LedgerCheck` compares them with the entries.
    public func keys() throws -> KeyHistory {
        let rows = try Row.fetchAll(database, sql: "SELECT first_size, verifier_key FROM station ORDER BY first_size")
        return KeyHistory(
            keys: try rows.map { row in
                // A damaged page can hold anything; a plain subscript would trap.
                guard let firstSize = Int.fromDatabaseValue(row["first_size"]),
                    let key = String.fromDatabaseValue(row["verifier_key"])
                else { throw LedgerError.corrupt("the table of keys cannot be read") }
                return (firstSize: firstSize, key: try VerifierKey(parsing: key))
            })
    }

    /// The hash of a complete subtree.
    public func node(_ place: NodeIndex) throws -> LogHash {
        let bytes = try Row.fetchOne(
            database, sql: "SELECT hash AS bytes FROM node WHERE level = ? AND position = ?",
            arguments: [place.level, place.index]
        )?.bytes
        guard let hash = bytes.flatMap({ LogHash(bytes: $0) }) else {
            throw LedgerError.corrupt("a hash of level \(place.level) is missing at \(place.index)")
        }
        return hash
    }

    /// The hashes of complete subtrees of one level, [start, end), in order, as far as they are there.
    func hashes(level: Int, from start: Int, to end: Int) throws -> [LogHash] {
        try Row.fetchAll(
            database,
            sql: "SELECT hash AS bytes FROM node WHERE level = ? AND position >= ? AND position < ? ORDER BY position",
            arguments: [level, start, end]
        ).compactMap { LogHash(bytes: $0.bytes) }
    }

    /// SQLite's own check of one table and its index (https://www.sqlite.org/pragma.html#pragma_integrity_check).
    func checkStructure(of table: String) throws {
        guard try String.fetchAll(database, sql: "PRAGMA integrity_check('\(table)')") == ["ok"] else {
            throw LedgerError.corrupt("SQLite's integrity check of the table \(table) fails")
        }
    }

    /// The root over the first entries, as many as `size` says.
    public func root(size: Int) throws -> LogHash { try frontier(size: size).root }

    /// The right edge of the tree of a size.
    func frontier(size: Int) throws -> Frontier { try Frontier(size: size) { try node($0) } }

    /// The bytes of a tile; nil where the log is too small for it.
    public func tile(_ tile: Tile) throws -> [UInt8]? {
        switch tile.content {
        case .entries:
            let start = tile.index * Tile.fullWidth
            let entries = try entryBytes(start, start + tile.width)
            return entries.count == tile.width ? Tile.encode(entries: entries) : nil
        case .hashes(let level):
            let places = Tile.places(level: level, index: tile.index, width: tile.width)
            guard let first = places.first else { return nil }
            let hashes = try hashes(level: first.level, from: first.index, to: first.index + tile.width)
            return hashes.count == tile.width ? Tile.encode(hashes) : nil
        }
    }

    private func decode(_ bytes: [UInt8]) throws -> Entry {
        do {
            return try Entry(bytes: bytes)
        } catch {
            throw LedgerError.corrupt("an entry cannot be read: \(error)")
        }
    }
}

extension Row {
    /// The column `bytes`.
    fileprivate var bytes: [UInt8] {
        (try? withUnsafeData(named: "bytes") { $0.map { Array($0) } }) ?? []
    }
}
