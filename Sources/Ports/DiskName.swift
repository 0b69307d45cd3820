/// What tells one disk from others, as the kernel has it from the disk or its bridge before anything reads the disk itself.
///
/// A seized drive can carry the same: prefer ports.
public struct DiskName: Sendable, Hashable {
    /// `usb:VENDOR:PRODUCT:SERIAL`, or `wwid:` and what the kernel calls its world-wide identification.
    public let name: String
    private let attributes: [(name: String, value: String)]

    /// Reads the name of a disk.
    ///
    /// - Throws: `PortError.badDisk`.
    public init(_ name: String) throws(PortError) {
        guard isPlain(name), name.count <= 200, !name.hasSuffix(" ") else { throw .badDisk(name) }
        let words = name.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        if words.count == 4, words[0] == "usb", Self.isUSBNumber(words[1]), Self.isUSBNumber(words[2]), words[3].count >= 4 {
            attributes = [("idVendor", words[1]), ("idProduct", words[2]), ("serial", words[3])]
        } else if name.hasPrefix("wwid:"), name.count >= 13 {
            attributes = [("wwid", String(name.dropFirst(5)))]
        } else {
            throw .badDisk(name)
        }
        self.name = name
    }

    /// The name of a disk that is plugged in; nil where nothing tells it apart.
    public init?(of disk: UdevRecord, _ system: SystemAttributes) {
        func attribute(_ name: String) -> String? { system.nearest(name, disk.path) }
        let isUSB = disk.path.split(separator: "/").contains { $0.hasPrefix("usb") }
        if isUSB, let vendor = attribute("idVendor"), let product = attribute("idProduct"), let serial = attribute("serial") {
            try? self.init("usb:\(vendor):\(product):\(serial)")
        } else if !isUSB, let name = attribute("wwid") {
            try? self.init("wwid:\(name)")
        } else {
            return nil
        }
    }

    /// The condition in a udev rule. All of its ATTRS must hold for one and the same device, as udev has it.
    var condition: String {
        let conditions = attributes.map { "ATTRS{\($0.name)}==\"\($0.value)\"" }.joined(separator: ", ")
        return (name.hasPrefix("usb:") ? "SUBSYSTEMS==\"usb\", " : "") + conditions
    }

    private static func isUSBNumber(_ text: String) -> Bool { text.count == 4 && text.allSatisfy(\.isHexDigit) }

    /// Whether both are one name.
    public static func == (one: DiskName, other: DiskName) -> Bool { one.name == other.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
