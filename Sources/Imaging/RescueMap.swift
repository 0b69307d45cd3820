import Custody

/// What is known of every byte of a drive: runs of bytes with the states of GNU ddrescue's mapfile (its manual,
/// "Algorithm" and "Mapfile structure").
///
/// The regions cover the drive from its first byte to its last without gap or overlap, and neighbours differ in state.
/// They stand in two stacks that meet at a cursor: work that goes over the drive in one direction changes or finds a
/// region in constant time, however many there are; a jump costs the regions that are passed.
public struct RescueMap: Sendable {
    /// How far a run of bytes is.
    public enum State: Character, Sendable, CaseIterable {
        /// Nobody has tried to read it.
        case nonTried = "?"
        /// A large read that covered it failed.
        case nonTrimmed = "*"
        /// It lies between bad sectors, and was not read on its own.
        case nonScraped = "/"
        /// Sectors that were read on their own and failed.
        case bad = "-"
        /// It was read.
        case finished = "+"

        fileprivate var index: Int {
            switch self {
            case .nonTried: 0
            case .nonTrimmed: 1
            case .nonScraped: 2
            case .bad: 3
            case .finished: 4
            }
        }
    }

    /// A run of bytes in one state.
    public struct Region: Sendable, Equatable {
        /// Where.
        public var range: ByteRange
        /// How far.
        public var state: State

        /// Describes a run.
        public init(_ range: ByteRange, _ state: State) {
            self.range = range
            self.state = state
        }
    }

    /// Bytes of the drive.
    public let size: Int
    /// The regions before the cursor, ascending.
    private var left: [Region] = []
    /// The regions behind the cursor, descending.
    private var right: [Region] = []
    /// Bytes and regions of each state. (Asked for with every sector that is read: arrays, because hashing would be felt.)
    private var totals = [Int](repeating: 0, count: State.allCases.count)
    private var counts = [Int](repeating: 0, count: State.allCases.count)

    /// A drive in one state.
    public init(size: Int, _ state: State = .nonTried) {
        self.size = size
        if size > 0 { push(Region(ByteRange(offset: 0, length: size), state)) }
    }

    /// All regions, ascending.
    public var regions: [Region] { left + right.reversed() }
    /// Number of regions.
    public var count: Int { left.count + right.count }
    /// Number of bytes in a state.
    public func bytes(_ state: State) -> Int { totals[state.index] }
    /// Number of regions in a state.
    public func areas(_ state: State) -> Int { counts[state.index] }
    /// Whether every byte was read.
    public var isFinished: Bool { bytes(.finished) == size }

    /// What was not read, ascending, neighbours joined whatever their states.
    public var unread: [ByteRange] {
        regions.reduce(into: []) { ranges, region in
            guard region.state != .finished else { return }
            if let last = ranges.last, last.end == region.range.offset {
                ranges[ranges.count - 1].length += region.range.length
            } else {
                ranges.append(region.range)
            }
        }
    }

    /// What was not read of some runs, ascending.
    ///
    /// - Parameter ranges: ascending, not overlapping.
    func unread(in ranges: [ByteRange]) -> [ByteRange] {
        let unread = unread
        var (common, index) = ([ByteRange](), 0)
        for range in ranges {
            while index < unread.count, unread[index].end <= range.offset { index += 1 }
            for other in unread[index...].prefix(while: { $0.offset < range.end }) {
                let start = max(range.offset, other.offset)
                common.append(ByteRange(offset: start, length: min(range.end, other.end) - start))
            }
        }
        return common
    }

    /// Gives a run of bytes a state.
    ///
    /// - Parameter range: what of it lies outside the drive is left out.
    public mutating func set(_ range: ByteRange, to state: State) {
        let (start, end) = (max(0, range.offset), min(range.end, size))
        guard end > start else { return }
        moveCursor(to: start)
        if let first = right.last, first.range.offset < start {
            pop()
            push(Region(ByteRange(offset: first.range.offset, length: start - first.range.offset), first.state))
            putBack(Region(ByteRange(offset: start, length: first.range.end - start), first.state))
        }
        while let next = right.last, next.range.offset < end {
            pop()
            guard next.range.end > end else { continue }
            putBack(Region(ByteRange(offset: end, length: next.range.end - end), next.state))
        }
        push(Region(ByteRange(offset: start, length: end - start), state))
        if let next = right.last, next.state == state {
            pop()
            push(next)
        }
    }

    /// The first run in a state that begins at or behind an offset, or the rest of one that the offset lies in.
    public mutating func first(_ state: State, from offset: Int) -> ByteRange? {
        guard bytes(state) > 0 else { return nil }
        moveCursor(to: max(0, offset))
        while let region = right.last {
            if region.state == state {
                let start = max(region.range.offset, offset)
                return ByteRange(offset: start, length: region.range.end - start)
            }
            left.append(region)
            right.removeLast()
        }
        return nil
    }

    /// The last run in a state that ends at or before an offset, or the beginning of one that the offset lies in.
    public mutating func last(_ state: State, before offset: Int) -> ByteRange? {
        guard bytes(state) > 0, offset > 0 else { return nil }
        moveCursor(to: offset)
        // The region that holds the offset stands behind the cursor.
        if let region = right.last, region.range.offset < offset, region.state == state {
            return ByteRange(offset: region.range.offset, length: offset - region.range.offset)
        }
        while let region = left.last {
            if region.state == state { return region.range }
            right.append(region)
            left.removeLast()
        }
        return nil
    }

    /// The state of a byte of the drive.
    public mutating func state(at offset: Int) -> State? {
        guard (0..<size).contains(offset) else { return nil }
        moveCursor(to: offset)
        return right.last?.state
    }

    /// Makes the region that holds a byte, or the end of the drive, the one behind the cursor.
    private mutating func moveCursor(to offset: Int) {
        while let region = left.last, region.range.end > offset {
            right.append(region)
            left.removeLast()
        }
        while let region = right.last, region.range.end <= offset {
            left.append(region)
            right.removeLast()
        }
    }

    /// Adds a region before the cursor, joined to its neighbour where both have one state.
    private mutating func push(_ region: Region) {
        totals[region.state.index] += region.range.length
        if let last = left.last, last.state == region.state {
            left[left.count - 1].range.length += region.range.length
        } else {
            left.append(region)
            counts[region.state.index] += 1
        }
    }

    /// Takes away the region behind the cursor.
    private mutating func pop() {
        let region = right.removeLast()
        totals[region.state.index] -= region.range.length
        counts[region.state.index] -= 1
    }

    /// Adds a region behind the cursor.
    private mutating func putBack(_ region: Region) {
        totals[region.state.index] += region.range.length
        counts[region.state.index] += 1
        right.append(region)
    }
}

extension RescueMap: Equatable {
    /// Whether every byte has the same state in both.
    public static func == (one: Self, other: Self) -> Bool { one.size == other.size && one.regions == other.regions }
}
