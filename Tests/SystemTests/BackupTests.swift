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

    /// Writes the statement, has somebody sign it, and restores.
    private func restore(_ backup: String, to station: TestStation) throws {
        let (statement, signer) = (station.folder("request").string, station.folder("signer").string)
        let restoring = [
            "restore", backup, "--state", station.state.string, "--person", "王五", "--reason", "disk died", "--statement",
            statement,
        ]
        for (program, arguments) in [
            ("fengcund", restoring), ("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", signer]),
            ("ssh-keygen", ["-q", "-Y", "sign", "-n", "fengcun", "-f", signer, statement]),
            ("fengcund", restoring + ["--signature", statement + ".sig"]),
        ] {
            let outcome = try run(program, arguments)
            try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
    }

    /// The same backup, restored by two machines that both hold the key, and both went on.
    @Test func twoRestoredCopiesThatBothWentOnHaveForked() throws {
        let (first, second) = (try TestStation(evidence: []), try TestStation(evidence: []))
        try openCase(first, "C-1")
        let backup = first.folder("backup").string
        let size = try first.json("ledger", "backup", backup)["entries"].int
        try openCase(first, "C-2")
        for station in [first, second] { station.stop() }
        try FileManager.default.removeItem(atPath: second.state.string)
        try FileManager.default.copyItem(atPath: first.state.string, toPath: second.state.string)
        var bundles: [String] = []
        var proofs: [String] = []
        for (station, number) in [(first, "A-1"), (second, "B-1")] {
            try restore(backup, to: station)
            try station.start()
            try openCase(station, number)
            let last = try station.json("ledger", "show").array.count - 1
            let proof = station.folder("proof").string
            try station.json("ledger", "prove", "\(last)", "--output", proof)
            proofs.append(proof)
            bundles.append(try station.exportAndVerify().string)
        }
        let key = try first.json("ledger", "key")["verifierKey"].string
        #expect(try second.json("ledger", "key")["verifierKey"].string == key)

        for (one, other) in [(0, 1), (1, 0)] {
            let compared = try verify(bundles[one], "--key", key, "--against", bundles[other])
            #expect(compared.status == 1 && compared.output.contains("FORKED at entry \(size)"), "\(compared.output)")
            let kept = try verify(bundles[one], "--key", key, "--receipt", proofs[other])
            #expect(kept.status == 1 && kept.output.contains("FORKED: two histories"), "\(kept.output)")
            #expect(try verify(bundles[one], "--key", key, "--receipt", proofs[one]).status == 0)
            // Each of them continues the backup, so neither can be told from the right one by that.
            #expect(try verify(bundles[one], "--key", key, "--against", backup).status == 0)
        }
    }

    /// The unit hands the passphrase over as a file in `$CREDENTIALS_DIRECTORY` (systemd.exec(5)).
    @Test func thePassphraseComesAsACredential() throws {
        let folder = TemporaryFolder()
        let name = "fengcun-key-passphrase"
        try folder.write("correct horse\n".utf8, to: name)
        let station = try TestStation(evidence: [], environment: ["CREDENTIALS_DIRECTORY": folder.path.string])
        try openCase(station, "C-1")
        let pem = station.state.appending("keys").appending("station.pem")
        func expectEncrypted() throws {
            #expect(try String(decoding: contents(pem), as: UTF8.self).hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
            let opened = try run("openssl", ["pkey", "-in", pem.string, "-noout", "-passin", "pass:correct horse"])
            #expect(opened.status == 0, "\(opened.errors)")
        }
        try expectEncrypted()
        try station.json("ledger", "rotate-key", "--reason", "yearly")
        try expectEncrypted()
        station.stop()

        func refusal() throws -> (status: Int32, words: String) {
            let before = (try contents(pem), try contents(station.state.appending("ledger.sqlite")), station.log.count)
            try station.start()
            let status = station.waitForEnd()
            let after = (try contents(pem), try contents(station.state.appending("ledger.sqlite")))
            #expect(before.0 == after.0 && before.1 == after.1)
            let lines = station.log.dropFirst(before.2).split(separator: "\n")
            #expect(lines.count == 1, "\(lines)")
            return (status, lines.joined())
        }
        func expectRefusal(_ status: Int32, _ words: String) throws {
            let found = try refusal()
            #expect(found.status == status && found.words.contains(words), "\(found)")
        }
        try folder.write("wrong horse\n".utf8, to: name)
        try expectRefusal(1, "cannot be used: the passphrase does not open it")
        try FileManager.default.removeItem(atPath: folder(name).string)
        try expectRefusal(1, "is encrypted; start fengcund through its unit with the credential \(name)")
        for bad in ["", "\n", "a\u{0}b", String(repeating: "x", count: 1025)] {
            try folder.write(bad.utf8, to: name)
            try expectRefusal(78, "a passphrase is one line")
        }
        try FileManager.default.removeItem(atPath: folder(name).string)
        _ = try folder.folder(name)
        try expectRefusal(78, name)
        // A misspelt one would leave a new key in the clear.
        try folder.write("correct horse".utf8, to: "fengcun-key-pasphrase")
        try expectRefusal(78, "fengcun-key-pasphrase is not known; is \(name) meant?")
        try FileManager.default.removeItem(atPath: folder("fengcun-key-pasphrase").string)
        try FileManager.default.removeItem(atPath: folder(name).string)
        try folder.write("correct horse".utf8, to: name)
        try station.start()
        try openCase(station, "C-2")
        try station.exportAndVerify()
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
            #expect(script.status == 0 && script.output.contains("1 changes of the key"), "\(script.output)")
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
