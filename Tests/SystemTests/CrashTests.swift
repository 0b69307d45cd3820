import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// The daemon is killed at random moments. What it acknowledged is in the ledger afterwards, and the ledger verifies.
    @Suite struct Crashes {
        /// How often each test kills; the acceptance of the whole path asks for a hundred.
        static let rounds = 100

        @Test func killedDuringAppends() async throws {
            let station = try TestStation(evidence: [])
            var acknowledged: Set<String> = []
            for round in 0..<Self.rounds {
                if round > 0 { try station.start() }
                try station.waitUntilItAnswers()
                // A client that opens one case after the other until the daemon dies under it.
                let client = Task.detached { [socket = station.socket.string] in
                    var opened: [String] = []
                    while true {
                        let number = "C-\(round)-\(opened.count)"
                        let answer = try run(
                            "curl",
                            [
                                "-sf", "--unix-socket", socket, "-d", #"{"number":"\#(number)","cause":"x","unit":"y"}"#,
                                "http://station/v1/cases",
                            ])
                        guard answer.status == 0 else { return opened }
                        opened.append(number)
                    }
                }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...120)))
                station.stop(SIGKILL)
                acknowledged.formUnion(try await client.value)
            }
            #expect(acknowledged.count > Self.rounds)
            try station.start()
            let recorded = Set(try station.json("case", "list").array.map { $0["number"].string })
            #expect(recorded.isSuperset(of: acknowledged))
            // At most one more for each kill: recorded, and killed before it could be acknowledged.
            #expect(recorded.subtracting(acknowledged).count <= Self.rounds)
            try station.exportAndVerify()
        }

        /// Whatever was under way goes on by itself, and ends with an image of the whole medium.
        @Test func killedDuringImaging() async throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 24 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            var begun: [String] = []
            for _ in 0..<Self.rounds {
                let open = try station.json("image", "status").array.filter {
                    ["running", "paused"].contains($0["state"].string)
                }
                if open.isEmpty {
                    let started = try station.json(
                        "image", "start", "E1", "--to", station.images.string, "--hash", "sha256,sha512,md5")
                    begun.append(started["job"].string)
                }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...150)))
                station.stop(SIGKILL)
                try station.start()
            }
            let last = try station.json("image", "status").array.last
            if let last, ["running", "paused"].contains(last["state"].string) {
                try station.json("image", "wait", last["job"].string)
            }
            let entries = try station.json("ledger", "show").array
            let finished = entries.filter { $0["act"].string == "acquisition.finished" }
            #expect(entries.count { $0["act"].string == "acquisition.started" } == begun.count)
            #expect(finished.map { $0["body"]["acquisition"].string } == begun)
            #expect(entries.contains { $0["body"]["cause"].string == "interrupted" })
            // Plugged in all the time: one attachment, however often the daemon came back.
            #expect(entries.count { $0["act"].string == "medium.attached" } == 1)
            let truth = try run("sha256sum", [drive.file.string]).output.prefix(64)
            for image in finished {
                #expect(image["body"]["digests"]["sha256"].string == truth)
                #expect(try run("cmp", [image["body"]["image"].string, drive.file.string]).status == 0)
            }
            try station.exportAndVerify()
        }

        @Test func stoppedInOrderDuringImaging() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 512 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let job = try station.json(
                "image", "start", "E1", "--to", station.images.string, "--hash", "md5,sha1,sha256,sha512,sm3")["job"].string
            #expect(station.stop(SIGTERM) == 0)
            try station.start()
            let image = try station.json("image", "wait", job)
            #expect(try run("cmp", [image["image"].string, drive.file.string]).status == 0)
            #expect(image["digestSource"].string == "read-back")
            let acts = try station.json("ledger", "show").array.filter { $0["act"].string != "medium.attached" }
            let paused = try #require(acts.firstIndex { $0["act"].string == "acquisition.paused" })
            #expect(acts[paused]["body"]["cause"].string == "station-stopped")
            #expect(
                acts[paused...].map { $0["act"].string } == [
                    "acquisition.paused", "station.stopped", "station.started", "acquisition.resumed", "acquisition.finished",
                ])
            try station.exportAndVerify()
        }

        @Test func cancelledByTheOperator() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 512 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let job = try station.json(
                "image", "start", "E1", "--to", station.images.string, "--hash", "md5,sha1,sha256,sha512,sm3")
            #expect(try station.json("image", "cancel", job["job"].string)["state"].string == "cancelled")
            #expect(try station.refusal("image", "cancel", job["job"].string).contains("has ended already"))
            let ended = try #require(station.json("ledger", "show").array.last { $0["act"].string == "acquisition.ended" })
            #expect(ended["body"]["outcome"].string == "cancelled")
            if !ended["body"]["partial"].isNull {
                #expect(FileManager.default.fileExists(atPath: ended["body"]["partial"].string))
            }
            // Nothing stands in the way of the next one.
            #expect(try station.image("E1")["bytes"].int == 512 << 20)
        }

        @Test func aDriveUnpluggedWhileTheDaemonWasAway() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 1 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            _ = try station.json("devices")
            station.stop(SIGKILL)
            drive.unplug()
            try station.start()
            _ = try station.json("devices")
            let detached = try #require(station.json("ledger", "show").array.first { $0["act"].string == "medium.detached" })
            #expect(detached["body"]["observed"].value as? Bool == false)
            #expect(try station.acts() == ["station.started", "medium.attached", "station.started", "medium.detached"])
        }

        @Test func aDrivePluggedInBeforeTheDaemonCame() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 1 << 20)
            try drive.plugIn()
            let station = try TestStation(evidence: [drive.node])
            #expect(try station.json("devices")[0]["device"].string == drive.node)
            let attached = try #require(station.json("ledger", "show").array.first { $0["act"].string == "medium.attached" })
            #expect(attached["body"]["foundAtStart"].value as? Bool == true)
        }

        @Test func anImageThatWasChangedOrIsGone() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 3 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let file = try station.image("E1", hash: "sha256,sm3")["image"].string
            let handle = try #require(FileHandle(forUpdatingAtPath: file))
            try handle.seek(toOffset: 2_000_000)
            try handle.write(contentsOf: Data("x".utf8))
            try handle.close()
            #expect(try station.failure("image", "verify", "E1").contains("DIFFERS from its record"))
            #expect(try station.json("medium", "show", "E1")["state"].string == "imageDiffers")
            let bundle = station.folder("bundle")
            try station.json("ledger", "export", bundle.string)
            let verdict = try run("fengcun-verify", [bundle.string, "--image", file])
            #expect(verdict.status == 1)
            #expect(verdict.output.contains("is NO image that the ledger records"))
            try FileManager.default.removeItem(atPath: file)
            #expect(try station.failure("image", "verify", "E1").contains("DIFFERS from its record"))
            let last = try #require(station.json("ledger", "show").array.last { $0["act"].string == "image.verified" })
            #expect(last["body"]["problem"].string.contains("No such file"))
        }
    }
}

extension TestStation {
    /// Waits until the control socket answers.
    func waitUntilItAnswers() throws {
        let outcome = try fengcun("status")
        try #require(outcome.status == 0, "\(outcome.errors)\(log)")
    }

    /// Runs a command that shows a result and fails all the same.
    func failure(_ arguments: String...) throws -> String {
        let outcome = try fengcun(arguments)
        #expect(outcome.status == 1)
        return outcome.errors
    }
}
