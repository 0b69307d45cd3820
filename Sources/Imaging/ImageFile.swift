import CLinux
import Custody
import DurableFiles
import Glibc
import ImageTree
import SystemPackage

/// An image while it is being written: under a temporary name, its space reserved, until `finish` gives it its own.
public final class ImageFile: StreamConsumer, @unchecked Sendable {
    // `written` is touched by the writer's thread while the stream runs, and by the creator before and after.

    /// Ending of the temporary name.
    static let partialSuffix = ".partial"

    /// The final path.
    public let path: FilePath
    /// The path until the image is finished.
    public let partialPath: FilePath
    let threadName = "fc-writer"
    private let file: OwnedDescriptor
    private let byteCount: Int
    private let tree: BlockTreeWriter
    private var written = 0

    /// Creates the temporary file, after a look at the free space.
    ///
    /// - Parameters:
    ///   - folder: an existing folder.
    ///   - stem: name of the image without its ending; a number is added where it is taken.
    ///   - byteCount: length that the image will have.
    /// - Throws: `ImagingError`; nothing is left behind.
    public init(in folder: FilePath, stem: String, byteCount: Int) throws(ImagingError) {
        guard let status = try? status(of: folder), status.st_mode & S_IFMT == S_IFDIR else { throw .noDestination(folder) }
        let free = Self.freeSpace(folder)
        let needed = byteCount + BlockTreeFile.length(byteCount)
        guard free >= needed else { throw .destinationFull(folder, needed: needed, free: free) }
        let (file, path, tree) = try Self.create(folder, stem, byteCount)
        self.tree = tree
        self.path = path
        self.partialPath = file.path
        self.file = file
        self.byteCount = byteCount
    }

    /// Reserves the space of the whole image.
    ///
    /// - Throws: `ImagingError.destinationFull`.
    func reserve() throws(ImagingError) {
        guard byteCount > 0 else { return }
        let ofImage = clinux_reserve(file.descriptor.rawValue, off_t(byteCount))
        let result = ofImage < 0 ? ofImage : tree.reserve()
        // A file system without the call is written to as it is; its free space was checked.
        guard result < 0, result != -EOPNOTSUPP else { return }
        let folder = path.removingLastComponent()
        throw result == -ENOSPC
            ? .destinationFull(folder, needed: byteCount + BlockTreeFile.length(byteCount), free: Self.freeSpace(folder))
            : .destination(FileError("reserve space in", file.path, Errno(rawValue: -result)))
    }

    /// Most bytes that the number of a case or an exhibit has in a file name: both, the time and the endings fit into 255.
    private static let numberLimit = 100

    /// `case_exhibit_time`, safe as a file name: whatever is no letter, digit, hyphen or dot becomes an underscore, and
    /// long numbers are cut.
    public static func stem(for exhibit: ExhibitID, at time: Timestamp) -> String {
        let moment = time.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
        return "\(namePart(exhibit.caseNumber))_\(namePart(exhibit.number))_\(moment)"
    }

    private static func namePart(_ number: String) -> String {
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

    private static func create(
        _ folder: FilePath, _ stem: String, _ byteCount: Int
    ) throws(ImagingError) -> (OwnedDescriptor, FilePath, BlockTreeWriter) {
        for number in 1...1000 {
            let path = folder.appending(stem + (number == 1 ? "" : "-\(number)") + ".dd")
            guard access(path.string, F_OK) != 0 else { continue }
            do throws(FileError) {
                let partial = FilePath(path.string + partialSuffix)
                let file = try OwnedDescriptor(
                    opening: partial, .writeOnly, options: [.create, .exclusiveCreate, .noFollow],
                    permissions: [.ownerReadWrite])
                do throws(FileError) {
                    return (file, path, try BlockTreeWriter.create(for: path, byteCount: byteCount))
                } catch {
                    unlink(partial.string)
                    throw error
                }
            } catch {
                if error.errno != .fileExists { throw .destination(error) }
            }
        }
        throw .destination(FileError("find a free name for", folder.appending(stem), .fileExists))
    }

    private static func freeSpace(_ folder: FilePath) -> Int {
        var status = statvfs()
        guard statvfs(folder.string, &status) == 0 else { return 0 }
        let (bytes, overflow) = Int(clamping: status.f_bavail).multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
        return overflow ? .max : bytes
    }

    /// What an interrupted making of the image at `path` left behind: the incomplete file, or the complete one where the
    /// interruption came between its final name and its record; nil where there is neither.
    public static func remains(of path: FilePath) -> FilePath? {
        [FilePath(path.string + partialSuffix), path].first { access($0.string, F_OK) == 0 }
    }

    func consume(_ bytes: UnsafeRawBufferPointer) throws {
        do throws(FileError) {
            try file.write(bytes)
        } catch {
            throw ImagingError.destination(error)
        }
        written += bytes.count
    }

    /// Takes the hash of the next group of the block tree.
    func append(group: Int, _ hash: [UInt8]) throws(ImagingError) {
        do throws(FileError) {
            try tree.append(hash)
        } catch {
            throw .destination(error)
        }
    }

    /// Begins the block tree anew, for a stream that starts again.
    func restartTree() throws(ImagingError) {
        do throws(FileError) {
            try tree.restart()
        } catch {
            throw .destination(error)
        }
    }

    /// Flushes the image, makes it read-only and gives it its name; returns once all of that is on stable storage.
    /// The tree has its name before the image has.
    ///
    /// - Parameter blockTree: the image's fs-verity digest, to which the groups lead that were taken.
    func finish(blockTree: [UInt8]) throws(ImagingError) {
        do throws(FileError) {
            guard fchmod(file.descriptor.rawValue, 0o440) == 0 else {
                throw FileError("make read-only", file.path, Errno(rawValue: errno))
            }
            try file.sync()
            try tree.publish(blockTree)
            try publish(file.path, as: path, existing: .keep)
            // fs-verity wants that nobody has the file open for writing.
            let reading = try OwnedDescriptor(opening: path, .readOnly, options: .noFollow)
            try FileError.check(clinux_replace(reading.descriptor.rawValue, file.descriptor.rawValue), "reopen", path)
        } catch {
            throw .destination(error)
        }
    }

    /// Leaves an incomplete image behind under its temporary name, because it may be all that a dying drive ever gave;
    /// removes it where it holds nothing.
    ///
    /// - Returns: where it stands; nil where it was removed.
    public func abandon() -> FilePath? {
        tree.abandon()
        guard written > 0 else {
            unlink(file.path.string)
            return nil
        }
        // What was reserved and not written goes back to the file system.
        ftruncate(file.descriptor.rawValue, off_t(written))
        return Self.remains(of: path)
    }
}
