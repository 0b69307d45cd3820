import TestSupport
import Testing

extension VM {
    /// What becomes of evidence when the package is upgraded, removed, purged and installed again: nothing.
    @Suite struct Package {
        @Test func evidenceOutlivesThePackage() throws {
            let machine = try Laboratory.shared.machine
            let key = try machine.fengcun("ledger key")["verifierKey"].string
            let before = try machine.entries()
            try machine.run("echo image >/srv/fengcun/kept.dd")

            // An upgrade restarts a daemon that has nothing to do.
            let first = try machine.run("systemctl show --value --property MainPID fengcund.service")
            try machine.run("dpkg --install /root/fengcun_*.deb", within: 600)
            #expect(try machine.run("systemctl is-active fengcund.service") == "active")
            #expect(try machine.run("systemctl show --value --property MainPID fengcund.service") != first)

            try machine.run("dpkg --remove fengcun", within: 300)
            #expect(try machine.attempt("systemctl is-active fengcund.service").status != 0)
            #expect(try machine.attempt("ls /lib/udev/rules.d/10-fengcun.rules").status != 0)
            try machine.run("echo '# no rule' >/etc/udev/rules.d/05-fengcun-ports.rules")
            let purge = try machine.run("dpkg --purge fengcun", within: 300)
            #expect(purge.contains("/var/lib/fengcun is kept"))
            #expect(try machine.attempt("ls /etc/fengcun/fengcund.toml /etc/udev/rules.d/05-fengcun-ports.rules").status != 0)
            #expect(try machine.run("cat /srv/fengcun/kept.dd; stat -c %U /var/lib/fengcun/ledger.sqlite") == "image\nfengcun")

            try machine.run("dpkg --install /root/fengcun_*.deb", within: 600)
            #expect(try machine.run("systemctl is-active fengcun-probe.socket") == "active")
            #expect(try machine.fengcun("ledger key")["verifierKey"].string == key)
            let after = try machine.entries()
            #expect(after.count > before.count)
            #expect(after.prefix(before.count).map { $0["time"].string } == before.map { $0["time"].string })
            _ = try machine.fengcun("ledger check", within: 400)
        }
    }
}
