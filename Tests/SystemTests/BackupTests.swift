import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite("Backup, restoration, rotation", .serialized)
struct BackupTests {
    private func openCase(_ station: TestStation, _ number: String) throws {
        try station.json("case", "open", number, "--cause", "x", "--unit", "y")
    }

    private func verify(_ arguments: String...) throws -> Outcome {
        try run("fengcun-verify", arguments, environment: ["LANG": "C.UTF-8", "LC_ALL": ""])
    }

    @Test func anOldBackupTakesTheLedgersPlaceOnlyAsASignedAct() throws {
        let station = try TestStation(evidence: [])
        try openCase(station, "C-1")
        let backup = station.folder("backup").string
        let size = try station.json("ledger", "backup", backup)["entries"].int
        #expect(try station.acts().last == "ledger.backed-up")
        #expect(try verify(backup).status == 0)
        try openCase(station, "C-2")
        let lost = try station.exportAndVerify()
        let key = try station.json("ledger", "key")["verifierKey"].string

        let statement = station.folder("statement").string
        func restore(_ more: String...) throws -> Outcome {
            try run(
                "fengcund",
                [
                    "restore", backup, "--state", station.state.string, "--person", "王五", "--reason", "disk died", "--statement",
                    statement,
                ] + more, environment: ["LANG": "C.UTF-8", "LC_ALL": ""])
        }
        let busy = try restore()
        #expect(busy.status == 1 && busy.errors.contains("in use"), "\(busy.errors)")
        station.stop()
        let before = try contents(station.state.appending("ledger.sqlite"))
        let asked = try restore()
        #expect(asked.status == 0, "\(asked.errors)")

        let signer = station.folder("signer").string
        try #require(run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", signer]).status == 0)
        let other = try station.folder.write("another text\n".utf8, to: "other").string
        for file in [statement, other] {
            try #require(run("ssh-keygen", ["-q", "-Y", "sign", "-n", "fengcun", "-f", signer, file]).status == 0)
        }
        #expect(try restore("--signature", other + ".sig").status == 1)
        #expect(try contents(station.state.appending("ledger.sqlite")) == before)
        let restored = try restore("--signature", statement + ".sig")
        try #require(restored.status == 0, "\(restored.errors)")

        try station.start()
        let entries = try station.json("ledger", "show").array
        #expect(entries[size]["act"].string == "ledger.restored")
        #expect(entries[size]["body"]["anchoredSize"].int > size)
        #expect(entries[size]["blobs"].array.map { $0["type"].string } == ["statement", "signature", "checkpoint"])
        #expect(entries[size + 1]["act"].string == "station.started")
        let continued = try station.exportAndVerify()
        // The replaced database is still there.
        let kept = try FileManager.default.contentsOfDirectory(atPath: station.state.string).filter { $0.hasPrefix("replaced-") }
        #expect(kept.count == 1)
        #expect(
            try contents(station.state.appending(kept[0]).appending("replaced-ledger.sqlite")) == before)

        let fork = try verify(continued.string, "--key", key, "--against", lost.string)
        #expect(fork.status == 1)
        #expect(fork.output.contains("FORKED at entry \(size)"), "\(fork.output)")
        let longer = try verify(backup, "--key", key, "--against", continued.string)
        #expect(longer.status == 0 && longer.output.contains("continues"), "\(longer.output)")
        #expect(try verify(lost.string, "--against", lost.string).output.contains("the same"))
    }

    @Test func aRotatedAndRevokedKeyIsSeenByTheAuditor() throws {
        let station = try TestStation(evidence: [], configuration: "sm2 = true\n")
        try openCase(station, "C-1")
        let old = try station.json("ledger", "key")["verifierKey"].string
        let new = try station.json("ledger", "rotate-key", "--reason", "yearly")["verifierKey"].string
        #expect(old != new)
        try openCase(station, "C-2")
        let bundle = try station.exportAndVerify().string
        for key in [old, new] {
            let outcome = try verify(bundle, "--key", key)
            #expect(outcome.status == 0 && outcome.output.contains("SM2 key"), "\(outcome.output)")
            let script = try run("python3", [bundle + "/verify.py", bundle, "--key", key])
            #expect(script.status == 0, "\(script.output)")
        }
        let lost = try verify(bundle, "--key", new, "--revoked", old + "@2020-01-01T00:00:00Z")
        #expect(lost.status == 1 && lost.output.contains("RESTS ON A REVOKED KEY: entries 0 to 2"), "\(lost.output)")
        #expect(try verify(bundle, "--distrust-after", "2020-01-01T00:00:00Z").status == 1)
        #expect(try verify(bundle, "--revoked", "nonsense").status == 64)

        try station.json("ledger", "rotate-key", "--reason", "stolen", "--revoke-since", "2020-01-01T00:00:00Z")
        let second = station.folder("second").string
        try station.json("ledger", "export", second)
        #expect(try verify(second).output.contains("RESTS ON A REVOKED KEY"))
        station.stop()
        try station.start()
        try station.json("ledger", "check")
        #expect(try verify(second, "--against", bundle).output.contains("continues"))
    }
}
