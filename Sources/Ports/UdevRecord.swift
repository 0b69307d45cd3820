/// A device as `udevadm info --export-db` prints it (udevadm(8)).
public struct UdevRecord: Sendable, Equatable {
    /// Where the kernel keeps it below `/sys`, such as `/devices/pci0000:00/…/block/sda`.
    public let path: String
    /// udev's properties.
    public let properties: [String: String]

    /// Describes a device.
    public init(path: String, properties: [String: String]) {
        self.path = path
        self.properties = properties
    }

    /// Whether it is a whole disk that hangs on a port; loop devices, device-mapper and the like do not.
    public var isDisk: Bool {
        properties["SUBSYSTEM"] == "block" && properties["DEVTYPE"] == "disk"
            && (hidesItsPort || !path.hasPrefix("/devices/virtual/"))
    }

    /// Whether it is an NVMe disk with several ports, for which the kernel's own multipath driver (`nvme_core.multipath=Y`) has
    /// made one node that hangs on none of them.
    var hidesItsPort: Bool { path.hasPrefix("/devices/virtual/nvme-subsystem/") }

    /// Its device node; empty where it has none.
    public var node: String { properties["DEVNAME"] ?? "" }

    /// Reads the whole export: a record is some lines of `X: text`, records are parted by an empty line.
    public static func parse(_ export: String) -> [UdevRecord] {
        export.split(separator: "\n\n").compactMap { block in
            var path: String?
            var properties: [String: String] = [:]
            for line in block.split(separator: "\n") {
                if line.hasPrefix("P: ") {
                    path = String(line.dropFirst(3))
                } else if line.hasPrefix("E: "), let equals = line.firstIndex(of: "=") {
                    properties[String(line[line.index(line.startIndex, offsetBy: 3)..<equals])] =
                        String(line[line.index(after: equals)...])
                }
            }
            return path.map { UdevRecord(path: $0, properties: properties) }
        }
    }
}
