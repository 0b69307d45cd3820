import DurableFiles
import Glibc
import SystemPackage
import TransparencyLog

/// The newest signed checkpoint in a file beside the database. A database that was put back to an older state no
/// longer fits it.
struct Anchor {
    let path: FilePath

    init(_ path: FilePath) { self.path = path }

    var exists: Bool { get throws(FileError) { try DurableFiles.exists(path) } }

    /// What the anchor claims, unchecked; nil where there is none.
    func size() throws -> Int? {
        guard try exists else { return nil }
        do {
            return try Checkpoint(parsing: SignedNote(parsing: try readFile(path, limit: SignedNote.byteLimit)).text).size
        } catch let error as LogError {
            throw LedgerError.anchorForeign(path, reason: error.description)
        }
    }

    func replace(with note: SignedNote) throws(FileError) {
        try writeDurably(note.encoded.utf8, to: path, permissions: [.ownerReadWrite], existing: .replace)
    }

    /// The checkpoint, signed by one of these keys.
    ///
    /// - Throws: `LedgerError.anchorForeign`.
    func checkpoint(signedByOneOf keys: [VerifierKey]) throws -> Checkpoint {
        do {
            let note = try SignedNote(parsing: try readFile(path, limit: SignedNote.byteLimit))
            try note.verify(keys)
            let checkpoint = try Checkpoint(parsing: note.text)
            guard keys.contains(where: { $0.origin == checkpoint.origin }) else {
                throw LogError.unproved("it is of another log")
            }
            return checkpoint
        } catch let error as LogError {
            throw LedgerError.anchorForeign(path, reason: error.description)
        }
    }

    /// Compares anchor and database; moves the anchor where a crash between commit and anchor explains the difference.
    ///
    /// - Throws: `LedgerError` where they contradict each other; nothing is changed then.
    func reconcile(with reader: LedgerReader, frontier: Frontier, keys: KeyHistory) throws {
        let anchored = try checkpoint(signedByOneOf: keys.keys.map(\.key))
        guard anchored.size <= frontier.size else {
            throw LedgerError.rolledBack(anchor: anchored.size, database: frontier.size)
        }
        guard frontier.size - anchored.size <= 1 else {
            throw LedgerError.anchorBehind(anchor: anchored.size, database: frontier.size)
        }
        guard try treeRoot(size: anchored.size, nodes: { try reader.node($0) }) == anchored.root else {
            throw LedgerError.corrupt("the database is not a continuation of what the anchor vouches for")
        }
        guard anchored.size < frontier.size else { return }
        // The crash came between the commit and the anchor.
        guard let newest = try reader.checkpoint(), let checkpoint = try? keys.verify(newest),
            checkpoint.size == frontier.size, checkpoint.root == frontier.root
        else { throw LedgerError.corrupt("the newest checkpoint does not fit the entries") }
        try replace(with: newest)
    }
}
