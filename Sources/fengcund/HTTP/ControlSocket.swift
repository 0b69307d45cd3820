import Custody
import DurableFiles
import Glibc
import Logging
import Station
import SystemPackage

/// The unix socket as a file: who owns it, who may connect.
enum ControlSocket {
    /// Longest path that fits an address (unix(7)).
    static let pathLimit = 107

    /// Makes sure that no other daemon serves the socket, whose file the server is going to replace.
    ///
    /// - Throws: `ControlSocketError`.
    static func lock(_ path: FilePath) throws(ControlSocketError) -> FileLock {
        guard path.string.utf8.count <= pathLimit else { throw .tooLong(path.string) }
        do {
            return try FileLock(FilePath(path.string + ".lock"))
        } catch {
            throw error.errno == .wouldBlock ? .inUse(path.string) : .file(error)
        }
    }

    /// Opens the bound socket to its group: mode 0660.
    static func open(_ path: FilePath, group: String, logger: Logger) {
        if !GroupOwnership.set(path.string, group: group) {
            logger.notice("the socket has no group of its own", metadata: ["group": "\(group)", "socket": "\(path)"])
        }
        chmod(path.string, 0o660)
    }
}

/// Why the socket cannot be served.
enum ControlSocketError: Explained {
    case inUse(String)
    case tooLong(String)
    case file(FileError)

    var code: String { "socket" }

    func message(in language: Language) -> String {
        switch self {
        case .inUse(let path): language("the socket \(path) is served by another fengcund", "套接字 \(path) 正由另一个 fengcund 提供服务")
        case .tooLong(let path): language("the socket's path \(path) is longer than 107 bytes", "套接字路径 \(path) 超过 107 字节")
        case .file(let error): language(error.description, "文件操作失败：\(error)")
        }
    }
}
