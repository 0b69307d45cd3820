import Custody
import DurableFiles
import Glibc
import SystemPackage

// What the answers of a drive mean.
extension ImageSource {
    /// What the kernel says of a sector that cannot be read (block/blk-core.c, blk_errors). Any other error is not the
    /// medium's fault and must not become zeros.
    private static var mediumErrors: Set<CInt> { refusals.union([EIO, EILSEQ, ETIMEDOUT, ENOLINK, EBADE]) }

    /// What of it the drive itself said (sense key MEDIUM ERROR or HARDWARE ERROR, NVMe's Unrecovered Read Error). The others
    /// leave open whether it answered: a command that timed out, again and again, ends as EIO, too.
    private static var refusals: Set<CInt> { [ENODATA, EREMOTEIO] }

    /// Reads until the buffer is full or the medium cannot give what comes next.
    ///
    /// - Parameters:
    ///   - progress: told when a read begins and ends, so that one that hangs is seen.
    ///   - answered: what the source answered to a first read at `start`, where it was made already.
    ///   - onRefusal: called where the drive itself says that it cannot give what comes next.
    /// - Returns: the number of bytes that were read; fewer than asked for after an error of the medium.
    /// - Throws: `ImagingError.sourceGone`, `.sourceShrank`, `.source`, `.cancelled`.
    func fill(
        _ buffer: UnsafeMutableRawBufferPointer, from start: Int, _ progress: JobProgress, answered: Result<Int, Errno>? = nil,
        onRefusal: () -> Void = {}
    ) throws(ImagingError) -> Int {
        var done = 0
        var known = answered
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let answer = if let known = known.take() { known } else { try ask(at: start + done, into: rest, progress) }
            switch answer {
            // A disk that was pulled may have no capacity any more, and then no error either.
            case .success(0): throw isPresent() ? .sourceShrank(name, at: start + done) : .sourceGone(name)
            case .success(let count): done += count
            // A signal says nothing about the medium.
            case .failure(.interrupted): continue
            case .failure(let errno):
                try checkIsMediumError(errno)
                if Self.refusals.contains(errno.rawValue) { onRefusal() }
                return done
            }
        }
        return done
    }

    private func ask(
        at offset: Int, into buffer: UnsafeMutableRawBufferPointer, _ progress: JobProgress
    ) throws(ImagingError) -> Result<Int, Errno> {
        progress.beginRead()
        let answer = answer(at: offset, into: buffer)
        try progress.endRead()
        return answer
    }

    /// One read, its error as a value.
    func answer(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Result<Int, Errno> {
        do throws(Errno) {
            return .success(try read(at: offset, into: buffer))
        } catch {
            return .failure(error)
        }
    }

    /// Seconds after which no further place is asked for something.
    private static var patience: Double { 5 }

    /// Whether the source gives a sector now, at any of 16 places spread over it. Blocks as long as the kernel waits for one.
    ///
    /// - Parameter first: the place to begin with, from 0; of one that hangs no other is asked.
    public func givesAnything(from first: Int) -> Bool {
        let sector = AlignedBuffer(byteCount: sectorSize)
        let (last, deadline) = (capacity / sectorSize - 1, clock + Self.patience)
        return (first..<first + 16).contains { place in
            clock < deadline && answer(at: last * (place % 16) / 15 * sectorSize, into: sector.bytes) == .success(sectorSize)
        }
    }

    private func checkIsMediumError(_ errno: Errno) throws(ImagingError) {
        let gone: [Errno] = [.operationNotSupportedByDevice, .noSuchAddressOrDevice]
        if gone.contains(errno) || !isPresent() { throw .sourceGone(name) }
        guard Self.mediumErrors.contains(errno.rawValue) else { throw .source(FileError("read", FilePath(name), errno)) }
    }
}
