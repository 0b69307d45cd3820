import CLinux
import Custody
import DurableFiles
import Foundation
import Glibc
import ImageTree
import Integrity
import Synchronization
import SystemPackage

/// An image while it is being written to one destination: its files have temporary names and their space is reserved, until
/// `finish` gives them their own.
public final class ImageFile: Sendable {
    /// Ending of the temporary names.
    static let partialSuffix = ".partial"
    /// Files that are open at a time: an image may have more segments than a process may open.
    private static let openLimit = 8
    /// Seconds of a stream between two checkpoints: what a power cut makes unsure.
    private static let checkpointInterval = 30.0
    /// Bytes after which the kernel is asked to begin writing, so that a `checkpoint` is short.
    private static let writebackInterval = 16 << 20
    /// A block of a sparse file.
    private static let hole = 4096

    private struct State {
        var open: [(index: Int, file: OwnedDescriptor)] = []
        /// Segments whose files are there.
        var created: Set<Int> = []
        /// The byte behind the last that may hold something.
        var written = 0
        /// The next byte of the stream.
        var position = 0
        var isStreamOver = false
        var lastCheckpoint = DispatchTime.now()
    }

    /// Its files, under their final names.
    public let segments: ImageSegments
    /// Whether blocks of zeros are left out.
    public let isSparse: Bool
    private let tree: BlockTreeWriter
    private let state = Mutex(State())
    private let isTreeRestarted = Mutex(false)

    /// The final path: of the only file, or of the first segment.
    public var path: FilePath { segments.image }
    /// That path until the image is finished.
    public var partialPath: FilePath { Self.partial(path) }
    /// Length that the image will have.
    var byteCount: Int { segments.byteCount }

    private static func partial(_ path: FilePath) -> FilePath { FilePath(path.string + partialSuffix) }

    init(_ segments: ImageSegments, _ tree: BlockTreeWriter, isSparse: Bool) {
        self.segments = segments
        self.tree = tree
        self.isSparse = isSparse
    }

    // MARK: Files

    /// Creates the files that a look at the destination needs: the first of each folder, and the block tree's.
    ///
    /// - Throws: `FileError`; `Errno.fileExists` where any name is taken. Nothing is left behind.
    static func create(_ segments: ImageSegments, isSparse: Bool) throws(FileError) -> ImageFile {
        for segment in segments.all where exists(segment.path) || exists(partial(segment.path)) {
            throw FileError("create", segment.path, .fileExists)
        }
        let image = ImageFile(
            segments, try BlockTreeWriter.create(for: segments.image, byteCount: segments.byteCount), isSparse: isSparse)
        do throws(FileError) {
            for index in [0] + (segments.layout?.volumes ?? []).map({ $0.firstSegment - 1 }) {
                try image.withFile(index) { _ throws(FileError) in }
            }
        } catch {
            _ = image.abandon()
            throw error
        }
        return image
    }

    /// Opens what an interrupted making left, and takes an image that was finished back to its temporary names: what is not
    /// recorded is not finished. Creates nothing, for the folder may be the one beneath a file system that is not mounted.
    ///
    /// - Throws: `ImagingError.destinationGone` where the files are not there.
    public static func reopen(_ segments: ImageSegments, isSparse: Bool) throws(ImagingError) -> ImageFile {
        for index in [0] + (segments.layout?.volumes ?? []).map({ $0.firstSegment - 1 }) {
            let path = segments[index].path
            guard exists(path) || exists(partial(path)) else { throw .destinationGone(path.removingLastComponent()) }
        }
        do throws(FileError) {
            let tree = try BlockTreeWriter.reopen(for: segments.image, byteCount: segments.byteCount)
            let image = ImageFile(segments, tree, isSparse: isSparse)
            for index in 0..<segments.count { try image.takeBack(index) }
            try image.extendFiles()
            return image
        } catch {
            throw .destination(error)
        }
    }

    private func takeBack(_ index: Int) throws(FileError) {
        let (path, range) = (segments[index].path, segments[index].range)
        let partial = Self.partial(path)
        if Self.exists(path), !Self.exists(partial) {
            guard chmod(path.string, 0o600) == 0 else { throw FileError("make writable", path, Errno(rawValue: errno)) }
            try publish(path, as: partial, existing: .keep)
        }
        var status = stat()
        guard lstat(partial.string, &status) == 0 else { return }
        let length = try isSparse ? Int(status.st_size) : Self.endOfData(partial)
        state.withLock { state in
            state.created.insert(index)
            if length > 0 { state.written = max(state.written, range.lowerBound + length) }
        }
    }

    /// The byte behind the last of a file that was written: behind it there is only what was reserved.
    private static func endOfData(_ path: FilePath) throws(FileError) -> Int {
        let file = try OwnedDescriptor(opening: path, .readOnly, options: .noFollow)
        var end = 0
        while let run = try data(of: file, from: end) { end = run.upperBound }
        return end
    }

    /// The first run of a file, at a byte or behind it, that was written; nil where there is none (lseek(2)).
    private static func data(of file: OwnedDescriptor, from offset: Int) throws(FileError) -> Range<Int>? {
        // SEEK_DATA and SEEK_HOLE of linux/fs.h; a file system without them says that all of the file was written.
        let (data, hole): (CInt, CInt) = (3, 4)
        let start = lseek(file.descriptor.rawValue, off_t(offset), data)
        if start < 0, errno == ENXIO { return nil }
        let end = start < 0 ? start : lseek(file.descriptor.rawValue, start, hole)
        guard end > start else { throw FileError("look for what was written in", file.path, Errno(rawValue: errno)) }
        return Int(start)..<Int(end)
    }

    private static func exists(_ path: FilePath) -> Bool {
        var status = stat()
        return lstat(path.string, &status) == 0
    }

    /// Calls with a file, opened or created where it is not open.
    private func withFile<Value>(
        _ index: Int, _ body: (OwnedDescriptor) throws(FileError) -> Value
    ) throws(FileError) -> Value {
        try state.withLock { (state) throws(FileError) in try body(try file(index, &state)) }
    }

    private func file(_ index: Int, _ state: inout State) throws(FileError) -> OwnedDescriptor {
        if let known = state.open.first(where: { $0.index == index }) { return known.file }
        var options: FileDescriptor.OpenOptions = .noFollow
        if !state.created.contains(index) { options.formUnion([.create, .exclusiveCreate]) }
        let file = try Self.open(Self.partial(segments[index].path), options)
        state.created.insert(index)
        // Flushed before it is closed: whoever opens it later need not hear of an error that came meanwhile.
        if state.open.count == Self.openLimit { try state.open.removeFirst().file.sync() }
        state.open.append((index, file))
        return file
    }

    /// Opens a file for writing; one that the kernel seals for reading: it was whole once, and is only to be flushed and named.
    private static func open(_ path: FilePath, _ options: FileDescriptor.OpenOptions) throws(FileError) -> OwnedDescriptor {
        do throws(FileError) {
            return try OwnedDescriptor(opening: path, .writeOnly, options: options, permissions: [.ownerReadWrite])
        } catch {
            guard error.errno == .notPermitted, let file = try? OwnedDescriptor(opening: path, .readOnly, options: .noFollow),
                Verity.measure(file) != nil
            else { throw error }
            return file
        }
    }

    /// Largest length that a file may have in the folder of a segment, as the kernel has it (lseek(2): EINVAL behind it).
    func longestFile(_ index: Int) throws(FileError) -> Int {
        try withFile(index) { file in
            func isAllowed(_ length: Int) -> Bool { lseek(file.descriptor.rawValue, off_t(length), SEEK_SET) >= 0 }
            var (low, high) = (0, Int.max)
            if isAllowed(high) { return high }
            while high - low > 1 {
                let middle = low + (high - low) / 2
                if isAllowed(middle) { low = middle } else { high = middle }
            }
            return low
        }
    }

    /// Whether its first file lies on a file system in memory (tmpfs).
    func isInMemory() throws(ImagingError) -> Bool {
        try naming { () throws(FileError) in
            try withFile(0) { clinux_is_in_memory($0.descriptor.rawValue) == 1 }
        }
    }

    /// Reserves the space of the whole image; a sparse one takes what it needs on the way.
    ///
    /// - Throws: `ImagingError.destinationFull`.
    func reserve() throws(ImagingError) {
        guard byteCount > 0, !isSparse else { return }
        for index in 0..<segments.count {
            let length = segments[index].range.count
            let result = try naming { () throws(FileError) in
                try withFile(index) { file in
                    Verity.measure(file) == nil ? clinux_reserve(file.descriptor.rawValue, off_t(length)) : 0
                }
            }
            try check(result, index)
        }
        try check(tree.reserve(), 0)
    }

    private func check(_ result: CInt, _ index: Int) throws(ImagingError) {
        // A file system without the call is written to as it is; its free space was checked.
        guard result < 0, result != -EOPNOTSUPP else { return }
        let path = segments[index].path
        let folder = path.removingLastComponent()
        throw result == -ENOSPC
            ? .destinationFull(folder, needed: byteCount + BlockTreeFile.length(byteCount), free: DestinationSpace.free(folder))
            : .destination(FileError("reserve space in", Self.partial(path), Errno(rawValue: -result)))
    }

    // MARK: Writing

    /// Takes the next piece of the stream.
    ///
    /// - Throws: `ImagingError.cancelled` after `endStream`: what a stream still holds comes too late, its bytes are on
    ///   nobody's map.
    func stream(_ bytes: UnsafeRawBufferPointer) throws(ImagingError) {
        let isOver = try naming { () throws(FileError) in
            try state.withLock { (state) throws(FileError) in
                guard !state.isStreamOver else { return true }
                try write(bytes, at: state.position, &state)
                state.position += bytes.count
                return false
            }
        }
        if isOver { throw .cancelled }
        let isDue = state.withLock { state in
            let now = DispatchTime.now()
            let seconds = Double(now.uptimeNanoseconds - state.lastCheckpoint.uptimeNanoseconds) / 1e9
            guard seconds >= Self.checkpointInterval else { return false }
            state.lastCheckpoint = now
            return true
        }
        if isDue { try checkpoint() }
    }

    /// Where a stream begins that goes on after an interruption.
    func beginStream(at position: Int) { state.withLock { $0.position = position } }

    /// Takes nothing more from a stream.
    ///
    /// - Returns: the byte before which it wrote everything.
    func endStream() -> Int {
        state.withLock {
            $0.isStreamOver = true
            return $0.position
        }
    }

    /// The byte behind the last that may hold something.
    var bytesBegun: Int { state.withLock { $0.written } }

    /// Whether nothing was written yet.
    var isEmpty: Bool { state.withLock { $0.written == 0 } }

    /// Writes anywhere in the image.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ImagingError) {
        try naming { () throws(FileError) in
            try state.withLock { (state) throws(FileError) in try write(bytes, at: offset, &state) }
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, _ state: inout State) throws(FileError) {
        var start = 0
        while start < bytes.count {
            let index = segments.index(of: offset + start)
            let range = segments[index].range
            let end = index == segments.count - 1 ? bytes.count : min(bytes.count, range.upperBound - offset)
            let file = try file(index, &state)
            let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            let place = offset + start - range.lowerBound
            // What was never written is zero already.
            if isSparse, offset + start >= state.written {
                try Self.writeSparsely(piece, at: place, to: file)
            } else {
                try Self.write(piece, at: place, to: file)
            }
            if (place + piece.count) / Self.writebackInterval > place / Self.writebackInterval {
                clinux_begin_writeback(file.descriptor.rawValue)
            }
            start = end
        }
        state.written = max(state.written, offset + bytes.count)
    }

    /// Writes to a file; in one that the kernel seals it must stand already.
    private static func write(_ bytes: UnsafeRawBufferPointer, at place: Int, to file: OwnedDescriptor) throws(FileError) {
        do throws(FileError) {
            try file.write(bytes, at: place)
        } catch {
            guard error.errno == .badFileDescriptor, try file.read(at: place, upTo: bytes.count).elementsEqual(bytes) else {
                throw error
            }
        }
    }

    /// Writes the runs that are not zero, in whole blocks of the file.
    private static func writeSparsely(_ bytes: UnsafeRawBufferPointer, at place: Int, to file: OwnedDescriptor) throws(FileError)
    {
        var start = 0
        var run: Int?
        while start < bytes.count {
            let end = min(bytes.count, (place + start) / hole * hole + hole - place)
            let isZero = UnsafeRawBufferPointer(rebasing: bytes[start..<end]).isZero
            if isZero, let begun = run {
                try write(UnsafeRawBufferPointer(rebasing: bytes[begun..<start]), at: place + begun, to: file)
                run = nil
            } else if !isZero, run == nil {
                run = start
            }
            start = end
        }
        if let run { try write(UnsafeRawBufferPointer(rebasing: bytes[run...]), at: place + run, to: file) }
    }

    /// Gives every file its full length; what was never written is zero.
    func extend() throws(ImagingError) { try naming { () throws(FileError) in try extendFiles() } }

    private func extendFiles() throws(FileError) {
        for index in 0..<segments.count {
            let length = segments[index].range.count
            try withFile(index) { (file) throws(FileError) in
                // Nothing may be done to one that is sealed, nor need it.
                guard try file.regularFileSize() != length else { return }
                guard ftruncate(file.descriptor.rawValue, off_t(length)) == 0 else {
                    throw FileError("extend", file.path, Errno(rawValue: errno))
                }
            }
        }
    }

    /// Writes a pattern over runs that could not be read, repeated from the start of each sector; zeros where it is empty. Then
    /// the image has its full length.
    func fill(_ ranges: [ByteRange], with pattern: [UInt8], sectorSize: Int, _ progress: JobProgress) throws(ImagingError) {
        let word = pattern.isEmpty ? [0] : pattern
        let block = (0..<Pipeline.bufferSize).map { word[$0 % sectorSize % word.count] }
        for range in ranges {
            // What was never written is zero already, and is to take no space.
            let runs = try pattern.isEmpty ? naming { () throws(FileError) in try held(range) } : [range]
            for run in runs {
                for start in stride(from: run.offset, to: run.end, by: block.count) {
                    try progress.checkCancelled()
                    let bytes = block.prefix(run.end - start)
                    try bytes.withUnsafeBufferPointer { (bytes) throws(ImagingError) in
                        try write(UnsafeRawBufferPointer(bytes), at: start)
                    }
                }
            }
        }
        try extend()
        try sync()
    }

    /// The parts of a run in which the files hold something: what an interrupted making wrote and could not be proven, or what
    /// one of several images had of a stream before the others.
    private func held(_ range: ByteRange) throws(FileError) -> [ByteRange] {
        var parts: [ByteRange] = []
        var position = range.offset
        let end = min(range.end, bytesBegun)
        while position < end {
            let index = segments.index(of: position)
            let segment = segments[index].range
            let limit = min(end, segment.upperBound)
            let data = try withFile(index) { (file) throws(FileError) in
                try Self.data(of: file, from: position - segment.lowerBound)
            }
            let start = min(segment.lowerBound + (data?.lowerBound ?? limit), limit)
            position = min(segment.lowerBound + (data?.upperBound ?? limit), limit)
            if start < position { parts.append(ByteRange(offset: start, length: position - start)) }
        }
        return parts
    }

    /// Takes the hash of a group of the block tree.
    func put(_ hash: [UInt8], at group: Int) throws(ImagingError) {
        try naming { () throws(FileError) in try tree.put(hash, at: group) }
    }

    /// Takes the hash of a group of the block tree from the stream.
    ///
    /// - Throws: `ImagingError.cancelled` after `endTreeOfStream`: a stream that was given up may still hold some.
    func put(streamed hash: [UInt8], at group: Int) throws(ImagingError) {
        try isTreeRestarted.withLock { (isOver) throws(ImagingError) in
            guard !isOver else { throw .cancelled }
            try put(hash, at: group)
        }
    }

    /// Takes no hash of a group any more that comes from the stream.
    func endTreeOfStream() { isTreeRestarted.withLock { $0 = true } }

    /// The hash of a group as it was put; nil where there is none.
    func hash(of group: Int) throws(ImagingError) -> [UInt8]? {
        try naming { () throws(FileError) in try tree.hash(of: group) }
    }

    // MARK: Stable storage

    private func sync() throws(ImagingError) {
        try naming { () throws(FileError) in
            try state.withLock { (state) throws(FileError) in for (_, file) in state.open { try file.sync() } }
        }
    }

    /// Returns once what was written is on stable storage, and after it the hashes that were put.
    ///
    /// - Throws: `ImagingError.destinationGone` where the files are no longer to be found under their names.
    func checkpoint() throws(ImagingError) {
        guard isInPlace else { throw .destinationGone(path.removingLastComponent()) }
        try sync()
        try naming { () throws(FileError) in try tree.sync() }
    }

    /// Whether the file that is written last is the one that its name leads to: false after a lazy umount, or once somebody
    /// removed it.
    private var isInPlace: Bool {
        state.withLock { state in
            guard let last = state.open.last?.file else { return true }
            var (open, named) = (stat(), stat())
            return fstat(last.descriptor.rawValue, &open) == 0 && lstat(last.path.string, &named) == 0
                && open.st_ino == named.st_ino && open.st_dev == named.st_dev
        }
    }

    /// One more than the last group of which there may be a hash.
    func hashCount() throws(ImagingError) -> Int { try naming { () throws(FileError) in try tree.count() } }

    /// Forgets the hashes from a group on.
    func forgetHashes(from group: Int) throws(ImagingError) { try naming { () throws(FileError) in try tree.cut(to: group) } }

    /// Hashes groups as they stand in the image, and puts their hashes; `extend` must have been called.
    func rehash(_ groups: some Sequence<Int>) throws(ImagingError) {
        try sync()
        let reader = try reader()
        let hasher = BlockHasher()
        let buffer = AlignedBuffer(byteCount: BlockTree.groupSize)
        defer { withExtendedLifetime(buffer) {} }
        for group in groups {
            try naming { () throws(FileError) in
                let count = try reader.fill(buffer.bytes, from: group * BlockTree.groupSize)
                let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count])
                try tree.put(hasher.hash(group: bytes, ofFile: byteCount), at: group)
            }
        }
    }

    /// Keeps the map beside the image; both on stable storage, the image first, so that the map never says too much.
    func save(_ map: Mapfile) throws(ImagingError) {
        try checkpoint()
        try naming { () throws(FileError) in
            try writeDurably(map.text.utf8, to: mapPath, permissions: [.ownerRead, .groupRead], existing: .replace)
        }
    }

    /// Removes the map, for a medium that is read in order again.
    func removeMap() { unlink(mapPath.string) }

    /// Where the map of what was read stands, while a rescue goes on and afterwards.
    public var mapPath: FilePath { FilePath(path.string + ".map") }

    /// Flushes the image, makes it read-only and gives it its name; returns once all of that is on stable storage.
    /// The tree has its name before the image has, and the first segment gets its own last.
    ///
    /// - Parameter blockTree: the image's fs-verity digest, to which the groups lead that were put.
    func finish(blockTree: [UInt8]) throws(ImagingError) {
        if isSparse { try extend() }
        for index in 0..<segments.count {
            try naming { () throws(FileError) in
                try withFile(index) { (file) throws(FileError) in
                    guard fchmod(file.descriptor.rawValue, 0o440) == 0 else {
                        throw FileError("make read-only", file.path, Errno(rawValue: errno))
                    }
                    try file.sync()
                }
            }
        }
        try naming { () throws(FileError) in
            try tree.publish(blockTree)
            try publish(segments.all.reversed().map { (Self.partial($0.path), $0.path) }, existing: .keep)
        }
        // fs-verity wants that nobody has the file open for writing.
        close()
    }

    /// Closes the files; they can be opened again.
    func close() { state.withLock { $0.open = [] } }

    /// The image as it stands, under its temporary names; `extend` must have been called.
    func reader() throws(ImagingError) -> ImageReader {
        do throws(ImageReadError) {
            return try ImageReader(unfinished: segments.all.map { (Self.partial($0.path), $0.range.count) })
        } catch {
            throw .image(error)
        }
    }

    // MARK: Ending early

    /// What an interrupted making of the image at `path` left behind: the incomplete file, or the complete one where the
    /// interruption came between its final name and its record; nil where there is neither.
    public static func remains(of path: FilePath) -> FilePath? { [partial(path), path].first(where: exists) }

    /// Leaves an incomplete image behind under its temporary name, because it may be all that a dying drive ever gave;
    /// removes it where it holds nothing.
    ///
    /// - Returns: where it stands; nil where it was removed.
    public func abandon() -> FilePath? {
        tree.abandon()
        _ = endStream()
        // What a map calls read stays, whatever a file system that stores no zeros says of it.
        let written = max(bytesBegun, endOfMap)
        let isEmpty = written == 0
        for index in state.withLock({ $0.created }) {
            let path = Self.partial(segments[index].path)
            let range = segments[index].range
            let length = min(range.count, written - range.lowerBound)
            // What was reserved and not written goes back to the file system.
            if length <= 0 { unlink(path.string) } else { truncate(path.string, off_t(length)) }
        }
        close()
        if isEmpty { unlink(mapPath.string) }
        return isEmpty ? nil : Self.remains(of: path)
    }

    /// The byte behind the last that the map beside the image calls read; 0 where there is none.
    private var endOfMap: Int {
        guard let bytes = try? readFile(mapPath, limit: Mapfile.byteLimit),
            var map = try? Mapfile(bytes, capacity: byteCount).map
        else { return 0 }
        return map.last(.finished, before: byteCount)?.end ?? 0
    }

    /// Removes what was written, also under its final names: of a copy nothing is lost.
    func discard() {
        tree.abandon()
        _ = endStream()
        close()
        for index in state.withLock({ $0.created }) {
            // One of the two names is there, and it was free before.
            let path = segments[index].path
            if unlink(Self.partial(path).string) != 0 { unlink(path.string) }
        }
        if !Self.exists(path) { unlink(BlockTreeFile.path(of: path).string) }
    }

    private func naming<Value>(_ call: () throws(FileError) -> Value) throws(ImagingError) -> Value {
        do throws(FileError) {
            return try call()
        } catch {
            throw .destination(error)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether every byte is zero.
    fileprivate var isZero: Bool {
        guard let base = baseAddress, count > 0 else { return true }
        // Equal to itself one byte further, and the first is zero.
        return self[0] == 0 && memcmp(base, base + 1, count - 1) == 0
    }
}
