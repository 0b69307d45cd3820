import Custody
import DurableFiles
import SafeText
import SystemPackage

/// What an earlier attempt on the same medium left: its map and, where it is to be continued, its incomplete image.
public struct EarlierAttempt: Sendable {
    /// The map.
    public let mapfile: Mapfile
    /// The image; nil: the map only says what to read last.
    public let image: FilePath?
    private let file: OwnedDescriptor?

    /// Opens the earlier image, where there is one.
    ///
    /// - Throws: `ImagingError.source`.
    public init(_ mapfile: Mapfile, image: FilePath?) throws(ImagingError) {
        self.mapfile = mapfile
        self.image = image
        do throws(FileError) {
            // Not blocking, for a pipe in the image's place would be waited for.
            file = try image.map { path throws(FileError) in
                let file = try OwnedDescriptor(opening: path, .readOnly, options: [.noFollow, .nonBlocking])
                _ = try file.regularFileSize()
                return file
            }
        } catch {
            throw .source(error)
        }
    }

    /// The map to go on with: sectors are whole, and what was read counts only where the image is at hand.
    func map(sectorSize: Int) -> RescueMap {
        let old = mapfile.map
        var map = RescueMap(size: old.size, .finished)
        // The least processed state of a sector is the last one that is set.
        for state in [RescueMap.State.bad, .nonScraped, .nonTrimmed, .nonTried] {
            for region in old.regions
            where region.state == state || (state == .nonTried && file == nil && region.state == .finished) {
                let start = region.range.offset / sectorSize * sectorSize
                let end = (region.range.end + sectorSize - 1) / sectorSize * sectorSize
                map.set(ByteRange(offset: start, length: end - start), to: state)
            }
        }
        return map
    }

    /// What is continued, for the record; the map itself is an attachment.
    var parameters: [String: String] { ["earlierImage": image?.string.printable ?? "none: the map orders the reads only"] }

    /// The copying pass that was under way; nil where the passes begin anew.
    var start: (pass: Int, position: Int)? {
        guard file != nil, mapfile.activity == .copying, (1...5).contains(mapfile.pass) else { return nil }
        return (mapfile.pass, min(mapfile.position, mapfile.map.size))
    }

    /// Copies what the earlier attempt read, after some places of it were found on the medium, too.
    ///
    /// - Throws: `ImagingError.otherImage`, `.unprovenImage`, `.source`, `.cancelled`.
    func takeOver(_ map: RescueMap, from source: any ImageSource, into destinations: Destinations, _ progress: JobProgress) throws
    {
        guard let file, let path = self.image else { return }
        let finished = map.regions.filter { $0.state == .finished }.map(\.range)
        guard !finished.isEmpty else { return }
        _ = try MediumComparison.run(finished, path, with: source, progress) { offset, buffer in
            try Self.fill(file, path, from: offset, buffer)
        }
        let memory = AlignedBuffer(byteCount: Pipeline.bufferSize)
        defer { withExtendedLifetime(memory) {} }
        let buffer = memory.bytes
        for range in finished {
            for start in stride(from: range.offset, to: range.end, by: buffer.count) {
                try progress.checkCancelled()
                let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, range.end - start)])
                // The map may say that more was read than the file holds.
                guard try Self.fill(file, path, from: start, piece) == piece.count else {
                    throw ImagingError.otherImage(path, at: start)
                }
                try destinations.write(UnsafeRawBufferPointer(piece), at: start)
                progress.advance(by: piece.count)
            }
        }
    }

    /// Reads until the buffer is full or the file ends.
    private static func fill(
        _ file: OwnedDescriptor, _ path: FilePath, from offset: Int, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(ImagingError) -> Int {
        var done = 0
        while done < buffer.count {
            let count: Int
            do throws(FileError) {
                count = try file.read(at: offset + done, into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            } catch {
                throw .source(error)
            }
            guard count > 0 else { break }
            done += count
        }
        return done
    }
}
