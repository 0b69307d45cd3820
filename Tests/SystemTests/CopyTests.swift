import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// Copies, conversions and comparisons of images.
    @Suite struct Copying {
        @Test func imagesAreCopiedConvertedTakenInAndCompared() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 5 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let image = try station.image("E1", hash: "sha256,md5")
            let file = image["image"].string
            let other = try folder.folder("other").string

            // A copy: the same bytes, values on both sides, and it can be verified like an image.
            let copy = try station.json("image", "copy", "E1", "--to", other)
            let copied = copy["to"]["path"].string
            #expect(copy["matches"].bool)
            #expect(try run("cmp", [file, copied]).status == 0)
            for side in ["from", "to"] { #expect(copy[side]["digests"]["sha256"].string == image["digests"]["sha256"].string) }
            #expect(copy["to"]["blockTree"].string == image["blockTree"].string)
            #expect(try station.json("image", "verify", "E1", "--image", copied)["matches"].bool)
            #expect(try station.json("image", "compare", "E1", copied)["equal"].bool)

            // E01, in several files, that libewf's own programs accept.
            let export = try station.json(
                "image", "export", "E1", "--to", other, "--format", "e01", "--segment-size", "2000000", "--uncompressed")
            let first = export["to"]["path"].string
            #expect(export["to"]["files"].int == 3)
            #expect(export["to"]["stored"]["md5"].string == image["digests"]["md5"].string)
            #expect(export["to"]["digests"]["sha256"].string == image["digests"]["sha256"].string)
            let verified = try run("ewfverify", ["-q", "-d", "sha1", first])
            #expect(verified.status == 0, "\(verified.output)")
            #expect(verified.output.contains("SUCCESS"))
            let information = try run("ewfinfo", [first]).output
            #expect(information.contains("2026-001") && information.contains("E1"))
            #expect(try station.refusal("image", "export", "E1", "--to", other).contains("is there already"))
            #expect(try station.json("image", "compare", first, "E1")["equal"].bool)

            // And back, as an image made elsewhere; a foreign tool's E01 as well.
            let back = try station.json("image", "import", "E1", "--image", first, "--to", try folder.folder("back").string)
            #expect(back["matches"].bool)
            #expect(back["from"]["stored"]["sha1"].string == back["to"]["digests"]["sha1"].string)
            #expect(try run("cmp", [file, back["to"]["path"].string]).status == 0)
            let foreign = folder("foreign")
            let made = try run(
                "ewfacquire", ["-q", "-u", "-t", foreign.string, "-f", "encase6", "-c", "fast", "-S", "1500000", file])
            try #require(made.status == 0, "\(made.errors)")
            let taken = try station.json("image", "import", "E1", "--image", foreign.string + ".E01", "--to", other)
            #expect(taken["matches"].bool)
            // From a file, and what the command line gives goes before it.
            let form = try folder.write(
                "case = \"2026-001\"\nexhibit = \"E1\"\nimage = \"\(copied)\"\nto = \"\(other)\"\nhash = \"md5\"".utf8,
                to: "导入.toml"
            ).string
            let raw = try station.json("image", "import", "--from", form, "--hash", "sm3")
            #expect(raw["to"]["digests"].names == ["sm3"] && raw["from"]["path"].string == copied)

            // A changed byte is placed; the record says so, and that the rest is whole.
            let bytes = try contents(FilePath(copied))
            var changed = bytes
            changed[1_234_567] ^= 1
            let bad = try folder.write(changed, to: "bad.dd").string
            let difference = try station.fengcun("image", "compare", "E1", bad, "--json")
            #expect(difference.status == 1)
            let found = try JSON(difference.output)
            #expect(!found["equal"].bool)
            #expect(found["differing"][0]["offset"].int == 1_234_567)
            #expect(found["differingBytes"].int == 1)
            let bundle = try station.exportAndVerify()
            #expect(try run("python3", [bundle.appending("verify.py").string]).status == 0)

            // An image from elsewhere that is no longer what was taken in cannot be relied on (R31(2), R44).
            let imported = FilePath(back["to"]["path"].string)
            var spoilt = try contents(imported)
            spoilt[7] ^= 1
            try Data(spoilt).write(to: URL(fileURLWithPath: imported.string))
            #expect(try station.fengcun("image", "verify", "E1", "--image", imported.string, "--json").status == 1)
            let reading = try station.json("ledger", "show").array.last?["seq"].int ?? -1
            let review = try JSON(station.fengcun("review", "--case", "2026-001", "--json").output)
            let findings = review["cases"][0]["rules"].array.first { $0["id"].string == "R31.2" }?["findings"].array ?? []
            #expect(findings.contains { $0["isFinal"].bool && $0["entries"].array.map(\.int).contains(reading) })
        }

        @Test func aSampleOfWhatWasTakenInAndAClosedCaseThatTakesNothingIn() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 1 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let other = try folder.folder("other").string
            let taken = try station.json("image", "import", "E1", "--image", drive.file.string, "--to", other)
            let image = taken["to"]["path"].string
            let sample = ["--case", "2026-001"]
            try station.json(["sample", "fix", "N", "--what", "同类", "--exhibit", "E1"] + sample)
            let draw = ["--count", "1", "--reason", "数量众多", "--method", "逐一检查"]
            try station.json(["sample", "draw", "N"] + draw + sample)
            let check = ["sample", "check", "N", "--exhibit", "E1", "--result", "good", "--what", "w"] + sample
            try station.json(check)
            let member = try station.json(["sample", "show", "N"] + sample)["members"][0]
            #expect(member["entry"].int == taken["entry"].int && member["isGood"].bool)
            #expect(member["digest"].string == taken["to"]["digests"]["sha256"].string)

            try station.json("case", "close", "2026-001", "--reason", "r")
            for arguments in [
                ["image", "import", "E1", "--image", drive.file.string, "--to", other], ["image", "copy", "E1", "--to", other],
                ["image", "export", "E1", "--to", other], ["image", "compare", "E1", drive.file.string],
                ["sample", "fix", "M", "--what", "w", "--exhibit", "E1"] + sample, ["sample", "draw", "N"] + draw + sample, check,
            ] {
                #expect(try station.refusal(arguments).contains("case 2026-001 is closed"), "\(arguments)")
            }
            // To read an image back is always right.
            #expect(try station.json("image", "verify", "E1", "--image", image)["matches"].bool)
            #expect(try station.acts(of: drive).suffix(2) == ["case.closed", "image.verified"])
            try station.exportAndVerify()
        }

        @Test func whatIsDamagedIncompleteOrNoImageIsRefused() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 5 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            _ = try station.image("E1")
            let other = try folder.folder("other")
            try station.json("image", "export", "E1", "--to", other.string, "--segment-size", "2000000", "--uncompressed")
            let names = try FileManager.default.contentsOfDirectory(atPath: other.string).sorted()
            try #require(names.count == 3)
            let first = other.appending(names[0]).string

            // A segment is missing, one is damaged, one is another file altogether.
            let second = other.appending(names[1])
            let good = try contents(second)
            try FileManager.default.removeItem(atPath: second.string)
            #expect(try station.refusal("image", "import", "E1", "--image", first, "--to", other.string).contains("missing"))
            var changed = good
            changed[good.count / 2] ^= 1
            _ = try folder.write(changed, to: "other/" + names[1])
            let damaged = try station.fengcun("image", "import", "E1", "--image", first, "--to", other.string, "--json")
            #expect(damaged.status == 1)
            #expect(try JSON(damaged.output)["problem"].string.contains("checksum"))
            let said = try station.fengcun("--lang", "zh", "image", "import", "E1", "--image", first, "--to", other.string)
            #expect(said.status == 1 && said.output.contains("处内容与其旁的校验和不符"), "\(said.output)")
            _ = try folder.write(Array(repeating: UInt8(ascii: "x"), count: 2_000_000), to: "other/" + names[1])
            #expect(try station.fengcun("image", "import", "E1", "--image", first, "--to", other.string).status == 1)
            // Nothing of all that stays behind.
            #expect(try FileManager.default.contentsOfDirectory(atPath: other.string).sorted() == names)

            // A text under the name of an E01, an image of another length, the station's own key, a pipe, a folder.
            let text = try folder.write("EVF not really".utf8, to: "text.E01").string
            #expect(try station.fengcun("image", "import", "E1", "--image", text, "--to", other.string).status == 1)
            let short = try folder.write([1, 2, 3], to: "short.dd").string
            #expect(try station.refusal("image", "import", "E1", "--image", short, "--to", other.string).contains("has 5242880"))
            let key = station.state.appending("keys/station.pem").string
            #expect(
                try station.refusal("image", "import", "E1", "--image", key, "--to", other.string).contains("state directory"))
            #expect(try station.refusal("image", "compare", "E1", key).contains("state directory"))
            let pipe = folder("pipe.dd").string
            try #require(mkfifo(pipe, 0o600) == 0)
            #expect(try station.fengcun("image", "compare", "E1", pipe).status == 1)
            #expect(try station.fengcun("image", "compare", "E1", other.string).status == 1)
            #expect(try station.refusal("image", "compare", short, short).contains("of an exhibit"))
            #expect(
                try station.refusal("image", "export", "E1", "--to", other.string, "--segment-size", "5").contains("1048576"))
            try station.exportAndVerify()
        }

        @Test func theProgramThatParsesE01ReachesNothingElse() throws {
            let folder = TemporaryFolder()
            let other = try folder.folder("other")
            let secret = try folder.write("secret".utf8, to: "secret.E01").string
            try FileManager.default.createSymbolicLink(atPath: other.appending("link.E01").string, withDestinationPath: secret)
            let program = try find("fengcun-ewf")
            let outcome = try run("strace", ["-f", program, "read", other.appending("link.E01").string])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("EACCES"))
            // Nothing but files, memory and its own end: no socket, no program, no other process.
            let calls = outcome.errors.split(separator: "\n").drop { !$0.contains("seccomp") }
            #expect(!calls.isEmpty)
            for call in ["socket(", "connect(", "execve(", "clone", "ptrace(", "kill("] {
                #expect(!calls.contains { $0.contains(call) }, "\(call)")
            }
        }
    }
}
