import CUdev
import Glibc
import Restoration

/// What udev's database says about a block device.
struct UdevRecord {
    /// The kernel's name.
    let name: String
    let isDisk: Bool
    /// Whether all rules have run.
    let isInitialized: Bool
    let isEvidence: Bool
    /// The kernel's number of the stay that the record is about, as our rule left it; where the rule is not installed, the
    /// kernel's number of this moment. Nil where there is none.
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
        diskSequence = (property("FENGCUN_DISKSEQ") ?? property("DISKSEQ")).flatMap { Int($0) }
        model = property("ID_MODEL")
        serial = property("ID_SERIAL_SHORT")
    }
}
