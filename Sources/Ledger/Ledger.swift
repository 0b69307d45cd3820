import Custody
import Dispatch
import DurableFiles
import Foundation
import GRDB
import Glibc
import Integrity
import Synchronization
import SystemPackage
import TransparencyLog

/// The append-only record of a station: one daemon, one ledger, one connection.
///
/// Every entry is durable, signed and vouched for by the anchor before `append` returns. The order of an append is:
/// insert entry and hashes, sign the checkpoint, store it, commit (rollback journal, `synchronous=EXTRA`), replace the
/// anchor, flush it, return. Whatever cannot be completed throws; a failure that leaves the disk in doubt stops the
/// ledger for good, and the daemon with it.
public final class Ledger: Sendable {
    /// An entry that is on stable storage.
    public struct Appended: Sendable {
        /// The entry as it was written.
        public let entry: Entry
        /// The signed checkpoint that covers it.
        public let checkpoint: SignedNote
    }

    private struct State: Sendable {
        var frontier: Frontier
        var failure: String?
    }

    /// The files.
    public let directory: StateDirectory
    /// The public key that checks everything, with the station's name.
    public let verifierKey: VerifierKey
    /// The kernel's id of this boot.
    public var boot: String { clock.boot }
    /// Attachments.
    public let blobs: BlobStore

    private let key: StationKey
    private let clock: StationClock
    private let database: DatabaseQueue
    private let reserve: SpaceReserve
    private let lock: FileLock
    /// All access to the database runs here, off the cooperative pool.
    private let queue = DispatchQueue(label: "fengcun.ledger")
    private let state: Mutex<State>

    private init(
        directory: StateDirectory, lock: FileLock, key: StationKey, clock: StationClock, database: DatabaseQueue,
        reserve: SpaceReserve, frontier: Frontier
    ) {
        self.directory = directory
        self.lock = lock
        self.key = key
        self.verifierKey = key.verifier
        self.clock = clock
        self.database = database
        self.reserve = reserve
        self.blobs = BlobStore(directory.blobs)
        self.state = Mutex(State(frontier: frontier, failure: nil))
    }

    /// Opens the ledger in a state directory, or begins one where there is none. Blocks. Reads and checks the edge of the
    /// ledger, whatever its size; `examine` reads the rest.
    ///
    /// - Parameters:
    ///   - origin: the station's name; must be the one that the ledger began with. With nil the ledger's own is taken.
    ///   - fallback: the name of a new ledger where `origin` is nil.
    /// - Throws: `LedgerError`. No entry, no anchor and no key is changed where they contradict each other.
    public static func open(_ root: FilePath, origin: Origin?, fallback: Origin) throws -> Ledger {
        do {
            return try openUnwrapped(StateDirectory(root), origin: origin, fallback: fallback)
        } catch {
            throw LedgerError.wrapping(error)
        }
    }

    private static func openUnwrapped(_ directory: StateDirectory, origin: Origin?, fallback: Origin) throws -> Ledger {
        try directory.create()
        let lock = try hold(directory)
        for folder in [directory.root, directory.blobs, directory.keys] { try removeTemporaryFiles(in: folder) }
        let anchor = Anchor(directory.anchor)
        // The key is the last thing that a new station writes: where it is, the anchor and the database must be.
        let anchored = try anchor.size()
        if anchored == nil, directory.hasKey || directory.hasDatabase { throw LedgerError.anchorMissing(directory.anchor) }
        if let anchored, !directory.hasDatabase, directory.hasKey || anchored > 0 {
            throw LedgerError.rolledBack(anchor: anchored, database: 0)
        }
        let reserve = SpaceReserve(path: directory.reserve)
        _ = reserve.take()
        let isNew = !directory.hasKey && (anchored ?? 0) == 0
        if isNew { try removeUnpublished(directory) }
        let key = isNew ? try StationKey.make(origin ?? fallback) : nil
        if let key {
            try anchor.replace(with: Checkpoint(origin: key.origin, size: 0, root: .emptyTree).signed(with: key.signing))
        }
        let database = try openDatabase(directory)
        let known = try database.write { try prepare($0) }
        return try finishOpening(
            directory, lock: lock, anchor: anchor, reserve: reserve, database: database, size: known.size,
            key: try key ?? StationKey.read(directory, origin: origin ?? known.origin ?? fallback))
    }

    private static func finishOpening(
        _ directory: StateDirectory, lock: FileLock, anchor: Anchor, reserve: SpaceReserve, database: DatabaseQueue, size: Int,
        key: StationKey
    ) throws -> Ledger {
        let frontier = try database.write { database in
            try checkStation(database, key.verifier)
            return try LedgerReader(database: database).frontier(size: size)
        }
        try database.read { database in
            let reader = LedgerReader(database: database)
            try LedgerCheck.checkEdge(reader, key: key.verifier)
            try anchor.reconcile(with: reader, frontier: frontier, key: key.verifier)
        }
        try key.write(to: directory)
        return Ledger(
            directory: directory, lock: lock, key: key, clock: try StationClock(), database: database, reserve: reserve,
            frontier: frontier)
    }

    private static func hold(_ directory: StateDirectory) throws -> FileLock {
        do {
            return try FileLock(directory.lock)
        } catch {
            throw error.errno == .wouldBlock ? LedgerError.inUse(directory.root) : LedgerError.file(error)
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "ledger"
        // Whoever reads the file when the daemon starts is waited for; afterwards the lock is never given up.
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            // https://www.sqlite.org/pragma.html#pragma_synchronous: with EXTRA a committed transaction survives a power cut
            // in rollback mode. Under the exclusive lock the commit is the cleared and flushed header of the journal, which
            // is kept; where it is unlinked (on closing), the folder is flushed, too.
            try database.execute(
                sql: """
                    PRAGMA locking_mode = EXCLUSIVE;
                    PRAGMA journal_mode = DELETE;
                    PRAGMA synchronous = EXTRA;
                    PRAGMA trusted_schema = OFF;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA cell_size_check = ON;
                    """)
        }
        return configuration
    }

    /// Opens the file and keeps every other process out of it (https://www.sqlite.org/pragma.html#pragma_locking_mode): a
    /// reader that holds a lock could otherwise keep an observation from being recorded.
    private static func openDatabase(_ directory: StateDirectory) throws -> DatabaseQueue {
        let database = try DatabaseQueue(path: directory.database.string, configuration: configuration)
        try database.inDatabase { try $0.inTransaction(.exclusive) { .commit } }
        return database
    }

    /// A start that was killed before it published its key left a database without entries behind.
    private static func removeUnpublished(_ directory: StateDirectory) throws {
        guard directory.hasDatabase else { return }
        let known = try openDatabase(directory).write { try prepare($0) }
        guard known.size == 0 else { throw LedgerError.keyMissing(directory.signingKey) }
        unlink(directory.database.string + "-journal")
        unlink(directory.database.string)
    }

    /// Creates the tables in an empty file.
    ///
    /// - Returns: the number of entries, and the name of the station where the ledger has one.
    private static func prepare(_ database: Database) throws -> (size: Int, origin: Origin?) {
        guard let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous"), synchronous == 3,
            try String.fetchOne(database, sql: "PRAGMA journal_mode") == "delete"
        else { throw LedgerError.database("SQLite does not keep synchronous=EXTRA with a rollback journal") }
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        if version == 0, application == 0, try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0 {
            try Schema.create(database)
            return (0, nil)
        }
        guard application == Schema.applicationID, version == Schema.version else {
            throw LedgerError.corrupt("the database is not a ledger of this version")
        }
        let key = try String.fetchOne(database, sql: "SELECT verifier_key FROM station").map { try VerifierKey(parsing: $0) }
        return (try LedgerReader(database: database).size(), key?.origin)
    }

    private static func checkStation(_ database: Database, _ key: VerifierKey) throws {
        guard let known = try String.fetchOne(database, sql: "SELECT verifier_key FROM station") else {
            try database.execute(sql: "INSERT INTO station (id, verifier_key) VALUES (1, ?)", arguments: [key.text])
            return
        }
        guard known == key.text else { throw LedgerError.otherStation(expected: known, found: key.text) }
    }

    /// Number of entries.
    public var size: Int { state.withLock { $0.frontier.size } }

    // MARK: Appending

    /// Appends one entry.
    ///
    /// `decide` runs inside the transaction, so what it reads cannot change before its draft is recorded. What it throws
    /// is passed on and nothing is recorded.
    ///
    /// - Returns: the entry once it is durable, signed and anchored.
    public func append(_ decide: @escaping @Sendable (LedgerReader) throws -> EntryDraft) async throws -> Appended {
        try await onQueue { try self.appendNow(decide) }
    }

    /// Appends an entry that depends on nothing in the ledger.
    public func append(_ draft: EntryDraft) async throws -> Appended {
        try await append { _ in draft }
    }

    /// Appends one entry on the calling thread; while nothing else uses the ledger.
    package func appendNow(_ decide: (LedgerReader) throws -> EntryDraft) throws -> Appended {
        if let failure = state.withLock({ $0.failure }) { throw LedgerError.stopped(failure) }
        do {
            return try commit(decide)
        } catch LedgerError.diskFull where reserve.isHeld {
            // Only what ends something may use the reserve; `commit` refuses everything else once it is gone.
            reserve.release()
            return try commit(decide)
        }
    }

    private func commit(_ decide: (LedgerReader) throws -> EntryDraft) throws -> Appended {
        var frontier = state.withLock { $0.frontier }
        let appended: Appended
        do {
            appended = try database.write { database in
                let draft = try decide(LedgerReader(database: database))
                guard draft.act.closesOrObserves || reserve.take() else { throw LedgerError.diskFull }
                return try insert(draft, into: database, &frontier)
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
            throw LedgerError.diskFull
        } catch let error as DatabaseError {
            // A failed flush, a damaged page, a file that was moved away: the disk is in doubt, and the rollback journal
            // settles it when the daemon starts again.
            throw stop(error.message ?? error.resultCode.description)
        }
        state.withLock { $0.frontier = frontier }
        do {
            try Anchor(directory.anchor).replace(with: appended.checkpoint)
        } catch  where error.errno == .noSpace && reserve.isHeld {
            reserve.release()
            do {
                try Anchor(directory.anchor).replace(with: appended.checkpoint)
            } catch {
                throw stop(error.description)
            }
        } catch {
            throw stop(error.description)
        }
        return appended
    }

    private func insert(_ draft: EntryDraft, into database: Database, _ frontier: inout Frontier) throws -> Appended {
        let entry = Entry(
            sequence: frontier.size, time: .now(), boot: clock.boot, monotonic: clock.monotonic(),
            clockSynchronised: clock.synchronised(), tree: .init(size: frontier.size, root: frontier.root.base64), draft: draft)
        let bytes: [UInt8]
        do {
            bytes = try entry.bytes()
        } catch let error as EntryError {
            throw LedgerError.entryTooLarge(error.description)
        }
        try database.execute(
            literal: "INSERT INTO entry (sequence, bytes) VALUES (\(entry.sequence), \(Data(bytes)))")
        for (place, hash) in frontier.append(.leaf(bytes)) {
            try database.execute(
                literal: """
                    INSERT INTO node (level, position, hash) VALUES (\(place.level), \(place.index), \(Data(hash.bytes)))
                    """)
        }
        for subject in Set(draft.subjects) {
            try database.execute(
                literal: "INSERT INTO subject (subject, sequence) VALUES (\(subject.description), \(entry.sequence))")
        }
        let checkpoint = Checkpoint(origin: key.origin, size: frontier.size, root: frontier.root)
        let note = try checkpoint.signed(with: key.signing)
        try database.execute(literal: "INSERT INTO checkpoint (size, note) VALUES (\(frontier.size), \(note.encoded))")
        return Appended(entry: entry, checkpoint: note)
    }

    private func stop(_ reason: String) -> LedgerError {
        state.withLock { $0.failure = reason }
        return .stopped(reason)
    }

    // MARK: Reading

    /// Version of the SQLite that keeps the ledger.
    public func sqliteVersion() async throws -> String {
        try await read { try String.fetchOne($0.database, sql: "SELECT sqlite_version()") ?? "" }
    }

    /// Reads in one transaction.
    public func read<Value: Sendable>(_ body: @escaping @Sendable (LedgerReader) throws -> Value) async throws -> Value {
        try await onQueue { try self.readNow(body) }
    }

    /// Reads in one transaction on the calling thread; while nothing else uses the ledger.
    package func readNow<Value>(_ body: (LedgerReader) throws -> Value) throws -> Value {
        do {
            return try database.read { try body(LedgerReader(database: $0)) }
        } catch {
            throw LedgerError.wrapping(error)
        }
    }

    /// Reads in one transaction, in turn with appends, and waits for it: not for the cooperative pool.
    func readInTurn<Value>(_ body: (LedgerReader) throws -> Value) throws -> Value {
        try queue.sync { try readNow(body) }
    }

    /// A check found that the record is not what was written: nothing is appended any more, and the next start checks
    /// everything before it goes on.
    public func condemn(_ reason: String) {
        _ = stop(reason)
        _ = try? writeDurably(reason.utf8, to: directory.fault, permissions: [.ownerReadWrite], existing: .replace)
    }

    /// Whether an earlier run was condemned and nobody has found the ledger sound since.
    public var isSuspect: Bool { access(directory.fault.string, F_OK) == 0 }

    /// The whole ledger was found sound.
    public func acquit() {
        if isSuspect { unlink(directory.fault.string) }
    }

    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}

extension LedgerError {
    /// Gives errors of the file system, of SQLite and of the log's formats their place among the ledger's; passes others on.
    static func wrapping(_ error: any Error) -> any Error {
        switch error {
        case let error as FileError: LedgerError.file(error)
        case let error as DatabaseError
        where ![.SQLITE_FULL, .SQLITE_BUSY, .SQLITE_CANTOPEN, .SQLITE_PERM].contains(error.resultCode):
            LedgerError.corrupt("SQLite says: \(error.message ?? "malformed")")
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL: LedgerError.diskFull
        case let error as DatabaseError: LedgerError.database(error.message ?? error.resultCode.description)
        case let error as LogError: LedgerError.corrupt(error.description)
        case is RowDecodingError: LedgerError.corrupt("the database holds a value of another type than was written")
        default: error
        }
    }
}
