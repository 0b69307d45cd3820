import CLinux
import Custody
import DurableFiles
import Glibc
import Integrity
import SystemPackage

/// Reads an image again, from the disk and not from the page cache, and computes its digests.
public struct ImageVerification: Sendable {
    /// What was read.
    public struct Result: Sendable, Equatable {
        /// Length of the file in bytes.
        public let bytes: Int
        /// Digests of all of it.
        public let digests: [Digest]
        /// The time of the first read.
        public let startedAt: Timestamp
        /// The time of the last.
        public let finishedAt: Timestamp
    }

    /// How the page cache is avoided.
    public enum Reading: String, Sendable {
        /// O_DIRECT.
        case direct
        /// The file system knows no O_DIRECT: the cached pages are dropped first (posix_fadvise(2)).
        case evicted
    }

    /// The image.
    public let path: FilePath
    /// Its length when it was opened, in bytes.
    public let byteCount: Int
    /// How it is read.
    public let reading: Reading
    /// What is computed.
    public let algorithms: [DigestAlgorithm]
    /// How far it is.
    public let progress: JobProgress
    private let file: OwnedDescriptor

    /// Opens an image for reading.
    ///
    /// - Parameter progress: of the job that this is a part of; a new one where it is left out.
    /// - Throws: `ImagingError.source`.
    public init(path: FilePath, algorithms: [DigestAlgorithm], progress: JobProgress? = nil) throws(ImagingError) {
        self.path = path
        self.algorithms = algorithms
        do throws(FileError) {
            (file, reading) = try Self.open(path)
            byteCount = try file.regularFileSize()
        } catch {
            throw .source(error)
        }
        self.progress = progress ?? JobProgress(total: byteCount)
    }

    /// Reads to the end. Blocks; call it on a thread of its own.
    ///
    /// - Throws: `ImagingError`.
    public func run() throws -> Result {
        let startedAt = Timestamp.now()
        let digests = try [DigestConsumer].computing(algorithms)
        var position = 0
        try Pipeline.run(into: digests) { buffer in
            try progress.checkCancelled()
            let count = try read(at: position, into: buffer)
            position += count
            progress.advance(by: count)
            return count
        }
        return Result(bytes: position, digests: try digests.finish(), startedAt: startedAt, finishedAt: .now())
    }

    private static func open(_ path: FilePath) throws(FileError) -> (OwnedDescriptor, Reading) {
        let direct = FileDescriptor.OpenOptions(rawValue: clinux_o_direct)
        // Not blocking, for a pipe in the image's place would be waited for; it changes nothing for regular files.
        let safe: FileDescriptor.OpenOptions = [.noFollow, .nonBlocking]
        do throws(FileError) {
            return (try OwnedDescriptor(opening: path, .readOnly, options: safe.union(direct)), .direct)
        } catch {
            guard error.errno == .invalidArgument else { throw error }
            let file = try OwnedDescriptor(opening: path, .readOnly, options: safe)
            posix_fadvise(file.descriptor.rawValue, 0, 0, POSIX_FADV_DONTNEED)
            return (file, .evicted)
        }
    }

    private func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ImagingError) -> Int {
        do throws(FileError) {
            return try file.read(at: offset, into: buffer)
        } catch {
            throw .source(error)
        }
    }
}
