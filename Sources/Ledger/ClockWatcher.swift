import CLinux
import DurableFiles
import Foundation
import Glibc
import SystemPackage

/// Hears from the kernel, on a thread of its own, that the system's clock was set (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET).
/// How far it was set, the kernel does not say; that it woke from sleep looks the same.
public final class ClockWatcher: Sendable {
    /// One element for each time that the clock was set; several in a row may be one. Ends after `stop`.
    public let events: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let wake: (readEnd: FileDescriptor, writeEnd: FileDescriptor)
    private let timer: FileDescriptor

    private init(timer: FileDescriptor, wake: (readEnd: FileDescriptor, writeEnd: FileDescriptor)) {
        (events, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.timer = timer
        self.wake = wake
    }

    deinit { for descriptor in [timer, wake.readEnd, wake.writeEnd] { try? descriptor.close() } }

    /// Begins to listen.
    ///
    /// - Throws: `FileError` where the kernel has no such timer or no descriptor is left.
    public static func start() throws -> ClockWatcher {
        let result = clinux_clock_watch()
        try FileError.check(min(result, 0), "watch", "the system clock")
        let timer = FileDescriptor(rawValue: result)
        let watcher: ClockWatcher
        do {
            watcher = ClockWatcher(timer: timer, wake: try FileDescriptor.pipe(options: .closeOnExec))
        } catch {
            try? timer.close()
            throw FileError("watch", "the system clock", error)
        }
        let thread = Thread { watcher.listen() }
        thread.name = "fengcun-clock"
        thread.start()
        return watcher
    }

    /// Ends the thread and the stream.
    public func stop() { _ = try? wake.writeEnd.writeAll([0]) }

    private func listen() {
        defer { continuation.finish() }
        while true {
            var descriptors = [timer, wake.readEnd].map { pollfd(fd: $0.rawValue, events: Int16(POLLIN), revents: 0) }
            guard poll(&descriptors, nfds_t(descriptors.count), -1) >= 0 || errno == EINTR else { return }
            if descriptors[1].revents != 0 { return }
            if descriptors[0].revents != 0, clinux_clock_was_set(timer.rawValue) { continuation.yield() }
        }
    }
}
