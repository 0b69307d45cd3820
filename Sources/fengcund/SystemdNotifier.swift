import Glibc
import ServiceLifecycle
import Station

/// Tells systemd how the daemon is, as sd_notify(3) describes; does nothing where no one listens.
struct SystemdNotifier: Sendable {
    private let address: String?
    /// Interval of `WatchdogSec=` in microseconds; nil where the unit has none.
    let watchdogInterval: Int?

    init() {
        address = getenv("NOTIFY_SOCKET").map { String(cString: $0) }
        watchdogInterval = getenv("WATCHDOG_USEC").flatMap { Int(String(cString: $0)) }
    }

    /// Sends one datagram.
    func send(_ message: String) {
        guard let address, var target = sockaddr_un(notifying: address) else { return }
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + address.utf8.count)
        _ = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, message, message.utf8.count, CInt(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}

extension sockaddr_un {
    /// The address of a path, or of an abstract name that begins with `@`; nil where it does not fit.
    fileprivate init?(notifying address: String) {
        self.init()
        sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(address.utf8)
        guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: sun_path) else { return nil }
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &sun_path) { $0.copyBytes(from: bytes) }
    }
}

/// Reports to systemd's watchdog as long as the station and its ledger answer.
struct Watchdog: Service {
    let station: Station
    let notifier: SystemdNotifier

    func run() async throws {
        guard let interval = notifier.watchdogInterval else {
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if (try? await station.heartbeat()) != nil { notifier.send("WATCHDOG=1") }
                try? await Task.sleep(for: .microseconds(interval / 2))
            }
        }
    }
}
