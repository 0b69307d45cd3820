import CLinux
import CUdev
import DriveCommands
import DurableFiles
import Glibc
import SystemPackage

/// A whole disk that udev calls evidence, open for reading. All is judged by the open descriptor, so that no other disk can come
/// between the look and the deed.
struct EvidenceDisk {
    let file: OwnedDescriptor
    let name: String

    /// Opens the disk of a request.
    init(_ request: ProbeRequest) throws(ProbeReport.Refusal) {
        name = request.device
        var status = stat()
        var sequence: UInt64 = 0
        guard
            let file = try? OwnedDescriptor(
                opening: FilePath("/dev/\(name)"), .readOnly, options: [.nonBlocking, .noFollow]),
            fstat(file.descriptor.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFBLK
        else { throw .noDisk }
        guard clinux_block_disk_sequence(file.descriptor.rawValue, &sequence) == 0, sequence == request.diskSequence else {
            throw .otherDisk
        }
        try Self.checkEvidence(status.st_rdev, name, sequence)
        self.file = file
    }

    /// What udev's database says about a device number, and about this stay of the disk.
    private static func checkEvidence(_ number: dev_t, _ name: String, _ sequence: UInt64) throws(ProbeReport.Refusal) {
        guard let udev = udev_new() else { throw .failed }
        defer { udev_unref(udev) }
        guard let device = udev_device_new_from_devnum(udev, CChar(UInt8(ascii: "b")), number) else { throw .noDisk }
        defer { udev_device_unref(device) }
        func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
        guard text(udev_device_get_devtype(device)) == "disk", text(udev_device_get_sysname(device)) == name else {
            throw .noDisk
        }
        // DISKSEQ is the kernel's number of this moment; the one that our rule left is that of the record. Not there where it was
        // another version of our rules that declared the disk.
        if let recorded = text(udev_device_get_property_value(device, "FENGCUN_DISKSEQ")), recorded != "\(sequence)" {
            throw .otherDisk
        }
        guard udev_device_get_is_initialized(device) == 1,
            text(udev_device_get_property_value(device, "FENGCUN_EVIDENCE")) == "1"
        else { throw .notEvidence }
    }

    /// Sets the read-only flag of the disk and of its partitions. The flag cannot be taken off through this program.
    func protect() throws(ProbeReport.Refusal) {
        var isProtected = clinux_block_set_read_only(file.descriptor.rawValue) == 0
        for (partition, number) in Sysfs.partitions(of: name) {
            var status = stat()
            guard
                let file = try? OwnedDescriptor(
                    opening: FilePath("/dev/\(partition)"), .readOnly, options: [.nonBlocking, .noFollow]),
                fstat(file.descriptor.rawValue, &status) == 0,
                "\(clinux_major(status.st_rdev)):\(clinux_minor(status.st_rdev))" == number
            else { continue }
            isProtected = clinux_block_set_read_only(file.descriptor.rawValue) == 0 && isProtected
        }
        guard isProtected else { throw .failed }
    }
}

/// The few attributes of sysfs that are asked for.
enum Sysfs {
    /// The disk sequence number of a disk by its name.
    static func diskSequence(_ name: String) -> Int? {
        guard !name.contains("/") else { return nil }
        return text("/sys/class/block/\(name)/diskseq").flatMap { Int($0) }
    }

    /// The partitions of a disk with their device numbers, as `8:17`.
    static func partitions(of name: String) -> [(name: String, number: String)] {
        let folder = "/sys/class/block/\(name)"
        return ((try? listDirectory(FilePath(folder))) ?? []).compactMap { child in
            guard text("\(folder)/\(child)/partition") != nil, let number = text("\(folder)/\(child)/dev") else { return nil }
            return (child, number)
        }
    }

    private static func text(_ path: String) -> String? {
        guard let bytes = try? readFile(FilePath(path), limit: 4096) else { return nil }
        return String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }
}
