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
            let folder = try mountSealing(machine)
            defer { unmountSealing(machine, folder) }
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

        /// The daemon is killed when the kernel has sealed the image and the ledger does not have it yet: nothing of the file can be
        /// written any more, and the next run still brings it to its entry.
        @Test func aSealedImageThatIsNotRecordedIsRecordedLater() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            let folder = try mountSealing(machine)
            defer { unmountSealing(machine, folder) }
            // The ledger on a file system of its own, which can be frozen.
            try machine.run(
                """
                systemctl stop fengcund.service
                truncate --size 256M /root/state
                mkfs.ext4 -q /root/state
                cp --archive /var/lib/fengcun /root/before
                mount -o loop /root/state /var/lib/fengcun
                cp --archive /root/before/. /var/lib/fengcun
                systemctl start fengcund.service
                """)
            defer {
                _ = try? machine.run(
                    """
                    systemctl stop fengcund.service
                    rm -r /root/before; cp --archive /var/lib/fengcun /root/before
                    umount /var/lib/fengcun && rm -r /var/lib/fengcun/* /root/state
                    cp --archive /root/before/. /var/lib/fengcun; rm -r /root/before
                    systemctl start fengcund.service
                    """)
            }
            let drive = try Drive(laboratory.folder, "unrecorded", bytes: 24 << 20)
            try machine.register(machine.plugIn(drive, .usb(3)), "UNRECORDED")
            let job = try machine.fengcun("image start UNRECORDED --to \(folder) --hash sha256")["job"].string
            try machine.run(
                """
                fsfreeze --freeze /var/lib/fengcun
                trap 'fsfreeze --unfreeze /var/lib/fengcun' EXIT
                until lsattr \(folder)/*.dd 2>/dev/null | cut -d ' ' -f 1 | grep -q V; do sleep 0.5; done
                kill -KILL $(systemctl show --property MainPID --value fengcund.service)
                """, within: 400)
            try machine.run("until systemctl is-active --quiet fengcund.service; do sleep 0.5; done")
            let image = try machine.fengcun("image wait \(job)", within: 400)
            #expect(image["fsverity"].string == "enabled")
            #expect(try image["digests"]["sha256"].string == drive.digest)
            let story = try machine.entries().filter { $0["body"]["acquisition"].string == job }.map { $0["act"].string }
            #expect(
                story == ["acquisition.started", "acquisition.paused", "acquisition.resumed", "acquisition.finished"], "\(story)")
            #expect(try machine.fengcun("image verify UNRECORDED", within: 400)["matches"].bool)
            try machine.pull(drive, .usb(3))
        }

        private static let configuration = "/etc/fengcun/fengcund.toml"

        /// Mounts a destination that has fs-verity, and has the daemon use it.
        private func mountSealing(_ machine: Machine) throws -> String {
            let folder = "/srv/fengcun/sealed"
            try machine.run(
                """
                truncate --size 128M /root/sealed
                mkfs.ext4 -q -b 4096 -O verity /root/sealed
                mkdir \(folder)
                mount -o loop /root/sealed \(folder)
                chown fengcun: \(folder)
                cp --preserve \(Self.configuration) /root/configuration
                sed -i '1i fsverity = true' \(Self.configuration)
                systemctl restart fengcund.service
                """)
            return folder
        }

        private func unmountSealing(_ machine: Machine, _ folder: String) {
            _ = try? machine.run(
                """
                umount \(folder) && rmdir \(folder) && rm /root/sealed
                mv /root/configuration \(Self.configuration); systemctl restart fengcund.service
                """)
        }
    }
}
