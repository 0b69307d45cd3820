import Custody
import DurableFiles
import Glibc
import Integrity
import SystemPackage
import TransparencyLog

/// Where a bundle's content comes from.
public protocol BundleSource {
    /// The bytes of a tile of the log.
    func tile(_ tile: Tile) async throws -> [UInt8]
    /// An attachment by its SHA-256.
    func blob(_ sha256: String) async throws -> [UInt8]
}

/// Writes the exported folder.
public struct BundleWriter {
    private let source: any BundleSource

    /// Creates a writer for one source.
    public init(source: any BundleSource) { self.source = source }

    /// Writes the log up to a checkpoint into a new folder. The folder gets its name only when it is complete and has been
    /// verified; until then it is called `….partial-` and the number of the process.
    ///
    /// - Parameter decision: what an edition leaves out (O19); nil for the whole log. It is the last entry under the checkpoint.
    /// - Returns: what the verification of the written bundle found.
    /// - Throws: `BundleError`, or what the source throws.
    public func write(
        _ checkpoint: SignedNote, key: VerifierKey, to folder: FilePath, leavingOut decision: EditionDecided? = nil
    ) async throws -> BundleReport {
        let temporary = FilePath("\(folder.string).partial-\(getpid())")
        do {
            try Self.checkFree(folder)
            try makeNew(temporary)
            let size = try Checkpoint(verifying: checkpoint, key: key).size
            let leftOut = decision.map { (entries: $0.entries, files: Set($0.files ?? [])) }
            try put(key.text + "\n", temporary.appending(BundleLayout.verifierKey))
            for tile in Tile.all(size: size) {
                var bytes = try await source.tile(tile)
                if let leftOut, tile.content == .entries { bytes = try leftOut.entries.leftOut(of: tile, bytes) }
                try put(bytes, temporary.appending(tile.path))
                if tile.content == .entries { try await putAttachments(of: tile, bytes, temporary, but: leftOut?.files ?? []) }
            }
            for guide in BundleLayout.guides { try put(guide.content, temporary.appending(guide.name)) }
            // Last, so that a folder without a checkpoint is visibly incomplete.
            try put(checkpoint.encoded, temporary.appending(BundleLayout.checkpoint))
            let report = try BundleVerifier(folder: temporary).verify(trusting: AuditorTrust(key: key))
            if try exists(folder) { rmdir(folder.string) }
            try syncFolders(temporary)
            try publish(temporary, as: folder, existing: .keep)
            return report
        } catch let error as FileError {
            throw BundleError.file(error)
        } catch let error as LogError {
            throw BundleError.badSource(error.description)
        }
    }

    /// Checks that a bundle can be written here: nothing is there yet, or an empty folder.
    ///
    /// - Throws: `BundleError.notEmpty`, or `.file` where that cannot be found out.
    public static func checkFree(_ folder: FilePath) throws(BundleError) {
        do throws(FileError) {
            guard try exists(folder) else { return }
        } catch {
            throw .file(error)
        }
        guard let names = try? listDirectory(folder), names.isEmpty else { throw .notEmpty(folder) }
    }

    private func makeNew(_ temporary: FilePath) throws {
        guard mkdir(temporary.string, 0o755) == 0 else {
            throw BundleError.file(FileError("create the folder", temporary, Errno(rawValue: errno)))
        }
    }

    /// Returns once the names of all files are on stable storage.
    private func syncFolders(_ folder: FilePath) throws {
        for name in try listDirectory(folder) {
            let path = folder.appending(name)
            if try status(of: path).st_mode & S_IFMT == S_IFDIR { try syncFolders(path) }
        }
        try syncDirectory(folder)
    }

    private func put(_ text: String, _ path: FilePath) throws { try put(Array(text.utf8), path) }

    private func put(_ bytes: [UInt8], _ path: FilePath) throws {
        try makeParents(of: path)
        let file = try OwnedDescriptor(
            opening: path, .writeOnly, options: [.create, .exclusiveCreate],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
        try bytes.withUnsafeBufferPointer { try file.write(UnsafeRawBufferPointer($0)) }
        try file.sync()
    }

    private func makeParents(of path: FilePath) throws {
        let parent = path.removingLastComponent()
        guard try !exists(parent) else { return }
        try makeParents(of: parent)
        try makeDirectory(parent, mode: 0o755)
    }

    private func putAttachments(of tile: Tile, _ bytes: [UInt8], _ folder: FilePath, but files: Set<String>) async throws {
        for entry in try tile.decodeEntries(bytes) where !entry.isEmpty {
            for attachment in try Entry(bytes: entry).draft.attachments where !files.contains(attachment.sha256) {
                let path = folder.appending(BundleLayout.blobs).appending(attachment.sha256)
                if try exists(path) { continue }
                try put(try await source.blob(attachment.sha256), path)
            }
        }
    }
}

extension EntrySet {
    /// A tile of entries with nothing in the places of those that are left out.
    fileprivate func leftOut(of tile: Tile, _ bytes: [UInt8]) throws(LogError) -> [UInt8] {
        let first = tile.index * Tile.fullWidth
        return Tile.encode(
            entries: try tile.decodeEntries(bytes).enumerated().map { contains(first + $0) ? [] : $1 })
    }
}
