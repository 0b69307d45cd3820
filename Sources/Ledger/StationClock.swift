import CLinux
import Custody
import DurableFiles
import Glibc

/// The clocks that an entry quotes.
public struct StationClock: Sendable {
    /// Both clocks at one moment.
    public struct Reading: Sendable, Equatable {
        /// The system's clock (CLOCK_REALTIME).
        public let time: Timestamp
        /// Microseconds since the boot, time asleep included (CLOCK_BOOTTIME).
        public let monotonic: Int

        /// Puts two readings together.
        public init(time: Timestamp, monotonic: Int) {
            self.time = time
            self.monotonic = monotonic
        }
    }

    /// The kernel's id of this boot.
    public let boot: String
    /// Reads both clocks.
    public let read: @Sendable () -> Reading
    /// Whether the kernel's clock follows a time source; nil where the kernel does not say.
    public let synchronised: @Sendable () -> Bool?

    /// A clock that shows what it is told to.
    public init(boot: String, read: @escaping @Sendable () -> Reading, synchronised: @escaping @Sendable () -> Bool?) {
        self.boot = boot
        self.read = read
        self.synchronised = synchronised
    }

    /// The machine's clock.
    ///
    /// - Throws: `FileError` where the kernel does not say which boot this is.
    public static func system() throws -> StationClock {
        let text = try readFile("/proc/sys/kernel/random/boot_id", limit: 64)
        return StationClock(
            boot: String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self), read: { readSystem() },
            synchronised: {
                let answer = clinux_clock_synchronised()
                return answer < 0 ? nil : answer == 1
            })
    }

    /// Reads the system's clock between two readings of the other. On a busy machine the thread may wait in between: the
    /// closest of several tries counts, so that the distance of the clocks is true to about a millisecond.
    private static func readSystem() -> Reading {
        var best: (width: Int, reading: Reading)?
        for _ in 0..<8 {
            let before = sinceBoot()
            let time = Timestamp.now()
            let after = sinceBoot()
            if after - before < best?.width ?? .max {
                best = (after - before, Reading(time: time, monotonic: before + (after - before) / 2))
            }
            if after - before < 1000 { break }
        }
        return best?.reading ?? Reading(time: .now(), monotonic: sinceBoot())
    }

    private static func sinceBoot() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
}
