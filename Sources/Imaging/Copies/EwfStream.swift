import Custody
import DurableFiles
import Integrity
import SystemPackage

/// The content of a set of E01 files.
public final class EwfStream: ImageStream, @unchecked Sendable {
    // Read by one thread at a time.

    /// See `ImageStream`.
    public let description: ImageDescription
    private let process: EwfProcess
    private var position = 0

    /// Asks the files what they say of themselves, and begins to read.
    ///
    /// - Parameter path: the first file of the set.
    /// - Throws: `EwfError`, `ImagingError.source`.
    public init(_ path: FilePath) throws {
        let count = try Self.files(of: path)
        let asked = try EwfProcess(path, ["info", path.string], hasInput: false, hasOutput: true)
        var (text, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 1024))
        while case let count = try chunk.withUnsafeMutableBytes({ try asked.read(into: $0) }), count > 0, text.count < 1024 {
            text += chunk[..<count]
        }
        try asked.finish()
        var members: [Substring: Substring] = [:]
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 2 { members[parts[0]] = parts[1] }
        }
        guard let bytes = members["size"].flatMap({ Int($0) }), bytes >= 0 else {
            throw EwfError.failed(path, reason: "fengcun-ewf did not say how long the content is")
        }
        var stored: DigestTable = [:]
        for algorithm in [DigestAlgorithm.md5, .sha1] {
            if let digest = members[algorithm.rawValue[...]].flatMap({ Digest(algorithm, hex: String($0)) }) {
                stored[algorithm] = digest.hex
            }
        }
        description = ImageDescription(
            path: path.string, format: .e01, files: count, bytes: bytes, digests: [:], stored: stored.isEmpty ? nil : stored)
        process = try EwfProcess(path, ["read", path.string], hasInput: false, hasOutput: true)
    }

    /// Number of files in the folder that have the name of the first, but for their ending.
    private static func files(of path: FilePath) throws(ImagingError) -> Int {
        do throws(FileError) {
            // A folder, a pipe or a link is no image.
            _ = try OwnedDescriptor(opening: path, .readOnly, options: [.noFollow, .nonBlocking]).regularFileSize()
            let stem = (path.lastComponent?.stem ?? "") + "."
            return try listDirectory(path.removingLastComponent()).count { name in
                name.hasPrefix(stem) && name.dropFirst(stem.count).count == 3
                    && name.dropFirst(stem.count).first?.uppercased() == "E"
            }
        } catch {
            throw .source(error)
        }
    }

    /// See `ImageStream`.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try process.read(into: buffer)
        guard count > 0 else {
            try process.finish()
            guard position == description.bytes else {
                throw EwfError.failed(FilePath(description.path), reason: "the content ends at byte \(position)")
            }
            return 0
        }
        position += count
        guard position <= description.bytes else {
            throw EwfError.failed(FilePath(description.path), reason: "there is more content than was announced")
        }
        return count
    }
}
