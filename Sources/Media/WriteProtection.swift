import CLinux
import Custody
import DurableFiles
import SystemPackage

/// Sets and observes the kernel's write protection of a disk and its partitions.
public enum WriteProtection {
    /// Whether the disk and every partition carry the read-only flag, and how many requests that change a disk the kernel
    /// has counted; nil where the disk is gone.
    public static func state(of device: BlockDevice) -> Protection? {
        let folder = Sysfs.folder(device.name)
        guard let disk = reading(folder) else { return nil }
        let partitions = device.partitions.map { (number: $0.partition.number, found: reading(folder.appending($0.name))) }
        let deviating = partitions.compactMap { number, found -> PartitionProtection.Partition? in
            // A partition that went away meanwhile has no flag that could be relied on.
            let found = found ?? Reading(isReadOnly: false, writes: 0, discards: 0, flushes: 0)
            guard !found.isReadOnly || found.writes + found.discards + found.flushes > 0 else { return nil }
            return PartitionProtection.Partition(
                number: number, readOnly: found.isReadOnly, writeRequests: found.writes, discardRequests: found.discards,
                flushRequests: found.flushes)
        }
        return Protection(
            readOnly: disk.isReadOnly && deviating.allSatisfy(\.readOnly), writeRequests: disk.writes,
            discardRequests: disk.discards, flushRequests: disk.flushes,
            partitions: partitions.isEmpty
                ? nil : PartitionProtection(checked: partitions.count, deviating: Array(deviating.prefix(64))))
    }

    private struct Reading {
        let isReadOnly: Bool
        let writes, discards, flushes: Int
    }

    /// Flag and counts of a disk or a partition; nil where it is gone.
    private static func reading(_ folder: FilePath) -> Reading? {
        guard let flag = Sysfs.integer(folder.appending("ro")), let line = Sysfs.text(folder.appending("stat")) else {
            return nil
        }
        let counters = line.split(separator: " ").map { Int($0) ?? 0 }
        // Documentation/block/stat.rst; Linux 4.18 added discards, 5.5 flushes.
        func counter(_ index: Int) -> Int { index < counters.count ? counters[index] : 0 }
        return Reading(isReadOnly: flag == 1, writes: counter(4), discards: counter(11), flushes: counter(15))
    }

    /// Sets the flag on the disk and on every partition where it is not set.
    ///
    /// The udev rule has normally done so long before; this repairs a flag that was lost, and protects disks that
    /// `--evidence` names. The device is opened for reading only.
    ///
    /// - Throws: `MediaError.device`; without CAP_SYS_ADMIN `Errno.permissionDenied`.
    public static func set(_ device: BlockDevice) throws(MediaError) {
        let folder = Sysfs.folder(device.name)
        guard device.isCurrent else { throw .otherDisk(path: device.node) }
        if Sysfs.integer(folder.appending("ro")) != 1 { try set(node: device.node) }
        for (name, _) in device.partitions where Sysfs.integer(folder.appending(name).appending("ro")) != 1 {
            try set(node: "/dev/\(name)")
        }
    }

    private static func set(node: String) throws(MediaError) {
        do throws(FileError) {
            let file = try OwnedDescriptor(opening: FilePath(node), .readOnly, options: .nonBlocking)
            try FileError.check(clinux_block_set_read_only(file.descriptor.rawValue), "write-protect", file.path)
        } catch {
            throw .device(path: node, operation: error.attempt, error.errno)
        }
    }
}
