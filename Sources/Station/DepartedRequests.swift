import Media

/// Requests that the kernel had counted when a medium left. A card reader goes on counting, and the next card in it is not to
/// blame for what was counted before; a disk that has only taken the reader's name begins at zero.
struct DepartedRequests {
    /// The counts by the kernel's name of the disk, each with the moment at which udev met that disk first.
    private var counts: [String: (met: String, requests: Int)] = [:]

    /// Keeps the count of a disk whose medium leaves; nothing of one that is gone itself.
    mutating func note(_ device: BlockDevice) { note(device, requests: WriteProtection.state(of: device)?.requests) }

    /// Keeps a count; nil where the disk is gone.
    mutating func note(_ device: BlockDevice, requests: Int?) {
        guard let requests, let met = Self.met(device) else { return counts[device.name] = nil }
        counts[device.name] = (met, requests)
    }

    /// Requests that were counted before the medium came that is in a disk now: with the media before it. Loop devices, for
    /// trials, count over all their files.
    func requests(before device: BlockDevice) -> Int {
        if let count = counts[device.name], count.met == Self.met(device) { return count.requests }
        let isVirtual = device.properties["DEVPATH"]?.hasPrefix("/devices/virtual/block/") ?? false
        return isVirtual ? WriteProtection.state(of: device)?.requests ?? 0 : 0
    }

    /// udev keeps it from the disk's first event to its last, whatever media come and go (USEC_INITIALIZED).
    private static func met(_ device: BlockDevice) -> String? { device.properties["USEC_INITIALIZED"] }
}
