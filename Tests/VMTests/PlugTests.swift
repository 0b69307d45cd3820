import TestSupport
import Testing

extension VM {
    /// Drives that come and go.
    @Suite struct Plugs {
        @Test func aStickIsRecordedWithoutACommand() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            let stick = try Drive(laboratory.folder, "stick", bytes: 8 << 20)
            let digest = try stick.digest
            let node = try machine.plugIn(stick, .usb(1))

            let device = try #require(machine.devices().first { $0["device"].string == node })
            #expect(device["serial"].string == "SN-stick")
            #expect(device["capacity"].int == 8 << 20)
            #expect(device["bus"].string == "usb")
            #expect(device["readOnly"].bool)
            #expect(device["writeRequests"].int == 0)
            #expect(try machine.run("blockdev --getro \(node)") == "1")
            #expect(try machine.attempt("dd if=/dev/zero of=\(node) count=1 conv=notrunc").status != 0)

            try machine.pull(stick, .usb(1))
            #expect(try machine.devices().allSatisfy { $0["device"].string != node })
            let entries = try machine.entries(from: device["entry"].int)
            #expect(entries.map { $0["act"].string } == ["medium.attached", "medium.detached"])
            #expect(entries[0]["body"]["evidence"].string == "udev-rule")
            // It was asked, through the privileged program.
            #expect(entries[0]["body"]["description"]["disk"]["standard"].string == "scsi")
            #expect(entries[0]["body"]["description"]["disk"]["serial"].string == "SN-stick")
            #expect(entries[0]["body"]["protection"]["readOnlyBefore"].bool)
            #expect(try stick.digest == digest)
        }

        /// A reader stays in its port; each card in it is a medium that comes and goes.
        @Test func cardsOfOneReader() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            let first = try Drive(laboratory.folder, "card1", bytes: 4 << 20)
            let second = try Drive(laboratory.folder, "card2", bytes: 8 << 20)
            let digests = try [first.digest, second.digest]
            let node = try machine.plugIn(first, .card(3))
            let before = try #require(machine.devices().first { $0["device"].string == node })
            #expect(before["removable"].bool)
            #expect(before["capacity"].int == 4 << 20)
            try machine.change(first, for: second, .card(3))
            let after = try #require(machine.devices().first { $0["device"].string == node })
            #expect(after["capacity"].int == 8 << 20)
            #expect(after["readOnly"].bool)
            #expect(after["writeRequests"].int == 0)
            #expect(after["medium"].string != before["medium"].string)
            try machine.pull(first, .card(3), with: second)
            #expect(try machine.devices().allSatisfy { $0["device"].string != node })
            #expect(
                try machine.entries(from: before["entry"].int).map { $0["act"].string } == [
                    "medium.attached", "medium.detached", "medium.attached", "medium.detached",
                ])
            #expect(try [first.digest, second.digest] == digests)
        }

        @Test func anAdapterThatSpeaksUAS() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            let disk = try Drive(laboratory.folder, "uas", bytes: 8 << 20)
            let digest = try disk.digest
            let node = try machine.plugIn(disk, .uas(1))
            let driver = "readlink -f /sys/block/\(node.dropFirst("/dev/".count))/device/../../../driver"
            #expect(try machine.run(driver).hasSuffix("/uas"))
            let device = try #require(machine.devices().first { $0["device"].string == node })
            #expect(device["serial"].string == "SN-uas")
            #expect(device["readOnly"].bool)
            #expect(device["writeRequests"].int == 0)
            #expect(try machine.attempt("dd if=/dev/zero of=\(node) count=1 conv=notrunc").status != 0)
            #expect(try machine.entry("medium.attached", node)["body"]["description"]["disk"]["model"].string == "LAB DISK")
            try machine.pull(disk, .uas(1))
            #expect(try machine.devices().allSatisfy { $0["device"].string != node })
            #expect(try disk.digest == digest)
        }
    }
}
