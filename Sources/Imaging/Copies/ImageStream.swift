import Custody
import DurableFiles
import ImageTree
import SystemPackage

/// The content of an image, read once from its first byte to its last.
public protocol ImageStream: AnyObject, Sendable {
    /// How the content is stored, and what the files say of themselves; without digests of ours.
    var description: ImageDescription { get }
    /// Fills a buffer with what comes next.
    ///
    /// - Returns: the number of bytes; 0 at the end.
    /// - Throws: `ImagingError`, `EwfError`; also where the end comes too early.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// A raw image, in one file or in segments.
public final class RawStream: ImageStream, @unchecked Sendable {
    // Read by one thread at a time.

    /// See `ImageStream`.
    public let description: ImageDescription
    private let image: ImageReader
    private var position = 0

    /// Opens an image that a record describes, past the page cache.
    ///
    /// - Throws: `ImageReadError`.
    public init(_ segments: ImageSegments) throws(ImageReadError) {
        image = try ImageReader(segments)
        description = ImageDescription(
            path: segments.image.string, format: .raw, files: segments.count, bytes: image.byteCount, digests: [:])
    }

    /// Opens an image that somebody names: a file, which is no link, or, where it ends in `.001`, all that follow beside it.
    ///
    /// - Throws: `ImageReadError`.
    public convenience init(named path: FilePath) throws(ImageReadError) {
        if ImageSegments.isFirst(path) {
            try self.init(series: ImageReader(named: path))
        } else {
            try self.init(ImageSegments(path, nil, byteCount: 0))
        }
    }

    private init(series image: ImageReader) {
        self.image = image
        description = ImageDescription(
            path: image.path.string, format: .raw, files: image.fileCount, bytes: image.byteCount, digests: [:])
    }

    /// See `ImageStream`. The buffer is page-aligned and a multiple of 4,096 bytes.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        do throws(FileError) {
            let count = try image.read(at: position, into: buffer)
            position += count
            return count
        } catch {
            throw ImagingError.source(error)
        }
    }
}
