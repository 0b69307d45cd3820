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

    struct State: Sendable {
        var frontier: Frontier
        var key: StationKey
        var failure: String?
    }

    /// The files.
    public let directory: StateDirectory
    /// The public key in force, with the station's name.
    public var verifierKey: VerifierKey { state.withLock { $0.key.verifier } }
    /// The second public key; nil where checkpoints carry one signature.
    public var secondVerifierKey: SM2NoteKey? { state.withLock { $0.key.secondVerifier } }
    /// The kernel's id of this boot.
    public var boot: String { clock.boot }
    /// Attachments.
    public let blobs: BlobStore
    /// Requests for time-stamps.
    public let requests: TimestampRequests
    /// What time it is.
    public let clock: StationClock

    let keyFiles: KeyFiles
    private let database: DatabaseQueue
    private let reserve: SpaceReserve
    private let lock: FileLock
    /// All access to the database runs here, off the cooperative pool.
    private let queue = DispatchQueue(label: "fengcun.ledger")
    let state: Mutex<State>

    init(
        lock: FileLock, files: KeyFiles, key: StationKey, clock: StationClock, database: DatabaseQueue,
        reserve: SpaceReserve, frontier: Frontier
    ) {
        self.directory = files.directory
        self.lock = lock
        self.keyFiles = files
        self.clock = clock
        self.database = database
        self.reserve = reserve
        self.blobs = BlobStore(directory.blobs)
        self.requests = TimestampRequests(directory.requests)
        self.state = Mutex(State(frontier: frontier, key: key, failure: nil))
    }

    /// Opens the ledger in a state directory, or begins one where there is none. Blocks. Reads and checks the edge of the
    /// ledger, whatever its size; `examine` reads the rest.
    ///
    /// - Parameters:
    ///   - origin: the station's name; must be the one that the ledger began with. With nil the ledger's own is taken.
    ///   - fallback: the name of a new ledger where `origin` is nil.
    ///   - keys: how private keys are kept, and which there are.
    ///   - clock: what its entries quote; nil takes the machine's.
    /// - Throws: `LedgerError`. No entry, no anchor and no key is changed where they contradict each other.
    public static func open(
        _ root: FilePath, origin: Origin?, fallback: Origin, keys: KeyOptions = KeyOptions(), clock: StationClock? = nil
    ) throws -> Ledger {
        do {
            let files = KeyFiles(directory: StateDirectory(root), options: keys)
            return try openUnwrapped(files, origin: origin, fallback: fallback, clock: clock ?? .system())
        } catch {
            throw LedgerError.wrapping(error)
        }
    }

    private static func openUnwrapped(_ files: KeyFiles, origin: Origin?, fallback: Origin, clock: StationClock) throws -> Ledger
    {
        let directory = files.directory
        try directory.create()
        let lock = try hold(directory)
        for folder in [directory.root, directory.blobs, directory.keys, directory.requests] {
            try removeTemporaryFiles(in: folder)
        }
        try Restoration.complete(in: directory)
        let anchor = Anchor(directory.anchor)
        // The key is the last thing that a new station writes: where it is, the anchor and the database must be.
        let anchored = try anchor.size()
        if anchored == nil, try directory.hasKey || directory.hasDatabase { throw LedgerError.anchorMissing(directory.anchor) }
        if let anchored, try !directory.hasDatabase, try directory.hasKey || anchored > 0 {
            throw LedgerError.rolledBack(anchor: anchored, database: 0)
        }
        let reserve = SpaceReserve(path: directory.reserve)
        _ = reserve.take()
        let isNew = try !directory.hasKey && (anchored ?? 0) == 0
        if isNew { try removeUnpublished(directory) }
        let made = isNew ? try StationKey.make(origin ?? fallback) : nil
        if let made {
            try anchor.replace(with: Checkpoint(origin: made.origin, size: 0, root: .emptyTree).signed(with: made.signing))
        }
        let database = try openDatabase(directory)
        let known = try database.write { try prepare($0) }
        if let made {
            try database.write { try register(made.verifier, from: 0, in: $0) }
            try files.create(made)
        }
        let key = try settle(files, known, made: made?.verifier, origin: origin, fallback: fallback, anchor: anchor)
        return try finishOpening(
            lock: lock, files, anchor: anchor, reserve: reserve, database: database, size: known.size, key: key, clock: clock)
    }

    /// The key in force. Where the database names an older one than the station has, the anchor tells whether the database
    /// was put back.
    private static func settle(
        _ files: KeyFiles, _ known: (size: Int, keys: KeyHistory), made: VerifierKey?, origin: Origin?, fallback: Origin,
        anchor: Anchor
    ) throws -> StationKey {
        let inForce = made ?? known.keys.newest
        do {
            return try files.settle(inForce: inForce, origin: origin ?? inForce?.origin ?? fallback)
        } catch LedgerError.otherStation(let expected, let found) {
            guard let key = try? VerifierKey(parsing: found), let anchored = try? anchor.checkpoint(signedByOneOf: [key]),
                anchored.size > known.size
            else { throw LedgerError.otherStation(expected: expected, found: found) }
            throw LedgerError.rolledBack(anchor: anchored.size, database: known.size)
        }
    }

    private static func finishOpening(
        lock: FileLock, _ files: KeyFiles, anchor: Anchor, reserve: SpaceReserve, database: DatabaseQueue, size: Int,
        key: StationKey, clock: StationClock
    ) throws -> Ledger {
        let (frontier, keys) = try database.write { database in
            let reader = LedgerReader(database: database)
            if try reader.keys().keys.isEmpty { try register(key.verifier, from: 0, in: database) }
            return (try reader.frontier(size: size), try reader.keys())
        }
        try database.read { database in
            let reader = LedgerReader(database: database)
            try LedgerCheck.checkEdge(reader, keys: keys)
            try anchor.reconcile(with: reader, frontier: frontier, keys: keys)
        }
        try files.writePublic(key)
        return Ledger(
            lock: lock, files: files, key: key, clock: clock, database: database, reserve: reserve,
            frontier: frontier)
    }

    static func hold(_ directory: StateDirectory) throws -> FileLock {
        do {
            return try FileLock(directory.lock)
        } catch {
            throw error.errno == .wouldBlock ? LedgerError.inUse(directory.root) : LedgerError.file(error)
        }
    }

    static var configuration: Configuration {
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
    static func openDatabase(_ directory: StateDirectory) throws -> DatabaseQueue {
        let database = try DatabaseQueue(path: directory.database.string, configuration: configuration)
        try database.inDatabase { try $0.inTransaction(.exclusive) { .commit } }
        return database
    }

    /// A start that was killed before it published its key left a database without entries behind.
    private static func removeUnpublished(_ directory: StateDirectory) throws {
        guard try directory.hasDatabase else { return }
        let known = try openDatabase(directory).write { try prepare($0) }
        guard known.size == 0 else { throw LedgerError.keyMissing(directory.signingKey) }
        unlink(directory.database.string + "-journal")
        unlink(directory.database.string)
    }

    /// Creates the tables in an empty file.
    ///
    /// - Returns: the number of entries, and the station's public keys.
    static func prepare(_ database: Database) throws -> (size: Int, keys: KeyHistory) {
        guard let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous"), synchronous == 3,
            try String.fetchOne(database, sql: "PRAGMA journal_mode") == "delete"
        else { throw LedgerError.database("SQLite does not keep synchronous=EXTRA with a rollback journal") }
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        if version == 0, application == 0, try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0 {
            try Schema.create(database)
            return (0, KeyHistory(keys: []))
        }
        guard application == Schema.applicationID, (1...Schema.version).contains(version) else {
            throw LedgerError.corrupt("the database is not a ledger of this version")
        }
        if version == 1 { try Schema.migrate(database) }
        let reader = LedgerReader(database: database)
        return (try reader.size(), try reader.keys())
    }

    /// Notes which key signs from a size of checkpoint on.
    static func register(_ key: VerifierKey, from size: Int, in database: Database) throws {
        try database.execute(literal: "INSERT INTO station (first_size, verifier_key) VALUES (\(size), \(key.text))")
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
        try appendNow(rotatingTo: nil) { reader, _ in try decide(reader) }
    }

    /// Appends on the ledger's queue.
    ///
    /// - Parameter next: the key that takes the present one's place with this entry.
    func appendNow(rotatingTo next: StationKey?, _ decide: (LedgerReader, Frontier) throws -> EntryDraft) throws -> Appended {
        if let failure = state.withLock({ $0.failure }) { throw LedgerError.stopped(failure) }
        do {
            return try commit(next, decide)
        } catch LedgerError.diskFull where reserve.isHeld {
            // Only what ends something may use the reserve; `commit` refuses everything else once it is gone.
            reserve.release()
            return try commit(next, decide)
        }
    }

    private func commit(_ next: StationKey?, _ decide: (LedgerReader, Frontier) throws -> EntryDraft) throws -> Appended {
        var (frontier, key) = state.withLock { ($0.frontier, $0.key) }
        let appended: Appended
        do {
            appended = try database.write { database in
                let draft = try decide(LedgerReader(database: database), frontier)
                guard draft.act.kind.closesOrObserves || reserve.take() else { throw LedgerError.diskFull }
                let appended = try insert(draft, into: database, &frontier) { try key.sign($0, with: next) }
                if let next { try Self.register(next.verifier, from: frontier.size, in: database) }
                return appended
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
            throw LedgerError.diskFull
        } catch let error as DatabaseError {
            // A failed flush, a damaged page, a file that was moved away: the disk is in doubt, and the rollback journal
            // settles it when the daemon starts again.
            throw stop(error.message ?? error.resultCode.description)
        }
        key = next ?? key
        state.withLock {
            $0.frontier = frontier
            $0.key = key
        }
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

    private func insert(
        _ draft: EntryDraft, into database: Database, _ frontier: inout Frontier, sign: (Checkpoint) throws -> SignedNote
    ) throws -> Appended {
        let now = clock.read()
        let entry = Entry(
            sequence: frontier.size, time: now.time, boot: clock.boot, monotonic: now.monotonic,
            clockSynchronised: clock.synchronised(), tree: .init(size: frontier.size, root: frontier.root.base64), draft: draft)
        let bytes: [UInt8]
        do {
            bytes = try entry.bytes()
        } catch let error as EntryError {
            throw LedgerError.entryTooLarge(error.description)
        }
        try Self.store(bytes, about: draft.subjects, frontier: &frontier, in: database)
        let checkpoint = Checkpoint(origin: verifierKey.origin, size: frontier.size, root: frontier.root)
        let note = try sign(checkpoint)
        try Self.store(note, size: frontier.size, in: database)
        return Appended(entry: entry, checkpoint: note)
    }

    /// Writes an entry's bytes, the subtrees that it completes, and where it is found. The statements are compiled once.
    static func store(_ bytes: [UInt8], about subjects: [Subject], frontier: inout Frontier, in database: Database) throws {
        let sequence = frontier.size
        try database.cachedStatement(sql: "INSERT INTO entry (sequence, bytes) VALUES (?, ?)")
            .execute(arguments: [sequence, Data(bytes)])
        let node = try database.cachedStatement(sql: "INSERT INTO node (level, position, hash) VALUES (?, ?, ?)")
        for (place, hash) in frontier.append(.leaf(bytes)) {
            try node.execute(arguments: [place.level, place.index, Data(hash.bytes)])
        }
        let subject = try database.cachedStatement(sql: "INSERT INTO subject (subject, sequence) VALUES (?, ?)")
        for name in Set(subjects) {
            try subject.execute(arguments: [name.description, sequence])
            if name.isPaired { try beginOrEnd(name, sequence, in: database) }
        }
    }

    /// Notes that something began, or that it ended.
    private static func beginOrEnd(_ subject: Subject, _ sequence: Int, in database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM unfinished WHERE subject = ?").execute(arguments: [subject.description])
        guard database.changesCount == 0 else { return }
        try database.cachedStatement(sql: "INSERT INTO unfinished (subject, sequence) VALUES (?, ?)")
            .execute(arguments: [subject.description, sequence])
    }

    /// Writes the checkpoint of a size.
    static func store(_ note: SignedNote, size: Int, in database: Database) throws {
        try database.cachedStatement(sql: "INSERT INTO checkpoint (size, note) VALUES (?, ?)")
            .execute(arguments: [size, note.encoded])
    }

    func stop(_ reason: String) -> LedgerError {
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
    public var isSuspect: Bool { (try? exists(directory.fault)) ?? true }

    /// The whole ledger was found sound.
    public func acquit() {
        if isSuspect { unlink(directory.fault.string) }
    }

    func onQueue<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
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
