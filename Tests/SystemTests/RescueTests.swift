import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// A drive whose last part cannot be read: its backing file was cut, so the kernel answers with EIO.
    @Suite struct Rescuing {
        @Test func aFailingDriveBecomesAnImageWithAMapThatIsContinuedFrom() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 4 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            try #require(truncate(drive.file.string, 3 << 20) == 0)
            _ = try run("blockdev", ["--flushbufs", drive.node])

            let image = try station.json(
                "image", "start", "E1", "--to", station.images.string, "--wait", "--retries", "1", "--fill-pattern", "424144")
            let file = image["image"].string
            #expect(image["unreadableBytes"].int == 1 << 20)
            #expect(image["digestSource"].string == "read-back")
            #expect(image["rescue"]["bad"].int == 1 << 20)
            #expect(image["rescue"]["ending"].string == "complete")
            #expect(try run("cmp", ["-n", "\(3 << 20)", file, drive.file.string]).status == 0)
            #expect(try contents(FilePath(file))[(3 << 20)...].prefix(6).elementsEqual("BADBAD".utf8))
            let openssl = try run("openssl", ["dgst", "-sha256", "-r", file]).output.prefix { $0 != " " }
            #expect(image["digests"]["sha256"].string == String(openssl))
            #expect(try run("ddrescuelog", ["-t", file + ".map"]).status == 0)

            let entry = try #require(station.json("ledger", "show").array.last { $0["act"].string == "acquisition.finished" })
            #expect(entry["blobs"][0]["type"].string == "errorMap")
            #expect(entry["body"]["unreadable"][0]["length"].int == 1 << 20)

            // The map and the image are continued: nothing more is to be had, and the record says where it came from.
            let next = try station.json(
                "image", "start", "E1", "--to", station.images.string, "--wait", "--from-map", file + ".map", "--from-image", file
            )
            #expect(next["unreadableBytes"].int == 1 << 20)
            let started = try #require(station.json("ledger", "show").array.last { $0["act"].string == "acquisition.started" })
            #expect(started["blobs"][0]["sha256"].string == entry["blobs"][0]["sha256"].string)
            #expect(started["body"]["parameters"]["earlierImage"].string == file)
            try station.exportAndVerify()

            // The map belongs to one medium: another of the same length does not go on from it.
            let stranger = try LoopDevice(folder, bytes: 4 << 20)
            let second = try TestStation(evidence: [stranger.node])
            try stranger.plugIn()
            try second.register(stranger, as: "E9")
            let foreign = ["image", "start", "E9", "--to", second.images.string, "--from-map", file + ".map"]
            #expect(try second.refusal(foreign).contains("of another medium"))
            #expect(try second.refusal(foreign + ["--from-image", file]).contains("of another medium"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: second.images.string).isEmpty)
            #expect(try !second.acts().contains { $0.hasPrefix("acquisition") })

            let other = try folder.write("0 + 1\n0 512 +\n".utf8, to: "other.map").string
            let refusal = try station.refusal("image", "start", "E1", "--to", station.images.string, "--from-map", other)
            #expect(refusal.contains("does not cover"))
            let without = try station.refusal("image", "start", "E1", "--to", station.images.string, "--from-image", file)
            #expect(without.contains("mapfile"))
        }

        /// A job, once it is in a state.
        private func job(_ station: TestStation, _ id: String, _ isThere: (JSON) -> Bool) async throws -> JSON {
            for _ in 0..<600 {
                let found = try station.json("image", "status").array.first { $0["job"].string == id }
                if let found, isThere(found) { return found }
                try await Task.sleep(for: .milliseconds(100))
            }
            Issue.record("\(try station.json("image", "status")) \(station.log)")
            return try JSON("{}")
        }

        /// The destination fills up while an earlier image is taken over, and the drive, which dies meanwhile, is not asked for
        /// what that image holds; where the image is gone, nobody goes on without it.
        @Test func whatAnEarlierImageHoldsIsTakenFromItAfterAPauseToo() async throws {
            let folder = TemporaryFolder()
            let small = try folder.folder("small")
            try #require(try run("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", small.string]).status == 0)
            defer { _ = try? run("umount", ["-l", small.string]) }
            let bytes = 96 << 20
            let drive = try LoopDevice(folder, bytes: bytes)
            let faults = try BadSectors(in: drive, folder)
            let (earlier, elsewhere) = (folder("earlier.img").string, folder("elsewhere.img").string)
            try FileManager.default.copyItem(atPath: drive.file.string, toPath: earlier)
            let map = try folder.write(
                "0 + 1\n0 \(bytes - 1 << 20) +\n\(bytes - 1 << 20) \(1 << 20) ?\n".utf8, to: "earlier.map")
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let id = try station.json(
                "image", "start", "E1", "--to", small.string, "--sparse", "--hash", "sha256", "--from-map", map.string,
                "--from-image", earlier)["job"].string
            _ = try await job(station, id) { $0["error"]["code"].string == "destination-full" }
            try faults.fail([(80 << 20, 1 << 20)])
            try FileManager.default.moveItem(atPath: earlier, toPath: elsewhere)
            try #require(try run("mount", ["-o", "remount,size=400m", small.string]).status == 0)
            let paused = try await job(station, id) { $0["error"]["code"].string == "earlier-image" }
            #expect(paused["state"].string == "paused" && paused["error"]["message"].string.contains("earlier.img"))
            try FileManager.default.moveItem(atPath: elsewhere, toPath: earlier)
            try station.json("image", "resume", id)
            let image = try station.json("image", "wait", id)
            #expect(image["unreadableBytes"].int == 0)
            #expect(try run("cmp", [image["image"].string, drive.file.string]).status == 0)
            #expect(try image["digests"]["sha256"].string == String(run("sha256sum", [drive.file.string]).output.prefix(64)))
            let causes = try station.json("ledger", "show").array.filter { $0["act"].string == "acquisition.paused" }
                .map { $0["body"]["cause"].string }
            #expect(causes == ["destination-full", "earlier-image"])
            try station.exportAndVerify()
        }
    }
}
