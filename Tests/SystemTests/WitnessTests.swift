import Foundation
import SystemPackage
import TestSupport
import Testing

/// A real fengcun-witness with a folder of its own.
final class TestWitness {
    let folder = TemporaryFolder()
    let key: String
    private var process: Process?
    private var lifeline: Lifeline?
    private(set) var url = ""

    init(_ name: String) throws {
        let made = try run("fengcun-witness", ["init", name, "--state", folder("state").string])
        try #require(made.status == 0, "\(made.errors)")
        key = String(made.output.dropLast())
    }

    deinit { stop(SIGKILL) }

    var state: FilePath { folder("state") }
    var log: String { (try? String(decoding: contents(folder("log")), as: UTF8.self)) ?? "" }
    var policyLine: String { "witness \(name) \(key)\n" }
    var name: String { String(key.prefix { $0 != "+" }) }

    /// Serves on a free port and returns once it listens.
    func serve(_ logs: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try find("fengcun-witness"))
        process.arguments =
            ["serve", "--state", state.string, "--listen", url.isEmpty ? "127.0.0.1:0" : String(url.dropFirst(7))]
            + logs.flatMap { ["--log", $0] }
        _ = FileManager.default.createFile(atPath: folder("log").string, contents: nil)
        process.standardError = FileHandle(forWritingAtPath: folder("log").string)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        self.process = process
        lifeline = try Lifeline(process)
        for _ in 0..<200 {
            if let port = log.components(separatedBy: "at=port ").dropFirst().first?.prefix(while: \.isNumber),
                log.hasSuffix("\n")
            {
                url = "http://127.0.0.1:\(port)"
                return
            }
            usleep(50_000)
        }
        Issue.record("the witness does not listen: \(log)")
    }

    var pid: Int32 { process?.processIdentifier ?? 0 }

    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) -> Int32 {
        guard let process else { return -1 }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        lifeline = nil
        self.process = nil
        return process.terminationStatus
    }

    /// Posts a file with curl.
    ///
    /// - Returns: status, Content-Type and body.
    func post(_ file: FilePath) throws -> (status: String, type: String, body: String) {
        let body = folder("body-\(UUID().uuidString)")
        let outcome = try run(
            "curl",
            [
                "-s", "-o", body.string, "-w", "%{http_code} %{content_type}", "--data-binary", "@\(file)",
                url + "/add-checkpoint",
            ])
        let words = outcome.output.split(separator: " ", maxSplits: 1)
        return (
            String(words.first ?? ""), words.count > 1 ? String(words[1]) : "",
            (try? String(decoding: contents(body), as: UTF8.self)) ?? ""
        )
    }
}

extension System {
    /// Stations and witnesses as they run with their owners.
    @Suite struct Witnesses {
        private func configuration(_ witnesses: [TestWitness], policy: FilePath? = nil) -> String {
            (policy.map { "witness_policy = \"\($0)\"\n" } ?? "")
                + witnesses.map { "[[witness]]\nkey = \"\($0.key)\"\n" + ($0.url.isEmpty ? "" : "url = \"\($0.url)\"\n") }
                .joined()
        }

        private func verify(_ bundle: FilePath, _ key: String, policy: FilePath? = nil) throws -> Outcome {
            try run(
                "fengcun-verify", [bundle.string, "--key", key] + (policy.map { ["--policy", $0.string] } ?? []),
                environment: ["LC_ALL": "C.UTF-8"])
        }

        @Test func aLedgerIsWitnessedOverHTTPAndByFile() throws {
            let online = try TestWitness("witness.example/online")
            let isolated = try TestWitness("witness.example/isolated")
            let absent = try TestWitness("witness.example/absent")
            let folder = TemporaryFolder()
            // The station's key is known before its witness serves it: the port is taken first.
            try online.serve(VerifierKeySample.other)
            online.stop()
            let policy = try folder.write(
                "\(online.policyLine)\(isolated.policyLine)group both all \(online.name) \(isolated.name)\nquorum both\n".utf8,
                to: "policy")
            let station = try TestStation(evidence: [], configuration: configuration([online, isolated], policy: policy))
            let key = try station.json("ledger", "key")["verifierKey"].string
            try online.serve(key)
            try station.json("case", "open", "C-1", "--cause", "x", "--unit", "y")

            #expect(try station.json("witness", "list").array.map { $0["cosignedSize"].int } == [0, 0])
            let first = try station.json("witness", "ask")
            #expect(first.array.map { $0["act"].string } == ["checkpoint.cosigned"])
            // From the second time on there is a consistency proof.
            try station.json("case", "open", "C-2", "--cause", "x", "--unit", "y")
            try station.json("witness", "ask", online.name)
            #expect(try station.json("witness", "list")[0]["cosignedSize"].int == 4)

            // By file, without a network; the answer of anybody else is refused.
            let request = folder("request")
            try station.json("witness", "request", isolated.name, "--to", request.string)
            let answer = try run("fengcun-witness", ["cosign", request.string, "--state", isolated.state.string, "--log", key])
            try #require(answer.status == 0, "\(answer.errors)")
            let file = try folder.write(answer.output.utf8, to: "answer")
            #expect(try station.refusal("witness", "answer", online.name, file.string).contains("has not signed it"))
            var altered = Array(answer.output.utf8)
            altered[altered.count - 12] ^= 1
            _ = try station.refusal(
                "witness", "answer", isolated.name, folder.write(altered, to: "altered").string)
            try station.json("witness", "answer", isolated.name, file.string)
            #expect(try station.json("witness", "list")[1]["cosignedSize"].int == 5)
            // Asked again from where it does not stand, it says so.
            let again = try run("fengcun-witness", ["cosign", request.string, "--state", isolated.state.string, "--log", key])
            #expect(again.status == 1 && again.output.isEmpty)
            #expect(again.errors.contains("--old 5"))

            let bundle = try station.exportAndVerify()
            let met = try verify(bundle, key, policy: policy)
            #expect(met.status == 0, "\(met.output)")
            #expect(met.output.contains("your policy: entries 0…3 are witnessed; 4…"))
            let own = try verify(bundle, key)
            #expect(own.output.contains("the bundle's own policy"))
            #expect(own.output.contains("witness not known to you"))
            let stricter = try folder.write(
                "\(online.policyLine)\(absent.policyLine)group both all \(online.name) \(absent.name)\nquorum both\n".utf8,
                to: "stricter")
            let missed = try verify(bundle, key, policy: stricter)
            #expect(missed.status == 1)
            #expect(missed.output.contains("NOT MET"))
            let otherLog = try folder.write(
                "log \(VerifierKeySample.other)\n\(online.policyLine)quorum \(online.name)\n".utf8, to: "other-log")
            #expect(try verify(bundle, key, policy: otherLog).status == 1)
            #expect(try verify(bundle, key, policy: folder.write("quorum w\n".utf8, to: "malformed")).status == 1)

            // Go's package checks the cosignatures with a verifier of its own making.
            let outcome = try run(
                "go",
                [
                    "run", Checkout.path + "/Tests/BundleTests/Independent/cosignature.go", file.string, key, isolated.key,
                ],
                environment: [
                    "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": folder("go-cache").string, "HOME": "/root",
                ])
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        }

        @Test func aLedgerThatWasRolledBackIsFoundOutByItsWitness() throws {
            let witness = try TestWitness("witness.example/w")
            try witness.serve(VerifierKeySample.other)
            witness.stop()
            let station = try TestStation(evidence: [], configuration: configuration([witness]))
            let key = try station.json("ledger", "key")["verifierKey"].string
            try witness.serve(key)
            station.stop()
            // What an operator with root does: he keeps a copy of everything, and puts it back, anchor included.
            let copy = station.folder("copy")
            try FileManager.default.copyItem(atPath: station.state.string, toPath: copy.string)
            try station.start()
            try station.waitUntilItAnswers()
            for number in 1...9 { try station.openCaseQuickly(number) }
            try station.json("witness", "ask")
            let honest = try station.exportAndVerify()
            station.stop()
            try FileManager.default.removeItem(atPath: station.state.string)
            try FileManager.default.copyItem(atPath: copy.string, toPath: station.state.string)
            try station.start()
            try station.waitUntilItAnswers()

            // Shorter than what was cosigned.
            #expect(try station.refusal("witness", "ask").contains("KNOWS ANOTHER HISTORY"))
            // And longer: the proof cannot lead there.
            for number in 1...30 { try station.openCaseQuickly(100 + number) }
            #expect(try station.refusal("witness", "ask").contains("KNOWS ANOTHER HISTORY"))
            #expect(try station.acts().count { $0 == "witness.disputed" } == 2)
            let dispute = try #require(
                FileManager.default.contentsOfDirectory(atPath: witness.state.appending("disputes").string).first)
            let known = try contents(witness.state.appending("disputes").appending(dispute).appending("known"))
            #expect(String(decoding: known, as: UTF8.self).contains(key.prefix { $0 != "+" }))
            #expect(witness.log.contains(dispute))

            // Each bundle agrees with itself; the auditor's policy tells them apart.
            let forged = try station.exportAndVerify()
            let policy = try station.folder.write("\(witness.policyLine)quorum \(witness.name)\n".utf8, to: "policy")
            #expect(try verify(honest, key, policy: policy).status == 0)
            #expect(try verify(forged, key, policy: policy).status == 1)
            #expect(try verify(forged, key).output.contains("it knows another history"))
        }

        /// Killed at random moments while a client posts: whatever it answered it remembers.
        @Test func aWitnessThatIsKilledForgetsNothingThatItSigned() async throws {
            let witness = try TestWitness("witness.example/w")
            let station = try TestStation(evidence: [], configuration: configuration([witness]))
            let key = try station.json("ledger", "key")["verifierKey"].string
            var signed = 0
            for round in 0..<40 {
                try witness.serve(key)
                try station.openCaseQuickly(round)
                let killing = Task.detached { [pid = witness.pid] in
                    try? await Task.sleep(for: .milliseconds(Int.random(in: 0...300)))
                    kill(pid, SIGKILL)
                }
                signed = max(signed, try postUntilItDies(witness, station, from: signed))
                await killing.value
                witness.stop(SIGKILL)
                // More may have been signed than anybody heard of.
                #expect(try newestSize(witness) >= signed)
            }
            #expect(signed > 0)
        }

        /// - Returns: the largest size that the witness said it cosigned.
        private func postUntilItDies(_ witness: TestWitness, _ station: TestStation, from size: Int) throws -> Int {
            var (old, cosigned) = (size, size)
            let request = station.folder("request")
            while true {
                try? FileManager.default.removeItem(atPath: request.string)
                try station.json("witness", "request", witness.name, "--old", "\(old)", "--to", request.string)
                let answer = try witness.post(request)
                switch answer.status {
                case "200":
                    let lines = String(decoding: try contents(request), as: UTF8.self).components(separatedBy: "\n\n")[1]
                    old = Int(lines.components(separatedBy: "\n")[1]) ?? -1
                    cosigned = old
                    try station.openCaseQuickly(1_000_000 + old)
                case "409":
                    old = Int(answer.body.dropLast()) ?? -1
                    #expect(old >= cosigned, "the witness has forgotten what it signed")
                default: return cosigned
                }
            }
        }

        private func newestSize(_ witness: TestWitness) throws -> Int {
            let folder = witness.state.appending("logs")
            guard
                let name = try FileManager.default.contentsOfDirectory(atPath: folder.string).first(where: { !$0.hasPrefix(".") })
            else { return 0 }
            let lines = String(decoding: try contents(folder.appending(name)), as: UTF8.self).components(separatedBy: "\n")
            return Int(lines[1]) ?? -1
        }

        @Test func theWitnessAnswersAsTheProtocolSays() throws {
            let witness = try TestWitness("witness.example/w")
            let station = try TestStation(evidence: [], configuration: configuration([witness]))
            let key = try station.json("ledger", "key")["verifierKey"].string
            try witness.serve(key)
            let folder = TemporaryFolder()
            try station.json("witness", "request", witness.name, "--to", folder("first").string)
            let first = try witness.post(folder("first"))
            #expect(first.status == "200" && first.body.hasPrefix("— witness.example/w "))
            // The station's own line as often as a note may hold lines.
            let signed = String(decoding: try contents(folder("first")), as: UTF8.self)
            let line = try #require(signed.components(separatedBy: "\n").last { $0.hasPrefix("— ") }) + "\n"
            let repeated = signed.replacing("old 0", with: "old 1").replacing(line, with: String(repeating: line, count: 100))
            #expect(try witness.post(folder.write(repeated.utf8, to: "repeated")).status == "200")
            try station.openCaseQuickly(1)
            try station.json("witness", "request", witness.name, "--old", "0", "--to", folder("second").string)
            let conflict = try witness.post(folder("second"))
            #expect(conflict.status == "409" && conflict.type == "text/x.tlog.size" && conflict.body == "1\n")
            let text = String(decoding: try contents(folder("first")), as: UTF8.self)
            #expect(try witness.post(folder.write("old x".utf8, to: "bad")).status == "400")
            #expect(try witness.post(folder.write(text.replacing("old 0", with: "old 7").utf8, to: "old")).status == "400")
            let origin = String(key.prefix { $0 != "+" })
            #expect(try witness.post(folder.write(text.replacing(origin, with: "nobody").utf8, to: "unknown")).status == "404")
            #expect(
                try witness.post(folder.write(text.replacing("\n1\n", with: "\n2\n").utf8, to: "forged")).status == "403")
            #expect(try witness.post(folder.write(Array(repeating: 0x61, count: 1 << 20), to: "large")).status == "413")
            #expect(try run("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", witness.url + "/"]).output == "404")
            // A second one on the same folder is kept out, and an orderly stop is one.
            let second = try run(
                "fengcun-witness", ["cosign", folder("first").string, "--state", witness.state.string, "--log", key])
            #expect(second.status == 1 && second.errors.contains("in use"))
            #expect(witness.stop() == 0)
            #expect(try run("fengcun-witness", ["serve", "--state", witness.state.string]).status == 78)
            #expect(try run("fengcun-witness", ["init", "two words", "--state", folder("x").string]).status == 64)
        }
    }
}

/// A key of nobody's log.
enum VerifierKeySample {
    static let other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
}
