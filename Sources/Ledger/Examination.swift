import Custody
import Dispatch
import Glibc
import TransparencyLog

/// What a check of the whole ledger found: the record is sound, or there is an error instead.
public struct Examination: Sendable {
    /// An attachment that is not what was recorded.
    public struct Damage: Sendable, Equatable {
        /// SHA-256 in lower-case hexadecimal, as the entries name it.
        public let sha256: String
        /// Whether there is no such file; else its content or its length is another.
        public let isMissing: Bool
        /// Positions of the entries that name it, in order.
        public internal(set) var entries: [Int]
    }

    /// Number of entries that were checked: those that were there when the check began.
    public let entries: Int
    /// Every attachment that is missing or altered, by digest.
    public let damaged: [Damage]
    /// Number of stored files that no entry names: uploaded, and never used. They are never removed by the station.
    public let unreferenced: Int
}

extension Ledger {
    /// Reads everything and checks it against everything else, piece by piece, so that appends go on in between.
    ///
    /// Only reading a piece holds up appends; hashing, signatures and attachments do not. With `deeply` SQLite checks its
    /// own structures, too, which holds up appends for as long as it takes to read the largest table.
    ///
    /// - Parameters:
    ///   - rest: how much longer than working to rest, so that a check on the side leaves the machine to others: 3 is a
    ///     quarter of one core.
    ///   - progress: told after each piece how many entries of how many were checked; answers whether to go on.
    /// - Throws: `LedgerError.corrupt` with the first fault of the record; `CancellationError`.
    public func examine(
        deeply: Bool, rest: Int = 0, progress: @escaping @Sendable (Int, Int) -> Bool = { _, _ in true }
    ) async throws -> Examination {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "fengcun.check", qos: .utility).async {
                continuation.resume(
                    with: Result {
                        try self.examineNow(deeply: deeply, rest: rest, blobs: self.blobs, progress: progress)
                    })
            }
        }
    }

    /// Like `examine(deeply:)`, for who wants all of it sound.
    ///
    /// - Returns: the number of entries.
    /// - Throws: also `LedgerError.attachmentDamaged`.
    public func check() async throws -> Int {
        let found = try await examine(deeply: true)
        if let first = found.damaged.first { throw LedgerError.attachmentDamaged(first.sha256) }
        return found.entries
    }

    /// Does the work of `examine`, and blocks.
    ///
    /// - Parameter blobs: where the attachments are.
    func examineNow(deeply: Bool, rest: Int, blobs: BlobStore, progress: (Int, Int) -> Bool) throws -> Examination {
        try readInTurn { try LedgerCheck.checkSchema($0) }
        if deeply { for table in Schema.tables { try readInTurn { try $0.checkStructure(of: table) } } }
        let (size, keys) = try readInTurn { (try $0.size(), try $0.keys()) }
        var check = LedgerCheck(keys: keys)
        var record = KeyRecord()
        var subjects = SubjectIndex()
        var unfinished = UnfinishedCheck()
        var attachments = AttachmentCheck(blobs)
        while check.frontier.size < size {
            let start = check.frontier.size
            try Self.work(rest: rest) {
                let piece = try readInTurn { try LedgerPiece($0, from: start, to: min(start + 250, size)) }
                for entry in try check.check(piece) {
                    do throws(LogError) {
                        try record.add(entry)
                    } catch {
                        throw LedgerError.corrupt("entry \(entry.sequence): \(error)")
                    }
                    subjects.add(entry)
                    unfinished.add(entry)
                    attachments.add(entry)
                }
            }
            guard check.frontier.size > start else { throw LedgerError.corrupt("entry \(start) is missing") }
            guard progress(check.frontier.size, size) else { throw CancellationError() }
        }
        try Self.compare(keys, with: record)
        var hasMore = true
        while hasMore {
            try Self.work(rest: rest) {
                let rows = try readInTurn { [subjects] in try subjects.next($0) }
                hasMore = subjects.take(rows, size: size)
            }
        }
        guard subjects.fits else { throw LedgerError.corrupt("the index of subjects does not fit the entries") }
        var next: Int? = size
        while let start = next { next = try readInTurn { try unfinished.finish($0, from: start) } }
        try readInTurn { try LedgerCheck.checkBounds($0) }
        return Examination(entries: size, damaged: attachments.damaged, unreferenced: try attachments.unreferenced())
    }

    /// The keys that the database names are those that the entries name.
    private static func compare(_ keys: KeyHistory, with record: KeyRecord) throws {
        guard let newest = keys.newest, let history = try? record.history(endingWith: newest),
            history.keys.elementsEqual(keys.keys, by: ==)
        else { throw LedgerError.corrupt("the table of keys does not fit the entries") }
    }

    private static func work(rest: Int, _ body: () throws -> Void) rethrows {
        let start = ContinuousClock.now
        try body()
        let end = ContinuousClock.now + (ContinuousClock.now - start) * rest
        while rest > 0, ContinuousClock.now < end { usleep(2000) }
    }
}
