import Custody
import DurableFiles
import Glibc
import Integrity
import SystemPackage

/// Requests for time-stamps that were handed out, one file for each checkpoint and digest: the answer may come weeks later, on
/// a stick. A request that is asked for again is the same one.
public struct TimestampRequests: Sendable {
    /// Most requests that are kept; those of the smallest checkpoints go first.
    static let limit = 1000

    private let folder: FilePath

    init(_ folder: FilePath) { self.folder = folder }

    /// A request that was handed out.
    public struct Pending: Sendable {
        /// Size of the checkpoint.
        public let size: Int
        /// The request.
        public let request: TimestampRequest
    }

    /// The request for a checkpoint; it is on stable storage when it is returned. Blocks.
    ///
    /// - Parameter note: the signed checkpoint of that size, as it is encoded.
    /// - Throws: `LedgerError.file`, `TimestampError`.
    public func request(size: Int, over note: [UInt8], imprint algorithm: DigestAlgorithm) throws -> TimestampRequest {
        let imprint = try Digest.of(note, algorithm)
        let path = folder.appending(Self.name(size, imprint))
        if let known = read(path), known.imprint == imprint { return known }
        let request = try TimestampRequest(over: note, imprint: algorithm)
        do throws(FileError) {
            try removeOldest()
            try writeDurably(request.der, to: path, permissions: .ownerReadWrite, existing: .replace)
        } catch {
            throw LedgerError.file(error)
        }
        return request
    }

    /// The request with this imprint; nil where none was handed out, or so long ago that it is forgotten. Blocks.
    ///
    /// - Throws: `LedgerError.file`.
    public func find(_ imprint: Digest) throws -> Pending? {
        do throws(FileError) {
            for name in try listDirectory(folder) {
                guard let size = Self.size(name), name == Self.name(size, imprint),
                    let request = read(folder.appending(name)), request.imprint == imprint
                else { continue }
                return Pending(size: size, request: request)
            }
        } catch {
            throw LedgerError.file(error)
        }
        return nil
    }

    private func read(_ path: FilePath) -> TimestampRequest? {
        guard let bytes = try? readFile(path, limit: TimestampRequest.byteLimit) else { return nil }
        return try? TimestampRequest(parsing: bytes)
    }

    private func removeOldest() throws(FileError) {
        let names = try listDirectory(folder).filter { Self.size($0) != nil }.sorted { Self.size($0) ?? 0 < Self.size($1) ?? 0 }
        for name in names.dropLast(Self.limit - 1) { unlink(folder.appending(name).string) }
    }

    private static func name(_ size: Int, _ imprint: Digest) -> String {
        "\(size)-\(imprint.algorithm.rawValue)-\(imprint.hex).tsq"
    }

    private static func size(_ name: String) -> Int? {
        name.hasSuffix(".tsq") ? name.split(separator: "-").first.flatMap { Int($0) } : nil
    }
}
