import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// Segments and second images, from the command line to the auditor.
    @Suite struct Destinations {
        @Test func segmentsAndASecondImage() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 5 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let other = try station.folder.folder("other")
            let image = try station.json(
                "image", "start", "E1", "--to", station.images.string, "--to", other.string, "--segment-size", "2MiB", "--hash",
                "sha256,md5", "--wait")
            let (first, second) = (image["image"].string, image["copies"][0]["image"].string)
            #expect(image["layout"]["segmentSize"].int == 2 << 20)
            #expect(first.hasSuffix(".001") && second.hasSuffix(".001"))
            #expect(image["copies"][0]["problem"].isNull)
            let truth = try run("sha256sum", [drive.file.string]).output.prefix(64)
            #expect(image["digests"]["sha256"].string == truth)
            for path in [first, second] {
                let stem = path.dropLast(3)
                let joined = try (1...3).flatMap { try contents(FilePath("\(stem)00\($0)")) }
                #expect(try joined == contents(drive.file))
                #expect(try station.json("image", "verify", "E1", "--image", path)["matches"].bool)
                #expect(try station.json("image", "verify", "E1", "--image", path, "--quick")["matches"].bool)
            }

            let bundle = station.folder("bundle").string
            try station.json("ledger", "export", bundle)
            func verdicts() throws -> [Outcome] {
                [
                    try run("fengcun-verify", [bundle, "--image", first]),
                    try run("python3", [bundle + "/verify.py", "--image", first]),
                ]
            }
            for verdict in try verdicts() { #expect(verdict.status == 0, "\(verdict.output)\(verdict.errors)") }
            // A segment away, cut, with something behind it: both name it, and so does the station.
            let segment = String(first.dropLast(3)) + "002"
            let changes: [() throws -> Void] = [
                { try FileManager.default.moveItem(atPath: segment, toPath: segment + ".bak") },
                {
                    try FileManager.default.moveItem(atPath: segment + ".bak", toPath: segment)
                    chmod(segment, 0o640)
                    truncate(segment, 1 << 20)
                },
                { truncate(segment, 3 << 20) },
            ]
            for change in changes {
                try change()
                for verdict in try verdicts() {
                    #expect(verdict.status == 1)
                    #expect(verdict.output.contains("segment"), "\(verdict.output)\(verdict.errors)")
                }
                #expect(try station.failure("image", "verify", "E1", "--image", first).contains("DIFFERS from its record"))
                let last = try #require(station.json("ledger", "show").array.last { $0["act"].string == "image.verified" })
                #expect(last["body"]["problem"].string.contains(segment))
            }
        }

        /// A file system whose files end before the image would, and how it is made in a file.
        struct ShortFiles: CustomTestStringConvertible {
            let name: String
            let make: [String]
            /// Length of a drive that does not fit into one file.
            let drive: Int

            var testDescription: String { name }

            /// FAT32 where the kernel knows it; ext2's layout everywhere, whose files end at 16 GiB.
            static let all: [ShortFiles] =
                [
                    ShortFiles(
                        name: "ext2", make: ["mkfs.ext4", "-q", "-F", "-b", "1024", "-O", "^extents,^has_journal,^64bit"],
                        drive: 17 << 30)
                ]
                + ((try? run("modprobe", ["vfat"]).status == 0) == true
                    ? [ShortFiles(name: "FAT32", make: ["mkfs.vfat", "-F", "32"], drive: 4 << 30 | 1 << 20)] : [])
        }

        @Test(arguments: ShortFiles.all) func aFileSystemWithShortFilesTakesSegments(_ kind: ShortFiles) throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, hole: kind.drive)
            let station = try TestStation(evidence: [drive.node])
            let (disk, mount) = (try folder.write([], to: "disk"), try folder.folder("mount"))
            try #require(truncate(disk.string, kind.drive + 1 << 30) == 0)
            try #require(run(kind.make[0], kind.make.dropFirst() + [disk.string]).status == 0)
            let node = try run("losetup", ["--find", "--show", disk.string]).output.filter { $0 != "\n" }
            defer { _ = try? run("losetup", ["--detach", node]) }
            // A loop device keeps the read-only flag of whatever was behind it before.
            _ = try run("blockdev", ["--setrw", node])
            try #require(run("mount", [node, mount.string]).status == 0)
            defer { _ = try? run("umount", [mount.string]) }
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let before = try FileManager.default.contentsOfDirectory(atPath: mount.string)
            let start = ["image", "start", "E1", "--to", mount.string, "--hash", "none", "--sparse"]
            #expect(try station.refusal(start).contains("--segment-size"))
            #expect(try station.refusal(["--lang", "zh"] + start).contains("--segment-size"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: mount.string) == before)
            #expect(try !station.acts().contains { $0.hasPrefix("acquisition") })
            // Nor does it become the second of two.
            #expect(try station.refusal(start + ["--to", station.images.string]).contains("--segment-size"))
            let job = try station.json(start + ["--segment-size", "2GiB"])
            #expect(job["state"].string == "running")
            #expect(try station.json("image", "cancel", job["job"].string)["state"].string == "cancelled")
            let started = try #require(station.json("ledger", "show").array.first { $0["act"].string == "acquisition.started" })
            #expect(started["body"]["layout"]["segmentSize"].int == 2 << 30)
            #expect(started["body"]["image"].string.hasPrefix(mount.string + "/"))
        }

        @Test func aDestinationOnTheSourceItselfIsRefused() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice.withFileSystem(folder)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let mount = try folder.folder("mount")
            try #require(run("mount", ["-o", "ro,noload", drive.node, mount.string]).status == 0)
            defer { _ = try? run("umount", [mount.string]) }
            let before = try contents(drive.file)
            let start = ["image", "start", "E1", "--to", mount.string]
            #expect(try station.refusal(start).contains("on the evidence medium \(drive.node)"))
            #expect(try station.refusal(["--lang", "zh"] + start).contains(drive.node))
            #expect(
                try station.refusal(["image", "start", "E1", "--to", station.images.string, "--to", mount.string]).contains(
                    "evidence"))
            #expect(try !station.acts().contains { $0.hasPrefix("acquisition") })
            #expect(try contents(drive.file) == before)
            #expect(try FileManager.default.contentsOfDirectory(atPath: station.images.string).isEmpty)
        }

        @Test func anImageGoesOnInAnotherFolderWhenOneIsFull() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 5 << 20 | 1 << 9)
            let station = try TestStation(evidence: [drive.node])
            let small = try station.folder.folder("small")
            try #require(try run("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", small.string]).status == 0)
            defer { _ = try? run("umount", [small.string]) }
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let start = ["image", "start", "E1", "--to", small.string, "--segment-size", "1MiB"]
            #expect(try station.refusal(start).contains("bytes free"))
            let image = try station.json(start + ["--then", station.images.string, "--wait"])
            let first = image["image"].string
            #expect(first.hasPrefix(small.string) && image["layout"]["volumes"].array.count == 1)
            let next = try #require(image["layout"]["volumes"].array.first)["firstSegment"].int
            #expect((2...3).contains(next))
            let segments = (1...6).map { number in
                let name = String(first.split(separator: "/").last?.dropLast(1) ?? "") + "\(number)"
                return (number < next ? small : station.images).appending(name)
            }
            #expect(try segments.flatMap { try contents($0) } == contents(drive.file))
            #expect(try station.json("image", "verify", "E1")["matches"].bool)
            #expect(try station.json("image", "verify", "E1", "--quick")["matches"].bool)
            // Whoever verifies without the station puts all into one folder.
            let together = try station.folder.folder("together")
            for segment in segments {
                let link = together.appending(segment.lastComponent?.string ?? "").string
                try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: segment.string)
            }
            let bundle = try station.exportAndVerify().string
            let linked = together.appending(segments[0].lastComponent?.string ?? "").string
            #expect(try run("fengcun-verify", [bundle, "--image", linked]).status == 0)
            #expect(try run("python3", [bundle + "/verify.py", bundle, "--image", linked]).status == 0)
        }

        @Test func aSecondDestinationThatIsTooSmall() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 8 << 20)
            let station = try TestStation(evidence: [drive.node])
            let small = try station.folder.folder("small")
            try #require(try run("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", small.string]).status == 0)
            defer { _ = try? run("umount", [small.string]) }
            try drive.plugIn()
            try station.register(drive, as: "E1")
            #expect(
                try station.refusal("image", "start", "E1", "--to", station.images.string, "--to", small.string)
                    .contains("bytes free"))
            // One folder by two names.
            let link = station.folder("link").string
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: station.images.string)
            #expect(
                try station.refusal("image", "start", "E1", "--to", station.images.string, "--to", link).contains("two folders"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: station.images.string).isEmpty)
            // Nobody knows before how much a sparse one takes.
            let image = try station.json(
                "image", "start", "E1", "--to", small.string, "--to", station.images.string, "--sparse", "--wait")
            #expect(image["image"].string.hasPrefix(station.images.string))
            #expect(image["copies"][0]["image"].string.hasPrefix(small.string))
            #expect(image["copies"][0]["problem"].string.contains("No space left"))
            #expect(try station.json("image", "verify", "E1")["matches"].bool)
            try station.exportAndVerify()
        }
    }
}
