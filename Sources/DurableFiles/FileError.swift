import SafeText
import SystemPackage

/// A call to the file system that failed: what was attempted, on what, and the kernel's answer.
public struct FileError: Error, Equatable, CustomStringConvertible {
    /// The attempt in words that fit behind "cannot", such as "open" or "flush to disk".
    public let attempt: String
    /// The file or folder.
    public let path: FilePath
    /// The kernel's answer.
    public let errno: Errno

    /// Creates the error of one failed call.
    public init(_ attempt: String, _ path: FilePath, _ errno: Errno) {
        self.attempt = attempt
        self.path = path
        self.errno = errno
    }

    /// One line: the attempt, the path with control characters escaped, the reason.
    public var description: String {
        "cannot \(attempt) \(path.string.debugDescription.printable): \(errno)"
    }
}

extension FileError {
    /// Runs a call of swift-system and names the attempt and the path in the error that it throws.
    public static func naming<Value>(_ attempt: String, _ path: FilePath, _ call: () throws -> Value) throws(FileError) -> Value {
        do {
            return try call()
        } catch let errno as Errno {
            throw FileError(attempt, path, errno)
        } catch {
            throw FileError(attempt, path, .ioError)
        }
    }

    /// Turns the result of a CLinux shim (0 or -errno) into an error.
    public static func check(_ result: CInt, _ attempt: String, _ path: FilePath) throws(FileError) {
        guard result < 0 else { return }
        throw FileError(attempt, path, Errno(rawValue: -result))
    }
}
