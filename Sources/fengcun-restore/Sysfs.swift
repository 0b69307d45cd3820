import CUdev
import DurableFiles
import Glibc
import Restoration
import SystemPackage

/// The few attributes of sysfs that are asked for.
enum Sysfs {
    private static func folder(_ name: String) -> FilePath { FilePath("/sys/class/block").appending(name) }

    /// The disk sequence number of a disk by its name.
    static func diskSequence(_ name: String) -> Int? { text(folder(name).appending("diskseq")).flatMap { Int($0) } }

    /// Whether a partition carries the read-only flag.
    static func hasReadOnlyPartition(_ name: String) -> Bool {
        partitions(of: name).contains { text(folder($0).appending("ro")) != "0" }
    }

    /// Devices that a device is put together from.
    static func lower(_ name: String) -> [String] { names(folder(name).appending("slaves")) }

    /// Devices that are put together from a disk or its partitions.
    static func holders(_ name: String) -> [String] {
        ([name] + partitions(of: name)).flatMap { names(folder($0).appending("holders")) }
    }

    private static func partitions(of name: String) -> [String] {
        names(folder(name)).filter { text(folder(name).appending($0).appending("partition")) != nil }
    }

    private static func names(_ path: FilePath) -> [String] { (try? listDirectory(path)) ?? [] }

    private static func text(_ path: FilePath) -> String? {
        guard let bytes = try? readFile(path, limit: 4096) else { return nil }
        return String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }
}

/// What udev's database says about a block device.
struct UdevRecord {
    /// The kernel's name.
    let name: String
    let isDisk: Bool
    /// Whether all rules have run.
    let isInitialized: Bool
    let isEvidence: Bool
    /// The kernel's number of the stay that the record is about; nil where the record names none.
    let diskSequence: Int?
    let model, serial: String?

    /// Looks up a device by its number.
    init(_ number: dev_t, node: String) throws(RestorationError) {
        guard let udev = udev_new() else { throw .unknownDevice(node) }
        defer { udev_unref(udev) }
        guard let device = udev_device_new_from_devnum(udev, CChar(UInt8(ascii: "b")), number) else { throw .unknownDevice(node) }
        defer { udev_device_unref(device) }
        func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
        func property(_ name: String) -> String? { text(udev_device_get_property_value(device, name)) }
        guard let name = text(udev_device_get_sysname(device)) else { throw .unknownDevice(node) }
        self.name = name
        isDisk = text(udev_device_get_devtype(device)) == "disk"
        isInitialized = udev_device_get_is_initialized(device) == 1
        // Whatever it is but a clear no.
        isEvidence = !["0", nil].contains(property("FENGCUN_EVIDENCE"))
        diskSequence = property("DISKSEQ").flatMap { Int($0) }
        model = property("ID_MODEL")
        serial = property("ID_SERIAL_SHORT")
    }
}
