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
    }
}
