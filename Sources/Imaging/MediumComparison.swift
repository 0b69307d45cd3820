import Custody
import SystemPackage

/// Shows that a medium is the one from which an image was begun: places spread over what was read hold the same on both.
enum MediumComparison {
    /// Places that are compared.
    private static let places = 16
    /// O_DIRECT reads whole pages.
    private static let page = 4096

    /// Compares.
    ///
    /// - Parameters:
    ///   - finished: what was read of the medium, ascending.
    ///   - image: path of the image, for messages.
    ///   - read: fills a page-aligned buffer of 4,096 bytes from a byte of the image and returns how many there were.
    /// - Returns: the number of places that were compared; 0 where nothing was read yet.
    /// - Throws: `ImagingError.otherImage`, `.unprovenImage` where no place can be read on the medium, and what `read` throws.
    static func run(
        _ finished: [ByteRange], _ image: FilePath, with source: any ImageSource, _ progress: JobProgress,
        read: (Int, UnsafeMutableRawBufferPointer) throws -> Int
    ) throws -> Int {
        let (ours, theirs) = (AlignedBuffer(byteCount: page), AlignedBuffer(byteCount: page))
        defer { withExtendedLifetime((ours, theirs)) {} }
        var (compared, last) = (0, -1)
        for place in spread(finished) where place.offset / page != last {
            try progress.checkCancelled()
            let start = place.offset / page * page
            last = place.offset / page
            let skipped = place.offset - start
            let count = min(page - skipped, place.length)
            let piece = UnsafeMutableRawBufferPointer(rebasing: ours.bytes[..<count])
            guard try source.fill(piece, from: place.offset, progress) == count else { continue }
            guard try read(start, theirs.bytes) >= skipped + count,
                piece.elementsEqual(theirs.bytes[skipped..<skipped + count])
            else { throw ImagingError.otherImage(image, at: place.offset) }
            compared += 1
        }
        guard compared > 0 || finished.isEmpty else { throw ImagingError.unprovenImage(image) }
        return compared
    }

    /// Pages, or what lies of them in a region: the first byte that was read, the last, and others between them.
    private static func spread(_ finished: [ByteRange]) -> [ByteRange] {
        let total = finished.reduce(0) { $0 + $1.length }
        guard total > 0 else { return [] }
        var (places, passed, index) = ([ByteRange](), 0, 0)
        for number in 0..<Self.places {
            let target = (total - 1) / (Self.places - 1) * number
            while target >= passed + finished[index].length {
                passed += finished[index].length
                index += 1
            }
            let region = finished[index]
            let start = max(region.offset, (region.offset + target - passed) / page * page)
            places.append(ByteRange(offset: start, length: min(region.end, (start / page + 1) * page) - start))
        }
        return places
    }
}
