import TestSupport
import Testing

extension VM {
    /// What shows when somebody writes to evidence all the same.
    @Suite struct WriteEvidence {
        @Test func aWriteThroughDeviceMapperShows() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            let drive = try Drive(laboratory.folder, "written", bytes: 8 << 20)
            let digest = try drive.digest
            let node = try machine.plugIn(drive, .usb(2))
            #expect(try machine.devices().first { $0["device"].string == node }?["writeRequests"].int == 0)
            // Root maps the disk and writes to the map: the flag does not stop it.
            try machine.run(
                """
                echo "0 16384 linear \(node) 0" | dmsetup create past
                dd if=/dev/zero of=/dev/mapper/past bs=4096 count=1 oflag=direct conv=notrunc status=none
                # udev looks at the map, too.
                udevadm settle
                dmsetup remove --retry past
                """)
            _ = try machine.devices()
            let entries = try machine.entries().filter { $0["body"]["device"].string == node }
            let counted = try #require(entries.last { $0["act"].string == "medium.write-counted" })
            #expect(counted["body"]["state"]["writeRequests"].int > 0)
            #expect(counted["body"]["before"].int == 0)
            // Whoever has the journal watched for what is critical is told.
            #expect(
                try machine.run("journalctl --unit fengcund --priority crit --output cat").contains("SOMETHING WROTE TO EVIDENCE")
            )
            // To a daemon that is started again it is nothing new.
            try machine.run("systemctl restart fengcund.service")
            _ = try machine.devices()
            #expect(
                try machine.entries().filter { $0["body"]["device"].string == node && $0["act"].string == "medium.write-counted" }
                    .count == entries.filter { $0["act"].string == "medium.write-counted" }.count)
            try machine.pull(drive, .usb(2))
            #expect(try drive.digest != digest)
            let detached = try machine.entries().last { $0["act"].string == "medium.detached" }
            #expect((detached?["body"]["protection"]["writeRequests"].int ?? 0) > 0)
        }

        @Test func aFlagThatRootTakesOffIsRecordedAndSetAgain() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            let drive = try Drive(laboratory.folder, "setrw", bytes: 8 << 20)
            let node = try machine.plugIn(drive, .usb(2))
            _ = try machine.devices()
            try machine.run("blockdev --setrw \(node)")
            _ = try machine.devices()
            let entries = try machine.entries().filter { $0["body"]["device"].string == node }
            let lost = try #require(entries.last { $0["act"].string == "medium.protection-lost" })
            // The daemon may not; the program that it asks may.
            #expect(lost["body"]["state"]["readOnly"].bool, "\(lost["body"]["problem"].string)")
            #expect(try machine.run("blockdev --getro \(node)") == "1")
            try machine.pull(drive, .usb(2))
        }
    }
}
