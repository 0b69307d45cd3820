import Foundation
import TestSupport
import Testing

extension VM {
    /// Images under the real unit.
    @Suite struct Images {
        /// Registers an attached drive.
        private func register(_ machine: Machine, _ node: String, _ exhibit: String) throws {
            _ = try machine.attempt("fengcun case open 2026-VM --cause 测试 --unit 示例检察院")
            _ = try machine.fengcun(
                "medium register \(node) --case 2026-VM --exhibit \(exhibit) --location 证物室 --custodian 保管员")
        }

        @Test(arguments: [512, 4096])
        func badSectorsAndOddCapacities(_ sectorSize: Int) throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            // No multiple of anything but the sector.
            var drive = try Drive(laboratory.folder, "odd\(sectorSize)", bytes: 4_001 * 4096)
            drive.sectorSize = sectorSize
            drive.badSectors = [8_000, 8_001, 20_008]
            let port = Drive.Port.usb(5)
            let node = try machine.plugIn(drive, port)
            try register(machine, node, "ODD\(sectorSize)")
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
            try machine.pull(drive, port)
        }

        @Test func twoDrivesWithOneSerialAreToldApart() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            let one = try Drive(laboratory.folder, "twin1", bytes: 2 << 20, serial: "0123456789AB")
            let other = try Drive(laboratory.folder, "twin2", bytes: 2 << 20, serial: "0123456789AB")
            let nodes = try [machine.plugIn(one, .usb(6)), machine.plugIn(other, .usb(7))]
            let devices = try machine.fengcun("devices").array
            let media = nodes.map { node in devices.first { $0["device"].string == node }?["medium"].string }
            #expect(media.count == 2 && media[0] != nil && media[0] != media[1])
            try machine.pull(one, .usb(6))
            try machine.pull(other, .usb(7))
        }

        @Test func aDriveThatDiesHalfWayEndsTheImageAndNothingElse() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            var drive = try Drive(laboratory.folder, "dying", bytes: 32 << 20)
            drive.speed = 500_000
            let port = Drive.Port.usb(8)
            let node = try machine.plugIn(drive, port)
            try register(machine, node, "DYING")
            let job = try machine.fengcun("image start DYING --to /srv/fengcun")["job"].string
            #expect(!job.isEmpty)
            try machine.pull(drive, port)
            #expect(try machine.attempt("fengcun image wait \(job)", within: 400).status == 1)
            #expect(
                try machine.entries().contains {
                    $0["act"].string == "acquisition.ended" && $0["body"]["exhibit"]["number"].string == "DYING"
                })
            // The same one can be imaged when it is back.
            drive.speed = nil
            let again = try machine.plugIn(drive, port)
            let image = try machine.fengcun("image start DYING --to /srv/fengcun --wait", within: 400)
            #expect(try image["digests"]["sha256"].string == drive.digest)
            #expect(try machine.run("blockdev --getro \(again)") == "1")
            try machine.pull(drive, port)
        }

        /// The whole machine loses its power in mid-image; the next start finds the ledger whole and the end of the image recorded.
        @Test func powerCut() throws {
            let laboratory = try Laboratory.shared
            try laboratory.makeInitramfs()
            var drive = try Drive(laboratory.folder, "cut", bytes: 32 << 20)
            drive.speed = 500_000
            let node = try laboratory.machine.plugIn(drive, .usb(2))
            try register(laboratory.machine, node, "CUT")
            _ = try laboratory.machine.fengcun("image start CUT --to /srv/fengcun")
            let acknowledged = try laboratory.machine.entries().count - 1
            try laboratory.restart()
            let machine = laboratory.machine
            let entries = try machine.entries()
            #expect(entries.count > acknowledged)
            #expect(entries[acknowledged]["act"].string == "acquisition.started")
            let ended = entries.last { $0["act"].string == "acquisition.ended" }
            #expect(ended?["body"]["exhibit"]["number"].string == "CUT")
            _ = try machine.fengcun("ledger check", within: 400)
            drive.speed = nil
            let again = try machine.plugIn(drive, .usb(2))
            let device = try machine.fengcun("devices").array.first { $0["device"].string == again }
            #expect(device?["exhibit"].string == "CUT")
            let image = try machine.fengcun("image start CUT --to /srv/fengcun --wait", within: 400)
            #expect(try image["digests"]["sha256"].string == drive.digest)
            try machine.pull(drive, .usb(2))
        }
    }
}
