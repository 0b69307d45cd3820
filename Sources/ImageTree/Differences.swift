import Custody
import Integrity

/// Where a file is not what its block tree says, to within a group of 512 KiB.
public struct Differences: Sendable, Equatable {
    /// Number of ranges that are kept.
    public static let rangeLimit = 100

    /// The first ranges, ascending, neighbours joined.
    public private(set) var ranges: [ByteRange] = []
    /// Length of all ranges in bytes.
    public private(set) var byteCount = 0

    /// Nothing differs.
    public init() {}

    /// Whether nothing differs.
    public var isEmpty: Bool { byteCount == 0 }

    /// Adds a range that begins at or behind the end of the last one.
    mutating func add(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        byteCount += range.count
        if let last = ranges.last, last.end == range.lowerBound {
            ranges[ranges.count - 1].length += range.count
        } else if ranges.count < Self.rangeLimit {
            ranges.append(ByteRange(offset: range.lowerBound, length: range.count))
        }
    }
}

/// Compares groups of a file, in ascending order, with a level that was kept. Belongs to one thread at a time.
public struct GroupComparison {
    private let level: BlockTreeFile
    private let byteCount: Int
    private var reader: BlockTreeFile.Reader
    /// What differs so far.
    public private(set) var differences = Differences()

    /// - Parameter byteCount: length of the file now.
    public init(with level: BlockTreeFile, byteCount: Int) {
        self.level = level
        self.byteCount = byteCount
        reader = BlockTreeFile.Reader(level)
    }

    /// Compares the hash of a group of the file.
    ///
    /// - Throws: `BlockTreeError.file`.
    public mutating func take(_ group: Int, _ hash: [UInt8]) throws(BlockTreeError) {
        // The last block is padded with zeros, so a hash alone does not tell where the file ends.
        let bytes = BlockTree.bytes(ofGroup: group, byteCount: byteCount)
        if group < BlockTree.groupCount(level.byteCount), bytes == BlockTree.bytes(ofGroup: group, byteCount: level.byteCount),
            try reader.hash(of: group) == hash
        {
            return
        }
        differences.add(BlockTree.bytes(ofGroup: group, byteCount: max(byteCount, level.byteCount)))
    }

    /// Groups that the file no longer has.
    mutating func takeMissing(_ groups: Range<Int>) {
        for group in groups { differences.add(BlockTree.bytes(ofGroup: group, byteCount: level.byteCount)) }
    }

    /// What differs after every group of the file was compared: what the file lacks at its end included.
    public consuming func finish() -> Differences {
        let (now, then) = (BlockTree.groupCount(byteCount), BlockTree.groupCount(level.byteCount))
        takeMissing(min(now, then)..<then)
        return differences
    }
}
