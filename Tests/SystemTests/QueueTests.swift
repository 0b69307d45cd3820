import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// Jobs that wait for their turn.
    @Suite struct Queueing {
        static let hashes = "md5,sha1,sha256,sha512,sm3,sha3-256,blake2b512"

        /// A station with registered drives, of which the first keeps it busy for longer than a test lasts.
        func station(_ folder: TemporaryFolder, drives count: Int, configuration: String) throws -> (TestStation, [LoopDevice]) {
            let long = try LoopDevice(folder, hole: 64 << 30)
            let drives = [long] + (try (1..<count).map { _ in try LoopDevice(folder, bytes: 4 << 20) })
            let station = try TestStation(evidence: drives.map(\.node), configuration: configuration)
            for (index, drive) in drives.enumerated() {
                try drive.plugIn()
                try station.register(drive, as: "E\(index + 1)", openCase: index == 0)
            }
            return (station, drives)
        }

        func state(_ station: TestStation, _ job: String) throws -> String {
            try station.json("image", "status").array.first { $0["job"].string == job }?["state"].string ?? ""
        }

        /// What the ledger tells of one job: acts, and the causes of pauses.
        func story(_ station: TestStation, _ job: String) throws -> [String] {
            try station.json("ledger", "show").array.compactMap { entry in
                guard entry["body"]["acquisition"].string == job else { return nil }
                let cause = entry["body"]["cause"].string
                return entry["act"].string.dropFirst("acquisition.".count) + (cause.isEmpty ? "" : " " + cause)
            }
        }

        func check(_ station: TestStation, _ job: String, _ drive: LoopDevice) throws {
            let image = try station.json("image", "wait", job)
            #expect(try run("cmp", [image["image"].string, drive.file.string]).status == 0)
            #expect(try image["digests"]["sha256"].string == String(run("sha256sum", [drive.file.string]).output.prefix(64)))
        }

        @Test func jobsWaitAndTooManyAreRefused() throws {
            let folder = TemporaryFolder()
            let (station, drives) = try station(folder, drives: 3, configuration: "[jobs]\nrunning = 1\nwaiting = 1\n")
            let images = station.images.string
            let first = try station.json("image", "start", "E1", "--to", images, "--hash", Self.hashes, "--sparse")
            #expect(first["state"].string == "running" && first["priority"].string == "normal")
            let second = try station.json("image", "start", "E2", "--to", images, "--priority", "low")["job"].string
            #expect(try state(station, second) == "queued")
            let line = try station.fengcun("--lang", "zh", "image", "status").output
            #expect(line.contains("排队中") && line.contains("靠后"))
            #expect(try station.refusal("image", "start", "E3", "--to", images).contains("1 jobs wait already"))
            #expect(try station.json("image", "priority", second, "high")["priority"].string == "high")
            let status = try station.json("status")
            #expect(status["running"].int == 1 && status["queued"].int == 1 && status["paused"].int == 0)

            // What waits and is cancelled has an end in the record, and leaves nothing, while the first goes on.
            #expect(try station.json("image", "cancel", second)["state"].string == "cancelled")
            #expect(try state(station, first["job"].string) == "running")
            #expect(try story(station, second) == ["started", "ended"])
            let ended = try #require(station.json("ledger", "show").array.last { $0["act"].string == "acquisition.ended" })
            #expect(ended["body"]["reason"].string.contains("while it waited for its turn"))
            #expect(ended["body"]["partial"].isNull && ended["actor"]["kind"].string == "operator")
            let left = try FileManager.default.contentsOfDirectory(atPath: images)
            #expect(!left.contains { $0.contains("E2") })

            // A pause gives the place back; whoever goes on waits for it.
            let third = try station.json("image", "start", "E3", "--to", images)["job"].string
            #expect(try state(station, third) == "queued")
            #expect(try station.json("image", "pause", first["job"].string)["state"].string == "paused")
            try check(station, third, drives[2])
            #expect(try station.json("status")["paused"].int == 1)
            #expect(try story(station, third) == ["started", "finished"])
            #expect(try station.json("image", "resume", first["job"].string)["state"].string == "running")
            let fourth = try station.json("image", "start", "E2", "--to", images)["job"].string
            #expect(try state(station, fourth) == "queued")
            #expect(try station.json("image", "cancel", first["job"].string)["state"].string == "cancelled")
            try check(station, fourth, drives[1])
            try station.exportAndVerify()
        }

        @Test func asManyOfABusAreReadAsMayBe() throws {
            let folder = TemporaryFolder()
            let (station, drives) = try station(folder, drives: 2, configuration: "[jobs]\nper_bus = 1\n")
            let images = station.images.string
            _ = try station.image("E2")
            let first = try station.json("image", "start", "E1", "--to", images, "--hash", Self.hashes, "--sparse")["job"].string
            let second = try station.json("image", "start", "E2", "--to", images)["job"].string
            #expect(try state(station, first) == "running" && state(station, second) == "queued")
            // What reads no medium is not held up.
            #expect(try station.json("image", "verify", "E2")["matches"].bool)
            #expect(try state(station, second) == "queued")
            try station.json("image", "cancel", first)
            try check(station, second, drives[1])
        }

        @Test(arguments: [SIGTERM, SIGKILL]) func whatWaitsSurvivesTheDaemon(signal: Int32) throws {
            let folder = TemporaryFolder()
            let (station, drives) = try station(folder, drives: 3, configuration: "[jobs]\nrunning = 1\n")
            let images = station.images.string
            var jobs: [String] = []
            for number in 1...3 {
                let options = ["--to", images, "--hash", Self.hashes] + (number == 1 ? ["--sparse"] : [])
                jobs.append(try station.json(["image", "start", "E\(number)"] + options)["job"].string)
            }
            #expect(try state(station, jobs[2]) == "queued")
            // A person lets one of them stand still before its turn: it stays so.
            #expect(try station.json("image", "pause", jobs[1])["state"].string == "paused")
            station.stop(signal)
            try station.start()
            _ = try station.json("devices")
            #expect(try station.json("image", "cancel", jobs[0])["state"].string == "cancelled")
            try check(station, jobs[2], drives[2])
            let cause = signal == SIGTERM ? "station-stopped" : "interrupted"
            #expect(try story(station, jobs[2]) == ["started", "paused \(cause)", "resumed", "finished"])
            #expect(try state(station, jobs[1]) == "paused")
            _ = try station.json("image", "resume", jobs[1])
            try check(station, jobs[1], drives[1])
            #expect(try story(station, jobs[1]) == ["started", "paused person", "resumed", "finished"])
            try station.exportAndVerify()
        }

        /// Work that leaves nothing behind: what became of it stands in the record all the same.
        @Test func readingBackAndCopyingThatAreStoppedHaveAnEntry() throws {
            let folder = TemporaryFolder()
            let (station, drives) = try station(folder, drives: 2, configuration: "[jobs]\nrunning = 1\n")
            let image = try station.json("image", "start", "E2", "--to", station.images.string, "--wait")["image"].string
            let first = try station.json(
                "image", "start", "E1", "--to", station.images.string, "--hash", Self.hashes, "--sparse")["job"].string
            let other = try folder.folder("other").string
            func begin(_ arguments: String...) throws -> String {
                // Without --wait a command ends with its job; it is left alone here.
                let process = Process()
                process.executableURL = URL(fileURLWithPath: try find("fengcun"))
                process.arguments = ["--socket", station.socket.string] + arguments
                process.standardOutput = FileHandle.nullDevice
                process.standardError = FileHandle.nullDevice
                let known = Set(try station.json("image", "status").array.map { $0["job"].string })
                try process.run()
                while true {
                    let new = try station.json("image", "status").array.first { !known.contains($0["job"].string) }
                    if let new { return new["job"].string }
                    usleep(20_000)
                }
            }
            let verification = try begin("image", "verify", "E2")
            #expect(try state(station, verification) == "queued")
            #expect(try station.json("image", "cancel", verification)["state"].string == "cancelled")
            let copy = try begin("image", "copy", "E2", "--to", other)
            #expect(try state(station, copy) == "queued")
            #expect(station.stop() == 0)
            try station.start()
            _ = try station.json("devices")

            let stopped = try station.json("ledger", "show").array.filter { $0["act"].string == "job.stopped" }
            #expect(stopped.map { $0["body"]["job"].string } == [verification, copy])
            #expect(stopped.map { $0["body"]["work"].string } == ["verification", "copy"])
            #expect(stopped.map { $0["body"]["outcome"].string } == ["cancelled", "interrupted"])
            #expect(stopped.map { $0["actor"]["kind"].string } == ["operator", "station"])
            #expect(stopped.allSatisfy { $0["body"]["bytesDone"].int == 0 && $0["body"]["bytesTotal"].int > 0 })
            #expect(try FileManager.default.contentsOfDirectory(atPath: other).isEmpty)
            #expect(try run("cmp", [image, drives[1].file.string]).status == 0)
            #expect(try station.json("image", "cancel", first)["state"].string == "cancelled")
            #expect(try station.json("image", "verify", "E2")["matches"].bool)
            try station.exportAndVerify()
        }

        @Test func eightDrivesTakeTurns() async throws {
            let folder = TemporaryFolder()
            let drives = try (0..<8).map { _ in try LoopDevice(folder, bytes: 24 << 20) }
            let station = try TestStation(evidence: drives.map(\.node), configuration: "[jobs]\nrunning = 3\n")
            var jobs: [String] = []
            for (index, drive) in drives.enumerated() {
                try drive.plugIn()
                try station.register(drive, as: "E\(index)", openCase: index == 0)
            }
            for index in drives.indices {
                jobs.append(try station.json("image", "start", "E\(index)", "--to", station.images.string)["job"].string)
            }
            while true {
                let status = try station.json("status")
                #expect(status["running"].int <= 3)
                if status["running"].int == 0, status["queued"].int == 0 { break }
                try await Task.sleep(for: .milliseconds(50))
            }
            for (job, drive) in zip(jobs, drives) { try check(station, job, drive) }
            // Whoever came first was read first; of those that run side by side either may be the first to read.
            let finished = try station.json("ledger", "show").array.filter { $0["act"].string == "acquisition.finished" }
            let begun = finished.sorted { $0["body"]["startedAt"].string < $1["body"]["startedAt"].string }
            for (place, entry) in begun.enumerated() {
                let index = try #require(jobs.firstIndex(of: entry["body"]["acquisition"].string))
                #expect(abs(place - index) < 3)
            }
            try station.exportAndVerify()
        }

        /// A drive that gives some kilobytes a second has the only place, and leaves it: seven others go through it to their end.
        @Test(.enabled(if: SlowReads.isAvailable)) func aDyingDriveHoldsUpNobody() throws {
            let folder = TemporaryFolder()
            let drives = try (0..<8).map { _ in try LoopDevice(folder, bytes: 8 << 20) }
            let station = try TestStation(evidence: drives.map(\.node), configuration: "[jobs]\nrunning = 1\n")
            for (index, drive) in drives.enumerated() {
                try drive.plugIn()
                try station.register(drive, as: "E\(index)", openCase: index == 0)
            }
            let slow = try SlowReads(of: drives[0], by: try #require(station.process).processIdentifier, bytesPerSecond: 16 << 10)
            let jobs = try drives.indices.map {
                try station.json("image", "start", "E\($0)", "--to", station.images.string)["job"].string
            }
            for (job, drive) in zip(jobs, drives).dropFirst() { try check(station, job, drive) }
            #expect(try state(station, jobs[0]) == "running")
            let end = try station.json("image", "cancel", jobs[0])
            #expect(end["state"].string == "cancelled")
            #expect(end["bytesDone"].int < end["bytesTotal"].int)
            slow.end()
            try station.exportAndVerify()
        }
    }
}
