import Custody
import Ledger
import Synchronization
import Testing

@testable import Station

/// A clock that a test sets.
private final class TestClock: Sendable {
    private let state: Mutex<(time: Int, monotonic: Int)>

    init(time: Int, monotonic: Int = 1_000_000) { state = Mutex((time, monotonic)) }

    /// Time goes by.
    func pass(_ microseconds: Int) {
        state.withLock {
            $0.time += microseconds
            $0.monotonic += microseconds
        }
    }

    /// Somebody sets the clock.
    func step(_ microseconds: Int) { state.withLock { $0.time += microseconds } }

    func clock(boot: String = "b1") -> StationClock {
        StationClock(
            boot: boot,
            read: { [self] in state.withLock { .init(time: Timestamp(microseconds: $0.time), monotonic: $0.monotonic) } },
            synchronised: { nil })
    }
}

@Suite("Steps of the clock")
struct ClockStepsTests {
    private static let second = 1_000_000

    private func entry(at time: Int, monotonic: Int, boot: String = "b1") -> Entry {
        Entry(
            sequence: 0, time: Timestamp(microseconds: time), boot: boot, monotonic: monotonic, clockSynchronised: nil,
            tree: .init(size: 0, root: ""),
            draft: EntryDraft(.stationStopped(.init(reason: "r")), about: [], by: Actor(kind: .station, uid: 0, user: "u")))
    }

    @Test("time that goes by, also years of it, is no step", arguments: [0, 1_700_000_000_000_000, 4_102_444_800_000_000])
    func even(start: Int) {
        let test = TestClock(time: start)
        var steps = ClockSteps(after: nil, clock: test.clock())
        #expect(steps.atStart == nil)
        for _ in 0..<100 {
            test.pass(Int.random(in: 0...1_000_000_000_000))
            #expect(steps.notice() == nil)
        }
        #expect(steps.closeWindow() == nil)
    }

    @Test(
        "a step is told at once, with what the clock would have shown",
        arguments: [500_000, -500_000, 2_000_000_000_000_000, -1_700_000_000_000_000])
    func step(size: Int) {
        let test = TestClock(time: 1_700_000_000_000_000)
        var steps = ClockSteps(after: nil, clock: test.clock())
        test.pass(Self.second)
        test.step(size)
        let expected = ClockStepped(
            occasion: .running, from: Timestamp(microseconds: 1_700_000_001_000_000),
            to: Timestamp(microseconds: 1_700_000_001_000_000 + size), count: 1, largest: size)
        #expect(steps.notice() == expected)
        #expect(steps.notice() == nil)
    }

    @Test("small steps add up until they count")
    func small() {
        let test = TestClock(time: 0)
        var steps = ClockSteps(after: nil, clock: test.clock())
        for _ in 0..<4 {
            test.step(100_000)
            #expect(steps.notice() == nil)
        }
        test.step(100_000)
        #expect(steps.notice()?.largest == 500_000)
    }

    @Test("a clock that is swung to and fro gives one entry a window, and every step is counted")
    func flood() {
        let test = TestClock(time: 1_700_000_000_000_000)
        var steps = ClockSteps(after: nil, clock: test.clock())
        var told = 0
        var entries = 0
        for window in 0..<5 {
            for _ in 0..<1000 {
                test.step(Bool.random() ? 3600 * Self.second : -3600 * Self.second)
                test.pass(1000)
                if let now = steps.notice() {
                    told += now.count
                    entries += 1
                    #expect(window == 0)
                }
            }
            if let sum = steps.closeWindow() {
                told += sum.count
                entries += 1
                #expect(abs(sum.largest) == 3600 * Self.second)
                #expect((sum.to.microseconds - sum.from.microseconds).isMultiple(of: 3600 * Self.second))
            }
        }
        #expect(told == 5000)
        #expect(entries == 6)
        // A quiet window ends it: the next step is told at once.
        #expect(steps.closeWindow() == nil)
        test.step(Self.second)
        #expect(steps.notice()?.count == 1)
    }

    @Test("a start with a clock behind the last entry, after another boot")
    func behind() {
        let test = TestClock(time: 0)
        let last = entry(at: 1_700_000_000_000_000, monotonic: 5, boot: "b0")
        #expect(
            ClockSteps(after: last, clock: test.clock()).atStart
                == ClockStepped(
                    occasion: .start, from: last.time, to: Timestamp(microseconds: 0), count: 1,
                    largest: -1_700_000_000_000_000))
        let later = TestClock(time: 1_700_000_000_000_001)
        #expect(ClockSteps(after: last, clock: later.clock()).atStart == nil)
    }

    @Test(
        "a clock that was set while the daemon did not run, in the same boot",
        arguments: [3600 * 1_000_000, -3600 * 1_000_000, -1000])
    func betweenRuns(size: Int) throws {
        let test = TestClock(time: 1_700_000_000_000_000)
        let last = entry(at: 1_700_000_000_000_000, monotonic: 1_000_000)
        test.pass(500)
        #expect(ClockSteps(after: last, clock: test.clock()).atStart == nil)
        test.step(size)
        let step = try #require(ClockSteps(after: last, clock: test.clock()).atStart)
        #expect(step.occasion == .stopped)
        #expect(step.to.microseconds == 1_700_000_000_000_500 + size)
    }
}
