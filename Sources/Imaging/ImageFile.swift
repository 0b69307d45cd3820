import CLinux
import Custody
import DurableFiles
import Foundation
import Glibc
import ImageTree
import SystemPackage

/// An image while it is being written: under a temporary name, its space reserved, until `finish` gives it its own.
public final class ImageFile: StreamConsumer, @unchecked Sendable {
    // `written` and `isStreamOver` are guarded by `lock`, `isTreeRestarted` by `treeLock`. Positioned writes come from one thread at a time.

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
    private let lock = NSLock()
    /// Apart from `lock`, so that hashing does not wait for writing.
    private let treeLock = NSLock()
    private var isTreeRestarted = false
    private var written = 0
    private var isStreamOver = false

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
        try lock.withLock {
            // After `endStream` what a stream still holds comes too late: its bytes are on nobody's map.
            guard !isStreamOver else { throw ImagingError.cancelled }
            try naming { () throws(FileError) in try file.write(bytes) }
            written += bytes.count
        }
    }

    /// Takes the hash of the next group of the block tree.
    func append(group: Int, _ hash: [UInt8]) throws(ImagingError) {
        try naming { () throws(FileError) in try tree.append(hash) }
    }

    /// Takes the hash of the next group of the block tree from the stream.
    ///
    /// - Throws: `ImagingError.cancelled` after `restartTree`: a stream that was given up may still hold some.
    func append(streamed group: Int, _ hash: [UInt8]) throws {
        try treeLock.withLock {
            guard !isTreeRestarted else { throw ImagingError.cancelled }
            try append(group: group, hash)
        }
    }

    /// Begins the block tree anew, for an image that is read back. Takes nothing more from the stream.
    func restartTree() throws {
        try treeLock.withLock {
            isTreeRestarted = true
            try naming { () throws(FileError) in try tree.restart() }
        }
    }

    /// Flushes the image, makes it read-only and gives it its name; returns once all of that is on stable storage.
    /// The tree has its name before the image has.
    ///
    /// - Parameter blockTree: the image's fs-verity digest, to which the groups lead that were taken.
    func finish(blockTree: [UInt8]) throws(ImagingError) {
        try naming { () throws(FileError) in
            guard fchmod(file.descriptor.rawValue, 0o440) == 0 else {
                throw FileError("make read-only", file.path, Errno(rawValue: errno))
            }
            try file.sync()
            try tree.publish(blockTree)
            try publish(file.path, as: path, existing: .keep)
            // fs-verity wants that nobody has the file open for writing.
            let reading = try OwnedDescriptor(opening: path, .readOnly, options: .noFollow)
            try FileError.check(clinux_replace(reading.descriptor.rawValue, file.descriptor.rawValue), "reopen", path)
        }
    }

    private func naming(_ call: () throws(FileError) -> Void) throws(ImagingError) {
        do throws(FileError) {
            try call()
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
        let written = endStream()
        guard written > 0 else {
            unlink(file.path.string)
            unlink(mapPath.string)
            return nil
        }
        // What was reserved and not written goes back to the file system.
        ftruncate(file.descriptor.rawValue, off_t(written))
        return Self.remains(of: path)
    }

    // MARK: Out of order

    /// Where the map of what was read stands, while a rescue goes on and afterwards.
    public var mapPath: FilePath { FilePath(path.string + ".map") }

    /// Takes nothing more from a stream.
    ///
    /// - Returns: the number of bytes from the beginning that may hold something.
    func endStream() -> Int {
        lock.withLock {
            isStreamOver = true
            return written
        }
    }

    /// Writes anywhere in the image.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ImagingError) {
        try naming { () throws(FileError) in try file.write(bytes, at: offset) }
        lock.withLock { written = max(written, offset + bytes.count) }
    }

    /// Writes a pattern over runs that could not be read, repeated from the start of each sector; none leaves zeros. Then
    /// the file has its full length.
    func fill(_ ranges: [ByteRange], with pattern: [UInt8], sectorSize: Int, _ progress: JobProgress) throws {
        let block = pattern.isEmpty ? [] : (0..<Pipeline.bufferSize).map { pattern[$0 % sectorSize % pattern.count] }
        for range in pattern.isEmpty ? [] : ranges {
            for start in stride(from: range.offset, to: range.end, by: block.count) {
                try progress.checkCancelled()
                let bytes = block.prefix(range.end - start)
                try bytes.withUnsafeBytes { try write($0, at: start) }
            }
        }
        try naming { () throws(FileError) in
            guard ftruncate(file.descriptor.rawValue, off_t(byteCount)) == 0 else {
                throw FileError("extend", file.path, Errno(rawValue: errno))
            }
            try file.sync()
        }
    }

    /// Keeps the map beside the image; both on stable storage, the image first, so that the map never says too much.
    func save(_ map: Mapfile) throws(ImagingError) {
        try naming { () throws(FileError) in
            try file.sync()
            try writeDurably(map.text.utf8, to: mapPath, permissions: [.ownerRead, .groupRead], existing: .replace)
        }
    }
}
