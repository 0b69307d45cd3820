import Foundation
import SystemPackage

/// A folder that goes with the test that made it.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: FilePath

    /// Makes one in /tmp, or in a folder where that is there (`/dev/shm` needs no disk).
    public init(in folder: String = "/tmp") {
        let parent = access(folder, W_OK) == 0 ? folder : "/tmp"
        var template = Array("\(parent)/fengcun-test.XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "cannot make a temporary folder")
        path = FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }

    /// A path inside.
    public func callAsFunction(_ name: String) -> FilePath { path.appending(name) }

    /// Makes a folder inside.
    public func folder(_ name: String) throws -> FilePath {
        try FileManager.default.createDirectory(atPath: self(name).string, withIntermediateDirectories: true)
        return self(name)
    }

    /// Writes a file inside.
    @discardableResult
    public func write(_ bytes: some Collection<UInt8>, to name: String) throws -> FilePath {
        try Data(bytes).write(to: URL(fileURLWithPath: self(name).string))
        return self(name)
    }
}

/// The bytes of a file.
public func contents(_ path: FilePath) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path.string)))
}
