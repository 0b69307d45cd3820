import CUdev
import Foundation
import Glibc
import Synchronization
import SystemPackage

/// What happens to the machine's disks.
public enum DeviceEvent: Sendable {
    /// Every whole disk that is there now: at the start, and again whenever events were lost.
    case scanned([BlockDevice])
    /// A disk appeared, or something about it or one of its partitions changed.
    case changed(BlockDevice)
    /// A disk is gone.
    case removed(name: String, diskSequence: Int)
}

/// Listens to udev on a thread of its own. All libudev objects live and die on that thread (libudev(3)).
public final class DeviceWatcher: Sendable {
    /// Says that there are events to take. Ends with `MediaError.udev` where udev stops answering.
    public let news: AsyncThrowingStream<Void, any Error>
    private let continuation: AsyncThrowingStream<Void, any Error>.Continuation
    private let pending = Mutex(PendingEvents())
    private let wake: (readEnd: FileDescriptor, writeEnd: FileDescriptor)

    /// Starts listening.
    ///
    /// - Throws: `MediaError.udev` where no pipe can be had.
    public init() throws {
        // One word is enough, however much there is to take.
        (news, continuation) = AsyncThrowingStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        do {
            wake = try FileDescriptor.pipe(options: .closeOnExec)
        } catch {
            throw MediaError.udev(operation: "make a pipe", error)
        }
    }

    deinit {
        try? wake.readEnd.close()
        try? wake.writeEnd.close()
    }

    /// Opens the monitor and keeps reading it until `stop`.
    public func start() {
        let thread = Thread { [self] in
            do {
                try UdevLoop(wake: wake.readEnd, emit: add).run()
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        thread.name = "fengcun-udev"
        thread.start()
    }

    private func add(_ event: DeviceEvent) {
        pending.withLock { $0.add(event) }
        continuation.yield()
    }

    /// The events that nobody has taken yet, in their order. The first of all is `.scanned`: receiving begins before the
    /// enumeration, so nothing is missed. Of several changes of one stay that nobody took in time the last one is left.
    public func takeEvents() -> [DeviceEvent] { pending.withLock { $0.take() } }

    /// Asks for another `.scanned` event.
    public func rescan() { send(.rescan) }

    /// Ends the thread and the stream of events.
    public func stop() { send(.stop) }

    private func send(_ command: UdevLoop.Command) { _ = try? wake.writeEnd.writeAll([command.rawValue]) }
}

/// The body of the watcher's thread.
private struct UdevLoop {
    /// What the watcher asks of its thread, a byte each.
    enum Command: UInt8 {
        case stop, rescan
    }

    let wake: FileDescriptor
    let emit: (DeviceEvent) -> Void
    let udev: OpaquePointer
    let monitor: OpaquePointer

    init(wake: FileDescriptor, emit: @escaping (DeviceEvent) -> Void) throws {
        self.wake = wake
        self.emit = emit
        guard let udev = udev_new() else { throw MediaError.udev(operation: "start", .noMemory) }
        // "udev" and not "kernel": events come after the rules have run, the read-only flag and all properties set.
        guard let monitor = udev_monitor_new_from_netlink(udev, "udev") else {
            udev_unref(udev)
            throw MediaError.udev(operation: "listen", Errno(rawValue: errno))
        }
        self.udev = udev
        self.monitor = monitor
    }

    func run() throws {
        defer {
            udev_monitor_unref(monitor)
            udev_unref(udev)
        }
        // A burst of events must fit; without the privilege the default size stays, and a loss leads to a new scan.
        udev_monitor_set_receive_buffer_size(monitor, 16 << 20)
        udev_monitor_filter_add_match_subsystem_devtype(monitor, "block", nil)
        try check(udev_monitor_enable_receiving(monitor), "listen")
        try scan()
        var descriptors = [
            pollfd(fd: udev_monitor_get_fd(monitor), events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake.rawValue, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            if poll(&descriptors, 2, -1) < 0 {
                guard errno == EINTR else { throw MediaError.udev(operation: "wait", Errno(rawValue: errno)) }
                continue
            }
            try drain()
            if descriptors[1].revents != 0 {
                guard try nextCommand() == .rescan else { return }
                try scan()
            }
        }
    }

    private func nextCommand() throws -> Command? {
        var byte: UInt8 = 0
        guard try withUnsafeMutableBytes(of: &byte, { try wake.read(into: $0) }) == 1 else { return nil }
        return Command(rawValue: byte)
    }

    private func check(_ result: CInt, _ operation: String) throws {
        guard result < 0 else { return }
        throw MediaError.udev(operation: operation, Errno(rawValue: -result))
    }

    private func drain() throws {
        while true {
            errno = 0
            if let device = udev_monitor_receive_device(monitor) {
                defer { udev_device_unref(device) }
                report(device)
            } else if errno == ENOBUFS {
                // The kernel dropped events.
                try scan()
            } else {
                return
            }
        }
    }

    private func report(_ device: OpaquePointer) {
        guard let name = text(udev_device_get_sysname(device)) else { return }
        if text(udev_device_get_devtype(device)) == "partition" {
            // The parent belongs to `device` and is not released on its own.
            guard let disk = udev_device_get_parent_with_subsystem_devtype(device, "block", "disk"),
                text(udev_device_get_action(device)) != "remove", let parent = copy(disk), parent.isOfOneStay
            else { return }
            emit(.changed(parent))
        } else if text(udev_device_get_action(device)) == "remove" {
            let sequence = text(udev_device_get_property_value(device, "DISKSEQ")).flatMap { Int($0) }
            emit(.removed(name: name, diskSequence: sequence ?? 0))
        } else if let disk = copy(device) {
            emit(.changed(disk))
        }
    }

    private func scan() throws {
        guard let enumeration = udev_enumerate_new(udev) else { throw MediaError.udev(operation: "list disks", .noMemory) }
        defer { udev_enumerate_unref(enumeration) }
        try check(udev_enumerate_add_match_subsystem(enumeration, "block"), "list disks")
        try check(udev_enumerate_add_match_property(enumeration, "DEVTYPE", "disk"), "list disks")
        // Disks that udev has not processed yet follow as events.
        try check(udev_enumerate_add_match_is_initialized(enumeration), "list disks")
        try check(udev_enumerate_scan_devices(enumeration), "list disks")
        var disks: [BlockDevice] = []
        var item = udev_enumerate_get_list_entry(enumeration)
        while let current = item {
            if let device = udev_device_new_from_syspath(udev, udev_list_entry_get_name(current)) {
                // One whose record is that of the disk before it follows as an event, too.
                if let disk = copy(device), disk.isOfOneStay { disks.append(disk) }
                udev_device_unref(device)
            }
            item = udev_list_entry_get_next(current)
        }
        emit(.scanned(disks))
    }

    /// Copies what other threads may see.
    private func copy(_ device: OpaquePointer) -> BlockDevice? {
        guard let name = text(udev_device_get_sysname(device)), let node = text(udev_device_get_devnode(device)) else {
            return nil
        }
        var properties: [String: String] = [:]
        var item = udev_device_get_properties_list_entry(device)
        while let current = item {
            if let key = text(udev_list_entry_get_name(current)) {
                properties[key] = text(udev_list_entry_get_value(current)) ?? ""
            }
            item = udev_list_entry_get_next(current)
        }
        return BlockDevice(name: name, node: node, properties: properties)
    }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
}
