import Glibc
import SystemPackage

/// Reads a whole regular file of at most `limit` bytes.
///
/// Folders, pipes and devices are refused.
///
/// - Parameter followLinks: false where the path lies in a stranger's folder, which may point anywhere.
/// - Throws: `FileError`; `Errno.fileTooLarge` above the limit, `Errno.invalidArgument` for what is no regular file.
public func readFile(_ path: FilePath, limit: Int, followLinks: Bool = false) throws(FileError) -> [UInt8] {
    let file = try OwnedDescriptor(opening: path, .readOnly, options: followLinks ? .nonBlocking : [.nonBlocking, .noFollow])
    let size = try file.regularFileSize()
    guard size <= limit else { throw FileError("read", path, .fileTooLarge) }
    var bytes = [UInt8]()
    bytes.reserveCapacity(size)
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
        let count = try FileError.naming("read", path) {
            try chunk.withUnsafeMutableBytes { try file.descriptor.read(into: $0) }
        }
        guard count > 0 else { return bytes }
        guard bytes.count + count <= limit else { throw FileError("read", path, .fileTooLarge) }
        bytes.append(contentsOf: chunk[..<count])
    }
}

/// The `stat` of a path, links followed.
public func status(of path: FilePath) throws(FileError) -> stat {
    var status = stat()
    guard stat(path.string, &status) == 0 else { throw FileError("look at", path, Errno(rawValue: errno)) }
    return status
}

/// Whether something has this name.
///
/// - Throws: `FileError` where that cannot be found out: who takes an error for an absence goes on with half of what there is.
public func exists(_ path: FilePath) throws(FileError) -> Bool {
    guard access(path.string, F_OK) != 0 else { return true }
    let code = Errno(rawValue: errno)
    guard code == .noSuchFileOrDirectory || code == .notDirectory else { throw FileError("look for", path, code) }
    return false
}

/// Names in a folder, sorted by code point, `.` and `..` left out.
public func listDirectory(_ path: FilePath) throws(FileError) -> [String] {
    guard let folder = opendir(path.string) else { throw FileError("list", path, Errno(rawValue: errno)) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
}
