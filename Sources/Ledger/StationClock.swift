import CLinux
import Custody
import DurableFiles
import Glibc

/// The clocks that an entry quotes.
struct StationClock: Sendable {
    /// The kernel's id of this boot.
    let boot: String

    init() throws {
        let text = try readFile("/proc/sys/kernel/random/boot_id", limit: 64)
        boot = String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self)
    }

    /// Microseconds since the boot, time asleep included.
    func monotonic() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }

    /// Whether the kernel's clock follows a time source; nil where the kernel does not say.
    func synchronised() -> Bool? {
        let answer = clinux_clock_synchronised()
        return answer < 0 ? nil : answer == 1
    }
}
