import Foundation
import SystemPackage
import TestSupport
import Testing

extension VM {
    /// A disk on which everything is that other programs act on: a dirty ext4, an LVM volume, half an array that has counted on, a
    /// dirty NTFS, swap, btrfs, bcache. The programs are installed and run, an automounter among them.
    @Suite struct DangerousDisks {
        private let port = Drive.Port.usb(3)

        @Test func staysBitIdenticalAndWithoutTheRuleItDoesNot() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            let drive = try made(in: laboratory)
            let digest = try drive.digest
            try machine.run(
                "systemctl start automount.service; busctl --timeout=60 call org.freedesktop.UDisks2 / org.freedesktop.DBus.Peer Ping"
            )
            defer { _ = try? machine.run("systemctl stop automount.service") }

            // With our rules.
            let node = try machine.plugIn(drive, port)
            // What happens to a disk that nobody protects shows that the others are awake and have had their turn.
            try plugInCanary(laboratory)
            #expect(try machine.run("lsblk --noheadings --list --output MOUNTPOINTS \(node) | tr -d '\\n '") == "")
            #expect(try holders(machine, node) == "")
            #expect(try machine.run("cat /sys/block/\(name(node))/ro /sys/block/\(name(node))/*/ro | sort -u") == "1")
            #expect(try machine.run("grep -c \(name(node)) /proc/swaps || true") == "0")
            let device = try #require(machine.fengcun("devices").array.first { $0["device"].string == node })
            #expect(device["readOnly"].bool)
            #expect(device["writeRequests"].int == 0)
            try machine.pull(drive, port)
            #expect(try drive.digest == digest)

            // The same without them: a test that could not fail would show nothing.
            try machine.run(
                """
                systemctl stop fengcund.service
                mkdir -p /root/rules
                mv /lib/udev/rules.d/*fengcun*.rules /root/rules/
                udevadm control --reload
                """)
            defer {
                _ = try? machine.run(
                    "mv /root/rules/* /lib/udev/rules.d/; udevadm control --reload; systemctl start fengcund.service")
            }
            let unprotected = try machine.plugIn(drive, port)
            try machine.run(
                "timeout 100 findmnt --poll --first-only \(unprotected)1 >/dev/null || findmnt \(unprotected)1 >/dev/null")
            try machine.run("sync")
            #expect(try holders(machine, unprotected) != "", "LVM, MD and bcache are not installed, or do not act")
            try machine.run(
                """
                umount --lazy \(unprotected)? || true
                vgchange --quiet --activate n suspect || true
                mdadm --quiet --stop --scan || true
                """)
            try machine.pull(drive, port)
            #expect(try drive.digest != digest)
        }

        private func name(_ node: String) -> String { String(node.dropFirst("/dev/".count)) }

        private func holders(_ machine: Machine, _ node: String) throws -> String {
            try machine.run(
                "ls /sys/block/\(name(node))/*/holders /sys/block/\(name(node))/holders | grep -v : | tr -d '\\n'; true")
        }

        /// Makes the disk in the machine, on a port that is not for evidence, and pulls it out in the midst of things.
        private func made(in laboratory: Laboratory) throws -> Drive {
            let machine = laboratory.machine
            let file = laboratory.folder("dangerous.raw")
            _ = FileManager.default.createFile(atPath: file.string, contents: nil)
            try #require(truncate(file.string, 224 << 20) == 0)
            let drive = Drive("dangerous", file: file)
            let node = try machine.plugIn(drive, .scsi(4))
            let script = try String(contentsOfFile: Checkout.path + "/Tests/VMTests/Guest/make-dangerous", encoding: .utf8)
            try machine.run(
                "cat >/root/make-dangerous <<'SCRIPT'\n\(script)\nSCRIPT\nbash /root/make-dangerous \(node)", within: 400)
            try machine.monitor.execute("device_del", ["id": drive.name])
            try machine.monitor.waitUntilDeleted(drive.name)
            try machine.run(
                """
                umount --lazy /tmp/ext4 /tmp/lv || true
                dmsetup remove --force suspect-volume || true
                mdadm --quiet --stop /dev/md/suspect || true
                udevadm wait --timeout=60 --removed --settle \(Drive.Port.scsi(4).link)
                """)
            try machine.letGo(of: drive)
            return drive
        }

        /// Plugs in a disk with a file system that is not evidence, waits until the automounter has mounted it, and takes it out again.
        private func plugInCanary(_ laboratory: Laboratory) throws {
            let machine = laboratory.machine
            let file = laboratory.folder("canary.raw")
            _ = FileManager.default.createFile(atPath: file.string, contents: nil)
            try #require(truncate(file.string, 16 << 20) == 0)
            try #require(run("mkfs.ext4", ["-q", "-F", file.string]).status == 0)
            let canary = Drive("canary", file: file)
            // USB, because desktops leave disks inside the machine alone; exempted by an administrator's rule.
            try machine.run(
                """
                echo 'ENV{ID_PATH}=="pci-0000:00:10.0-usb-0:4:*", ENV{FENGCUN_EVIDENCE}="0"' >/etc/udev/rules.d/05-canary.rules
                udevadm control --reload
                """)
            let node = try machine.plugIn(canary, .usb(4))
            try machine.run("timeout 100 findmnt --poll --first-only \(node) >/dev/null || findmnt \(node) >/dev/null")
            try machine.run("umount \(node); rm /etc/udev/rules.d/05-canary.rules; udevadm control --reload")
            try machine.pull(canary, .usb(4))
        }
    }
}
