import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// A change anywhere in an image is found and placed.
    @Suite struct ImageTrees {
        private static let bytes = 3 << 20 | 1 << 9

        @Test func aChangedByteIsFoundAndPlaced() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: Self.bytes)
            let station = try TestStation(evidence: [drive.node], configuration: "fsverity = true")
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let image = try station.image("E1")
            let file = FilePath(image["image"].string)
            let printed = try run("fsverity", ["digest", "--compact", "--block-size=4096", file.string])
            #expect(printed.output == image["blockTree"].string + "\n")
            #expect(!image["fsverity"].string.isEmpty)
            #expect(try station.json("image", "verify", "E1", "--quick")["tree"]["digest"].string == image["blockTree"].string)
            #expect(try station.json("image", "verify", "E1", "--range", "0-1", "--range", "1048576-5")["matches"].bool)

            let good = try contents(file)
            let length = 512 << 10
            for place in [0, length - 1, length, 2_000_000, Self.bytes - 1] {
                var changed = good
                changed[place] ^= 1
                try overwrite(file, changed)
                let start = place / length * length
                let end = min(start + length, Self.bytes)
                for options in [[], ["--quick"], ["--range", "\(place)-1"]] {
                    let outcome = try station.fengcun(["image", "verify", "E1", "--json"] + options)
                    #expect(outcome.status == 1)
                    let result = try JSON(outcome.output)
                    #expect(!result["matches"].bool)
                    #expect(result["tree"]["differing"].array.map { $0["offset"].int } == [start])
                    #expect(result["tree"]["differingBytes"].int == end - start)
                }
                // What was said of the whole is not taken back by a look at another part.
                let other = place < length ? "1048576-1" : "0-1"
                #expect(try station.json("image", "verify", "E1", "--range", other)["matches"].bool)
                #expect(try station.json("medium", "show", "E1")["state"].string == "imageDiffers")
            }
            let bundle = folder("bundle")
            try station.json("ledger", "export", bundle.string)
            let verdict = try run("fengcun-verify", [bundle.string, "--image", file.string])
            #expect(verdict.status == 1)
            #expect(verdict.output.contains("bytes 3,145,728–3,146,239"), "\(verdict.output)")

            try overwrite(file, good)
            #expect(try station.json("image", "verify", "E1", "--quick")["matches"].bool)
            #expect(try station.json("medium", "show", "E1")["state"].string == "verified")
            let again = folder("again")
            try station.json("ledger", "export", again.string)
            #expect(try run("fengcun-verify", [again.string, "--image", file.string]).status == 0)
            let script = try run("python3", [again.appending("verify.py").string, again.string, "--image", file.string])
            #expect(script.status == 0, "\(script.output)\(script.errors)")
        }

        @Test func aDrawnSampleFollowsFromTheLedgerAndFindsAChange() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 20 << 20 | 1 << 9)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let file = FilePath(try station.image("E1")["image"].string)
            let drawn = try station.json("image", "verify", "E1", "--sample", "5")
            #expect(drawn["matches"].bool && drawn["tree"]["digest"].isNull)
            // Whoever has the ledger draws the same: the Python of the format, with the root before the next entry.
            let newest = drawn["tree"]["drawn"].int
            let next = try #require(station.json("ledger", "show", "--from", "\(newest + 1)", "--limit", "1").array.first)
            let format = try contents(FilePath(Checkout.path + "/docs/ledger-format.md"))
            let blocks = String(decoding: format, as: UTF8.self).components(separatedBy: "```")
            let python = try #require(blocks.first { $0.hasPrefix("python") && $0.contains("def draw(") }).dropFirst(6)
            let call = "\nprint(*sorted(draw('\(next["tree"]["root"].string)', \(newest), 41, 5)))"
            let expected = try run("python3", ["-c", python + call])
            let groups = drawn["tree"]["ranges"].array.map { $0["offset"].int / (512 << 10) }
            #expect(groups.map(String.init).joined(separator: " ") + "\n" == expected.output, "\(expected.errors)")
            // Another time, others; all of them where there are fewer, the last one as short as it is.
            #expect(try station.json("image", "verify", "E1", "--sample", "5")["tree"]["drawn"].int > newest)
            let all = try station.json("image", "verify", "E1", "--sample", "100")["tree"]["ranges"].array
            #expect(all.count == 41 && all.last?["length"].int == 512)
            let words = try station.fengcun("--lang", "zh", "image", "verify", "E1", "--sample", "2").output
            #expect(words.contains("2 组（每组 512 KiB）"), "\(words)")

            var changed = try contents(file)
            changed[7_000_000] ^= 1
            try overwrite(file, changed)
            let found = try station.fengcun("image", "verify", "E1", "--sample", "41", "--json")
            #expect(found.status == 1)
            #expect(
                try JSON(found.output)["tree"]["differing"].array.map { $0["offset"].int } == [
                    7_000_000 / (512 << 10) * (512 << 10)
                ])
            for count in ["0", "101", "-1"] {
                #expect(try station.refusal("image", "verify", "E1", "--sample=\(count)").contains("1 to 100 groups"))
            }
            #expect(try station.fengcun("image", "verify", "E1", "--sample", "5", "--quick").status == 64)
        }

        @Test func theBlockTreeAloneIsAnIntegrityValue() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: Self.bytes)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let images = station.images.string
            #expect(try station.refusal("image", "start", "E1", "--to", images, "--hash", "none,md5").contains("none"))
            let image = try station.image("E1", hash: "none")
            let file = image["image"].string
            #expect(image["digests"].names.isEmpty)
            let theirs = try run("fsverity", ["digest", "--compact", "--block-size=4096", file]).output
            #expect(image["blockTree"].string + "\n" == theirs)
            #expect(try station.json("image", "verify", "E1")["matches"].bool)
            #expect(try station.fengcun("receipt", "\(image["entry"].int)").output.contains(theirs.dropLast().uppercased()))
            let bundle = try station.exportAndVerify()
            #expect(try run("fengcun-verify", [bundle.string, "--image", file]).output.contains("fs-verity"))
            #expect(try run("python3", [bundle.appending("verify.py").string, bundle.string, "--image", file]).status == 0)

            var changed = try contents(FilePath(file))
            changed[1_000_000] ^= 1
            try overwrite(FilePath(file), changed)
            let outcome = try station.fengcun("image", "verify", "E1", "--json")
            #expect(outcome.status == 1)
            #expect(try !JSON(outcome.output)["matches"].bool)
            let again = station.folder("again")
            try station.json("ledger", "export", again.string)
            #expect(try run("fengcun-verify", [again.string, "--image", file]).status == 1)
            // The bundle from before the station itself found it changed.
            let script = try run("python3", [bundle.appending("verify.py").string, bundle.string, "--image", file])
            #expect(
                script.status == 1 && script.output.contains("no acquisition.finished records"),
                "\(script.output)\(script.errors)")
        }

        @Test func aDamagedLevelIsSaidAndTheImageStillJudged() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: Self.bytes)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let image = try station.image("E1")
            let level = FilePath(image["image"].string + ".blocktree")
            var bytes = try contents(level)
            bytes[40] ^= 1
            try overwrite(level, bytes)
            let quick = try station.json("image", "verify", "E1", "--quick")
            #expect(quick["matches"].bool)
            #expect(quick["tree"]["problem"].string.contains("damaged"))
            let range = try station.fengcun("image", "verify", "E1", "--range", "0-1", "--json")
            #expect(range.status == 1 && range.errors.contains("damaged"))
            #expect(try station.json("medium", "show", "E1")["state"].string == "verified")
            for bad in ["0-0", "5", "x-1", "-1-5"] {
                #expect(try station.fengcun("image", "verify", "E1", "--range", bad).status == 64, "\(bad)")
            }
            for bad in [["\(Self.bytes)-1"], ["0-9223372036854775807"], ["5-5", "9-1"]] {
                let outcome = try station.fengcun(["image", "verify", "E1"] + bad.flatMap { ["--range", $0] })
                #expect(outcome.status == 1 && outcome.errors.contains("ranges are START-LENGTH"), "\(outcome.errors)")
            }
        }

        @Test func anImageThatSomebodyAppendedToDiffersFromItsRecord() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: Self.bytes)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let image = FilePath(try station.image("E1")["image"].string)
            let bundle = try station.exportAndVerify().string
            for appended in [1, 4096, 1 << 20] {
                try overwrite(image, try contents(image) + [UInt8](repeating: 0, count: appended))
                for way in [[], ["--quick"]] {
                    let verdict = try station.fengcun(["image", "verify", "E1", "--json"] + way)
                    #expect(verdict.status == 1)
                    let body = try JSON(verdict.output)
                    #expect(!body["matches"].bool)
                    #expect(body["problem"].string.contains("\(Self.bytes + appended)"), "\(body["problem"].string)")
                    #expect(try station.json("medium", "show", "E1")["state"].string == "imageDiffers")
                }
                #expect(try run("fengcun-verify", [bundle, "--image", image.string]).status == 1)
                #expect(try run("python3", [bundle + "/verify.py", "--image", image.string]).status == 1)
                // Nothing else was done to it: without what was appended it is the image again.
                try #require(truncate(image.string, Self.bytes) == 0)
                #expect(try station.json("image", "verify", "E1", "--quick")["matches"].bool)
            }
        }

        /// In place: the file is read-only, which does not stop root.
        private func overwrite(_ path: FilePath, _ bytes: [UInt8]) throws {
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path.string))
            try file.write(contentsOf: Data(bytes))
            try file.close()
        }
    }
}
