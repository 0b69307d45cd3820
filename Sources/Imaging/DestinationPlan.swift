import Custody
import DurableFiles
import Foundation
import ImageTree
import SystemPackage

/// Where an image is to go, and how.
public struct DestinationPlan: Sendable, Equatable {
    /// An existing folder.
    public var folder: FilePath
    /// Folders in which it goes on, one after the other, when there is no room in the one before. Needs segments.
    public var nextFolders: [FilePath]
    /// Bytes of a segment; nil: one file.
    public var segmentSize: Int?
    /// Whether blocks of zeros are left out.
    public var isSparse: Bool

    /// Shortest segment in bytes.
    public static let shortestSegment = 1 << 20
    /// Longest segment in bytes: longer than any disk, and far below where adding to it could overflow.
    public static let longestSegment = 1 << 50
    /// Segments end at sectors.
    public static let segmentUnit = 512

    /// Describes a destination.
    public init(folder: FilePath, nextFolders: [FilePath] = [], segmentSize: Int? = nil, isSparse: Bool = false) {
        self.folder = folder
        self.nextFolders = nextFolders
        self.segmentSize = segmentSize
        self.isSparse = isSparse
    }

    /// Creates the first files of the images of several destinations; see `create(stem:byteCount:beside:)`.
    ///
    /// - Throws: also `ImagingError.sameFolder`.
    public static func create(
        _ plans: [DestinationPlan], stem: String, byteCount: Int
    ) throws(ImagingError) -> [ImageFile] {
        for (index, plan) in plans.enumerated()
        where plans[..<index].contains(where: { DestinationSpace.isSame($0.folder, plan.folder) }) {
            throw .sameFolder(plan.folder)
        }
        var images: [ImageFile] = []
        for plan in plans {
            do throws(ImagingError) {
                images.append(try plan.create(stem: stem, byteCount: byteCount, beside: images.last))
            } catch {
                for image in images { _ = image.abandon() }
                throw error
            }
        }
        return images
    }

    /// Looks at the destination and creates the first files of the image.
    ///
    /// - Parameters:
    ///   - stem: name of the image without its ending; a number is added where it is taken.
    ///   - byteCount: length that the image will have.
    ///   - other: an image that is made at the same time, and whose space counts as taken.
    /// - Throws: `ImagingError.noDestination`, `.segmentSize`, `.fileTooLong`, `.destinationFull`, `.destination`; nothing is left
    ///   behind.
    public func create(stem: String, byteCount: Int, beside other: ImageFile? = nil) throws(ImagingError) -> ImageFile {
        for folder in [folder] + nextFolders {
            guard let status = try? status(of: folder), status.st_mode & S_IFMT == S_IFDIR else { throw .noDestination(folder) }
        }
        let layout = try layout(byteCount, beside: other)
        let image = try create(stem, layout, byteCount)
        do throws(ImagingError) {
            for index in [0] + (layout?.volumes ?? []).map({ $0.firstSegment - 1 }) {
                let longest = try longestFile(image, index)
                let length = image.segments[index].range.count
                guard length <= longest else {
                    throw ImagingError.fileTooLong(
                        image.segments[index].path.removingLastComponent(), length: length, longest: longest)
                }
            }
        } catch {
            _ = image.abandon()
            throw error
        }
        return image
    }

    private func longestFile(_ image: ImageFile, _ index: Int) throws(ImagingError) -> Int {
        do throws(FileError) {
            return try image.longestFile(index)
        } catch {
            throw .destination(error)
        }
    }

    /// Which segment goes where, after a look at the free space.
    private func layout(_ byteCount: Int, beside other: ImageFile?) throws(ImagingError) -> ImageLayout? {
        let folders = [folder] + nextFolders
        if let segmentSize {
            guard (Self.shortestSegment...Self.longestSegment).contains(segmentSize),
                segmentSize.isMultiple(of: Self.segmentUnit), (byteCount - 1) / segmentSize < ImageSegments.countLimit
            else { throw .segmentSize(segmentSize) }
        }
        let isShared = other.map { DestinationSpace.isShared($0.path.removingLastComponent(), folder) } ?? false
        let ofOther = isShared ? other.map { $0.byteCount + BlockTreeFile.length($0.byteCount) } ?? 0 : 0
        let taken = BlockTreeFile.length(byteCount) + ofOther
        let free = folders.map { DestinationSpace.free($0) }
        // Folders of one file system have their room once.
        let rooms = folders.indices.map { index in
            folders[..<index].contains { DestinationSpace.isShared($0, folders[index]) } ? 0 : free[index]
        }
        let volumes = DestinationSpace.assign(byteCount, segmentSize: segmentSize ?? max(1, byteCount), to: rooms, taken: taken)
        guard let volumes, volumes.first?.folder == 0 else {
            // How much a sparse image takes is not known before.
            if isSparse, nextFolders.isEmpty { return segmentSize.map { ImageLayout(segmentSize: $0) } }
            let all = rooms.reduce(0) { $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 }
            throw .destinationFull(folder, needed: byteCount + taken, free: all)
        }
        return segmentSize.map { size in
            ImageLayout(
                segmentSize: size,
                volumes: volumes.filter { $0.folder > 0 }.map {
                    .init(firstSegment: $0.firstSegment, folder: folders[$0.folder].string)
                })
        }
    }

    private func create(_ stem: String, _ layout: ImageLayout?, _ byteCount: Int) throws(ImagingError) -> ImageFile {
        for number in 1...1000 {
            let name = stem + (number == 1 ? "" : "-\(number)") + (layout == nil ? ".dd" : ".001")
            do throws(FileError) {
                return try ImageFile.create(
                    ImageSegments(folder.appending(name), layout, byteCount: byteCount), isSparse: isSparse)
            } catch {
                if error.errno != .fileExists { throw .destination(error) }
            }
        }
        throw .destination(FileError("find a free name for", folder.appending(stem), .fileExists))
    }
}

/// Names of images.
public enum ImageName {
    /// Most bytes that the number of a case or an exhibit has in a file name: both, the time and the endings fit into 255.
    private static let numberLimit = 100

    /// `case_exhibit_time`, safe as a file name: whatever is no letter, digit, hyphen or dot becomes an underscore, and
    /// long numbers are cut.
    public static func stem(for exhibit: ExhibitID, at time: Timestamp) -> String {
        let moment = time.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
        return "\(part(exhibit.caseNumber))_\(part(exhibit.number))_\(moment)"
    }

    private static func part(_ number: String) -> String {
        var part = ""
        for scalar in number.unicodeScalars {
            let isSafe =
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-._".unicodeScalars.contains(scalar)
            let safe: Unicode.Scalar = isSafe ? scalar : "_"
            guard part.utf8.count + UTF8.width(safe) <= numberLimit else { break }
            part.unicodeScalars.append(safe)
        }
        return part
    }
}
