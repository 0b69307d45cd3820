import TestSupport
import Testing

extension VM {
    /// The port decides: an administrator declares it, and what is plugged in there is evidence or is not.
    @Suite struct DeclaredPorts {
        private let declare = "station ports declare"

        @Test func aDeclaredPortTakesEvidenceAtOnceAndAnExemptedOneDoesNot() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            defer {
                _ = try? machine.run(
                    """
                    rm -f /etc/udev/rules.d/05-fengcun-ports.rules; udevadm control --reload
                    """)
            }
            var disk = try Drive(laboratory.folder, "scsidisk", bytes: 8 << 20)
            disk.sectorSize = 4096
            let nvme = try Drive(laboratory.folder, "nvmedisk", bytes: 8 << 20)
            let node = try machine.plugIn(disk, .scsi(3))
            #expect(try machine.run("blockdev --getro \(node)") == "0")
            #expect(try machine.devices().allSatisfy { $0["device"].string != node })
            let listed = try #require(machine.fengcun("station ports").array.first { $0["device"].string == node })
            #expect(listed["port"].string == "pci-0000:00:11.0-scsi-0:0:3:0")
            #expect(!listed["willBeEvidence"].bool)

            // Without --install nothing happens.
            let dry = try machine.fengcun("\(declare) evidence --port \(listed["port"].string)")
            #expect(!dry["installed"].bool)
            #expect(dry["disks"].array.first { $0["device"].string == node }?["willBeEvidence"].bool == true)
            #expect(try machine.attempt("ls /etc/udev/rules.d/05-fengcun-ports.rules").status != 0)
            #expect(try machine.run("blockdev --getro \(node)") == "0")

            _ = try machine.fengcun("\(declare) evidence --port \(listed["port"].string) --install")
            _ = try machine.fengcun("\(declare) evidence --port pci-0000:01:00.0-nvme --install")
            #expect(try machine.run("blockdev --getro \(node)") == "1")
            let other = try machine.plugIn(nvme, .nvme(1))
            #expect(try machine.run("blockdev --getro \(other)") == "1")
            let devices = try machine.devices()
            #expect(Set(devices.map { $0["device"].string }).isSuperset(of: [other, node]))
            #expect(devices.first { $0["device"].string == node }?["logicalSectorSize"].int == 4096)
            #expect(devices.first { $0["device"].string == other }?["serial"].string == "SN-nvmedisk")
            // Who they are, they said themselves.
            for (node, standard, make, model, serial) in [
                (node, "scsi", "LAB", "LAB DISK", "SN-scsidisk"), (other, "nvme", "", "QEMU NVMe Ctrl", "SN-nvmedisk"),
            ] {
                let description = try machine.entry("medium.attached", node)["body"]["description"]
                #expect(description["unasked"].isNull, "\(standard): \(description["unasked"].string)")
                #expect(description["disk"]["standard"].string == standard)
                #expect(description["disk"]["make"].string == make)
                #expect(description["disk"]["model"].string == model)
                #expect(description["disk"]["serial"].string == serial)
                #expect(description["disk"]["capacity"].int == 8 << 20)
            }

            // A USB port for destinations; and the station's own disk, which no declaration makes evidence.
            _ = try machine.fengcun("\(declare) destination --port pci-0000:00:10.0-usb-0:4 --install")
            let target = try Drive(laboratory.folder, "target", bytes: 8 << 20)
            #expect(try machine.run("blockdev --getro \(machine.plugIn(target, .usb(4)))") == "0")
            let system = try machine.fengcun("station ports").array.first { $0["device"].string == "/dev/vda" }
            _ = try machine.fengcun("\(declare) evidence --port \(system?["port"].string ?? "") --install")
            try machine.run("udevadm trigger --action=change --settle /dev/vda")
            #expect(try machine.run("blockdev --getro /dev/vda") == "0")
            #expect(
                try machine.fengcun("station ports").array.first { $0["device"].string == "/dev/vda" }?["systemDisk"].bool == true
            )

            // A file that somebody edited is not overwritten.
            try machine.run("echo '# mine' >>/etc/udev/rules.d/05-fengcun-ports.rules")
            #expect(try machine.attempt("fengcun \(declare) ignored --port pci-0000:00:10.0-usb-0:5 --install").status == 1)
            try machine.pull(target, .usb(4))
            try machine.pull(nvme, .nvme(1))
            try machine.pull(disk, .scsi(3))
        }
    }
}
