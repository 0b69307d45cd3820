import CLinux
import Glibc
import SystemPackage

/// Whether a durable write may take the place of a file that is there already.
public enum ExistingFile: Sendable {
    /// The new content takes the old one's place in one step.
    case replace
    /// An existing file is an error (`Errno.fileExists`) and stays as it is.
    case keep
}

/// Writes a file so that after a crash at any moment `path` holds either what it held before or all of `bytes`,
/// and so that the bytes are on stable storage once the call returns.
///
/// The system calls, in this order: open(O_CREAT|O_EXCL) of a temporary name beside `path`, write, fsync, rename (or
/// renameat2 with RENAME_NOREPLACE), fsync of the folder.
///
/// - Parameter permissions: the file's mode, less the process's umask, from before the first byte is written.
/// - Throws: `FileError`; the temporary file is removed.
public func writeDurably(
    _ bytes: some Collection<UInt8>, to path: FilePath, permissions: FilePermissions, existing: ExistingFile
) throws(FileError) {
    // Random, so that two threads that write one file at once do not share it.
    let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let temporary = path.removingLastComponent().appending(".\(path.lastComponent?.string ?? "file").\(suffix)\(temporarySuffix)")
    do throws(FileError) {
        let file = try OwnedDescriptor(
            opening: temporary, .writeOnly, options: [.create, .exclusiveCreate, .noFollow], permissions: permissions)
        try Array(bytes).withUnsafeBufferPointer { (buffer) throws(FileError) in
            try file.write(UnsafeRawBufferPointer(buffer))
        }
        try file.sync()
        try publish(temporary, as: path, existing: existing)
    } catch {
        unlink(temporary.string)
        throw error
    }
}

/// Ending of the names under which `writeDurably` writes.
private let temporarySuffix = ".tmp"

/// Removes what writers that were killed left behind. Call it while nobody else writes in the folder.
public func removeTemporaryFiles(in folder: FilePath) throws(FileError) {
    for name in try listDirectory(folder) where name.hasPrefix(".") && name.hasSuffix(temporarySuffix) {
        unlink(folder.appending(name).string)
    }
}

/// Gives a finished file its final name and returns once the name is on stable storage.
public func publish(_ temporary: FilePath, as path: FilePath, existing: ExistingFile) throws(FileError) {
    try publish([(temporary, path)], existing: existing)
}

/// Gives several finished files their final names, in their order, and returns once all names are on stable storage.
public func publish(_ files: [(temporary: FilePath, path: FilePath)], existing: ExistingFile) throws(FileError) {
    for (temporary, path) in files {
        switch existing {
        case .replace:
            guard rename(temporary.string, path.string) == 0 else {
                throw FileError("rename to", path, Errno(rawValue: errno))
            }
        case .keep:
            try renameToFreeName(temporary, path)
        }
    }
    for folder in Set(files.map { $0.path.removingLastComponent() }) { try syncDirectory(folder) }
}

/// renameat2 with RENAME_NOREPLACE; where the file system knows no such thing (NFS, some FUSE), link(2) and unlink(2).
private func renameToFreeName(_ temporary: FilePath, _ path: FilePath) throws(FileError) {
    let result = clinux_rename_new(temporary.string, path.string)
    guard result == -EINVAL else { return try FileError.check(result, "rename to", path) }
    guard link(temporary.string, path.string) == 0 else { throw FileError("link to", path, Errno(rawValue: errno)) }
    unlink(temporary.string)
}

/// Returns once the names in a folder are on stable storage.
public func syncDirectory(_ path: FilePath) throws(FileError) {
    let folder = path.isEmpty ? FilePath(".") : path
    try OwnedDescriptor(opening: folder, .readOnly, options: .directory).sync()
}

/// Makes a folder with `mode`, less the process's umask; one that is there already is left as it is.
public func makeDirectory(_ path: FilePath, mode: mode_t) throws(FileError) {
    guard mkdir(path.string, mode) == 0 || errno == EEXIST else {
        throw FileError("create the folder", path, Errno(rawValue: errno))
    }
}
