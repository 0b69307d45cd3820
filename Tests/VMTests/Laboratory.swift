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

    /// Files of drives.
    let folder = TemporaryFolder(in: "/var/tmp")
    private let disk: FilePath
    private let base: FilePath
    private var boots = 0
    private(set) var machine: Machine

    /// Where consoles are kept, and the root file system from one run to the next.
    static let kept = FilePath(
        ProcessInfo.processInfo.environment["FENGCUN_VM"] ?? Checkout.path + "/.build/vm")
    /// Where `scripts/package` left the packages.
    static let packages = FilePath(
        ProcessInfo.processInfo.environment["FENGCUN_PACKAGES"] ?? Checkout.path + "/.build/package")

    private init() throws {
        base = try Self.baseSystem()
        disk = folder("station.raw")
        try Self.run("cp", ["--sparse=always", base("root.raw"), disk.string])
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.packages.string).filter { $0.hasSuffix(".deb") }
        let writing = names.map { "write \(Self.packages)/\($0) /root/\($0)\n" }.joined()
        try Self.run("debugfs", ["-w", "-f", folder.write(writing.utf8, to: "commands").string, disk.string])
        machine = try Machine(Self.files(disk, initrd: FilePath(base("initrd.img")), base, 1))
        boots = 1
        // Making the initramfs takes a minute and more of an emulated processor; `makeInitramfs` does so where it matters.
        try machine.run(
            """
            sed -i 's/^update_initramfs=.*/update_initramfs=no/' /etc/initramfs-tools/update-initramfs.conf
            dpkg --install /root/*.deb
            """, within: 900)
    }

    /// Takes the rules into the initramfs, as the installation does outside of the laboratory.
    func makeInitramfs() throws {
        try machine.run(
            """
            sed -i 's/^update_initramfs=.*/update_initramfs=yes/' /etc/initramfs-tools/update-initramfs.conf
            update-initramfs -u
            sed -i 's/^update_initramfs=.*/update_initramfs=no/' /etc/initramfs-tools/update-initramfs.conf
            """, within: 900)
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

    private static func files(_ disk: FilePath, initrd: FilePath, _ base: FilePath, _ boot: Int) -> Machine.Files {
        let console = kept.appending("console-\(boot).log")
        try? FileManager.default.removeItem(atPath: console.string)
        return Machine.Files(disk: disk, kernel: FilePath(base("vmlinuz")), initrd: initrd, console: console)
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let outcome = try TestSupport.run(program, arguments)
        guard outcome.status == 0 else { throw LaboratoryError("\(program) \(arguments): \(outcome.errors)\(outcome.output)") }
    }

    /// Cuts the power in whatever the machine is doing, and switches it on again, with the initramfs that it made last.
    ///
    /// - Parameter drives: what is in its SATA bays then.
    func restart(drives: [Drive] = []) throws {
        let release = try machine.run("sync; uname -r")
        machine.cutPower()
        // Its own journal is replayed on a copy: the machine itself shall meet its disk as it is.
        let copy = folder("copy.raw")
        try Self.run("cp", ["--sparse=always", disk.string, copy.string])
        _ = try TestSupport.run("e2fsck", ["-fp", copy.string])
        let initrd = folder("initrd.img")
        try Self.run("debugfs", ["-R", "dump /boot/initrd.img-\(release) \(initrd)", copy.string])
        try FileManager.default.removeItem(atPath: copy.string)
        boots += 1
        machine = try Machine(Self.files(disk, initrd: initrd, base, boots), drives: drives)
    }
}

extension FilePath {
    fileprivate func callAsFunction(_ name: String) -> String { appending(name).string }
}

extension Trait where Self == ConditionTrait {
    /// The test needs an emulated machine.
    static var requiresLaboratory: Self {
        let programs = ["qemu-system-x86_64", "mmdebstrap", "debugfs", "mkfs.ext4"]
        let missing = programs.filter { (try? find($0)) == nil }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: Laboratory.packages.string)) ?? []
        return .enabled(
            if: getuid() == 0 && missing.isEmpty && names.contains { $0.hasSuffix(".deb") },
            "needs root, the programs qemu-system-x86_64, mmdebstrap, debugfs, mkfs.ext4, and what scripts/package makes")
    }
}
