import Foundation
import SystemPackage
import TestSupport
import Testing

/// One emulated station for all tests, with the packages installed in it as an administrator would.
///
/// Not safe for two tests at once: the suite runs them one after another, and each leaves the ports as it found them.
final class Laboratory: @unchecked Sendable {
    private static let made = Result { try Laboratory() }
    /// The laboratory; made at the first call, which takes minutes.
    static var shared: Laboratory { get throws { try made.get() } }
    /// Bytes of the disk that a run fills at most, with some to spare.
    private static let room = 4 << 30

    /// Files of drives.
    let folder = TemporaryFolder(in: "/var/tmp")
    private let disk: FilePath
    private let base: FilePath
    private var initrd: FilePath
    private var boots = 1
    private(set) var machine: Machine

    /// Where consoles are kept, and the root file system from one run to the next.
    static let kept = FilePath(
        ProcessInfo.processInfo.environment["FENGCUN_VM"] ?? Checkout.path + "/.build/vm")
    /// Where `scripts/package` left the packages.
    static let packages = FilePath(
        ProcessInfo.processInfo.environment["FENGCUN_PACKAGES"] ?? Checkout.path + "/.build/vm/packages")

    private init() throws {
        base = try Self.baseSystem()
        try Self.requireRoom(in: folder.path)
        disk = folder("station.raw")
        try Self.run("cp", ["--sparse=always", base("root.raw"), disk.string])
        // `runtime.tar`: what packages of the tests' own build need (scripts/package --programs).
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.packages.string).filter {
            $0.hasSuffix(".deb") || $0 == "runtime.tar"
        }
        let writing = names.map { "write \(Self.packages)/\($0) /root/\($0)\n" }.joined()
        try Self.run("debugfs", ["-w", "-f", folder.write(writing.utf8, to: "commands").string, disk.string])
        try folder.write([], to: "exchange.raw")
        try #require(truncate(folder("exchange.raw").string, 64 << 20) == 0)
        initrd = FilePath(base("initrd.img"))
        machine = try Machine(
            .init(
                disk: disk, kernel: FilePath(base("vmlinuz")), initrd: initrd, exchange: folder("exchange.raw"),
                console: Self.console(1)))
        // The tests start the daemon more often than a station may.
        try machine.run(
            """
            mkdir -p /etc/systemd/system/fengcund.service.d
            printf '[Unit]\\nStartLimitIntervalSec=0\\n' >/etc/systemd/system/fengcund.service.d/laboratory.conf
            """)
        // Making the initramfs takes a minute and more of an emulated processor; `makeInitramfs` does so where it matters.
        try machine.run(
            """
            sed -i 's/^update_initramfs=.*/update_initramfs=no/' /etc/initramfs-tools/update-initramfs.conf
            if [[ -e /root/runtime.tar ]]; then tar -C / -xf /root/runtime.tar; fi
            dpkg --install /root/*.deb
            """, within: 900)
        // What is shared goes with the process, and not before it.
        atexit {
            guard let laboratory = try? Laboratory.shared else { return }
            laboratory.machine.cutPower()
            try? FileManager.default.removeItem(atPath: laboratory.folder.path.string)
        }
    }

    /// A machine whose disk cannot be written stands still.
    private static func requireRoom(in folder: FilePath) throws {
        var status = statvfs()
        try #require(statvfs(folder.string, &status) == 0)
        let free = Int(status.f_bavail) * Int(status.f_frsize)
        guard free >= room else {
            throw LaboratoryError("\(folder) has \(free >> 20) MiB left; a machine wants \(room >> 20)")
        }
    }

    /// Takes the rules into the initramfs, as the installation does outside of the laboratory; the next start uses it.
    func makeInitramfs() throws {
        let size = try machine.run(
            """
            sed -i 's/^update_initramfs=.*/update_initramfs=yes/' /etc/initramfs-tools/update-initramfs.conf
            update-initramfs -u >&2
            sed -i 's/^update_initramfs=.*/update_initramfs=no/' /etc/initramfs-tools/update-initramfs.conf
            dd if=/boot/initrd.img-$(uname -r) of=/dev/vdb bs=1M conv=fsync,notrunc status=none
            stat -c 'size %s' /boot/initrd.img-$(uname -r)
            """, within: 900)
        let length = try #require(size.split(separator: " ").last.flatMap { Int($0) })
        let bytes = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder("exchange.raw").string)).read(upToCount: length)
        initrd = try folder.write(bytes ?? Data(), to: "initrd.img")
    }

    /// The root file system without Fengcun, made once for each version of the script that makes it.
    private static func baseSystem() throws -> FilePath {
        let script = Checkout.path + "/Tests/VMTests/Guest/make-root"
        let version = try TestSupport.run("sha256sum", [script]).output.prefix(16)
        let folder = kept.appending("root-\(version)")
        if !FileManager.default.fileExists(atPath: folder.appending("root.raw").string) {
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
            try run(script, [folder.string])
        }
        return folder
    }

    private static func console(_ boot: Int) -> FilePath {
        let console = kept.appending("console-\(boot).log")
        try? FileManager.default.removeItem(atPath: console.string)
        return console
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let outcome = try TestSupport.run(program, arguments)
        guard outcome.status == 0 else { throw LaboratoryError("\(program) \(arguments): \(outcome.errors)\(outcome.output)") }
    }

    /// Cuts the power in whatever the machine is doing, and switches it on again, with the initramfs that it made last.
    ///
    /// - Parameter drives: what is in its SATA bays then.
    func restart(drives: [Drive] = []) throws {
        machine.cutPower()
        boots += 1
        machine = try Machine(
            .init(
                disk: disk, kernel: FilePath(base("vmlinuz")), initrd: initrd, exchange: folder("exchange.raw"),
                console: Self.console(boots)), drives: drives)
    }
}

extension FilePath {
    fileprivate func callAsFunction(_ name: String) -> String { appending(name).string }
}

extension Trait where Self == ConditionTrait {
    /// The test needs an emulated machine.
    static var requiresLaboratory: Self {
        let missing = Laboratory.missing
        return .enabled(if: missing.isEmpty, "needs \(missing.joined(separator: ", "))")
    }
}

extension Laboratory {
    /// What an emulated machine wants and this one does not have.
    fileprivate static var missing: [String] {
        var missing = ["qemu-system-x86_64", "mmdebstrap", "debugfs", "mkfs.ext4"].filter { (try? find($0)) == nil }
        if getuid() != 0 { missing.append("root") }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: packages.string)) ?? []
        if !names.contains(where: { $0.hasSuffix(".deb") }) { missing.append("what scripts/package makes, in \(packages)") }
        // The packages are for this machine's kind of processor, and the machine that is emulated is a PC.
        #if !arch(x86_64)
            missing.append("an x86-64 processor")
        #endif
        return missing
    }
}
