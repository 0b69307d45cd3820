import TestSupport
import Testing

extension VM {
    /// Destinations with FAT32, whose files end at 4 GiB less one byte however much room there is: what a laboratory's portable disk
    /// often has.
    @Suite struct ShortFiles {
        private static let folder = "/srv/fengcun/portable"
        private static let longest = (4 << 30) - 1

        @Test func fat32IsAskedBeforeTheStartAndHoldsImages() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            let folder = Self.folder
            try machine.run(
                """
                truncate --size 6G /root/portable
                mkfs.vfat -F 32 /root/portable >&2
                mkdir \(folder)
                mount -o loop,uid=fengcun,gid=fengcun,umask=007 /root/portable \(folder)
                """)
            defer { _ = try? machine.run("umount \(folder); rmdir \(folder); rm /root/portable") }

            let long = try Drive(laboratory.folder, "long", hole: 5 << 30)
            try machine.register(machine.plugIn(long, .usb(3)), "LONG")
            let before = try machine.entries().count
            let (status, output) = try machine.attempt("fengcun image start LONG --to \(folder) --hash sha256")
            #expect(status == 1)
            #expect(output.contains("\(Self.longest)"), "\(output)")
            #expect(try machine.run("ls -A \(folder)") == "")
            #expect(try machine.entries().count == before)
            // In segments it fits; the whole of it would take an emulated processor too long.
            let job = try machine.fengcun(
                "image start LONG --to \(folder) --hash sha256 --segment-size 2GiB", within: 400)["job"].string
            _ = try machine.fengcun("image cancel \(job)")
            let (ended, story) = try machine.attempt("fengcun image wait \(job)")
            #expect(ended != 0, "\(story)")
            try machine.pull(long, .usb(3))

            let drive = try Drive(laboratory.folder, "portable", bytes: 6 << 20)
            try machine.register(machine.plugIn(drive, .usb(4)), "PORTABLE")
            for options in ["", "--segment-size 2MiB", "--sparse"] {
                let image = try machine.fengcun(
                    "image start PORTABLE --to \(folder) --hash sha256 --wait \(options)", within: 400)
                #expect(try image["digests"]["sha256"].string == drive.digest)
                let check = try machine.fengcun("image verify PORTABLE", within: 400)
                #expect(check["matches"].bool, "\(check)")
            }
            try machine.pull(drive, .usb(4))
        }
    }
}
