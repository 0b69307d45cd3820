/// Events that nobody has dealt with yet, in their order. What is seen of a disk makes worthless what was seen of the same stay
/// before, so a storm of changes waits as one.
struct PendingEvents {
    private var events: [DeviceEvent] = []

    /// Takes one more.
    mutating func add(_ event: DeviceEvent) {
        guard case .changed(let device) = event, let index = events.lastIndex(where: { $0.concerns(device.name) }),
            case .changed(let earlier) = events[index], earlier.diskSequence == device.diskSequence
        else { return events.append(event) }
        events[index] = event
    }

    /// Hands all of them over.
    mutating func take() -> [DeviceEvent] {
        defer { events = [] }
        return events
    }
}

extension DeviceEvent {
    /// Whether it says something of the disk with a name; a scan does so of every disk.
    fileprivate func concerns(_ name: String) -> Bool {
        switch self {
        case .scanned: true
        case .changed(let device): device.name == name
        case .removed(let removed, _): removed == name
        }
    }
}
