import Custody
import DurableFiles
import Glibc
import SystemPackage

/// Reads a source from its first byte to its last; what cannot be read becomes zeros and is remembered.
struct SourceReader {
    private let source: any ImageSource
    private let progress: JobProgress
    private var position = 0
    /// What could not be read, ascending, neighbours joined.
    private(set) var unreadable: [ByteRange] = []

    init(_ source: any ImageSource, progress: JobProgress) {
        self.source = source
        self.progress = progress
    }

    /// Fills the buffer with what comes next.
    ///
    /// - Returns: the number of bytes; 0 at the end.
    /// - Throws: `ImagingError`.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try progress.checkCancelled()
        let count = min(buffer.count, source.capacity - position)
        guard count > 0 else { return 0 }
        let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        var bad = 0
        do {
            try fill(piece, from: position)
        } catch let errno as Errno {
            try checkIsMediumError(errno)
            // One large read fails whole; sector by sector the good neighbours of a bad sector are kept.
            bad = try fillBySectors(piece)
        }
        position += count
        progress.advance(by: count, unreadable: bad)
        return count
    }

    private func fill(_ buffer: UnsafeMutableRawBufferPointer, from start: Int) throws {
        var done = 0
        while done < buffer.count {
            let count: Int
            do throws(Errno) {
                count = try source.read(at: start + done, into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            } catch {
                // A signal says nothing about the medium.
                if error == .interrupted { continue }
                throw error
            }
            guard count > 0 else { throw ImagingError.sourceShrank(source.name, at: start + done) }
            done += count
        }
    }

    private mutating func fillBySectors(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var bad = 0
        for start in stride(from: 0, to: buffer.count, by: source.sectorSize) {
            try progress.checkCancelled()
            let sector = UnsafeMutableRawBufferPointer(
                rebasing: buffer[start..<min(start + source.sectorSize, buffer.count)])
            do {
                try fill(sector, from: position + start)
            } catch let errno as Errno {
                try checkIsMediumError(errno)
                sector.initializeMemory(as: UInt8.self, repeating: 0)
                remember(ByteRange(offset: position + start, length: sector.count))
                bad += sector.count
            }
        }
        return bad
    }

    /// What the kernel says of a sector that cannot be read (block/blk-core.c, blk_errors). Any other error is not the
    /// medium's fault and must not become zeros.
    private static let mediumErrors: Set<CInt> = [EIO, ENODATA, EILSEQ, EREMOTEIO, ETIMEDOUT, ENOLINK, EBADE]

    private func checkIsMediumError(_ errno: Errno) throws(ImagingError) {
        let gone: [Errno] = [.operationNotSupportedByDevice, .noSuchAddressOrDevice]
        if gone.contains(errno) || !source.isPresent() { throw .sourceGone(source.name) }
        guard Self.mediumErrors.contains(errno.rawValue) else { throw .source(FileError("read", FilePath(source.name), errno)) }
    }

    private mutating func remember(_ range: ByteRange) {
        if let last = unreadable.last, last.end == range.offset {
            unreadable[unreadable.count - 1].length += range.length
        } else {
            unreadable.append(range)
        }
    }
}
