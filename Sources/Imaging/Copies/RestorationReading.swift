import Custody
import DurableFiles
import Integrity
import SystemPackage

/// Reads a device back that an image was written to, and compares it with the image.
public struct RestorationReading: Sendable {
    /// What was found.
    public struct Result: Sendable {
        /// Digests of all of the image, and of what was read back from the device.
        public let image, device: [Digest]
        /// The fs-verity digest of the image: lower-case hexadecimal.
        public let blockTree: String
        /// Where the device differs, the end of the image that it has no room for left out.
        public let differing: [ByteRange]
        /// Number of bytes that differ.
        public let differingBytes: Int
        /// The first byte behind the image that is not zero, where the rest was to be wiped; nil where all are.
        public let firstNotWiped: Int?
    }

    private let image: any ImageStream
    private let device: any ImageSource
    private let tails: RestorationTails
    private let algorithms: [DigestAlgorithm]
    private let progress: JobProgress

    /// Prepares a reading; nothing is read yet.
    ///
    /// - Parameter progress: it advances by `length(image:tails:)`.
    public init(
        _ image: any ImageStream, _ device: any ImageSource, _ tails: RestorationTails, algorithms: [DigestAlgorithm],
        progress: JobProgress
    ) {
        self.image = image
        self.device = device
        self.tails = tails
        self.algorithms = algorithms
        self.progress = progress
    }

    /// Number of bytes that are read.
    ///
    /// - Parameter image: length of the image.
    public static func length(image: Int, _ tails: RestorationTails) -> Int {
        image + tails.writtenInAll
    }

    /// Reads both. Blocks; call it on a thread of its own.
    ///
    /// - Throws: `ImagingError`.
    public func run() throws -> Result {
        let comparison = ImageComparison(
            image, SourceStream(device, upTo: tails.written), algorithms: algorithms, hashesTree: true, progress: progress)
        let result = try comparison.run()
        return Result(
            image: result.first, device: result.second, blockTree: result.firstTree ?? "",
            differing: result.differences.ranges.compactMap { range in
                range.offset < tails.written
                    ? ByteRange(offset: range.offset, length: min(range.end, tails.written) - range.offset) : nil
            },
            differingBytes: result.differences.byteCount - (tails.missing ?? 0),
            firstNotWiped: tails.rest == .wiped ? try firstNotZero(tails.written..<device.capacity) : nil)
    }

    private func firstNotZero(_ range: Range<Int>) throws -> Int? {
        let buffer = AlignedBuffer(byteCount: Pipeline.bufferSize)
        var position = range.lowerBound
        while position < range.upperBound {
            try progress.checkCancelled()
            let piece = UnsafeMutableRawBufferPointer(
                rebasing: buffer.bytes[..<min(buffer.bytes.count, range.upperBound - position)])
            let count = try device.read(at: position, into: piece)
            guard count > 0 else { throw ImagingError.sourceGone(device.name) }
            if let index = piece[..<count].firstIndex(where: { $0 != 0 }) { return position + index }
            position += count
            progress.advance(by: count)
        }
        return nil
    }
}

/// The beginning of a source, read once from its first byte on.
private final class SourceStream: ImageStream, @unchecked Sendable {
    // Read by one thread at a time.
    let description: ImageDescription
    private let source: any ImageSource
    private var position = 0

    init(_ source: any ImageSource, upTo bytes: Int) {
        self.source = source
        description = ImageDescription(path: source.name, format: .raw, files: 1, bytes: bytes, digests: [:])
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, description.bytes - position)])
        guard !wanted.isEmpty else { return 0 }
        do throws(Errno) {
            let count = try source.read(at: position, into: wanted)
            position += count
            return count
        } catch {
            throw source.isPresent()
                ? ImagingError.source(FileError("read", FilePath(source.name), error)) : .sourceGone(source.name)
        }
    }
}
