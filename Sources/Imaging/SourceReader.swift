import Custody

/// Reads a source from some byte on for as long as it is healthy: the quick way, whose digests come from the stream. Several
/// requests may be under way; what they give is handed on in the order of the source.
final class SourceReader {
    private let source: any ImageSource
    private let progress: JobProgress
    private let deadline: Double?
    private let limit: Int
    private var meter: RateMeter
    private var lastEnd: Double
    /// The byte that is asked for next.
    private var asked: Int
    /// The byte that comes next: all before it was handed on.
    private(set) var position: Int
    /// What was under way behind the place that failed, and was read: a drive that fails may not give it again.
    private(set) var beyond: [(range: ByteRange, bytes: UnsafeRawBufferPointer)] = []
    /// Reads whose time was not noted yet, and when the one before them ended.
    private var unnoted: [(bytes: Int, offset: Int)] = []
    private var lastNoted: Double
    /// Keeps the memory of what stands in `beyond`.
    private var ring: BufferRing?

    /// - Parameters:
    ///   - start: the first byte that is read.
    ///   - requests: how many reads may be under way at once, 1 or more.
    ///   - deadline: time of the source's clock after which nothing more is read.
    init(
        _ source: any ImageSource, from start: Int = 0, requests: Int, minimumRate: Int? = nil, deadline: Double? = nil,
        progress: JobProgress
    ) {
        self.source = source
        (asked, position) = (start, start)
        limit = requests
        self.progress = progress
        self.deadline = deadline
        lastEnd = source.clock
        lastNoted = lastEnd
        meter = RateMeter(minimum: minimumRate)
    }

    /// Hands on what the source holds, until its end or until the medium fails or is slower than it may be.
    ///
    /// - Throws: `ImagingError`, and what ended the ring. No read is under way any more then, and after the return.
    func run(into ring: BufferRing) throws {
        self.ring = ring
        progress.beginRates(at: lastNoted)
        let requests = ReadRequests(limit, to: source)
        var pending: [ReadRequest] = []
        defer {
            // Their memory is the ring's. Whoever gives up waiting has taken the work over, and hears of no error.
            while !pending.isEmpty { _ = try? wait(&pending) }
            requests.close()
        }
        while true {
            while pending.count < limit, let buffer = try next(ring, waiting: pending.isEmpty) {
                let request = ReadRequest(offset: asked, buffer: buffer)
                asked += buffer.count
                pending.append(request)
                requests.submit(request)
            }
            guard !pending.isEmpty else { return noteRates() }
            guard let count = try finish(&pending) else { break }
            ring.publish(count)
        }
        while !pending.isEmpty {
            let request = try wait(&pending)
            guard case .success(request.buffer.count) = request.answer else { continue }
            let range = ByteRange(offset: request.offset, length: request.buffer.count)
            beyond.append((range, UnsafeRawBufferPointer(request.buffer)))
            noteEnd(of: request)
        }
        noteRates()
    }

    /// The memory for the next read; nil where none is to be made now.
    ///
    /// - Parameter isWaiting: whether to wait for memory.
    private func next(_ ring: BufferRing, waiting isWaiting: Bool) throws -> UnsafeMutableRawBufferPointer? {
        try progress.checkCancelled()
        guard asked < source.capacity, !meter.isSlow, source.clock < deadline ?? .infinity,
            let buffer = try isWaiting ? ring.acquire() : ring.acquireIfFree()
        else { return nil }
        return UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, source.capacity - asked)])
    }

    /// Waits for the oldest read.
    private func wait(_ pending: inout [ReadRequest]) throws(ImagingError) -> ReadRequest {
        let request = pending[0]
        progress.beginRead()
        request.wait()
        pending.removeFirst()
        try progress.endRead()
        return request
    }

    /// Waits for the oldest read, and reads what it left.
    ///
    /// - Returns: the number of bytes; nil where the medium failed.
    private func finish(_ pending: inout [ReadRequest]) throws -> Int? {
        let request = try wait(&pending)
        let count = request.buffer.count
        guard try source.fill(request.buffer, from: request.offset, progress, answered: request.answer) == count else {
            return nil
        }
        noteEnd(of: request)
        position += count
        progress.advance(by: count)
        return count
    }

    /// Counts a read that gave all that was asked for, and the time in which no earlier one was under way.
    private func noteEnd(of request: ReadRequest) {
        let count = request.buffer.count
        // What it left was read just now.
        let isWhole = if case .success(count) = request.answer { true } else { false }
        let end = max(lastEnd, isWhole ? request.ended : source.clock)
        meter.add(count, seconds: end - max(lastEnd, request.begun))
        lastEnd = end
        unnoted.append((count, request.offset))
        if unnoted.count == limit { noteRates() }
    }

    /// Reads that were under way together share the time that passed: their answers come in bunches, which say nothing about
    /// single places.
    private func noteRates() {
        for (index, read) in unnoted.enumerated() {
            let share = Double(index + 1) / Double(unnoted.count)
            progress.noteRead(read.bytes, at: read.offset, clock: lastNoted + share * (lastEnd - lastNoted))
        }
        (lastNoted, unnoted) = (lastEnd, [])
    }
}
