import TestSupport
import Testing

extension VM {
    /// A drive that says who it is and then comes back from no read: the kernel waits, aborts and resets it, again and again.
    @Suite struct HangingDrives {
        private let driver = "/sys/bus/pseudo/drivers/scsi_debug"

        @Test func hangsInMidImageAndIsReadOnWhenItAnswersAgain() throws {
            let laboratory = try Laboratory.shared
            let machine = laboratory.machine
            let healing = "echo 0 >\(driver)/opts; until echo 1 >\(driver)/delay; do sleep 0.2; done 2>/dev/null"
            defer {
                _ = try? machine.run(
                    """
                    \(healing); rm -f /etc/udev/rules.d/05-hanging.rules; udevadm control --reload; udevadm settle
                    modprobe --remove scsi_debug
                    """)
            }
            // It is filled while it is nobody's evidence, and then plugged in: its content outlives the host that it hangs on.
            let disk = "ls \(driver)/adapter*/host*/target*/*:*/block"
            let digest = try machine.run(
                """
                modprobe scsi_debug dev_size_mb=32
                udevadm settle
                seq 10000000 2>/dev/null | head -c 33554432 >/root/content
                dd if=/root/content of=/dev/$(\(disk)) bs=1M conv=fsync status=none
                echo -1 >\(driver)/add_host
                echo 'SUBSYSTEM=="block", ATTRS{model}=="scsi_debug*", ENV{FENGCUN_EVIDENCE}="1"' >/etc/udev/rules.d/05-hanging.rules
                udevadm control --reload
                echo 1 >\(driver)/add_host
                udevadm settle
                sha256sum </root/content | head -c 64
                """)
            let name = try machine.run(disk)
            let device = try #require(machine.devices().first { $0["device"].string == "/dev/\(name)" })
            #expect(device["writeRequests"].int == 0)
            try machine.register("/dev/\(name)", "HANGING")

            // Two seconds for each command (500 jiffies), so that there is a midst; then every command that reads is lost (bit 7
            // of `opts`), and those that only ask who it is are answered. The kernel waits a second for each and asks only once.
            try machine.run("echo 500 >\(driver)/delay")
            let job = try machine.fengcun("image start HANGING --to /srv/fengcun --hash sha256")["job"].string
            while try machine.job(job)["bytesDone"].int <= 0 {}
            try machine.run(
                """
                echo 1 >\(driver)/every_nth; echo 128 >\(driver)/opts
                cd /sys/block/\(name)/device; echo 0 >$(echo scsi_disk/*/max_retries); echo 1 >timeout
                timeout 170 sh -c 'until dmesg | grep -q "I/O error, dev \(name)"; do sleep 0.5; done'
                """)
            // Others are served meanwhile.
            let stick = try Drive(laboratory.folder, "beside", bytes: 2 << 20)
            let node = try machine.plugIn(stick, .usb(1))
            #expect(try machine.devices().contains { $0["device"].string == node && !$0["medium"].isNull })
            try machine.pull(stick, .usb(1))
            while try machine.job(job)["state"].string == "running" {}
            let paused = try machine.job(job)
            #expect(paused["state"].string == "paused", "\(paused["error"]["message"].string)")
            #expect(paused["error"]["code"].string == "medium-stopped")

            // It goes on where it is, and nobody need say so.
            try machine.run("\(healing); cd /sys/block/\(name)/device; echo 30 >timeout; echo 5 >$(echo scsi_disk/*/max_retries)")
            let image = try machine.fengcun("image wait \(job)", within: 600)
            #expect(image["unreadableBytes"].int == 0)
            #expect(image["digests"]["sha256"].string == digest)
            let story = try machine.entries().filter { $0["body"]["acquisition"].string == job }
            #expect(
                story.map { $0["act"].string }
                    == ["acquisition.started", "acquisition.paused", "acquisition.resumed", "acquisition.finished"])
            #expect(try #require(story.dropFirst(2).first)["body"]["provenBytes"].int > 0)
            try machine.run("echo -1 >\(driver)/add_host; udevadm settle")
            #expect(try machine.devices().allSatisfy { $0["device"].string != "/dev/\(name)" })
        }
    }
}
