import Custody
import Ledger

/// Finds steps of the system's clock by its distance from the clock that counts since the boot, and sums up those that come
/// in quick succession: the first is recorded at once, the others of the next minutes are counted, so that nobody can fill
/// the ledger by setting the clock to and fro.
struct ClockSteps {
    /// The smallest step that is recorded, in microseconds. NTP's slewing changes both clocks alike and so never their
    /// distance (clock_gettime(2)); what is left are the readings, a millisecond apart at worst, and small steps, which add up
    /// until they are recorded. Half a second is below what a person sets by hand, above chrony's and timesyncd's slewing
    /// limits, and below a leap second, which is a step.
    static let threshold = 500_000

    private let clock: StationClock
    /// Distance of the clocks that counts as even.
    private var offset: Int
    private var isWindowOpen = false
    private var counted: ClockStepped?
    private(set) var atStart: ClockStepped?

    /// Begins with the clocks as the newest entry quotes them; what happened since then is `atStart`.
    init(after last: Entry?, clock: StationClock) {
        self.clock = clock
        let now = clock.read()
        offset = now.offset
        guard let last else { return }
        let isSameBoot = last.boot == clock.boot
        let even = isSameBoot ? now.time.microseconds - now.offset + last.time.microseconds - last.monotonic : 0
        let step = now.time.microseconds - even
        if isSameBoot, abs(step) >= Self.threshold {
            atStart = ClockStepped(
                occasion: .stopped, from: Timestamp(microseconds: even), to: now.time, count: 1, largest: step)
        } else if now.time < last.time {
            atStart = ClockStepped(
                occasion: isSameBoot ? .stopped : .start, from: last.time, to: now.time, count: 1,
                largest: now.time.microseconds - last.time.microseconds)
        }
    }

    /// Compares the clocks.
    ///
    /// - Returns: the step to record now; nil where there is none, or where it is only counted.
    mutating func notice() -> ClockStepped? {
        let now = clock.read()
        let step = now.offset - offset
        guard abs(step) >= Self.threshold else { return nil }
        offset = now.offset
        var stepped = ClockStepped(
            occasion: .running, from: Timestamp(microseconds: now.time.microseconds - step), to: now.time, count: 1, largest: step
        )
        guard isWindowOpen else {
            isWindowOpen = true
            return stepped
        }
        if let counted {
            stepped.count += counted.count
            let total = step + counted.to.microseconds - counted.from.microseconds
            stepped.from = Timestamp(microseconds: now.time.microseconds - total)
            if abs(counted.largest) > abs(step) { stepped.largest = counted.largest }
        }
        counted = stepped
        return nil
    }

    /// Ends a window; another one begins where steps were counted in it.
    ///
    /// - Returns: what was counted since the window began.
    mutating func closeWindow() -> ClockStepped? {
        defer { counted = nil }
        isWindowOpen = counted != nil
        return counted
    }
}

extension StationClock.Reading {
    /// How far the system's clock is ahead of the clock since the boot, in microseconds.
    fileprivate var offset: Int { time.microseconds - monotonic }
}
