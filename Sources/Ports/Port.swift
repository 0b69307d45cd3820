/// A place where a drive can be plugged in, named by the kernel's own description of the machine: a drive cannot forge it.
public struct Port: Sendable, Hashable, Comparable {
    /// How a udev rule recognises what hangs on a port.
    enum Kind: Sendable, Hashable {
        /// By the beginning of ID_PATH, up to a full stop or the end (`ata`) …
        case ata
        /// … up to a colon (`usb`): the configuration and interface of the USB device follow.
        case usb
        /// By the PCI device above it: path_id names no partition of an NVMe drive, and nothing in a card slot.
        case pci(String)
        /// By the whole of ID_PATH.
        case exact
    }

    /// Such as `pci-0000:00:14.0-usb-0:4`, `pci-0000:00:1f.2-ata-2`, `pci-0000:3a:00.0-nvme`, `pci-0000:00:05.0-mmc`.
    public let name: String
    let kind: Kind

    /// Reads the name of a port.
    ///
    /// - Throws: `PortError.badPort` where it could mean anything else in a rule, or no port at all.
    public init(_ name: String) throws(PortError) {
        guard name.hasPrefix("pci-") || name.hasPrefix("platform-") || name.hasPrefix("acpi-"), isPlain(name), name.count <= 200
        else { throw .badPort(name) }
        self.name = name
        if let pci = Self.pci(name, suffix: "-nvme") ?? Self.pci(name, suffix: "-mmc") {
            kind = .pci(pci)
        } else if let (head, tail) = Self.split(name, at: "-usb-0:"), !head.isEmpty {
            guard !tail.isEmpty, tail.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }) else { throw .badPort(name) }
            kind = .usb
        } else if let (_, tail) = Self.split(name, at: "-ata-") {
            guard Int(tail) != nil else { throw .badPort(name) }
            kind = .ata
        } else {
            kind = .exact
        }
    }

    /// The port on which a disk hangs; nil where the kernel's description does not tell.
    public init?(of disk: UdevRecord) {
        let parts = disk.path.split(separator: "/").map(String.init)
        // The nearest PCI device above it.
        let pci = parts.last(where: Self.isPCIAddress)
        if let pci, parts.contains(where: { $0.hasPrefix("nvme") }) {
            try? self.init("pci-\(pci)-nvme")
        } else if let pci, parts.contains("mmc_host") {
            try? self.init("pci-\(pci)-mmc")
        } else if let path = disk.properties["ID_PATH"] {
            if let (head, tail) = Self.split(path, at: "-usb-0:"), let colon = tail.firstIndex(of: ":") {
                try? self.init("\(head)-usb-0:\(tail[..<colon])")
            } else if let (head, tail) = Self.split(path, at: "-ata-") {
                try? self.init("\(head)-ata-\(tail.prefix { $0.isNumber })")
            } else {
                try? self.init(path)
            }
        } else {
            return nil
        }
    }

    /// By their names.
    public static func < (one: Port, other: Port) -> Bool { one.name < other.name }

    /// Whether it is a port of USB, on which everything is evidence unless something else is declared.
    public var isUSB: Bool { kind == .usb }

    /// The condition in a udev rule, such as `ENV{ID_PATH}=="…"`. Names the whole port and no other: `ata-2*` would also be `ata-20`.
    var condition: String {
        switch kind {
        case .ata: "ENV{ID_PATH}==\"\(name)|\(name).*\""
        case .usb: "ENV{ID_PATH}==\"\(name):*\""
        case .pci(let address): "SUBSYSTEMS==\"pci\", KERNELS==\"\(address)\""
        case .exact: "ENV{ID_PATH}==\"\(name)\""
        }
    }

    private static func split(_ text: String, at mark: String) -> (head: String, tail: String)? {
        guard let range = text.ranges(of: mark).last else { return nil }
        return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
    }

    private static func pci(_ name: String, suffix: String) -> String? {
        guard name.hasPrefix("pci-"), name.hasSuffix(suffix) else { return nil }
        let address = String(name.dropFirst(4).dropLast(suffix.count))
        return isPCIAddress(address) ? address : nil
    }

    /// `domain:bus:device.function`, as the kernel writes it.
    private static func isPCIAddress(_ text: String) -> Bool {
        let digits = text.split(separator: ":", omittingEmptySubsequences: false)
        return digits.count == 3 && digits[0].count >= 4 && digits[1].count == 2 && digits[2].count == 4
            && digits.joined().allSatisfy { $0.isHexDigit || $0 == "." }
    }
}

/// Whether a text means in a udev rule what it says: no quotation mark that ends it, no pattern, nothing unseen.
func isPlain(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x20...0x7E).contains($0) && !"\"\\*?[]|$%".utf8.contains($0) }
}
