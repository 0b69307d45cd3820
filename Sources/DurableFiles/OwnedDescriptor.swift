import Glibc
import SystemPackage

/// A file descriptor with one owner, closed when the owner goes: it can neither leak nor be closed twice.
public final class OwnedDescriptor: Sendable {
    /// The descriptor, for calls that borrow it.
    public let descriptor: FileDescriptor
    /// What was opened, for error messages.
    public let path: FilePath

    /// Opens `path` with O_CLOEXEC.
    ///
    /// - Parameter permissions: the mode of a file that is created.
    /// - Throws: `FileError` with the kernel's answer.
    public init(
        opening path: FilePath, _ mode: FileDescriptor.AccessMode, options: FileDescriptor.OpenOptions = [],
        permissions: FilePermissions? = nil
    ) throws(FileError) {
        self.path = path
        self.descriptor = try FileError.naming("open", path) {
            try FileDescriptor.open(path, mode, options: options.union(.closeOnExec), permissions: permissions)
        }
    }

    deinit { try? descriptor.close() }

    /// Length in bytes.
    ///
    /// - Throws: `Errno.invalidArgument` for what is no regular file. Open with `.nonBlocking` first: a pipe would wait.
    public func regularFileSize() throws(FileError) -> Int {
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else { throw FileError("look at", path, Errno(rawValue: errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError("read as a regular file", path, .invalidArgument) }
        return Int(status.st_size)
    }

    /// Reads at a byte offset without moving the position; may return less than asked for, 0 only at the end.
    public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        try FileError.naming("read", path) { try descriptor.read(fromAbsoluteOffset: Int64(offset), into: buffer) }
    }

    /// Reads up to `count` bytes at an offset; fewer only where the file ends.
    public func read(at offset: Int, upTo count: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let read = try bytes.withUnsafeMutableBufferPointer { (buffer) throws(FileError) in
                try self.read(
                    at: offset + done,
                    into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[done...]))
            }
            guard read > 0 else { return Array(bytes[..<done]) }
            done += read
        }
        return bytes
    }

    /// Writes all bytes at the present position.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try FileError.naming("write to", path) { _ = try descriptor.writeAll(bytes) }
    }

    /// Writes all bytes at a byte offset without moving the position.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
        try FileError.naming("write to", path) { _ = try descriptor.writeAll(toAbsoluteOffset: Int64(offset), bytes) }
    }

    /// Writes all bytes at a byte offset without moving the position.
    public func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in try write(UnsafeRawBufferPointer(bytes), at: offset) }
    }

    /// Returns once the kernel reports data and metadata on stable storage (fsync(2)).
    ///
    /// After a failure the page cache may have dropped the data: the file must not be trusted again
    /// (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020).
    public func sync() throws(FileError) {
        guard fsync(descriptor.rawValue) == 0 else {
            throw FileError("flush to disk", path, Errno(rawValue: errno))
        }
    }
}
