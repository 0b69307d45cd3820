/// Between which times an entry was written, as far as people outside the station prove it.
///
/// An entry was written *not after* the latest moment of any time over a checkpoint that covers it: what has a position
/// below the checkpoint's size existed by then. It was written *not before* the earliest moment of any time whose evidence
/// stands in it or in an entry before it: the log is a chain, and nobody can know a time-stamp before it is made.
public struct ProvedTimes: Sendable {
    /// The bounds of one entry; nil where nobody proves one.
    public struct Interval: Sendable, Equatable {
        /// Who proves that the entry was not written before `earliest`.
        public let notBefore: ExternalTime?
        /// Who proves that it was not written after `latest`.
        public let notAfter: ExternalTime?

        /// Length in microseconds; nil where a bound is missing, less than 0 where the bounds contradict each other.
        public var length: Int? {
            guard let notBefore, let notAfter else { return nil }
            return notAfter.latest - notBefore.earliest
        }

        /// Whether a claimed time, in microseconds since 1970, lies inside, give or take.
        public func allows(_ claimed: Int, tolerance: Int) -> Bool {
            (notBefore.map { claimed >= $0.earliest - tolerance } ?? true)
                && (notAfter.map { claimed <= $0.latest + tolerance } ?? true)
        }

        /// Whether a time by a stranger's clock, in seconds since 1970, lies inside, give or take five minutes.
        func allowsClock(_ seconds: Int) -> Bool {
            let (claimed, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
            return !overflow && allows(claimed, tolerance: 300_000_000)
        }
    }

    /// Times by the position from which on they bound entries from below, each better than the one before it.
    private let lower: [ExternalTime]
    /// Times by size, each later than the one before it.
    private let upper: [ExternalTime]

    /// Brings times into the order in which they bound entries.
    public init(_ times: [ExternalTime]) {
        var lower: [ExternalTime] = []
        for time in times.sorted(by: { $0.recordedIn < $1.recordedIn }) where time.earliest > lower.last?.earliest ?? .min {
            if lower.last?.recordedIn == time.recordedIn { lower.removeLast() }
            lower.append(time)
        }
        var upper: [ExternalTime] = []
        for time in times.sorted(by: { $0.size > $1.size }) where time.latest < upper.last?.latest ?? .max {
            if upper.last?.size == time.size { upper.removeLast() }
            upper.append(time)
        }
        self.lower = lower
        self.upper = upper.reversed()
    }

    /// What is proved about one entry.
    public subscript(_ entry: Int) -> Interval {
        let below = lower.partitionIndex { $0.recordedIn > entry }
        let above = upper.partitionIndex { $0.size > entry }
        return Interval(
            notBefore: below > 0 ? lower[below - 1] : nil, notAfter: above < upper.count ? upper[above] : nil)
    }
}

extension Array {
    /// The first index whose element belongs to the second part of an array in which all such come last.
    fileprivate func partitionIndex(_ isSecond: (Element) -> Bool) -> Int {
        var (start, end) = (0, count)
        while start < end {
            let middle = start + (end - start) / 2
            if isSecond(self[middle]) { end = middle } else { start = middle + 1 }
        }
        return start
    }
}
