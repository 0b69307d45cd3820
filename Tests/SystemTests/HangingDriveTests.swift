import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// Drives that were identified, and then give nothing, or do not come back from a read.
    @Suite struct HangingDrives {
        static let bytes = 16 << 20

        /// A station with two registered drives, the first of which can be made to hang.
        private func station(_ folder: TemporaryFolder, _ drives: [LoopDevice]) throws -> (TestStation, BadSectors) {
            let faults = try BadSectors(in: drives[0], folder)
            let station = try TestStation(evidence: drives.map(\.node))
            for (index, drive) in drives.enumerated() {
                try drive.plugIn()
                try station.register(drive, as: "E\(index + 1)", openCase: index == 0)
            }
            return (station, faults)
        }

        private func job(_ station: TestStation, _ id: String) throws -> JSON {
            try #require(station.json("image", "status").array.first { $0["job"].string == id })
        }

        /// What the ledger tells of a job: acts, and the causes of pauses.
        private func story(_ station: TestStation, _ job: String) throws -> [String] {
            try station.json("ledger", "show").array.filter { $0["body"]["acquisition"].string == job }.map { entry in
                let cause = entry["body"]["cause"].string
                return entry["act"].string.dropFirst("acquisition.".count) + (cause.isEmpty ? "" : " " + cause)
            }
        }

        private func check(_ image: JSON, _ drive: LoopDevice) throws {
            #expect(image["bytes"].int == Self.bytes && image["unreadableBytes"].int == 0)
            #expect(try image["digests"]["sha256"].string == String(run("sha256sum", [drive.file.string]).output.prefix(64)))
            #expect(try run("cmp", [image["image"].string, drive.file.string]).status == 0)
        }

        @Test func aDriveThatAnswersNoReadIsReadOnceItAnswers() throws {
            let folder = TemporaryFolder()
            let drives = try (0..<2).map { _ in try LoopDevice(folder, bytes: Self.bytes) }
            let (station, faults) = try station(folder, drives)
            try faults.fail([(0, Self.bytes)])
            let id = try station.json("image", "start", "E1", "--to", station.images.string)["job"].string
            while try !["paused", "failed"].contains(job(station, id)["state"].string) { usleep(100_000) }
            let paused = try job(station, id)
            #expect(paused["state"].string == "paused")
            #expect(paused["error"]["code"].string == "medium-stopped")
            #expect(paused["error"]["message"].string.contains("may hang"))
            #expect(try station.image("E2")["bytes"].int == Self.bytes)
            #expect(try story(station, id) == ["started", "paused medium-stopped"])

            // Nobody need do anything.
            try faults.fail([])
            try check(station.json("image", "wait", id), drives[0])
            #expect(try story(station, id) == ["started", "paused medium-stopped", "resumed", "finished"])
            try station.exportAndVerify()
        }

        @Test func aReadThatDoesNotComeBackHoldsUpNobodyElse() throws {
            let folder = TemporaryFolder()
            let drives = try (0..<3).map { _ in try LoopDevice(folder, bytes: Self.bytes) }
            let (station, faults) = try station(folder, drives)
            // Whatever fails: as long as a read is in the kernel, nothing ends the daemon.
            defer { try? faults.fail([]) }
            drives[2].unplug()
            // In mid-image.
            try faults.hang([(9 << 20, 4096)])
            let id = try station.json("image", "start", "E1", "--to", station.images.string)["job"].string
            while try job(station, id)["waitingSeconds"].isNull { usleep(100_000) }
            // Reads that were under way before that place may hang behind it: the file system answers one thing at a time.
            #expect(try 1...9 << 20 ~= job(station, id)["bytesDone"].int)
            // Others are imaged, plugged in and identified meanwhile.
            #expect(try station.image("E2")["bytes"].int == Self.bytes)
            try drives[2].plugIn()
            #expect(try station.image("E3")["bytes"].int == Self.bytes)
            #expect(try job(station, id)["state"].string == "running")

            try faults.fail([])
            let image = try station.json("image", "wait", id)
            try check(image, drives[0])
            #expect(image["digestSource"].string == "stream")
            #expect(try story(station, id) == ["started", "finished"])
            try station.exportAndVerify()
        }
    }
}
