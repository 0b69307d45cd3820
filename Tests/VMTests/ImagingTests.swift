import Foundation
import TestSupport
import Testing

extension VM {
    /// Images under the real unit.
    @Suite struct Images {
        @Test(arguments: [512, 4096])
        func badSectorsAndOddCapacities(_ sectorSize: Int) throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            // No multiple of anything but the sector.
            var drive = try Drive(laboratory.folder, "odd\(sectorSize)", bytes: 4_001 * 4096)
            drive.sectorSize = sectorSize
            drive.badSectors = [8_000, 8_001, 20_008]
            // An emulated USB disk without an adapter has sectors of 512 bytes only.
            let port = Drive.Port.uas(5)
            let node = try machine.plugIn(drive, port)
            let device = try machine.devices().first { $0["device"].string == node }
            #expect(device?["logicalSectorSize"].int == sectorSize)
            try machine.register(node, "ODD\(sectorSize)")
            let image = try machine.fengcun(
                "image start ODD\(sectorSize) --to /srv/fengcun --hash sha256,sm3 --wait", within: 400)
            let lost = sectorSize == 512 ? 3 * 512 : 2 * 4096
            #expect(image["bytes"].int == 4_001 * 4096)
            #expect(image["unreadableBytes"].int == lost)
            // What the image must be: the drive with zeros where it could not be read.
            var expected = try contents(drive.file)
            for sector in drive.badSectors {
                let start = sector * 512 / sectorSize * sectorSize
                expected.replaceSubrange(start..<start + sectorSize, with: repeatElement(0, count: sectorSize))
            }
            let file = try laboratory.folder.write(expected, to: "expected.raw")
            let digest = try String(run("sha256sum", [file.string]).output.prefix(64))
            #expect(image["digests"]["sha256"].string == digest)
            #expect(try machine.run("sha256sum <'\(image["image"].string)' | head -c 64") == digest)
            // The map: each run of sectors that cannot be read, and nothing beside them.
            let finished = try #require(
                machine.entries(from: image["entry"].int).first { $0["act"].string == "acquisition.finished" })
            let runs = finished["body"]["unreadable"].array.map { [$0["offset"].int, $0["length"].int] }
            #expect(runs == [[8_000 * 512, sectorSize == 512 ? 1024 : 4096], [20_008 * 512, sectorSize]])
            #expect(finished["blobs"].array.contains { $0["type"].string == "errorMap" })
            try machine.pull(drive, port)
        }

        @Test func twoDrivesWithOneSerialAreToldApart() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            let one = try Drive(laboratory.folder, "twin1", bytes: 2 << 20, serial: "0123456789AB")
            let other = try Drive(laboratory.folder, "twin2", bytes: 2 << 20, serial: "0123456789AB")
            let nodes = try [machine.plugIn(one, .usb(6)), machine.plugIn(other, .usb(7))]
            let devices = try machine.devices()
            let media = nodes.map { node in devices.first { $0["device"].string == node }?["medium"].string }
            #expect(media.count == 2 && media[0] != nil && media[0] != media[1])
            try machine.pull(one, .usb(6))
            try machine.pull(other, .usb(7))
        }

        @Test func aDriveThatDiesHalfWayIsReadOnWhenItIsBack() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            let (drive, job) = try beginSlowly(laboratory, "DYING", .usb(8))
            try machine.pull(drive, .usb(8))
            let paused = try wait(machine, job, until: "paused")
            #expect(paused["error"]["code"].string == "medium-gone")
            // In another port it is the same drive. Nobody needs to say so.
            var back = drive
            back.speed = nil
            let node = try machine.plugIn(back, .usb(7))
            let image = try machine.fengcun("image wait \(job)", within: 600)
            #expect(image["bytes"].int == 32 << 20)
            #expect(try image["digests"]["sha256"].string == drive.digest)
            #expect(try story(machine, job) == ["started", "paused medium-gone", "resumed", "finished"])
            #expect(try machine.run("blockdev --getro \(node)") == "1")
            try machine.pull(back, .usb(7))
        }

        /// The whole machine loses its power in mid-image, and a drive is put into a bay that an administrator declared. The next
        /// start finds the ledger whole, goes on with the image, and has let nobody near the drive in the bay, whose name it asks.
        @Test func powerCutAndADriveInABay() throws {
            let laboratory = try Laboratory.shared
            let bay = try laboratory.dangerousDisk("bay")
            let digest = try bay.digest
            _ = try laboratory.machine.fengcun(
                "station ports declare evidence --port pci-0000:00:1f.2-ata-1 --install", within: 600)
            try laboratory.makeInitramfs()
            let (drive, job) = try beginSlowly(laboratory, "CUT", .usb(2))
            let acknowledged = try laboratory.machine.entries()
            try laboratory.restart(drives: [bay])
            let machine = laboratory.machine
            defer { _ = try? machine.run("rm -f /etc/udev/rules.d/05-fengcun-ports.rules; udevadm control --reload") }
            let entries = try machine.entries()
            #expect(entries.prefix(acknowledged.count).map { $0["time"].string } == acknowledged.map { $0["time"].string })
            #expect(try story(machine, job) == ["started", "paused interrupted"])
            _ = try machine.fengcun("ledger check", within: 600)

            // The drive in the bay, from before the daemon's time on; protected in the initramfs, too.
            #expect(try machine.run("dmesg | grep 'NOT protected' || true") == "")
            // The initramfs has loaded the driver of NVMe disks, and our option with it: their slots are not hidden.
            #expect(try machine.run("cat /sys/module/nvme_core/parameters/multipath") == "N")
            let link = "/dev/disk/by-path/pci-0000:00:1f.2-ata-1"
            let node = try machine.run("readlink -f \(link)")
            let attached = try machine.entry("medium.attached", node)["body"]
            #expect(attached["foundAtStart"].bool)
            #expect(attached["protection"]["readOnlyBefore"].bool)
            #expect(attached["protection"]["state"]["writeRequests"].int == 0)
            #expect(attached["protection"]["state"]["partitions"]["checked"].int == 7)
            #expect(attached["protection"]["state"]["partitions"]["deviating"].array.isEmpty)
            #expect(attached["description"]["unasked"].isNull, "\(attached["description"]["unasked"].string)")
            #expect(attached["description"]["disk"]["standard"].string == "ata")
            #expect(attached["description"]["disk"]["model"].string == "LAB DISK")
            #expect(attached["description"]["disk"]["serial"].string == "SN-bay")
            #expect(try machine.holders(node) == "")

            // Out of the bay and in again, as the kernel's SATA layer sees it.
            let name = node.dropFirst("/dev/".count)
            try machine.run(
                """
                echo 1 >/sys/block/\(name)/device/delete
                udevadm wait --timeout=100 --removed --settle \(link)
                for host in /sys/class/scsi_host/host*/scan; do echo - - - >$host; done
                udevadm wait --timeout=100 --settle \(link)
                """)
            let again = try machine.run("readlink -f \(link)")
            #expect(try machine.run("blockdev --getro \(again)") == "1")
            let plugged = try machine.devices().first { $0["device"].string == again }
            #expect(plugged?["medium"].string == attached["medium"].string)
            #expect(try machine.entry("medium.attached", again)["body"]["foundAtStart"].value as? Bool == false)
            #expect(try machine.holders(again) == "")

            // The drive whose image was interrupted.
            var back = drive
            back.speed = nil
            try machine.plugIn(back, .usb(2))
            let image = try machine.fengcun("image wait \(job)", within: 600)
            #expect(try image["digests"]["sha256"].string == drive.digest)
            #expect(try story(machine, job) == ["started", "paused interrupted", "resumed", "finished"])
            try machine.pull(back, .usb(2))
            #expect(try bay.digest == digest)
        }

        /// Begins the image of a drive that takes a minute, and waits until some of it is read.
        private func beginSlowly(_ laboratory: Laboratory, _ exhibit: String, _ port: Drive.Port) throws -> (Drive, String) {
            let machine = laboratory.machine
            var drive = try Drive(laboratory.folder, exhibit.lowercased(), bytes: 32 << 20)
            drive.speed = 500_000
            let node = try machine.plugIn(drive, port)
            try machine.register(node, exhibit)
            let job = try machine.fengcun("image start \(exhibit) --to /srv/fengcun")["job"].string
            while try machine.job(job)["bytesDone"].int <= 0 {}
            return (drive, job)
        }

        private func wait(_ machine: Machine, _ job: String, until state: String) throws -> JSON {
            for _ in 0..<100 {
                let found = try machine.job(job)
                if found["state"].string == state { return found }
                usleep(500_000)
            }
            Issue.record("the job never was \(state): \(try story(machine, job))")
            return try JSON("{}")
        }

        /// What the ledger tells of a job: acts, and the causes of pauses.
        private func story(_ machine: Machine, _ job: String) throws -> [String] {
            try machine.entries().filter { $0["body"]["acquisition"].string == job }.map {
                let act = $0["act"].string.dropFirst("acquisition.".count)
                let cause = $0["body"]["cause"].string
                return act + (cause.isEmpty ? "" : " " + cause)
            }
        }
    }
}

extension Machine {
    /// Registers an attached drive.
    func register(_ node: String, _ exhibit: String) throws {
        _ = try attempt("fengcun case open 2026-VM --cause 测试 --unit 示例检察院")
        _ = try fengcun("medium register \(node) --case 2026-VM --exhibit \(exhibit) --location 证物室 --custodian 保管员")
    }

    /// How a job stands.
    func job(_ id: String) throws -> JSON {
        guard let found = try fengcun("image status").array.first(where: { $0["job"].string == id }) else {
            throw LaboratoryError("no job \(id)")
        }
        return found
    }
}
