import Custody
import DurableFiles
import ImageTree
import Integrity
import SystemPackage

/// Writes the content of an image to another place as a raw image, and reads it back.
public struct ImageDuplication: Sendable {
    /// What came of it.
    public struct Result: Sendable {
        /// The digests that were computed while the source was read.
        public let read: [Digest]
        /// The digests of the new file, read back from its disk.
        public let readBack: [Digest]
        /// The fs-verity digest of the new file, from the stream and from reading it back; lower-case hexadecimal.
        public let blockTree, blockTreeReadBack: String
    }

    /// Where the bytes come from.
    public let source: any ImageStream
    /// Where they go.
    public let image: ImageFile
    /// What is computed on both sides.
    public let algorithms: [DigestAlgorithm]
    /// How far it is: once over the source, once over the result.
    public let progress: JobProgress

    /// Prepares a copy; nothing is read yet.
    public init(_ source: any ImageStream, to image: ImageFile, algorithms: [DigestAlgorithm]) {
        self.source = source
        self.image = image
        self.algorithms = algorithms
        progress = JobProgress(total: 2 * source.description.bytes)
    }

    /// Reads, hashes, writes, publishes and reads back. Blocks; call it on a thread of its own.
    ///
    /// - Throws: `ImagingError`, `EwfError`; the incomplete file is removed.
    public func run() throws -> Result {
        do {
            let target = Destinations([image])
            try target.reserve()
            let tree = TreeHashing(byteCount: source.description.bytes) { try target.put(streamed: $1, at: $0) }
            let digests = try [DigestConsumer].computing(algorithms)
            try stream(source, into: digests + tree.consumers + target.streamWriters(), progress)
            // Never nil: the stream begins at the first byte.
            let blockTree = try tree.finish() ?? []
            try image.finish(blockTree: blockTree)
            let readBack = ImageVerification(try ImageReader(image.segments), algorithms: algorithms, progress: progress)
            let result = try readBack.run(.full, comparing: nil)
            return Result(
                read: try digests.finish(), readBack: result.digests, blockTree: Hex.encode(blockTree),
                blockTreeReadBack: result.blockTree ?? "")
        } catch {
            image.discard()
            throw error
        }
    }
}

/// Reads all of a source into consumers, each on a thread of its own.
func stream(_ source: any ImageStream, into consumers: [any StreamConsumer], _ progress: JobProgress) throws {
    var done = 0
    try Pipeline.run(into: consumers) { buffer in
        try progress.checkCancelled()
        let count = try source.read(into: buffer)
        done += count
        progress.advance(by: count)
        return count
    }
    guard done == source.description.bytes else {
        throw ImagingError.source(FileError("read to its end", FilePath(source.description.path), .ioError))
    }
}
