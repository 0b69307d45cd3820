/// Entries of the ledger in ascending ranges that neither overlap nor touch, so that a question about one costs little however
/// many there are.
public struct EntrySet: Sendable, Equatable {
    /// The ranges.
    public let ranges: [EntryRange]

    /// Takes entries in any order.
    public init(_ ranges: [EntryRange]) { self.ranges = EntryRange.joined(ranges) }

    /// Takes positions in any order; one that is none is left aside.
    public init(_ positions: some Sequence<Int>) { self.init(positions.compactMap { EntryRange($0, $0) }) }

    /// Whether an entry is one of them.
    public func contains(_ entry: Int) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].last < entry { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].first <= entry
    }

    /// The entries that are in both.
    public func intersection(_ other: EntrySet) -> EntrySet {
        var common: [EntryRange] = []
        var (mine, theirs) = (ranges[...], other.ranges[...])
        while let left = mine.first, let right = theirs.first {
            if let both = EntryRange(max(left.first, right.first), min(left.last, right.last)) { common.append(both) }
            if left.last < right.last { mine.removeFirst() } else { theirs.removeFirst() }
        }
        return EntrySet(common)
    }

    /// The first entry that another set lacks; nil where it has them all.
    public func first(notIn other: EntrySet) -> Int? {
        var theirs = other.ranges[...]
        for range in ranges {
            theirs = theirs.drop { $0.last < range.first }
            guard let next = theirs.first, next.first <= range.first else { return range.first }
            // What follows a range of the other set is not in it.
            if next.last < range.last { return next.last + 1 }
        }
        return nil
    }
}
