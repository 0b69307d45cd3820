import Custody
import DurableFiles
import Glibc
import Integrity
import SystemPackage

/// Compares two images byte by byte, and computes the digests of both on the way.
public struct ImageComparison: Sendable {
    /// What was found.
    public struct Result: Sendable {
        /// Digests of the two.
        public let first, second: [Digest]
        /// The fs-verity digest of the first, lower-case hexadecimal; nil where it was not asked for.
        public let firstTree: String?
        /// Where they differ.
        public let differences: ByteDifferences
    }

    private let first, second: any ImageStream
    private let algorithms: [DigestAlgorithm]
    private let hashesTree: Bool
    /// How far it is, over both.
    public let progress: JobProgress

    /// Prepares a comparison; nothing is read yet.
    ///
    /// - Parameters:
    ///   - hashesTree: whether the block tree of the first is computed.
    ///   - progress: that of work which this is a part of.
    public init(
        _ first: any ImageStream, _ second: any ImageStream, algorithms: [DigestAlgorithm], hashesTree: Bool = false,
        progress: JobProgress? = nil
    ) {
        self.hashesTree = hashesTree
        self.first = first
        self.second = second
        self.algorithms = algorithms
        self.progress = progress ?? JobProgress(total: first.description.bytes + second.description.bytes)
    }

    /// Reads both to their ends. Blocks; call it on a thread of its own.
    ///
    /// - Throws: `ImagingError`, `EwfError`.
    public func run() throws -> Result {
        let lengths = (first.description.bytes, second.description.bytes)
        let digests = (try [DigestConsumer].computing(algorithms), try [DigestConsumer].computing(algorithms))
        let comparing = ComparingConsumer(lengths)
        let tree = hashesTree ? TreeHashing(byteCount: lengths.0) { _, _ in } : nil
        let halves =
            (tree?.consumers ?? []).map { HalfConsumer($0, ofSecond: false, lengths) }
            + digests.0.map { HalfConsumer($0, ofSecond: false, lengths) }
            + digests.1.map { HalfConsumer($0, ofSecond: true, lengths) }
        var position = 0
        try Pipeline.run(into: halves + [comparing]) { buffer in
            try progress.checkCancelled()
            let (one, two) = PairedPiece.lengths(at: position, lengths)
            try read(first, one, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<PairedPiece.half]))
            try read(second, two, into: UnsafeMutableRawBufferPointer(rebasing: buffer[PairedPiece.half...]))
            position += PairedPiece.half
            progress.advance(by: one + two)
            return two > 0 ? PairedPiece.half + two : one
        }
        return Result(
            first: try digests.0.finish(), second: try digests.1.finish(),
            firstTree: try tree?.finish().map { Hex.encode($0) }, differences: comparing.differences)
    }

    /// Reads so many bytes; the buffer is longer at the end of an image, for O_DIRECT reads whole pages.
    private func read(_ stream: any ImageStream, _ wanted: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
        var done = 0
        while done < wanted {
            let count = try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            guard count > 0, done + count <= wanted else {
                throw ImagingError.source(FileError("read to its end", FilePath(stream.description.path), .ioError))
            }
            done += count
        }
    }
}

/// A buffer that holds a piece of the one image in its first half and the same piece of the other in its second.
private enum PairedPiece {
    static let half = Pipeline.bufferSize / 2

    /// How much of each image there is at a place.
    static func lengths(at position: Int, _ all: (Int, Int)) -> (Int, Int) {
        (min(half, max(0, all.0 - position)), min(half, max(0, all.1 - position)))
    }
}

/// Passes one half of each buffer on.
private final class HalfConsumer: StreamConsumer, @unchecked Sendable {
    // Touched by its own thread only.
    let threadName: String
    private let consumer: any StreamConsumer
    private let isSecond: Bool
    private let all: (Int, Int)
    private var position = 0

    init(_ consumer: any StreamConsumer, ofSecond isSecond: Bool, _ all: (Int, Int)) {
        threadName = consumer.threadName
        self.consumer = consumer
        self.isSecond = isSecond
        self.all = all
    }

    func consume(_ bytes: UnsafeRawBufferPointer) throws {
        let (one, two) = PairedPiece.lengths(at: position, all)
        position += PairedPiece.half
        let piece = isSecond ? (two > 0 ? bytes[PairedPiece.half..<(PairedPiece.half + two)] : bytes[0..<0]) : bytes[..<one]
        if !piece.isEmpty { try consumer.consume(UnsafeRawBufferPointer(rebasing: piece)) }
    }
}

/// Compares the two halves of each buffer.
private final class ComparingConsumer: StreamConsumer, @unchecked Sendable {
    // Touched by its own thread while the stream runs, and by its creator afterwards.
    let threadName = "fc-compare"
    private let all: (Int, Int)
    private var position = 0
    private(set) var differences = ByteDifferences()

    init(_ all: (Int, Int)) { self.all = all }

    func consume(_ bytes: UnsafeRawBufferPointer) {
        let (one, two) = PairedPiece.lengths(at: position, all)
        let common = min(one, two)
        if common > 0 {
            differences.compare(
                UnsafeRawBufferPointer(rebasing: bytes[..<common]),
                UnsafeRawBufferPointer(rebasing: bytes[PairedPiece.half..<(PairedPiece.half + common)]), at: position)
        }
        if max(one, two) > common { differences.add(ByteRange(offset: position + common, length: max(one, two) - common)) }
        position += PairedPiece.half
    }
}

/// Places where two streams of bytes differ. Runs with fewer than 512 equal bytes between them are one place.
public struct ByteDifferences: Sendable, Equatable {
    /// Equal bytes that end a place.
    static let gap = 512

    /// The first places, ascending.
    public private(set) var ranges: [ByteRange] = []
    /// Number of all places.
    public private(set) var places = 0
    /// Number of bytes that differ.
    public private(set) var byteCount = 0
    /// The byte behind the last place.
    private var end = Int.min / 2

    /// Nothing differs.
    public init() {}

    /// Adds a run that begins at or behind the end of the last one, every byte of which differs.
    public mutating func add(_ run: ByteRange) {
        byteCount += run.length
        if run.offset - end < Self.gap {
            if places <= ImagesCompared.rangeLimit { ranges[ranges.count - 1].length = run.end - ranges[ranges.count - 1].offset }
        } else {
            places += 1
            if places <= ImagesCompared.rangeLimit { ranges.append(run) }
        }
        end = run.end
    }

    /// Compares two pieces of the same length that follow on the ones before.
    public mutating func compare(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer, at offset: Int) {
        // What is equal is passed over block by block.
        for start in stride(from: 0, to: one.count, by: 4096) {
            let stop = min(start + 4096, one.count)
            guard let left = one.baseAddress, let right = other.baseAddress,
                memcmp(left + start, right + start, stop - start) != 0
            else { continue }
            var run: Int?
            for index in start..<stop {
                if one[index] != other[index] {
                    run = run ?? index
                } else if let begin = run {
                    add(ByteRange(offset: offset + begin, length: index - begin))
                    run = nil
                }
            }
            if let run { add(ByteRange(offset: offset + run, length: stop - run)) }
        }
    }
}
