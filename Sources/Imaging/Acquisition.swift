import Custody
import DurableFiles
import Integrity

/// The making of one image from one source.
public struct Acquisition: Sendable {
    /// What was made.
    public struct Result: Sendable, Equatable {
        /// Length of the image in bytes.
        public let bytes: Int
        /// Digests of the image, zeros in place of what could not be read included.
        public let digests: [Digest]
        /// The fs-verity digest of the image, lower-case hexadecimal.
        public let blockTree: String
        /// What could not be read.
        public let unreadable: [ByteRange]
        /// The time of the first read.
        public let startedAt: Timestamp
        /// The time when the image had its final name.
        public let finishedAt: Timestamp
    }

    /// How the work is done, for the record (R35.1).
    public static let parameters = [
        "buffers": "\(Pipeline.bufferCount)", "bufferBytes": "\(Pipeline.bufferSize)", "read": "O_DIRECT, sequential",
        "onReadError": "sector by sector; zeros for what cannot be read",
    ]

    /// Where the bytes come from.
    public let source: any ImageSource
    /// Where they go.
    public let image: ImageFile
    /// What is computed on the way.
    public let algorithms: [DigestAlgorithm]
    /// How far it is.
    public let progress: JobProgress

    /// Prepares a job; nothing is read yet.
    public init(source: any ImageSource, image: ImageFile, algorithms: [DigestAlgorithm]) {
        self.source = source
        self.image = image
        self.algorithms = algorithms
        self.progress = JobProgress(total: source.capacity)
    }

    /// Reads the source once, hashes and writes at the same time, and publishes the image. Blocks; call it on a thread of
    /// its own.
    ///
    /// - Throws: `ImagingError`; the incomplete image stays under its temporary name.
    public func run() throws -> Result {
        let startedAt = Timestamp.now()
        let digests = try [DigestConsumer].computing(algorithms)
        var reader = SourceReader(source, progress: progress)
        let tree = TreeHashing(byteCount: source.capacity) { [image] in try image.append(group: $0, $1) }
        try image.reserve()
        try Pipeline.run(into: digests + tree.consumers + [image]) { try reader.read(into: $0) }
        let blockTree = try tree.finish()
        try image.finish(blockTree: blockTree)
        return Result(
            bytes: source.capacity, digests: try digests.finish(), blockTree: Hex.encode(blockTree),
            unreadable: reader.unreadable, startedAt: startedAt,
            finishedAt: .now())
    }
}
