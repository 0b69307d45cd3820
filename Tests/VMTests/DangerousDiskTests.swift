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
            let drive = try laboratory.dangerousDisk("dangerous")
            let digest = try drive.digest
            let partitions = try drive.partitionDigests
            try machine.run(
                "systemctl start automount.service; busctl --timeout=60 call org.freedesktop.UDisks2 / org.freedesktop.DBus.Peer Ping"
            )
            defer { _ = try? machine.run("systemctl stop automount.service") }

            // With our rules.
            let node = try machine.plugIn(drive, port)
            let name = node.dropFirst("/dev/".count)
            // What happens to a disk that nobody protects shows that the others are awake and have had their turn.
            try plugInCanary(laboratory)
            #expect(try machine.run("lsblk --noheadings --list --output MOUNTPOINTS \(node) | tr -d '\\n '") == "")
            #expect(try machine.holders(node) == "")
            #expect(try machine.run("cat /sys/block/\(name)/ro /sys/block/\(name)/*/ro | sort -u") == "1")
            #expect(try machine.run("grep -c \(name) /proc/swaps || true") == "0")
            let device = try #require(machine.devices().first { $0["device"].string == node })
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
            try machine.waitUntilMounted("\(unprotected)1")
            // The others follow; half an array is started when the other half has not come for half a minute.
            try machine.run(
                """
                for node in \(unprotected)4 \(unprotected)6; do
                    timeout 20 sh -c "until findmnt $node; do sleep 0.2; done" || true
                done
                timeout 45 sh -c 'until grep -q ": active" /proc/mdstat; do sleep 0.5; done' || true
                sync
                """)
            #expect(try machine.holders(unprotected) != "", "LVM, MD and bcache are not installed, or do not act")
            try machine.run(
                """
                umount --lazy \(unprotected)? || true
                vgchange --quiet --activate n suspect || true
                mdadm --quiet --stop --scan || true
                """)
            try machine.pull(drive, port)
            let changed = try drive.partitionDigests.filter { $0.value != partitions[$0.key] }.keys
            print("without the rule these partitions changed: \(changed.sorted())")
            #expect(changed.contains("ext4"), "only \(changed.sorted())")
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
            try machine.waitUntilMounted(node)
            try machine.run("umount \(node); rm /etc/udev/rules.d/05-canary.rules; udevadm control --reload")
            try machine.pull(canary, .usb(4))
        }
    }
}
