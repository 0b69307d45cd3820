import Custody
import DurableFiles
import Glibc
import SystemPackage
import TransparencyLog

/// A copy of the ledger from which it can be put in place again: a bundle, and beside its files one more, `checkpoints`, with the
/// signed checkpoint of every size. Private keys are never in it.
public struct BackupFolder: Sendable {
    /// Name of the file of checkpoints: for each size from 1 on, two bytes of length, the higher first, and the signed note.
    static let checkpoints = "checkpoints"

    /// The folder.
    public let path: FilePath
    private var file: FilePath { path.appending(Self.checkpoints) }

    /// Names a copy.
    public init(_ path: FilePath) { self.path = path }

    /// The name of the ledger that the copy says it is of; unchecked.
    public func origin() throws(BundleError) -> Origin {
        let bytes = try BundleFolder(path).contents(BundleLayout.checkpoint, SignedNote.byteLimit)
        guard let note = try? SignedNote(parsing: bytes), let checkpoint = try? Checkpoint(parsing: note.text) else {
            throw .altered(place: BundleLayout.checkpoint, reason: "is no signed checkpoint")
        }
        return checkpoint.origin
    }

    /// Writes the file of checkpoints into a bundle that is there already.
    ///
    /// - Parameter notes: the part of the file for sizes `first` to `last`.
    /// - Throws: `BundleError`, or what `notes` throws.
    public func addCheckpoints(size: Int, _ notes: (_ first: Int, _ last: Int) async throws -> [UInt8]) async throws {
        let temporary = path.appending(".\(Self.checkpoints).tmp")
        unlink(temporary.string)
        do {
            let output = try OwnedDescriptor(
                opening: temporary, .writeOnly, options: [.create, .exclusiveCreate],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            for first in stride(from: 1, through: size, by: Tile.fullWidth) {
                let bytes = try await notes(first, min(first + Tile.fullWidth - 1, size))
                try bytes.withUnsafeBufferPointer { try output.write(UnsafeRawBufferPointer($0)) }
            }
            try output.sync()
            try publish(temporary, as: file, existing: .keep)
        } catch let error as FileError {
            throw BundleError.file(error)
        }
    }

    /// Checks all of the copy: the bundle, and that every size has a checkpoint which fits the entries and is signed by the key
    /// of its time.
    ///
    /// - Parameters:
    ///   - key: a key of the station that the reader has.
    ///   - body: is handed the entries in order, up to 256 at a time, each with the signed checkpoint that covers it.
    /// - Throws: `BundleError`, or what `body` throws.
    public func check(
        trusting key: VerifierKey?, _ body: ([(bytes: [UInt8], note: SignedNote)]) throws -> Void = { _ in }
    ) throws -> BundleReport {
        let report = try BundleVerifier(folder: path).verify(trusting: AuditorTrust(key: key))
        guard let history = report.keys?.history else { throw altered("the keys are unknown") }
        let size = report.checkpoint.size
        let input: OwnedDescriptor
        do {
            input = try OwnedDescriptor(opening: file, .readOnly, options: [.nonBlocking, .noFollow])
            _ = try input.regularFileSize()
        } catch {
            throw altered("cannot be read: the folder is a bundle, but no backup")
        }
        var frontier = Frontier()
        for number in 0...((size - 1) / Tile.fullWidth) {
            let tile = Tile(.entries, index: number, width: min(Tile.fullWidth, size - number * Tile.fullWidth))
            let bytes = try BundleFolder(path).contents(tile.path, BundleLayout.tileLimit)
            var entries: [(bytes: [UInt8], note: SignedNote)] = []
            for entry in try tile.decodeEntries(bytes) {
                frontier.append(.leaf(entry))
                let note = try next(input)
                guard let checkpoint = try? history.verify(note), checkpoint.size == frontier.size,
                    checkpoint.root == frontier.root
                else { throw altered("the checkpoint of size \(frontier.size) is bad") }
                entries.append((entry, note))
            }
            try body(entries)
        }
        guard try read(input, 1).isEmpty else { throw altered("there is more than the checkpoints") }
        return report
    }

    /// An attachment, checked.
    public func blob(_ attachment: Attachment) throws(BundleError) -> [UInt8] {
        try BundleFolder(path).contents("\(BundleLayout.blobs)/\(attachment.sha256)", Attachment.byteLimit)
    }

    private func next(_ input: OwnedDescriptor) throws -> SignedNote {
        let length = try read(input, 2)
        guard length.count == 2 else { throw altered("is cut off") }
        let count = Int(length[0]) << 8 | Int(length[1])
        let bytes = try read(input, count)
        guard bytes.count == count, let note = try? SignedNote(parsing: bytes) else { throw altered("holds something else") }
        return note
    }

    private func read(_ input: OwnedDescriptor, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let part = try bytes.withUnsafeMutableBytes {
                try input.descriptor.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
            }
            guard part > 0 else { break }
            filled += part
        }
        return Array(bytes.prefix(filled))
    }

    private func altered(_ reason: String) -> BundleError { .altered(place: Self.checkpoints, reason: reason) }
}
