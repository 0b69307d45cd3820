import CLinux
import DurableFiles
import Glibc
import Integrity
import Synchronization
import SystemPackage

/// Writes the level of a block tree beside an image while the image is made, under a temporary name until `publish`.
///
/// Until then it says which groups hold what the medium gave: a group whose bytes lead to the hash in its place does. Places
/// that were not written hold zeros, which no group leads to.
public final class BlockTreeWriter: Sendable {
    /// Ending of the temporary name.
    static let partialSuffix = ".partial"
    /// Hashes that are kept back: those of 4 MiB, which is what a killed program has to read again.
    private static let bufferCount = 8

    /// Hashes that follow one another.
    private struct Pending {
        var first = 0
        var bytes: [UInt8] = []

        var next: Int { first + bytes.count / SHA256.byteCount }
    }

    private let path: FilePath
    private let file: OwnedDescriptor
    private let byteCount: Int
    private let pending = Mutex(Pending())

    /// Creates the temporary file.
    ///
    /// - Parameters:
    ///   - image: path that the finished image will have.
    ///   - byteCount: length that it will have.
    /// - Throws: `FileError`; `Errno.fileExists` where the name is taken. Nothing is left behind.
    public static func create(for image: FilePath, byteCount: Int) throws(FileError) -> BlockTreeWriter {
        let path = BlockTreeFile.path(of: image)
        guard try !exists(path) else { throw FileError("create", path, .fileExists) }
        let file = try OwnedDescriptor(
            opening: partial(path), .readWrite, options: [.create, .exclusiveCreate, .noFollow],
            permissions: [.ownerReadWrite])
        let writer = BlockTreeWriter(path, file, byteCount)
        do throws(FileError) {
            try writer.restart()
        } catch {
            writer.abandon()
            throw error
        }
        return writer
    }

    /// Opens what an interrupted making left, or creates it where nothing that can be used is there.
    ///
    /// - Throws: `FileError`.
    public static func reopen(for image: FilePath, byteCount: Int) throws(FileError) -> BlockTreeWriter {
        let path = BlockTreeFile.path(of: image)
        if try !exists(partial(path)), try exists(path) {
            guard chmod(path.string, 0o600) == 0 else { throw FileError("make writable", path, Errno(rawValue: errno)) }
            try DurableFiles.publish(path, as: partial(path), existing: .keep)
        }
        let file = try OwnedDescriptor(
            opening: partial(path), .readWrite, options: [.create, .noFollow], permissions: [.ownerReadWrite])
        let writer = BlockTreeWriter(path, file, byteCount)
        // A file of something else is worth nothing, and nothing is lost: all groups are read again.
        if try file.read(at: 0, upTo: BlockTreeFile.headerLength) != BlockTreeFile.header(byteCount) { try writer.restart() }
        return writer
    }

    private init(_ path: FilePath, _ file: OwnedDescriptor, _ byteCount: Int) {
        self.path = path
        self.file = file
        self.byteCount = byteCount
    }

    private static func partial(_ path: FilePath) -> FilePath { FilePath(path.string + partialSuffix) }

    /// Reserves the space of the whole file where the file system can.
    ///
    /// - Returns: 0, or the kernel's answer as a negative number.
    public func reserve() -> CInt { clinux_reserve(file.descriptor.rawValue, off_t(BlockTreeFile.length(byteCount))) }

    /// Takes the hash of a group; those that follow one another are written together.
    public func put(_ hash: [UInt8], at group: Int) throws(FileError) {
        try pending.withLock { (pending) throws(FileError) in
            if group != pending.next { try flush(&pending) }
            if pending.bytes.isEmpty { pending.first = group }
            pending.bytes += hash
            if pending.bytes.count >= Self.bufferCount * SHA256.byteCount { try flush(&pending) }
        }
    }

    /// The hash of a group as it was put, in this making or before its interruption; nil where there is none.
    public func hash(of group: Int) throws(FileError) -> [UInt8]? {
        try pending.withLock { (pending) throws(FileError) in try flush(&pending) }
        let hash = try file.read(at: Self.offset(of: group), upTo: SHA256.byteCount)
        return hash.count == SHA256.byteCount && hash.contains { $0 != 0 } ? hash : nil
    }

    /// One more than the last group of which there may be a hash.
    public func count() throws(FileError) -> Int {
        try pending.withLock { (pending) throws(FileError) in try flush(&pending) }
        let hashes = (try file.regularFileSize() - BlockTreeFile.headerLength) / SHA256.byteCount
        return max(0, min(hashes, BlockTree.groupCount(byteCount)))
    }

    /// Returns once what was put is on stable storage.
    public func sync() throws(FileError) {
        try pending.withLock { (pending) throws(FileError) in try flush(&pending) }
        try file.sync()
    }

    /// Forgets the hashes from a group on.
    public func cut(to group: Int) throws(FileError) {
        try pending.withLock { (pending) throws(FileError) in
            try flush(&pending)
            guard try file.regularFileSize() > Self.offset(of: group) else { return }
            guard ftruncate(file.descriptor.rawValue, off_t(Self.offset(of: group))) == 0 else {
                throw FileError("cut", file.path, Errno(rawValue: errno))
            }
        }
    }

    /// Forgets what was put, for an image that is hashed from its beginning again.
    public func restart() throws(FileError) {
        try pending.withLock { (pending) throws(FileError) in
            pending = Pending()
            guard ftruncate(file.descriptor.rawValue, 0) == 0 else {
                throw FileError("begin anew", file.path, Errno(rawValue: errno))
            }
            try file.write(BlockTreeFile.header(byteCount), at: 0)
        }
    }

    /// Ends the file with the digest to which it leads and gives it its name; returns once it is on stable storage.
    ///
    /// - Parameter digest: the fs-verity digest of the image.
    public func publish(_ digest: [UInt8]) throws(FileError) {
        try pending.withLock { (pending) throws(FileError) in
            try flush(&pending)
            try file.write(digest, at: Self.offset(of: BlockTree.groupCount(byteCount)))
        }
        guard fchmod(file.descriptor.rawValue, 0o440) == 0 else {
            throw FileError("make read-only", file.path, Errno(rawValue: errno))
        }
        try file.sync()
        try DurableFiles.publish(file.path, as: path, existing: .keep)
    }

    /// Removes what was written.
    public func abandon() { Self.remove(of: FilePath(String(path.string.dropLast(BlockTreeFile.suffix.count)))) }

    /// Removes what an interrupted making of the image at `image` left behind of its tree.
    public static func remove(of image: FilePath) { unlink(partial(BlockTreeFile.path(of: image)).string) }

    private static func offset(of group: Int) -> Int { BlockTreeFile.headerLength + group * SHA256.byteCount }

    private func flush(_ pending: inout Pending) throws(FileError) {
        guard !pending.bytes.isEmpty else { return }
        try file.write(pending.bytes, at: Self.offset(of: pending.first))
        pending.bytes = []
    }
}
