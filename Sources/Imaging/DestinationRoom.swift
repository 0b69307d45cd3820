import DurableFiles
import Glibc
import ImageTree
import SystemPackage

/// Whether the making of images that stands still could go on, as far as their destinations tell.
public struct DestinationRoom: Sendable, Equatable {
    /// Nothing is there.
    public static let none = DestinationRoom(isInPlace: false, isEnough: false)
    /// Bytes that must be free for a sparse image, of which nobody knows what it takes.
    private static let sparseRoom = 64 << 20

    /// Whether the files are there and their folders can be written to.
    public let isInPlace: Bool
    /// Whether there is room for what is missing.
    public let isEnough: Bool

    private init(isInPlace: Bool, isEnough: Bool) {
        self.isInPlace = isInPlace
        self.isEnough = isEnough
    }

    /// Looks at the destinations of images. Blocks.
    public init(of images: [ImageSegments], isSparse: Bool) {
        var needed: [dev_t: Int] = [:]
        var free: [dev_t: Int] = [:]
        var isInPlace = !images.isEmpty
        for image in images {
            for segment in image.all {
                let folder = segment.path.removingLastComponent()
                guard let status = try? status(of: folder), access(folder.string, W_OK) == 0 else {
                    isInPlace = false
                    continue
                }
                let file = try? DurableFiles.status(of: FilePath(segment.path.string + ImageFile.partialSuffix))
                if file == nil, segment.range.lowerBound == 0, access(segment.path.string, F_OK) != 0 { isInPlace = false }
                let missing = max(0, segment.range.count - Int(file?.st_blocks ?? 0) * 512)
                needed[status.st_dev, default: 0] += isSparse ? 0 : missing
                if free[status.st_dev] == nil { free[status.st_dev] = DestinationSpace.free(folder) }
            }
            if let status = try? status(of: image.image.removingLastComponent()) {
                needed[status.st_dev, default: 0] += isSparse ? Self.sparseRoom : BlockTreeFile.length(image.byteCount)
            }
        }
        self.init(isInPlace: isInPlace, isEnough: needed.allSatisfy { free[$0.key] ?? 0 >= $0.value })
    }
}
