import Custody

/// Keeps the rate over the position while a medium is read.
struct RateRecorder: Sendable {
    /// What was kept so far.
    private(set) var curve: RateCurve
    private var last: Double?

    init(capacity: Int) { curve = RateCurve(capacity: capacity) }

    /// Reading begins, or goes on after a rest that says nothing about the medium.
    mutating func begin(at clock: Double) { last = clock }

    /// Counts a read: it took what passed since the one before.
    mutating func add(_ bytes: Int, at offset: Int, clock: Double) {
        let elapsed = max(0, clock - (last ?? clock))
        last = clock
        curve.add(bytes, at: offset, microseconds: Int(min(elapsed, 1e9) * 1e6))
    }
}
