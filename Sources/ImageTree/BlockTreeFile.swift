import DurableFiles
import Integrity
import SystemPackage

/// The level of a block tree that is kept beside an image, as `IMAGE.blocktree`; docs/ledger-format.md describes the bytes.
///
/// Nothing in it is believed before all of it leads to the digest that the ledger records.
public final class BlockTreeFile: Sendable {
    /// Ending of the name, put behind the image's.
    public static let suffix = ".blocktree"
    /// Length of what stands before the hashes, in bytes.
    static let headerLength = 32
    private static let magic = Array("fcblktre".utf8)

    /// Length of the image in bytes.
    public let byteCount: Int
    /// The fs-verity digest to which the level leads, 32 bytes.
    public let digest: [UInt8]
    /// Where it stands.
    public var path: FilePath { file.path }
    private let file: OwnedDescriptor

    private init(file: OwnedDescriptor, byteCount: Int, digest: [UInt8]) {
        self.file = file
        self.byteCount = byteCount
        self.digest = digest
    }

    /// Path of the level of an image.
    public static func path(of image: FilePath) -> FilePath { FilePath(image.string + suffix) }

    /// Length of the file for an image of `byteCount` bytes: 1/16,384 of it and 64 bytes.
    public static func length(_ byteCount: Int) -> Int {
        headerLength + SHA256.byteCount * (BlockTree.groupCount(byteCount) + 1)
    }

    static func header(_ byteCount: Int) -> [UInt8] {
        var header = magic
        for number in [1, UInt32(BlockTree.blockSize), 1, 0] { header += littleEndian(number) }  // version, block, level, salt
        return header + littleEndian(UInt64(byteCount))
    }

    private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    /// Opens the level of an image and computes the tree above it.
    ///
    /// - Parameter recorded: the digests in the ledger, in hexadecimal, of which it must have one.
    /// - Throws: `BlockTreeError`.
    public static func open(_ path: FilePath, recorded: String...) throws(BlockTreeError) -> BlockTreeFile {
        try open(path, recorded: Set(recorded))
    }

    /// The same, where any of several images may be the one.
    public static func open(_ path: FilePath, recorded: Set<String>) throws(BlockTreeError) -> BlockTreeFile {
        let level: BlockTreeFile
        do throws(FileError) {
            // Not blocking, for a pipe in its place would be waited for.
            let file = try OwnedDescriptor(opening: path, .readOnly, options: [.nonBlocking, .noFollow])
            let size = try file.regularFileSize()
            guard let (byteCount, digest) = try frame(of: file, size) else { throw FileError("read", path, .invalidArgument) }
            level = BlockTreeFile(file: file, byteCount: byteCount, digest: digest)
        } catch {
            switch error.errno {
            case .noSuchFileOrDirectory: throw .missing(path)
            case .invalidArgument: throw .damaged(path)
            default: throw .file(error)
            }
        }
        var reader = Reader(level)
        var top = BlockTreeTop()
        for group in 0..<BlockTree.groupCount(level.byteCount) { top.append(try reader.hash(of: group)) }
        guard top.fileDigest(byteCount: level.byteCount) == level.digest else { throw .damaged(path) }
        guard recorded.contains(Hex.encode(level.digest)) else { throw .foreign(path) }
        return level
    }

    /// The image's length and the digest; nil where header and length do not fit each other.
    private static func frame(of file: OwnedDescriptor, _ size: Int) throws(FileError) -> (Int, [UInt8])? {
        guard size >= length(0) else { return nil }
        let header = try file.readAll(at: 0, headerLength)
        let byteCount = header[24...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard byteCount <= UInt64(Int64.max), header == Self.header(Int(byteCount)), size == length(Int(byteCount)) else {
            return nil
        }
        return (Int(byteCount), try file.readAll(at: size - SHA256.byteCount, SHA256.byteCount))
    }

    /// Reads hashes in ascending order, a page at a time. Belongs to one thread.
    struct Reader {
        private static let pageCount = 2048
        private let level: BlockTreeFile
        private var page: [UInt8] = []
        private var first = 0

        init(_ level: BlockTreeFile) { self.level = level }

        /// The hash of a group of the image.
        ///
        /// - Throws: `BlockTreeError.file`.
        mutating func hash(of group: Int) throws(BlockTreeError) -> [UInt8] {
            var start = (group - first) * SHA256.byteCount
            if !(0..<page.count).contains(start) {
                let count = min(Self.pageCount, BlockTree.groupCount(level.byteCount) - group)
                do throws(FileError) {
                    page = try level.file.readAll(
                        at: headerLength + group * SHA256.byteCount, count * SHA256.byteCount)
                } catch {
                    throw .file(error)
                }
                first = group
                start = 0
            }
            return Array(page[start..<start + SHA256.byteCount])
        }
    }
}

extension OwnedDescriptor {
    /// Reads exactly `count` bytes at an offset.
    ///
    /// - Throws: `FileError`; `Errno.invalidArgument` where the file ends before.
    fileprivate func readAll(at offset: Int, _ count: Int) throws(FileError) -> [UInt8] {
        let bytes = try read(at: offset, upTo: count)
        guard bytes.count == count else { throw FileError("read to its end", path, .invalidArgument) }
        return bytes
    }
}
