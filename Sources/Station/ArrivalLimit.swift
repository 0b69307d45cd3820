import Custody

/// Counts how often disks come at each place, so that nobody fills the ledger with a plug that has no rest: the stays of a place
/// that has too many of them are summed up in one entry.
struct ArrivalLimit {
    /// Stays at one place within the window that are recorded one by one; more than a person can plug in.
    static let limit = 60
    /// The window, and how long a place must have been quiet before its stays are recorded one by one again.
    static let window = Duration.seconds(60)
    /// Most places that are told apart at a time.
    static let placeLimit = 256

    private struct Place {
        var arrivals: [ContinuousClock.Instant] = []
        var sum: DiskPassedOver?
        var last: ContinuousClock.Instant
    }

    private var places: [String: Place] = [:]

    /// What becomes of a stay.
    enum Verdict {
        /// It is recorded.
        case record
        /// It is the first that is only counted: somebody must look at `close` after the window.
        case beginCounting
        /// It is only counted.
        case count
    }

    /// Counts a stay.
    mutating func add(_ place: String, device: String, at now: ContinuousClock.Instant, time: Timestamp) -> Verdict {
        places = places.filter { $0.value.sum != nil || now - $0.value.last < Self.window }
        // A machine with more ports than that has its last ones in one.
        let key = places[place] != nil || places.count < Self.placeLimit ? place : "…"
        var entry = places[key] ?? Place(last: now)
        defer { places[key] = entry }
        entry.last = now
        if var sum = entry.sum {
            sum.count += 1
            (sum.last, sum.device) = (time, device)
            entry.sum = sum
            return .count
        }
        entry.arrivals = entry.arrivals.filter { now - $0 < Self.window }
        guard entry.arrivals.count >= Self.limit else {
            entry.arrivals.append(now)
            return .record
        }
        entry.sum = DiskPassedOver(place: key, device: device, reason: .unsteady, count: 1, first: time, last: time)
        return .beginCounting
    }

    /// Places that were only counted and have been quiet for a window; they are recorded one by one again.
    mutating func close(at now: ContinuousClock.Instant) -> [DiskPassedOver] {
        let quiet = places.filter { $0.value.sum != nil && now - $0.value.last >= Self.window }
        for place in quiet.keys { places[place] = nil }
        return quiet.sorted { $0.key < $1.key }.compactMap(\.value.sum)
    }

    /// Whether any place is only counted.
    var isCounting: Bool { places.values.contains { $0.sum != nil } }

    /// Ends all counting.
    mutating func closeAll() -> [DiskPassedOver] {
        defer { places = [:] }
        return places.sorted { $0.key < $1.key }.compactMap(\.value.sum)
    }
}
