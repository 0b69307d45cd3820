import Custody
import DurableFiles
import GRDB
import Glibc
import Integrity
import SystemPackage
import TransparencyLog

/// Puts a copy of the ledger in place of what the station has, while no daemon runs.
///
/// The new database and its anchor, with the entry `ledger.restored` in them, are made in the folder `restore.partial`, checked,
/// and the folder is renamed to `restore.ready`: that is the decision. A crash before it leaves everything as it was. After
/// it, `complete` (called here and at each start) moves the old files into the folder and the new ones out of it, one rename
/// after the other, and gives the folder its last name, `replaced-` and the time. Nothing that was there is deleted.
public final class Restoration {
    private let directory: StateDirectory
    private let lock: FileLock
    private let key: StationKey
    private let staging: StateDirectory
    private let blobs: BlobStore
    private let database: DatabaseQueue
    private var frontier = Frontier()
    private var record = KeyRecord()

    private init(directory: StateDirectory, lock: FileLock, key: StationKey, staging: StateDirectory, database: DatabaseQueue) {
        self.directory = directory
        self.lock = lock
        self.key = key
        self.staging = staging
        self.database = database
        blobs = BlobStore(directory.blobs)
    }

    /// The station's verifier key and the newest checkpoint that it knows; changes nothing but what a crash left half done.
    ///
    /// - Throws: `LedgerError`; `.inUse` while a daemon runs, `.keyMissing` without the station's key.
    public static func known(_ root: FilePath, keys: KeyOptions, origin: Origin) throws -> (key: VerifierKey, note: SignedNote?) {
        do {
            let directory = StateDirectory(root)
            let lock = try hold(directory)
            defer { withExtendedLifetime(lock) {} }
            let key = try KeyFiles(directory: directory, options: keys).settle(inForce: nil, origin: origin).verifier
            let anchor = Anchor(directory.anchor)
            guard try anchor.exists else { return (key, nil) }
            _ = try anchor.checkpoint(signedByOneOf: [key])
            return (key, try SignedNote(parsing: try readFile(directory.anchor, limit: SignedNote.byteLimit)))
        } catch {
            throw LedgerError.wrapping(error)
        }
    }

    private static func hold(_ directory: StateDirectory) throws -> FileLock {
        try directory.create()
        let lock = try Ledger.hold(directory)
        try complete(in: directory)
        return lock
    }

    /// Begins a restoration.
    public static func begin(_ root: FilePath, keys: KeyOptions, origin: Origin) throws -> Restoration {
        do {
            let directory = StateDirectory(root)
            let lock = try hold(directory)
            let key = try KeyFiles(directory: directory, options: keys).settle(inForce: nil, origin: origin)
            let staging = StateDirectory(partial(directory))
            try makeDirectory(staging.root, mode: 0o700)
            let database = try Ledger.openDatabase(staging)
            _ = try database.write { try Ledger.prepare($0) }
            return Restoration(directory: directory, lock: lock, key: key, staging: staging, database: database)
        } catch {
            throw LedgerError.wrapping(error)
        }
    }

    /// Takes in the next entries of the copy, each with the signed checkpoint that covers it and the bytes of its attachments.
    public func add(_ entries: [(bytes: [UInt8], note: SignedNote)], blob: (Attachment) throws -> [UInt8]) throws {
        do {
            for entry in entries {
                let parsed = try Entry(bytes: entry.bytes)
                try record.add(parsed)
                for attachment in parsed.draft.attachments { _ = try blobs.add(try blob(attachment)) }
            }
            try database.write { database in
                for entry in entries {
                    let draft = try Entry(bytes: entry.bytes).draft
                    try Ledger.store(entry.bytes, about: draft.subjects, frontier: &frontier, in: database)
                    try Ledger.store(entry.note, size: frontier.size, in: database)
                }
            }
        } catch {
            throw LedgerError.wrapping(error)
        }
    }

    /// Records the restoration as the next entry, checks everything, and puts it in place.
    ///
    /// - Parameters:
    ///   - signature: what the person's key made of the request's statement, checked by the caller.
    ///   - actor: who ran the program.
    /// - Returns: where the replaced files lie.
    public func finish(_ request: LedgerRestorationRequest, signature: [UInt8], by actor: Actor) throws -> FilePath {
        do {
            let history = try record.history(endingWith: key.verifier)
            guard request.backup == Checkpoint(origin: key.origin, size: frontier.size, root: frontier.root) else {
                throw LedgerError.corrupt("the backup is not what was signed for")
            }
            try database.write { database in
                for key in history.keys { try Ledger.register(key.key, from: key.firstSize, in: database) }
            }
            try append(try draft(request, signature, actor))
            try check()
            try database.close()
            unlink(staging.reserve.string)
            try syncDirectory(staging.root)
            guard rename(staging.root.string, Self.ready(directory).string) == 0 else {
                throw FileError("rename", staging.root, Errno(rawValue: errno))
            }
            try syncDirectory(directory.root)
            return try Self.complete(in: directory) ?? directory.root
        } catch {
            throw LedgerError.wrapping(error)
        }
    }

    private func draft(_ request: LedgerRestorationRequest, _ signature: [UInt8], _ actor: Actor) throws -> EntryDraft {
        func attach(_ bytes: [UInt8], _ name: String, _ kind: Attachment.Kind) throws -> Attachment {
            Attachment(sha256: try blobs.add(bytes), size: bytes.count, name: name, type: kind)
        }
        var attachments = [
            try attach(Array(request.statement.utf8), "statement", .statement), try attach(signature, "signature", .signature),
        ]
        if let known = request.known { attachments.append(try attach(Array(known.encoded.utf8), "checkpoint", .checkpoint)) }
        let body = LedgerRestored(
            size: request.backup.size, root: request.backup.root.base64, anchoredSize: request.knownCheckpoint?.size,
            person: request.person, reason: request.reason)
        return EntryDraft(.ledgerRestored(body), about: [.station], attachments: attachments, by: actor)
    }

    private func append(_ draft: EntryDraft) throws { _ = try staged().appendNow { _ in draft } }

    private func check() throws {
        let found = try staged().examineNow(deeply: true, rest: 0, blobs: blobs) { _, _ in true }
        if let first = found.damaged.first { throw LedgerError.attachmentDamaged(first.sha256) }
    }

    /// The ledger that is being put together.
    private func staged() throws -> Ledger {
        let files = KeyFiles(directory: staging, options: KeyOptions())
        return Ledger(
            lock: lock, files: files, key: key, clock: try .system(), database: database,
            reserve: SpaceReserve(path: staging.reserve), frontier: frontier)
    }

    // MARK: Putting it in place

    private static func partial(_ directory: StateDirectory) -> FilePath { directory.root.appending("restore.partial") }
    private static func ready(_ directory: StateDirectory) -> FilePath { directory.root.appending("restore.ready") }

    /// Removes what a restoration left that was never decided on.
    private static func discard(_ staging: StateDirectory) throws {
        guard try exists(staging.root) else { return }
        for name in try listDirectory(staging.root) { unlink(staging.root.appending(name).string) }
        guard rmdir(staging.root.string) == 0 else { throw FileError("remove", staging.root, Errno(rawValue: errno)) }
    }

    /// Completes a restoration that was decided on, and removes what is left of one that was not. While the new database is still
    /// in the folder, the one outside is the old one; its journal goes first, so that it is never applied to the new one.
    ///
    /// - Returns: where the replaced files lie; nil where there was nothing to complete.
    @discardableResult
    static func complete(in directory: StateDirectory) throws -> FilePath? {
        try discard(StateDirectory(partial(directory)))
        let ready = ready(directory)
        guard try exists(ready) else { return nil }
        for name in ["ledger.sqlite-journal", "ledger.sqlite", "anchor"] {
            let isJournal = name.hasSuffix("-journal")
            let (new, live) = (ready.appending(name), directory.root.appending(name))
            guard try exists(isJournal ? ready.appending("ledger.sqlite") : new) else { continue }
            if try exists(live) { try move(live, ready.appending("replaced-" + name)) }
            if !isJournal { try move(new, live) }
        }
        let final = directory.root.appending("replaced-\(Timestamp.now())")
        try move(ready, final)
        return final
    }

    private static func move(_ from: FilePath, _ to: FilePath) throws {
        try publish(from, as: to, existing: .keep)
        try syncDirectory(from.removingLastComponent())
    }
}
