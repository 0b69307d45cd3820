import Custody
import SafeText
import SystemPackage

/// Turns what udev and sysfs say about a disk into the description that entries hold.
public enum MediumProbe {
    /// Longest text that a drive may give about itself, in bytes.
    static let textLimit = 256
    /// Most partitions that an entry lists.
    static let partitionLimit = 128

    /// Describes a disk; nil where it has no medium or no believable capacity, or another disk has taken its name.
    public static func describe(_ device: BlockDevice) -> MediumDescription? {
        guard device.isCurrent, let capacity = device.capacity, capacity > 0 else { return nil }
        let folder = Sysfs.folder(device.name)
        let parent = folder.appending("device")
        let properties = device.properties
        func attribute(_ name: String) -> String? { clean(Sysfs.text(parent.appending(name))) }
        func number(_ name: String) -> Int? { Sysfs.integer(folder.appending("queue").appending(name)) }
        return MediumDescription(
            make: clean(properties["ID_VENDOR_ENC"].map(unescape)) ?? attribute("vendor"),
            model: clean(properties["ID_MODEL_ENC"].map(unescape)) ?? attribute("model"),
            serial: clean(properties["ID_SERIAL_SHORT"].map(unescape)) ?? attribute("serial"),
            wwn: clean(properties["ID_WWN_WITH_EXTENSION"]) ?? clean(properties["ID_WWN"]) ?? attribute("wwid"),
            firmware: clean(properties["ID_REVISION"].map(unescape)) ?? attribute("firmware_rev") ?? attribute("rev"),
            bus: clean(properties["ID_BUS"]) ?? busName(device.name),
            capacity: capacity,
            logicalSectorSize: number("logical_block_size") ?? 512,
            physicalSectorSize: number("physical_block_size") ?? 512,
            removable: Sysfs.integer(folder.appending("removable")) == 1,
            partitionTable: clean(properties["ID_PART_TABLE_TYPE"]),
            partitions: device.partitions.prefix(partitionLimit).map(\.partition),
            diskSequence: device.diskSequence,
            udev: identifiers(properties))
    }

    /// A text of a drive or of udev: white space around it dropped, control characters made visible, at most 256 bytes; nil where
    /// nothing is left.
    public static func clean(_ text: String?) -> String? {
        guard let text else { return nil }
        let characters = text.printable.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        return characters.isEmpty ? nil : cut(characters)
    }

    /// At most 256 bytes, so that no drive can make an entry too long to be recorded.
    private static func cut(_ text: String) -> String {
        var result = ""
        for character in text {
            guard result.utf8.count + character.utf8.count <= textLimit else { break }
            result.append(character)
        }
        return result
    }

    /// Undoes the `\x20` of `ID_…_ENC` properties (udev_util_encode_string); the bytes need not be UTF-8.
    static func unescape(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var plain: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\"), index + 3 < bytes.count, bytes[index + 1] == UInt8(ascii: "x"),
                !"+-".utf8.contains(bytes[index + 2]),
                let value = UInt8(String(decoding: bytes[index + 2...index + 3], as: UTF8.self), radix: 16)
            {
                plain.append(value)
                index += 4
            } else {
                plain.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// The bus where udev names none, from the kernel's naming of disks.
    private static func busName(_ name: String) -> String? {
        let prefixes = [
            ("loop", "loop"), ("nvme", "nvme"), ("mmcblk", "mmc"), ("vd", "virtio"), ("zram", "zram"), ("sr", "scsi"),
        ]
        return prefixes.first { name.hasPrefix($0.0) }?.1
    }

    /// The identifiers that udev gathered, kept as they are but for length and control characters.
    private static func identifiers(_ properties: [String: String]) -> [String: String] {
        let kept = properties.filter {
            $0.key.hasPrefix("ID_") || $0.key.hasPrefix("FENGCUN_") || ["DEVPATH", "DEVLINKS", "MAJOR", "MINOR"].contains($0.key)
        }
        let bounded = kept.sorted { $0.key < $1.key }.prefix(60).map { key, value in (cut(key.printable), cut(value.printable)) }
        return Dictionary(bounded) { first, _ in first }
    }
}
