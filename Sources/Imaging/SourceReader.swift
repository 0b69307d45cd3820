/// Reads a source from its first byte for as long as it is healthy: the quick way, whose digests come from the stream.
struct SourceReader {
    private let source: any ImageSource
    private let progress: JobProgress
    private let deadline: Double?
    private var meter: RateMeter
    /// The byte that comes next: all before it was read.
    private(set) var position: Int

    /// - Parameters:
    ///   - start: the first byte that is read.
    ///   - deadline: time of the source's clock after which nothing more is read.
    init(_ source: any ImageSource, from start: Int = 0, minimumRate: Int? = nil, deadline: Double? = nil, progress: JobProgress)
    {
        self.source = source
        position = start
        self.progress = progress
        self.deadline = deadline
        meter = RateMeter(minimum: minimumRate)
    }

    /// Fills the buffer with what comes next.
    ///
    /// - Returns: the number of bytes; 0 at the end, and where the medium fails or is slower than it may be.
    /// - Throws: `ImagingError`.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try progress.checkCancelled()
        let count = min(buffer.count, source.capacity - position)
        let start = source.clock
        guard count > 0, !meter.isSlow, start < deadline ?? .infinity else { return 0 }
        let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        guard try source.fill(piece, from: position, progress) == count else { return 0 }
        let end = source.clock
        meter.add(count, seconds: end - start)
        progress.noteRead(count, at: position, clock: end)
        position += count
        progress.advance(by: count)
        return count
    }
}
