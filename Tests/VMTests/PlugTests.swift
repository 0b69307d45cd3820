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

            let device = try #require(machine.fengcun("devices").array.first { $0["device"].string == node })
            #expect(device["serial"].string == "SN-stick")
            #expect(device["capacity"].int == 8 << 20)
            #expect(device["bus"].string == "usb")
            #expect(device["readOnly"].bool)
            #expect(device["writeRequests"].int == 0)
            #expect(try machine.run("blockdev --getro \(node)") == "1")
            #expect(try machine.attempt("dd if=/dev/zero of=\(node) count=1 conv=notrunc").status != 0)

            try machine.pull(stick, .usb(1))
            #expect(try machine.fengcun("devices").array.isEmpty)
            let entries = try machine.entries(from: device["entry"].int)
            #expect(entries.map { $0["act"].string } == ["medium.attached", "medium.detached"])
            #expect(entries[0]["body"]["evidence"].string == "udev-rule")
            #expect(entries[0]["body"]["protection"]["readOnlyBefore"].bool)
            #expect(try stick.digest == digest)
        }
    }
}
