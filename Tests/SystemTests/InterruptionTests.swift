import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// A medium, a destination or a person in the way: the job stands still, says why, and goes on.
    @Suite struct Interruptions {
        static let bytes = 256 << 20
        static let hashes = "md5,sha1,sha256,sha512,sm3"

        /// A station with a registered drive whose image has just begun.
        func begin(_ drive: LoopDevice, patterns: [String]? = nil, to folder: FilePath? = nil, _ options: String...) throws
            -> (TestStation, String)
        {
            let station = try TestStation(evidence: patterns ?? [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let job = try station.json(
                ["image", "start", "E1", "--to", (folder ?? station.images).string, "--hash", Self.hashes] + options)
            return (station, job["job"].string)
        }

        func check(_ station: TestStation, _ job: String, _ file: FilePath) throws {
            let image = try station.json("image", "wait", job)
            #expect(try run("cmp", [image["image"].string, file.string]).status == 0)
            #expect(try image["digests"]["sha256"].string == String(run("sha256sum", [file.string]).output.prefix(64)))
            #expect(image["digestSource"].string == "read-back")
            #expect(try station.json("image", "verify", "E1")["matches"].bool)
            try station.exportAndVerify()
        }

        /// What the ledger tells of the job: acts, and the causes of pauses.
        func story(_ station: TestStation) throws -> [String] {
            try station.json("ledger", "show").array.compactMap { entry in
                let act = entry["act"].string
                guard act.hasPrefix("acquisition.") else { return nil }
                let cause = entry["body"]["cause"].string
                return act.dropFirst("acquisition.".count) + (cause.isEmpty ? "" : " " + cause)
            }
        }

        func wait(_ station: TestStation, _ job: String, until state: String) async throws -> JSON {
            for _ in 0..<600 {
                let found = try station.json("image", "status").array.first { $0["job"].string == job }
                if let found, found["state"].string == state { return found }
                try await Task.sleep(for: .milliseconds(100))
            }
            Issue.record("the job never was \(state): \(try story(station))")
            return try JSON("{}")
        }

        @Test func aPersonPausesUnplugsAndGoesOnAtAnotherPort() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: Self.bytes)
            let (station, job) = try begin(drive, patterns: ["/dev/loop*"])
            let paused = try station.json("image", "pause", job)
            #expect(paused["state"].string == "paused")
            #expect(paused["error"]["code"].string == "person")
            #expect(try station.refusal("image", "pause", job).contains("stands still"))
            #expect(try station.refusal("image", "start", "E1", "--to", station.images.string).contains("being imaged"))
            drive.unplug()
            #expect(try station.refusal("image", "resume", job).contains("not attached"))
            // A paused job survives the daemon.
            #expect(station.stop(SIGTERM) == 0)
            try station.start()
            let other = try LoopDevice(drive)
            try other.plugIn()
            _ = try station.json("devices")
            let still = try #require(station.json("image", "status").array.last)
            #expect(still["state"].string == "paused" && still["bytesDone"].int == paused["bytesDone"].int)
            #expect(still["error"]["message"].string == "paused by the operator")
            #expect(try station.fengcun("--lang", "zh", "image", "status").output.contains("操作人员已暂停：paused by the operator"))
            #expect(["running", "finished"].contains(try station.json("image", "resume", job)["state"].string))
            try check(station, job, drive.file)
            #expect(try story(station) == ["started", "paused person", "resumed", "finished"])
            let resumed = try #require(station.json("ledger", "show").array.first { $0["act"].string == "acquisition.resumed" })
            #expect(resumed["body"]["device"].string == other.node)
            #expect(resumed["actor"]["kind"].string == "operator")
        }

        @Test func aPausedJobIsCancelled() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: Self.bytes)
            let (station, job) = try begin(drive)
            try station.json("image", "pause", job)
            #expect(try station.json("image", "cancel", job)["state"].string == "cancelled")
            #expect(try story(station) == ["started", "paused person", "ended"])
            #expect(try station.refusal("image", "resume", job).contains("has ended"))
            #expect(try station.image("E1")["bytes"].int == Self.bytes)
        }

        @Test func theDriveIsPulledAndPluggedInElsewhere() async throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: Self.bytes)
            let kept = folder("kept")
            try FileManager.default.copyItem(atPath: drive.file.string, toPath: kept.string)
            let (station, job) = try begin(drive, patterns: ["/dev/loop*"])
            // A loop device cannot be pulled; one without capacity is gone.
            truncate(drive.file.string, 0)
            _ = try run("losetup", ["-c", drive.node])
            let paused = try await wait(station, job, until: "paused")
            #expect(paused["error"]["code"].string == "medium-gone")
            drive.unplug()
            try FileManager.default.removeItem(atPath: drive.file.string)
            try FileManager.default.moveItem(atPath: kept.string, toPath: drive.file.string)
            // Another drive of the same size does not wake it.
            let stranger = try LoopDevice(folder, bytes: Self.bytes)
            try stranger.plugIn()
            _ = try station.json("devices")
            #expect(try station.json("image", "status").array.last?["state"].string == "paused")
            let other = try LoopDevice(drive)
            try other.plugIn()
            try check(station, job, drive.file)
            #expect(try story(station) == ["started", "paused medium-gone", "resumed", "finished"])
        }

        /// Every flush of the daemon takes a second, so that there is a middle between a failure and its entry.
        @Test func whoCancelsWhileAFailureIsBeingRecordedIsHeard() async throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: Self.bytes)
            let (station, job) = try begin(drive)
            let messages = folder("strace")
            _ = FileManager.default.createFile(atPath: messages.string, contents: nil)
            let slow = Process()
            slow.executableURL = URL(fileURLWithPath: try find("strace"))
            slow.arguments = [
                "-f", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:delay_enter=1000000", "-p",
                "\(try #require(station.process).processIdentifier)",
            ]
            slow.standardError = FileHandle(forWritingAtPath: messages.string)
            try slow.run()
            while try !String(decoding: contents(messages), as: UTF8.self).contains("attached") { usleep(10_000) }
            truncate(drive.file.string, 0)
            _ = try run("losetup", ["-c", drive.node])
            // The reading has ended by now, and the image is flushed before the pause is recorded.
            try await Task.sleep(for: .milliseconds(500))
            _ = try station.json("image", "cancel", job)
            let found = try await wait(station, job, until: "cancelled")
            #expect(found["state"].string == "cancelled")
            // Every other signal may be blocked in what a test starts: it inherits the mask of a dispatch thread.
            kill(slow.processIdentifier, SIGKILL)
            slow.waitUntilExit()
            let told = try story(station)
            #expect(told.first == "started" && told.last == "ended" && told.count <= 3, "\(told)")
            let ended = try #require(station.json("ledger", "show").array.last { $0["act"].string == "acquisition.ended" })
            #expect(ended["body"]["outcome"].string == "cancelled" && ended["actor"]["kind"].string == "operator")
            try station.exportAndVerify()
        }

        @Test func theDestinationFillsUpAndIsEmptied() async throws {
            let folder = TemporaryFolder()
            let small = try folder.folder("small")
            try #require(try run("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", small.string]).status == 0)
            defer { _ = try? run("umount", ["-l", small.string]) }
            let drive = try LoopDevice(folder, bytes: Self.bytes)
            // Sparse: nothing is reserved, so the space ends on the way.
            let (station, job) = try begin(drive, to: small, "--sparse")
            let paused = try await wait(station, job, until: "paused")
            #expect(paused["error"]["code"].string == "destination-full")
            try #require(try run("mount", ["-o", "remount,size=400m", small.string]).status == 0)
            try check(station, job, drive.file)
            #expect(try story(station) == ["started", "paused destination-full", "resumed", "finished"])
        }

        @Test func theDestinationIsUnmountedAndMountedAgain() async throws {
            let folder = TemporaryFolder()
            let (disk, mount) = (folder("disk"), try folder.folder("mount"))
            try folder.write([], to: "disk")
            truncate(disk.string, 400 << 20)
            try #require(try run("mkfs.ext4", ["-q", "-F", disk.string]).status == 0)
            // A loop device keeps the read-only flag of whatever was behind it before.
            let node = try run("losetup", ["--find", "--show", disk.string]).output.filter { $0 != "\n" }
            defer { _ = try? run("losetup", ["--detach", node]) }
            _ = try run("blockdev", ["--setrw", node])
            try #require(try run("mount", [node, mount.string]).status == 0)
            let drive = try LoopDevice(folder, bytes: Self.bytes)
            let (station, job) = try begin(drive, to: mount)
            try station.json("image", "pause", job)
            try #require(try run("umount", [mount.string]).status == 0)
            _ = try station.json("image", "resume", job)
            let paused = try await wait(station, job, until: "paused")
            #expect(paused["error"]["code"].string == "destination-gone")
            #expect(try FileManager.default.contentsOfDirectory(atPath: mount.string).isEmpty)
            try #require(try run("mount", [node, mount.string]).status == 0)
            defer { _ = try? run("umount", ["-l", mount.string]) }
            try check(station, job, drive.file)
            #expect(try story(station) == ["started", "paused person", "paused destination-gone", "resumed", "finished"])
        }
    }
}
