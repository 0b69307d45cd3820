import Custody
import SystemPackage

/// The files of an image by its layout: one, or segments that follow one another.
public struct ImageSegments: Sendable, Equatable {
    /// One of the files.
    public struct Segment: Sendable, Equatable {
        /// Where it stands.
        public let path: FilePath
        /// What of the image it holds.
        public let range: Range<Int>
    }

    /// Most segments of an image.
    public static let countLimit = 65_535

    /// Path of the only file or the first segment; what belongs to the image (block tree, map) is named after it.
    public let image: FilePath
    /// nil: one file.
    public let layout: ImageLayout?
    /// Length of the image in bytes.
    public let byteCount: Int

    /// The files that a record describes. It may say anything of a length; none is below 0.
    public init(_ image: FilePath, _ layout: ImageLayout?, byteCount: Int) {
        self.image = image
        self.layout = layout
        self.byteCount = max(0, byteCount)
    }

    /// Number of files; an empty image is one empty file.
    public var count: Int { segmentSize.map { max(1, (byteCount - 1) / $0 + 1) } ?? 1 }

    /// A record may say anything of a layout; no image has segments of nothing.
    private var segmentSize: Int? { layout.flatMap { $0.segmentSize > 0 ? $0.segmentSize : nil } }

    /// A file by its place, from 0.
    public subscript(_ index: Int) -> Segment {
        guard let segmentSize else { return Segment(path: image, range: 0..<byteCount) }
        let start = index * segmentSize
        return Segment(path: path(number: index + 1), range: start..<min(start + segmentSize, byteCount))
    }

    /// All files, in order.
    public var all: [Segment] { (0..<count).map { self[$0] } }

    /// The place of the file that holds a byte of the image.
    public func index(of offset: Int) -> Int { min(offset / (segmentSize ?? .max), count - 1) }

    /// Path of a segment by its number, from 1.
    public func path(number: Int) -> FilePath {
        let volume = layout?.volumes.last { $0.firstSegment <= number }
        return Self.path(number, of: image, in: volume.map { FilePath($0.folder) })
    }

    /// `NAME.002` for segment 2 of `NAME.001`; more than three digits only where the number has them.
    public static func path(_ number: Int, of first: FilePath, in folder: FilePath? = nil) -> FilePath {
        let digits = String(number)
        let ending = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        let name = (first.lastComponent?.stem ?? "") + "." + ending
        return (folder ?? first.removingLastComponent()).appending(name)
    }

    /// Whether a path is named like the first of several segments.
    public static func isFirst(_ path: FilePath) -> Bool { path.extension == "001" }
}
