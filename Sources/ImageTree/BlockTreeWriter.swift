import CLinux
import DurableFiles
import Glibc
import Integrity
import Synchronization
import SystemPackage

/// Writes the level of a block tree beside an image while the image is made, under a temporary name until `publish`.
public final class BlockTreeWriter: Sendable {
    /// Ending of the temporary name.
    static let partialSuffix = ".partial"
    private static let bufferSize = 1 << 16

    private let path: FilePath
    private let file: OwnedDescriptor
    private let byteCount: Int
    private let buffer = Mutex([UInt8]())

    /// Creates the temporary file.
    ///
    /// - Parameters:
    ///   - image: path that the finished image will have.
    ///   - byteCount: length that it will have.
    /// - Throws: `FileError`; `Errno.fileExists` where the name is taken.
    public static func create(for image: FilePath, byteCount: Int) throws(FileError) -> BlockTreeWriter {
        let path = BlockTreeFile.path(of: image)
        guard access(path.string, F_OK) != 0 else { throw FileError("create", path, .fileExists) }
        let file = try OwnedDescriptor(
            opening: partial(path), .writeOnly, options: [.create, .exclusiveCreate, .noFollow], permissions: [.ownerReadWrite])
        return BlockTreeWriter(path, file, byteCount)
    }

    private init(_ path: FilePath, _ file: OwnedDescriptor, _ byteCount: Int) {
        self.path = path
        self.file = file
        self.byteCount = byteCount
        buffer.withLock { $0 = BlockTreeFile.header(byteCount) }
    }

    private static func partial(_ path: FilePath) -> FilePath { FilePath(path.string + partialSuffix) }

    /// Reserves the space of the whole file where the file system can.
    ///
    /// - Returns: 0, or the kernel's answer as a negative number.
    public func reserve() -> CInt { clinux_reserve(file.descriptor.rawValue, off_t(BlockTreeFile.length(byteCount))) }

    /// Appends the hash of the next group.
    public func append(_ hash: [UInt8]) throws(FileError) {
        try buffer.withLock { (buffer) throws(FileError) in
            buffer += hash
            if buffer.count >= Self.bufferSize { try flush(&buffer) }
        }
    }

    /// Forgets what was appended, for an image that is hashed from its beginning again.
    public func restart() throws(FileError) {
        try buffer.withLock { (buffer) throws(FileError) in
            guard ftruncate(file.descriptor.rawValue, 0) == 0, lseek(file.descriptor.rawValue, 0, SEEK_SET) == 0 else {
                throw FileError("begin anew", file.path, Errno(rawValue: errno))
            }
            buffer = BlockTreeFile.header(byteCount)
        }
    }

    /// Ends the file with the digest to which it leads and gives it its name; returns once it is on stable storage.
    ///
    /// - Parameter digest: the fs-verity digest of the image.
    public func publish(_ digest: [UInt8]) throws(FileError) {
        try buffer.withLock { (buffer) throws(FileError) in
            buffer += digest
            try flush(&buffer)
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

    private func flush(_ buffer: inout [UInt8]) throws(FileError) {
        try buffer.withUnsafeBufferPointer { (bytes) throws(FileError) in try file.write(UnsafeRawBufferPointer(bytes)) }
        buffer = []
    }
}
