import TestSupport
import Testing

extension VM {
    /// File systems that this machine's kernel may not have.
    @Suite struct Destinations {
        /// Files of FAT32, which a laboratory's portable disk often has, end at 4 GiB less one byte however much room there is.
        @Test func fat32IsAskedBeforeTheStartAndHoldsImages() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            let folder = "/srv/fengcun/portable"
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
            #expect(output.contains("\((4 << 30) - 1)"), "\(output)")
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

        /// Where the file system has fs-verity, the kernel itself refuses to change an image, and to give what was changed beneath it.
        @Test func anImageIsSealedByTheKernel() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            let (folder, configuration) = ("/srv/fengcun/sealed", "/etc/fengcun/fengcund.toml")
            try machine.run(
                """
                truncate --size 64M /root/sealed
                mkfs.ext4 -q -b 4096 -O verity /root/sealed
                mkdir \(folder)
                mount -o loop /root/sealed \(folder)
                chown fengcun: \(folder)
                cp --preserve \(configuration) /root/configuration
                sed -i '1i fsverity = true' \(configuration)
                systemctl restart fengcund.service
                """)
            defer {
                _ = try? machine.run(
                    """
                    umount \(folder) && rmdir \(folder) && rm /root/sealed
                    mv /root/configuration \(configuration); systemctl restart fengcund.service
                    """)
            }
            let drive = try Drive(laboratory.folder, "sealed", bytes: 6 << 20)
            try machine.register(machine.plugIn(drive, .usb(3)), "SEALED")
            let image = try machine.fengcun("image start SEALED --to \(folder) --hash sha256 --wait", within: 400)
            #expect(image["fsverity"].string == "enabled")
            let path = image["image"].string
            #expect(try machine.run("lsattr '\(path)'").prefix { $0 != " " }.contains("V"))
            #expect(try machine.run("stat --format %A '\(path)'").dropFirst(2).first == "-")
            // Root is refused, too.
            #expect(try machine.attempt("chmod u+w '\(path)'; printf x >>'\(path)'").status != 0)
            #expect(try machine.fengcun("image verify SEALED", within: 400)["matches"].bool)
            try machine.pull(drive, .usb(3))
        }
    }
}
