import CLinux
import Custody
import DurableFiles
import Glibc
import Synchronization
import SystemPackage

/// Reads an image as one run of bytes, whatever files it lies in. Any number of threads may read at once.
public final class ImageReader: Sendable {
    /// How the page cache is avoided.
    public enum Reading: String, Sendable {
        /// O_DIRECT.
        case direct
        /// The file system knows no O_DIRECT, the kernel enforces fs-verity on the file, or a segment does not end at a page: the
        /// cached pages are dropped first (posix_fadvise(2)).
        case evicted
    }

    /// How files are opened.
    private enum Mode { case direct, plain }

    /// One of the files.
    private struct Part: Sendable {
        let path: FilePath
        let range: Range<Int>
        var exists = true
    }

    /// Open files at a time: an image may have more than a process may open.
    private static let openLimit = 16
    /// O_DIRECT reads whole pages.
    private static let page = 4096

    /// The only file or the first segment.
    public let path: FilePath
    /// Length of the image in bytes.
    public let byteCount: Int
    /// How the page cache is avoided.
    public let reading: Reading
    /// Number of files.
    public var fileCount: Int { parts.count }
    private let parts: [Part]
    private let mode: Mode
    private let followsLinks: Bool
    private let isEvicting: Bool
    private let open = Mutex<[(index: Int, file: OwnedDescriptor)]>([])

    /// Opens the image that a record describes. One file may have any length; segments must be there with theirs, and no more
    /// of them.
    ///
    /// - Throws: `ImageReadError`.
    public convenience init(_ segments: ImageSegments) throws(ImageReadError) {
        try self.init(segments.all.map(\.path), followsLinks: false, isEvicting: true)
        if let fault = fault(expecting: segments) { throw fault }
        let surplus = segments.path(number: segments.count + 1)
        if segments.layout != nil, try Self.isThere(surplus) {
            throw .segmentSurplus(surplus, count: segments.count)
        }
    }

    /// What of the files is not as a record says: the first of them; nil where all is. One file may have any length.
    public func fault(expecting segments: ImageSegments) -> ImageReadError? {
        guard segments.layout != nil else { return nil }
        for index in 0..<segments.count {
            let expected = segments[index].range.count
            guard index < parts.count, parts[index].exists else {
                let path = index < parts.count ? parts[index].path : ImageSegments.path(index + 1, of: path)
                return .segmentMissing(path, number: index + 1, count: segments.count)
            }
            let found = parts[index]
            guard found.range.count == expected else {
                return .segmentLength(found.path, bytes: found.range.count, expected: expected)
            }
        }
        return parts.count > segments.count ? .segmentSurplus(parts[segments.count].path, count: segments.count) : nil
    }

    /// Opens the image that somebody names, of which nothing else is known: a file, or, where it ends in `.001`, all that follow
    /// beside it. Symbolic links are followed, and the page cache is used.
    ///
    /// - Throws: `ImageReadError`; `.segmentGap` where a file of the series lacks the one before it.
    public convenience init(named path: FilePath) throws(ImageReadError) {
        var paths = [path]
        if ImageSegments.isFirst(path) {
            while paths.count < ImageSegments.countLimit {
                let next = ImageSegments.path(paths.count + 1, of: path)
                guard try Self.isThere(next) else { break }
                paths.append(next)
            }
            try Self.checkNothingFollows(paths.count, of: path)
        }
        try self.init(paths, followsLinks: true, isEvicting: false)
    }

    /// Opens files that hold an image one after the other.
    ///
    /// - Parameter files: each with the length that counts; what stands behind it is not of the image.
    public init(unfinished files: [(path: FilePath, length: Int)]) throws(ImageReadError) {
        var parts: [Part] = []
        for (path, length) in files {
            let start = parts.last?.range.upperBound ?? 0
            parts.append(Part(path: path, range: start..<start + length))
        }
        (path, byteCount) = (files.first?.path ?? FilePath(), parts.last?.range.upperBound ?? 0)
        (self.parts, followsLinks, isEvicting) = (parts, false, true)
        mode = try Self.mode(of: parts, followsLinks: false)
        reading = mode == .direct ? .direct : .evicted
    }

    private init(_ paths: [FilePath], followsLinks: Bool, isEvicting: Bool) throws(ImageReadError) {
        var parts: [Part] = []
        for path in paths {
            var length: Int?
            do throws(FileError) {
                length = try Self.open(path, .plain, followsLinks).regularFileSize()
            } catch {
                if error.errno != .noSuchFileOrDirectory || paths.count == 1 { throw .file(error) }
            }
            let start = parts.last?.range.upperBound ?? 0
            parts.append(Part(path: path, range: start..<start + (length ?? 0), exists: length != nil))
        }
        (path, byteCount) = (paths.first ?? FilePath(), parts.last?.range.upperBound ?? 0)
        (self.parts, self.followsLinks, self.isEvicting) = (parts, followsLinks, isEvicting)
        mode = isEvicting ? try Self.mode(of: parts, followsLinks: followsLinks) : .plain
        reading = mode == .direct ? .direct : .evicted
    }

    private static func isThere(_ path: FilePath) throws(ImageReadError) -> Bool {
        do throws(FileError) {
            return try exists(path)
        } catch {
            throw .file(error)
        }
    }

    /// A file with a higher number shows that one is missing.
    private static func checkNothingFollows(_ count: Int, of first: FilePath) throws(ImageReadError) {
        let folder = first.removingLastComponent()
        guard let stem = first.lastComponent?.stem else { return }
        let names: [String]
        do throws(FileError) {
            names = try listDirectory(folder.isEmpty ? "." : folder)
        } catch {
            throw .file(error)
        }
        let numbers = names.compactMap { name -> Int? in
            guard name.hasPrefix(stem + "."), let number = Int(name.dropFirst(stem.count + 1)), number > count,
                ImageSegments.path(number, of: first).lastComponent?.string == name
            else { return nil }
            return number
        }
        guard let next = numbers.min() else { return }
        throw .segmentGap(
            missing: ImageSegments.path(count + 1, of: first), found: ImageSegments.path(next, of: first))
    }

    /// O_DIRECT where every file has it, the kernel does not read through its cache whatever was asked for, and segments end at pages.
    private static func mode(of parts: [Part], followsLinks: Bool) throws(ImageReadError) -> Mode {
        for part in parts where part.exists {
            if part.range.lowerBound % page != 0 { return .plain }
            do throws(FileError) {
                let file = try open(part.path, .direct, followsLinks)
                if Verity.measure(file) != nil { return .plain }
            } catch {
                guard error.errno == .invalidArgument else { throw .file(error) }
                return .plain
            }
        }
        return .direct
    }

    private static func open(_ path: FilePath, _ mode: Mode, _ followsLinks: Bool) throws(FileError) -> OwnedDescriptor {
        // Not blocking, for a pipe in the image's place would be waited for; it changes nothing for regular files.
        var options: FileDescriptor.OpenOptions = .nonBlocking
        if !followsLinks { options.insert(.noFollow) }
        if mode == .direct { options.insert(FileDescriptor.OpenOptions(rawValue: clinux_o_direct)) }
        return try OwnedDescriptor(opening: path, .readOnly, options: options)
    }

    /// Reads at a byte offset of the image; may return less than asked for, 0 only at the end.
    ///
    /// - Parameter buffer: page-aligned, and a multiple of 4,096 bytes also at the end of the image, where O_DIRECT is used.
    /// - Throws: `FileError` of the file that cannot be read.
    public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        guard offset < byteCount, !buffer.isEmpty else { return 0 }
        let index = index(of: offset)
        let part = parts[index]
        let left = part.range.upperBound - offset
        let asked = min(buffer.count, (left + Self.page - 1) / Self.page * Self.page)
        let count = try file(index).read(
            at: offset - part.range.lowerBound, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<asked]))
        guard count > 0 else { throw FileError("read to its end", part.path, .ioError) }
        return min(count, left)
    }

    /// Reads until the buffer is full or the image ends.
    ///
    /// - Returns: the number of bytes.
    /// - Throws: as `read`.
    public func fill(_ buffer: UnsafeMutableRawBufferPointer, from offset: Int) throws(FileError) -> Int {
        var done = 0
        while done < buffer.count {
            let count = try read(at: offset + done, into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            guard count > 0 else { break }
            done += count
        }
        return done
    }

    /// The part that holds a byte.
    private func index(of offset: Int) -> Int {
        var (low, high) = (0, parts.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if parts[middle].range.upperBound > offset { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// A file of the image; whoever reads it keeps it open.
    private func file(_ index: Int) throws(FileError) -> OwnedDescriptor {
        try open.withLock { (open) throws(FileError) in
            if let known = open.first(where: { $0.index == index }) { return known.file }
            let file = try Self.open(parts[index].path, mode, followsLinks)
            let advice = isEvicting ? POSIX_FADV_DONTNEED : POSIX_FADV_SEQUENTIAL
            if mode == .plain { posix_fadvise(file.descriptor.rawValue, 0, 0, advice) }
            if open.count == Self.openLimit { open.removeFirst() }
            open.append((index, file))
            return file
        }
    }
}
