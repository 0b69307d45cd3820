import Custody
import DurableFiles
import ImageTree
import Integrity
import Synchronization
import SystemPackage

/// Reads an image again, from the disk and not from the page cache, and computes its digests.
public struct ImageVerification: Sendable {
    /// What was read.
    public struct Result: Sendable, Equatable {
        /// Length of the file in bytes.
        public let bytes: Int
        /// Digests of all of it.
        public let digests: [Digest]
        /// The fs-verity digest of all of it, lower-case hexadecimal; nil where only ranges were read.
        public let blockTree: String?
        /// Where it is not what the recorded block tree says; nil where that could not be compared.
        public let differences: Differences?
        /// The time of the first read.
        public let startedAt: Timestamp
        /// The time of the last.
        public let finishedAt: Timestamp
    }

    /// What is read and computed.
    public enum Extent: Sendable, Equatable {
        /// All of it, with every digest.
        case full
        /// All of it on all cores, the block tree alone.
        case quick
        /// The groups of the block tree that hold these ranges: ascending, not overlapping, inside the recorded length.
        case ranges([ByteRange])
    }

    /// What is computed.
    public let algorithms: [DigestAlgorithm]
    /// How far it is.
    public let progress: JobProgress
    /// The image.
    public let image: ImageReader

    /// Prepares the reading of an image.
    ///
    /// - Parameter progress: of the job that this is a part of; a new one where it is left out.
    public init(_ image: ImageReader, algorithms: [DigestAlgorithm], progress: JobProgress? = nil) {
        self.image = image
        self.algorithms = algorithms
        self.progress = progress ?? JobProgress(total: image.byteCount)
    }

    /// Length of the image when it was opened, in bytes.
    public var byteCount: Int { image.byteCount }

    /// Reads what is asked for. Blocks; call it on a thread of its own.
    ///
    /// - Parameters:
    ///   - extent: ranges need the level.
    ///   - level: the level of the block tree that was kept, to tell the place of a change.
    /// - Throws: `ImagingError`, `BlockTreeError`.
    public func run(_ extent: Extent, comparing level: BlockTreeFile?) throws -> Result {
        let startedAt = Timestamp.now()
        let scan = TreeScan(image) { [progress] count in
            try progress.checkCancelled()
            progress.advance(by: count)
        }
        switch (extent, level) {
        case (.ranges, nil): throw BlockTreeError.missing(BlockTreeFile.path(of: image.path))
        case (.ranges(let ranges), let level?):
            let differences = try naming { try scan.compare(ranges, with: level) }
            return Result(
                bytes: byteCount, digests: [], blockTree: nil, differences: differences, startedAt: startedAt, finishedAt: .now())
        case (.quick, _):
            let (digest, differences) = try naming { try scan.run(comparing: level) }
            return Result(
                bytes: byteCount, digests: [], blockTree: Hex.encode(digest), differences: level.map { _ in differences },
                startedAt: startedAt, finishedAt: .now())
        case (.full, let level?):
            let comparison = Mutex(GroupComparison(with: level, byteCount: byteCount))
            let result = try run { group, hash in try comparison.withLock { try $0.take(group, hash) } }
            return Result(
                bytes: result.bytes, digests: result.digests, blockTree: result.blockTree,
                differences: comparison.withLock { $0.finish() }, startedAt: startedAt, finishedAt: result.finishedAt)
        case (.full, nil): return try run { _, _ in }
        }
    }

    private func naming<Value>(_ read: () throws -> Value) throws -> Value {
        do {
            return try read()
        } catch let error as FileError {
            throw ImagingError.source(error)
        }
    }

    /// Reads to the end with every digest. Blocks; call it on a thread of its own.
    ///
    /// - Parameter take: called with each group of the block tree and its hash, in ascending order.
    /// - Throws: `ImagingError`, and what `take` throws.
    func run(taking take: @escaping @Sendable (Int, [UInt8]) throws -> Void) throws -> Result {
        let startedAt = Timestamp.now()
        let tree = TreeHashing(byteCount: byteCount, taking: take)
        let digests = try [DigestConsumer].computing(algorithms)
        var position = 0
        try Pipeline.run(into: digests + tree.consumers) { buffer in
            try progress.checkCancelled()
            let count = try read(at: position, into: buffer)
            position += count
            progress.advance(by: count)
            return count
        }
        guard position == byteCount else { throw ImagingError.source(FileError("read to its end", image.path, .ioError)) }
        return Result(
            bytes: position, digests: try digests.finish(), blockTree: try tree.finish().map { Hex.encode($0) }, differences: nil,
            startedAt: startedAt, finishedAt: .now())
    }

    private func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ImagingError) -> Int {
        do throws(FileError) {
            return try image.read(at: offset, into: buffer)
        } catch {
            throw .source(error)
        }
    }
}
