import Custody

/// What is proved about the times of a bundle's entries.
public struct TimeReport: Sendable {
    /// How far the station's clock and an authority's may differ before it is remarkable, in microseconds, beyond the accuracy
    /// that the authority claims: many authorities stamp whole seconds.
    public static let tolerance = 1_000_000

    /// Whether the reader trusts the authority of a time-stamp.
    public enum Trust: Sendable, Equatable {
        /// Its certificate leads to a root that the reader brought.
        case trusted
        /// It does not, and why.
        case untrusted(String)
        /// The reader brought no roots.
        case unchecked
    }

    /// A time-stamp that verifies.
    public struct Stamp: Sendable {
        /// Position of the entry that records it.
        public let entry: Int
        /// What it says.
        public let body: CheckpointTimestamped
        /// Whether the reader trusts who says so.
        public let trust: Trust
    }

    /// The time-stamps, in the order of the record.
    public internal(set) var stamps: [Stamp] = []
    /// The times that entries claim, in microseconds since 1970; nil for entries that are left out.
    public internal(set) var claimed: [Int?] = []
    /// What trusted people outside prove.
    public internal(set) var proved = ProvedTimes([])
    /// Number of entries with both bounds, with one of them, and with none.
    public private(set) var both = 0, onlyNotAfter = 0, onlyNotBefore = 0, neither = 0
    /// The longest of the intervals with both bounds, in microseconds.
    public private(set) var longest: Int?
    /// Entries that claim a time outside what is proved; the first hundred.
    public private(set) var outside: [Int] = []
    /// Number of all of those.
    public private(set) var outsideCount = 0
    /// The first entry whose bounds contradict each other by more than the tolerance; nil where there is none. Then somebody
    /// whom the reader trusts vouched for a wrong time.
    public private(set) var contradiction: Int?
    /// Whether the reader brought roots of time-stamp authorities.
    public internal(set) var wasAskedFor = false

    /// Whether the certificate of every time-stamp leads to the reader's roots, where he brought some, there is one then, and
    /// those whom he trusts agree with each other.
    public var isTrusted: Bool {
        !isAbsent && contradiction == nil
            && stamps.allSatisfy {
                if case .untrusted = $0.trust { return false }
                return true
            }
    }

    /// Whether the reader brought roots, and there is no time-stamp.
    public var isAbsent: Bool { wasAskedFor && stamps.isEmpty }

    /// The times for which trusted time-stamps vouch.
    public var times: [ExternalTime] {
        stamps.filter { $0.trust == .trusted }.map { stamp in
            let (time, accuracy) = (stamp.body.time.microseconds, stamp.body.accuracy ?? 0)
            return ExternalTime(
                size: stamp.body.size, earliest: time - accuracy, latest: time + accuracy,
                source: "time-stamp of \(stamp.body.authority)", recordedIn: stamp.entry)
        }
    }

    /// Draws the conclusions from all trusted times, also those that others than time-stamp authorities vouch for.
    mutating func conclude(from times: [ExternalTime]) {
        proved = ProvedTimes(times)
        for (entry, time) in claimed.enumerated() {
            let interval = proved[entry]
            switch (interval.notBefore, interval.notAfter) {
            case (.some, .some): both += 1
            case (nil, .some): onlyNotAfter += 1
            case (.some, nil): onlyNotBefore += 1
            case (nil, nil): neither += 1
            }
            if let length = interval.length {
                longest = max(longest ?? length, length)
                if length < -Self.tolerance { contradiction = contradiction ?? entry }
            }
            guard let time, !interval.allows(time, tolerance: Self.tolerance) else { continue }
            outsideCount += 1
            if outside.count < 100 { outside.append(entry) }
        }
    }
}
