import Glibc
import SystemPackage

/// An exclusive advisory lock (flock(2)) held as long as the value lives; the kernel releases it when the process dies.
public final class FileLock: Sendable {
    private let file: OwnedDescriptor

    /// Takes the lock or fails at once.
    ///
    /// - Throws: `FileError`; `Errno.wouldBlock` when another process holds it.
    public init(_ path: FilePath) throws(FileError) {
        let file = try OwnedDescriptor(
            opening: path, .readWrite, options: [.create, .noFollow], permissions: [.ownerReadWrite])
        guard flock(file.descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            throw FileError("lock", path, Errno(rawValue: errno))
        }
        self.file = file
    }
}
