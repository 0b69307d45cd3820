import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// Media that are not as long as they said, while an image of them is made.
    @Suite struct LyingMedia {
        static let bytes = 256 << 20

        private func begin(_ drive: LoopDevice) throws -> (TestStation, String) {
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let hashes = "md5,sha1,sha256,sha512,sm3,sha3-256,blake2b512"
            let job = try station.json("image", "start", "E1", "--to", station.images.string, "--hash", hashes)
            return (station, job["job"].string)
        }

        private func resize(_ drive: LoopDevice, to bytes: Int) throws {
            try #require(truncate(drive.file.string, bytes) == 0)
            try #require(try run("losetup", ["-c", drive.node]).status == 0)
        }

        private func wait(_ station: TestStation, _ job: String, until state: String) throws -> JSON {
            while true {
                let found = try #require(station.json("image", "status").array.first { $0["job"].string == job })
                if ["paused", "finished", "failed"].contains(found["state"].string) {
                    #expect(found["state"].string == state, "\(found["error"]["message"].string)")
                    return found
                }
                usleep(50_000)
            }
        }

        /// It is not the recorded medium any more: the job stands still, and the image is not finished with less than there was.
        @Test func aMediumThatShrinks() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: Self.bytes)
            let kept = folder("kept")
            try FileManager.default.copyItem(atPath: drive.file.string, toPath: kept.string)
            let (station, job) = try begin(drive)
            try resize(drive, to: 1 << 20)
            let paused = try wait(station, job, until: "paused")
            #expect(paused["error"]["code"].string == "medium-gone")
            // Going on is refused as long as it has another length, in one line.
            let refusal = try station.fengcun("image", "resume", job)
            let after = try wait(station, job, until: "paused")
            #expect(refusal.status == 1 || after["error"]["code"].string == "other-medium")
            #expect(!FileManager.default.fileExists(atPath: try image(station, job)))
            // The same medium, as long as before.
            drive.unplug()
            try FileManager.default.removeItem(atPath: drive.file.string)
            try FileManager.default.moveItem(atPath: kept.string, toPath: drive.file.string)
            try drive.plugIn()
            _ = try station.json("devices")
            _ = try station.fengcun("image", "resume", job)
            let made = try station.json("image", "wait", job)
            #expect(made["bytes"].int == Self.bytes && made["unreadableBytes"].int == 0)
            #expect(try run("cmp", [made["image"].string, drive.file.string]).status == 0)
            try station.exportAndVerify()
        }

        /// What was recorded is imaged, and nothing behind it.
        @Test func aMediumThatGrows() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: Self.bytes)
            let (station, job) = try begin(drive)
            try resize(drive, to: Self.bytes + (8 << 20))
            let made = try station.json("image", "wait", job)
            #expect(made["bytes"].int == Self.bytes && made["unreadableBytes"].int == 0)
            try resize(drive, to: Self.bytes)
            #expect(try run("cmp", [made["image"].string, drive.file.string]).status == 0)
            try station.exportAndVerify()
        }

        private func image(_ station: TestStation, _ job: String) throws -> String {
            let entry = try station.json("ledger", "show").array.first { $0["body"]["acquisition"].string == job }
            return try #require(entry)["body"]["image"].string
        }
    }
}
