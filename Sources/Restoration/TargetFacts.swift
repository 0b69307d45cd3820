/// What udev and the kernel say of a device that an image is to be written to.
public struct TargetFacts: Sendable, Equatable {
    /// Its node.
    public var device: String
    /// Whether it is a whole disk, and no partition.
    public var isWholeDisk: Bool
    /// Whether udev has looked at this stay of the device.
    public var isKnown: Bool
    /// Whether udev's database calls it evidence.
    public var isEvidence: Bool
    /// Whether it or a partition of it carries the read-only flag.
    public var isReadOnly: Bool
    /// Whether the machine lives on it.
    public var isSystemDisk: Bool
    /// Devices that it is put together from.
    public var lower: [String]
    /// Devices that are put together from it or its partitions.
    public var holders: [String]

    /// Describes a device.
    public init(
        device: String, isWholeDisk: Bool, isKnown: Bool, isEvidence: Bool, isReadOnly: Bool, isSystemDisk: Bool,
        lower: [String], holders: [String]
    ) {
        self.device = device
        self.isWholeDisk = isWholeDisk
        self.isKnown = isKnown
        self.isEvidence = isEvidence
        self.isReadOnly = isReadOnly
        self.isSystemDisk = isSystemDisk
        self.lower = lower
        self.holders = holders
    }

    /// Why nothing may be written to it; nil where something may. Whatever is not known counts against it.
    public var refusal: RestorationError? {
        if isEvidence { return .evidence(device) }
        if !isWholeDisk { return .noDisk(device) }
        if !isKnown { return .unknownDevice(device) }
        if isReadOnly { return .readOnly(device) }
        if isSystemDisk { return .systemDisk(device) }
        if !lower.isEmpty { return .stacked(device, of: lower) }
        if !holders.isEmpty { return .inUse(device, by: holders) }
        return nil
    }
}
