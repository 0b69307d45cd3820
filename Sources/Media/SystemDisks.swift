import CLinux
import DurableFiles
import Glibc
import SystemPackage

/// Finds the disks that this machine lives on. They are never evidence, whatever a pattern or a property says.
public enum SystemDisks {
    /// Mount points that belong to the system even where they are mounted read-only.
    static let mountPoints: Set<String> = ["/", "/usr", "/var", "/home", "/boot", "/boot/efi", "/efi"]

    /// Kernel names of the whole disks under the system's mount points, under everything that is mounted for writing, under
    /// swap, and under the given paths, through any stack of device-mapper, MD and loop devices.
    ///
    /// - Parameter paths: the state directory and the destinations; where one is missing, its nearest existing parent.
    public static func names(holding paths: [FilePath]) -> Set<String> {
        let mounts = Mount.current()
        var disks: Set<String> = []
        for mount in mounts where mount.isWritable || mountPoints.contains(mount.point) { collect(mount.device(), &disks) }
        // Asked by path as well: in a container or a chroot the table of mounts does not show what lies under the root.
        for path in paths + mountPoints.map({ FilePath($0) }) { collect(device(holding: path, mounts), &disks) }
        for area in swapAreas() {
            guard let status = try? status(of: area) else { continue }
            let isDevice = status.st_mode & S_IFMT == S_IFBLK
            collect(isDevice ? DeviceNumber(status.st_rdev) : device(holding: area, mounts), &disks)
        }
        return disks
    }

    /// Kernel names of the whole disks that hold a path; empty where it is on no disk, such as tmpfs.
    public static func names(holdingPath path: FilePath) -> Set<String> {
        var disks: Set<String> = []
        collect(device(holding: path, Mount.current()), &disks)
        return disks
    }

    private static func device(holding path: FilePath, _ mounts: [Mount]) -> DeviceNumber? {
        var path = path
        while true {
            if let status = try? status(of: path) {
                let number = DeviceNumber(status.st_dev)
                // btrfs and overlay report an anonymous device; the mount table knows the real one.
                return number.major == 0 ? Mount.holding(path, mounts)?.device() : number
            }
            guard path.removeLastComponent() else { return nil }
        }
    }

    private static func swapAreas() -> [FilePath] {
        (Sysfs.text("/proc/swaps") ?? "").split(separator: "\n").dropFirst().compactMap { line in
            line.split(separator: " ").first.map { FilePath(Mount.unescape($0)) }
        }
    }

    /// Adds the whole disk behind a device number, and what it is stacked on.
    private static func collect(_ number: DeviceNumber?, _ disks: inout Set<String>) {
        guard let number else { return }
        let link = FilePath("/sys/dev/block/\(number.major):\(number.minor)")
        guard let real = realPath(link), let name = real.lastComponent?.string else { return }
        if Sysfs.text(real.appending("partition")) != nil {
            collect(name: real.removingLastComponent().lastComponent?.string, &disks)
        } else {
            collect(name: name, &disks)
        }
    }

    private static func collect(name: String?, _ disks: inout Set<String>) {
        guard let name, disks.insert(name).inserted else { return }
        let folder = Sysfs.folder(name)
        for lower in Sysfs.names(folder.appending("slaves")) {
            if let device = Sysfs.text(Sysfs.folder(lower).appending("dev")) { collect(DeviceNumber(device), &disks) }
        }
        if let file = Sysfs.text(folder.appending("loop").appending("backing_file")) {
            collect(device(holding: FilePath(file), Mount.current()), &disks)
        }
    }

    private static func realPath(_ path: FilePath) -> FilePath? {
        guard let resolved = realpath(path.string, nil) else { return nil }
        defer { free(resolved) }
        return FilePath(platformString: resolved)
    }
}

/// Major and minor number of a device.
struct DeviceNumber: Hashable {
    let major: UInt32
    let minor: UInt32

    init(_ number: dev_t) {
        major = clinux_major(number)
        minor = clinux_minor(number)
    }

    /// Reads `8:16`.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":").compactMap { UInt32($0) }
        guard parts.count == 2 else { return nil }
        (major, minor) = (parts[0], parts[1])
    }
}

/// A line of `/proc/self/mountinfo` (proc(5)).
struct Mount {
    let number: DeviceNumber
    let point: String
    let source: String
    /// Whether files can be written through this mount.
    let isWritable: Bool

    /// The kernel allows 100,000 mounts (fs.mount-max); a table that is not read whole could hide the system's disk.
    private static let tableLimit = 256 << 20

    static func current(_ table: FilePath = "/proc/self/mountinfo") -> [Mount] {
        parse(Sysfs.text(table, limit: tableLimit) ?? "")
    }

    static func parse(_ table: String) -> [Mount] {
        table.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 5, let number = DeviceNumber(fields[2]),
                let separator = fields.firstIndex(of: "-"), separator + 2 < fields.count
            else { return nil }
            return Mount(
                number: number, point: unescape(fields[4]), source: unescape(fields[separator + 2]),
                isWritable: fields[5].split(separator: ",").contains("rw"))
        }
    }

    /// The mount that a path lies on: the one with the longest point above it, the last where several are stacked.
    static func holding(_ path: FilePath, _ mounts: [Mount]) -> Mount? {
        var best: Mount?
        for mount in mounts where path.starts(with: FilePath(mount.point)) {
            if mount.point.utf8.count >= best?.point.utf8.count ?? 0 { best = mount }
        }
        return best
    }

    /// The device that is mounted; for file systems with an anonymous number, the one that the source names.
    func device() -> DeviceNumber? {
        if number.major != 0 { return number }
        guard source.hasPrefix("/"), let status = try? status(of: FilePath(source)), status.st_mode & S_IFMT == S_IFBLK else {
            return nil
        }
        return DeviceNumber(status.st_rdev)
    }

    /// Undoes the `\040` of the kernel's tables.
    static func unescape(_ text: some StringProtocol) -> String {
        var plain: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                plain.append(value)
                rest = rest.dropFirst(3)
            } else {
                plain.append(byte)
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
