import DurableFiles
import Integrity
import Synchronization
import SystemPackage
import TransparencyLog

/// A witness (c2sp.org/tlog-witness): for each log that it knows it keeps the newest checkpoint that it cosigned, and
/// cosigns only what continues it.
///
/// The check, the durable write of the new checkpoint and the answer are one step under one lock, and one process holds the
/// folder: no request can be answered that contradicts an earlier answer, whatever happens in between.
public final class Witness: Sendable {
    private struct State: Sendable {
        var newest: [Origin: Newest]
        var failure: String?
    }

    private struct Newest: Sendable {
        let checkpoint: Checkpoint
        let note: SignedNote
        /// Seconds since 1970.
        let time: Int
        /// Place, among the log's keys, of the last one that signed it; nil where it was none that is known now.
        let signer: Int?
    }

    /// The public key that checks its cosignatures.
    public let verifierKey: CosignerKey
    private let folder: WitnessFolder
    private let lock: FileLock
    private let key: SigningKey
    private let logs: [Origin: [VerifierKey]]
    private let state: Mutex<State>

    private init(
        verifierKey: CosignerKey, folder: WitnessFolder, lock: FileLock, key: SigningKey, logs: [Origin: [VerifierKey]],
        newest: [Origin: Newest]
    ) {
        self.verifierKey = verifierKey
        self.folder = folder
        self.lock = lock
        self.key = key
        self.logs = logs
        self.state = Mutex(State(newest: newest, failure: nil))
    }

    /// Makes a witness with a new key in a new folder. Blocks.
    ///
    /// - Returns: the verifier key, for handing out.
    /// - Throws: `WitnessError`.
    public static func create(in folder: FilePath, name: Origin) throws -> CosignerKey {
        try WitnessFolder(root: folder).create(name: name)
    }

    /// Opens the witness in a folder and keeps every other process out of it. Blocks.
    ///
    /// - Parameter logs: the keys of the logs that it watches. A log that changed its key has several of one name, the oldest
    ///   first: what a later one has signed, no earlier one continues.
    /// - Throws: `WitnessError`.
    public static func open(_ root: FilePath, logs: [VerifierKey]) throws -> Witness {
        let folder = WitnessFolder(root: root)
        do {
            let (name, key) = try folder.readKey()
            let lock = try folder.lockFolder()
            try removeTemporaryFiles(in: folder.logs)
            let verifierKey = CosignerKey(name: name, key: key.verifyingKey)
            var keys: [Origin: [VerifierKey]] = [:]
            for key in logs where keys[key.origin]?.contains(key) != true { keys[key.origin, default: []].append(key) }
            var newest: [Origin: Newest] = [:]
            for (log, keys) in keys { newest[log] = try read(folder.checkpoint(of: log), of: log, keys, verifierKey) }
            return Witness(verifierKey: verifierKey, folder: folder, lock: lock, key: key, logs: keys, newest: newest)
        } catch let error as FileError {
            throw WitnessError.file(error)
        }
    }

    private static func read(
        _ path: FilePath, of log: Origin, _ keys: [VerifierKey], _ own: CosignerKey
    ) throws -> Newest? {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try readFile(path, limit: WitnessRequest.byteLimit)
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
        do {
            let note = try SignedNote(parsing: bytes)
            let checkpoint = try Checkpoint(parsing: note.text)
            guard checkpoint.origin == log, let own = try note.cosignatures(by: [own]).first else {
                throw LogError.unproved("it is no checkpoint of \(log) that this witness has cosigned")
            }
            return Newest(checkpoint: checkpoint, note: note, time: own.time, signer: signer(of: note, among: keys))
        } catch let error as LogError {
            throw WitnessError.damaged(path, reason: error.description)
        }
    }

    /// Place of the last of a log's keys that signed a note.
    private static func signer(of note: SignedNote, among keys: [VerifierKey]) -> Int? {
        keys.lastIndex { note.signature(by: $0) != nil }
    }

    /// The size that was cosigned last for a log; 0 where there was none.
    public func size(of log: Origin) -> Int { state.withLock { $0.newest[log]?.checkpoint.size ?? 0 } }

    /// Answers a request. Blocks until the answer is on stable storage.
    ///
    /// - Parameter time: the present time in seconds since 1970.
    /// - Throws: `WitnessError` where the witness cannot work; nothing is signed then.
    public func answer(_ bytes: [UInt8], at time: Int) throws(WitnessError) -> WitnessAnswer {
        let request: WitnessRequest
        let checkpoint: Checkpoint
        do throws(LogError) {
            request = try WitnessRequest(parsing: bytes)
            checkpoint = try Checkpoint(parsing: request.checkpoint.text)
        } catch {
            return .malformed(error.description)
        }
        guard let keys = logs[checkpoint.origin] else { return .unknownLog }
        guard (try? request.checkpoint.verify(keys)) != nil else { return .notSigned }
        guard request.oldSize <= checkpoint.size else { return .malformed("the old size is larger than the checkpoint's") }
        // Signatures of others are not kept: they prove nothing to us. Nor is a line kept that stands there again: anyone can
        // add lines of both kinds, up to the number beyond which there is no place for ours.
        guard let note = request.checkpoint.keeping(keys), let signer = Self.signer(of: note, among: keys) else {
            return .notSigned
        }
        return try state.withLock { (state) throws(WitnessError) in
            try decide(request, checkpoint, note, signedBy: signer, at: time, &state)
        }
    }

    private func decide(
        _ request: WitnessRequest, _ checkpoint: Checkpoint, _ note: SignedNote, signedBy signer: Int, at time: Int,
        _ state: inout State
    ) throws(WitnessError) -> WitnessAnswer {
        if let failure = state.failure { throw .stopped(failure) }
        let newest = state.newest[checkpoint.origin]
        let size = newest?.checkpoint.size ?? 0
        let isReplaced = newest?.signer.map { signer < $0 } ?? false
        if let newest, checkpoint.size == size, checkpoint.root != newest.checkpoint.root {
            let limit = isReplaced ? Self.disputeLimit / 2 : Self.disputeLimit
            return .forked(size: size, evidence: keep(newest.note, note, limit: limit))
        }
        guard request.oldSize == size else { return .conflict(size: size) }
        do throws(LogError) {
            try ConsistencyProof(oldSize: size, newSize: checkpoint.size, path: request.path)
                .verify(oldRoot: newest?.checkpoint.root ?? .emptyTree, newRoot: checkpoint.root)
        } catch {
            return .unproved(size: size, evidence: newest.flatMap { keep($0.note, note, limit: Self.disputeLimit / 2) })
        }
        // Last of all: a key that was replaced can still show that its log has forked. What it signs is not cosigned any more, for
        // whoever stole it would be believed for ever, and the station, which signs with another, never again.
        guard !isReplaced else { return .replacedKey }
        if let last = state.newest.values.map(\.time).max(), time < last { throw .clockBehind(last: last, now: time) }
        let cosignature: Cosignature
        do throws(IntegrityError) {
            cosignature = try Cosignature(of: note.text, at: time, with: key, as: verifierKey.name)
        } catch {
            throw .cannotSign("\(error)")
        }
        let cosigned: SignedNote
        do throws(LogError) {
            cosigned = try note.adding([cosignature.line])
        } catch {
            return .malformed(error.description)
        }
        do throws(FileError) {
            try writeDurably(
                cosigned.encoded.utf8, to: folder.checkpoint(of: checkpoint.origin), permissions: [.ownerReadWrite],
                existing: .replace)
        } catch {
            // Whether the new checkpoint is on the disk is in doubt: only a restart, which reads it, settles that.
            state.failure = "\(error)"
            throw .stopped("\(error)")
        }
        state.newest[checkpoint.origin] = Newest(checkpoint: checkpoint, note: cosigned, time: time, signer: signer)
        return .cosigned(cosigned, line: cosignature.line)
    }

    // MARK: Evidence

    /// Most disputes that are kept: whoever has a log's key could fill the disk with them. Anybody can send a log's own checkpoints
    /// with a proof that does not fit, and a key that was replaced may be in other hands, so those fill half of the place, and the
    /// rest is left for contradictions of the key in force.
    private static let disputeLimit = 1000

    /// Keeps two signed checkpoints that contradict each other, or of which nobody showed that one continues the other, once.
    ///
    /// - Parameter limit: number of disputes from which on this one is not kept.
    /// - Returns: the folder that holds them; nil where it cannot be written, which does not change the answer.
    private func keep(_ known: SignedNote, _ refused: SignedNote, limit: Int) -> FilePath? {
        let name = Hex.encode(SHA256.digest(Array(known.text.utf8), Array(refused.text.utf8)))
        let place = folder.disputes.appending(name)
        do {
            let names = try listDirectory(folder.disputes)
            if names.contains(name) { return place }
            guard names.count < limit else { return nil }
            try makeDirectory(place, mode: 0o700)
            for (file, note) in [("known", known), ("refused", refused)] {
                try writeDurably(
                    note.encoded.utf8, to: place.appending(file), permissions: [.ownerReadWrite], existing: .replace)
            }
            try syncDirectory(folder.disputes)
            return place
        } catch {
            return nil
        }
    }
}

/// What a witness answers (c2sp.org/tlog-witness).
public enum WitnessAnswer: Equatable, Sendable {
    /// 200: the checkpoint with the log's signature and the cosignature, which is also there by itself.
    case cosigned(SignedNote, line: SignedNote.Signature)
    /// 400: the request is malformed, or its old size is larger than the checkpoint's.
    case malformed(String)
    /// 403: no signature by a key of the log, or a bad one.
    case notSigned
    /// 403: all that was wrong is the key. A later one of the log has signed what was cosigned last.
    case replacedKey
    /// 404: the witness does not watch this log.
    case unknownLog
    /// 409: the size that was cosigned last is this one.
    case conflict(size: Int)
    /// 409: another root was cosigned for this very size: the log has forked. Both checkpoints are kept in the folder.
    case forked(size: Int, evidence: FilePath?)
    /// 422: the checkpoint is not shown to continue the one of this size, which was cosigned last. Both are kept.
    case unproved(size: Int, evidence: FilePath?)

    /// Status of HTTP.
    public var status: Int {
        switch self {
        case .cosigned: 200
        case .malformed: 400
        case .notSigned, .replacedKey: 403
        case .unknownLog: 404
        case .conflict, .forked: 409
        case .unproved: 422
        }
    }

    /// Content-Type of the body.
    public var contentType: String {
        switch self {
        case .conflict, .forked: "text/x.tlog.size"
        default: "text/plain; charset=utf-8"
        }
    }

    /// The body.
    public var body: String {
        switch self {
        case .cosigned(_, let line): line.text
        case .malformed(let reason): reason + "\n"
        case .notSigned: "no good signature by a known key of the log\n"
        case .replacedKey: "signed by a key of the log that a later one has replaced\n"
        case .unknownLog: "this witness does not watch the log\n"
        case .conflict(let size), .forked(let size, _): "\(size)\n"
        case .unproved: "the consistency proof does not verify\n"
        }
    }
}
