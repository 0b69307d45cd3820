import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// Images written back to devices.
    @Suite struct Restoring {
        private let folder = TemporaryFolder()

        /// A station with an image of exhibit E1, 5 MiB long.
        private func station(_ arguments: [String] = []) throws -> (TestStation, source: FilePath, image: JSON) {
            let drive = try LoopDevice(folder, bytes: 5 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let image = try station.json(
                ["image", "start", "E1", "--to", station.images.string, "--hash", "sha256,sm3", "--wait"] + arguments)
            drive.unplug()
            return (station, drive.file, image)
        }

        /// Another device, not evidence.
        private func device(_ bytes: Int, blank: Bool = true) throws -> LoopDevice {
            let device = try LoopDevice(folder, bytes: bytes, blank: blank)
            try device.plugIn()
            _ = try run("udevadm", ["settle"])
            return device
        }

        private func entries(_ station: TestStation, _ act: String) throws -> [JSON] {
            try station.json("ledger", "show").array.filter { $0["act"].string == act }
        }

        @Test func aDeviceOfTheSameLengthHoldsTheImageAndIsReadOnly() throws {
            let (station, source, image) = try station()
            let device = try device(5 << 20)
            let result = try station.json("image", "restore", "E1", "--to", device.node)
            #expect(result["matches"].bool)
            #expect(result["tails"]["written"].int == 5 << 20)
            #expect(result["tails"]["behind"].isNull && result["tails"]["missing"].isNull)
            for side in ["from", "to"] {
                for name in ["sha256", "sm3"] {
                    #expect(result[side]["digests"][name].string == image["digests"][name].string)
                }
            }
            #expect(try run("blockdev", ["--getro", device.node]).output == "1\n")
            #expect(try contents(device.file) == contents(source))
            let started = try #require(try entries(station, "restoration.started").first)
            #expect(started["body"]["target"]["device"].string == device.node)
            #expect(!started["body"]["overwrites"].bool)
            #expect(started["seq"].int < result["entry"].int)
            // It cannot be written to again by mistake.
            #expect(try station.refusal("image", "restore", "E1", "--to", device.node).contains("read-only"))
            let bundle = try station.exportAndVerify()
            #expect(try run("python3", [bundle.appending("verify.py").string]).status == 0)
            // A copy that is the same as the original (R31.3).
            let review = try JSON(station.fengcun("review", "--case", "2026-001", "--json").output)
            let findings =
                review["cases"][0]["rules"].array
                .first { $0["id"].string == "R31.3" }?["findings"].array ?? []
            #expect(findings.contains { $0["entries"].array.map(\.int).contains(result["entry"].int) })
        }

        @Test func theRestOfALargerDeviceIsUntouchedOrWiped() throws {
            let (station, source, _) = try station(["--segment-size", "2MiB"])
            let original = try contents(source)
            for isWiped in [false, true] {
                let device = try device(8 << 20, blank: false)
                let before = try contents(device.file)
                let result = try station.json(
                    ["image", "restore", "E1", "--to", device.node, "--overwrite", "\(8 << 20)"]
                        + (isWiped ? ["--wipe-rest"] : []))
                #expect(result["matches"].bool)
                #expect(result["tails"]["behind"].int == 3 << 20)
                #expect(result["tails"]["rest"].string == (isWiped ? "wiped" : "untouched"))
                let rest = isWiped ? [UInt8](repeating: 0, count: 3 << 20) : Array(before[(5 << 20)...])
                #expect(try contents(device.file) == original + rest)
            }
            #expect(try entries(station, "restoration.started").allSatisfy { $0["body"]["overwrites"].bool })
            try station.exportAndVerify()
        }

        @Test func aSmallerDeviceIsRefusedOrGetsTheBeginning() throws {
            let (station, source, image) = try station()
            let device = try device(3 << 20)
            #expect(try station.refusal("image", "restore", "E1", "--to", device.node).contains("--truncate"))
            #expect(try station.refusal("--lang", "zh", "image", "restore", "E1", "--to", device.node).contains("舍弃镜像末尾"))
            #expect(try contents(device.file).allSatisfy { $0 == 0 })
            #expect(try entries(station, "restoration.started").isEmpty)
            let result = try station.json("image", "restore", "E1", "--to", device.node, "--truncate")
            #expect(result["matches"].bool)
            #expect(result["tails"]["missing"].int == 2 << 20)
            #expect(result["from"]["digests"]["sha256"].string == image["digests"]["sha256"].string)
            #expect(try result["to"]["digests"]["sha256"].string == run("sha256sum", [device.file.string]).output.prefix(64))
            #expect(try contents(device.file) == Array(contents(source)[..<(3 << 20)]))
            let bundle = try station.exportAndVerify()
            #expect(try run("fengcun-verify", [bundle.string]).output.contains("no room for the last 2097152 bytes"))
        }

        @Test func nothingIsWrittenToWhatIsNotMeant() throws {
            let (station, _, _) = try station()
            func refused(
                _ device: LoopDevice, _ words: String, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
            ) throws {
                let before = try run("sha256sum", [device.file.string]).output
                let outcome = try station.fengcun(["image", "restore", "E1", "--to", device.node] + arguments)
                #expect(outcome.status == 1, sourceLocation: sourceLocation)
                #expect(outcome.errors.contains(words), "\(outcome.errors)", sourceLocation: sourceLocation)
                #expect(try run("sha256sum", [device.file.string]).output == before, sourceLocation: sourceLocation)
            }
            // Evidence, by udev's word: the program itself refuses, and the daemon would.
            let evidence = try LoopDevice(folder, bytes: 5 << 20, blank: true)
            let rules = "/run/udev/rules.d/05-fengcun-restore-test.rules"
            try FileManager.default.createDirectory(atPath: "/run/udev/rules.d", withIntermediateDirectories: true)
            let name = evidence.node.dropFirst("/dev/".count)
            try "SUBSYSTEM==\"block\", KERNEL==\"\(name)\", ENV{FENGCUN_EVIDENCE}=\"1\"\n"
                .write(toFile: rules, atomically: true, encoding: .utf8)
            defer {
                try? FileManager.default.removeItem(atPath: rules)
                _ = try? run("udevadm", ["control", "--reload"])
            }
            try #require(run("udevadm", ["control", "--reload"]).status == 0)
            try evidence.plugIn()
            _ = try run("udevadm", ["settle"])
            try refused(evidence, "is evidence")
            try refused(evidence, "绝不写入", "--lang", "zh")
            try refused(evidence, "is evidence", "--overwrite", "\(5 << 20)")
            let target =
                "{\"device\":\"\(evidence.node)\",\"capacity\":\(5 << 20),\"sectorSize\":512,\"diskSequence\":\(try sequence(evidence))}"
            #expect(try ask(station, target).contains("is-evidence"))

            // Not blank, not confirmed, or another one confirmed.
            let full = try device(5 << 20, blank: false)
            try refused(full, "is not blank")
            try refused(full, "does not name", "--overwrite", "\(4 << 20)")
            // Read-only.
            try #require(run("blockdev", ["--setro", full.node]).status == 0)
            try refused(full, "is read-only", "--overwrite", "\(5 << 20)")
            // Mounted, for writing and for reading.
            let mounted = try device(16 << 20)
            try #require(run("mkfs.ext4", ["-q", mounted.node]).status == 0)
            let point = try folder.folder("mounted").string
            for (options, words) in [("rw", "mounted files"), ("ro", "in use")] {
                try #require(run("mount", ["-o", options, mounted.node, point]).status == 0)
                defer { _ = try? run("umount", [point]) }
                try refused(mounted, words, "--overwrite", "\(16 << 20)")
            }
            // What the daemon is told must be what it sees.
            let other = try device(5 << 20)
            let claim = { (capacity: Int, sequence: String) in
                "{\"device\":\"\(other.node)\",\"capacity\":\(capacity),\"sectorSize\":512,\"diskSequence\":\(sequence)}"
            }
            #expect(try ask(station, claim(6 << 20, try sequence(other))).contains("device-changed"))
            #expect(try ask(station, claim(5 << 20, "1")).contains("device-changed"))
            #expect(
                try ask(station, "{\"device\":\"/dev/nothing\",\"capacity\":1,\"sectorSize\":1,\"diskSequence\":1}")
                    .contains("unknown-to-udev"))
            // No disk at all.
            let file = try folder.write([UInt8](repeating: 0, count: 5 << 20), to: "file").string
            for path in [file, folder.path.string, "/dev/null", "/dev/nothing"] {
                #expect(try station.refusal("image", "restore", "E1", "--to", path).contains("no whole disk"))
            }
            #expect(try entries(station, "restoration.started").isEmpty)
        }

        private func sequence(_ device: LoopDevice) throws -> String {
            try run("cat", ["/sys/class/block/\(device.node.dropFirst("/dev/".count))/diskseq"]).output
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }

        private func ask(_ station: TestStation, _ target: String) throws -> String {
            try run(
                "curl",
                [
                    "-s", "--unix-socket", station.socket.string, "-H", "Content-Type: application/json", "-d",
                    "{\"of\":{\"exhibit\":\"E1\"},\"target\":\(target),\"overwrites\":false,\"truncate\":true,\"wipeRest\":false}",
                    "http://station/v1/restorations",
                ]
            ).output
        }

        @Test func anImageThatIsNotWhatWasRecordedIsFound() throws {
            let (station, _, image) = try station()
            let path = image["image"].string
            let bytes = try contents(FilePath(path))
            try #require(chmod(path, 0o640) == 0)
            // Appended to: nothing begins.
            try (Data(bytes) + [0]).write(to: URL(fileURLWithPath: path))
            let device = try device(5 << 20)
            #expect(try station.refusal("image", "restore", "E1", "--to", device.node).contains("5242880 were recorded"))
            #expect(try contents(device.file).allSatisfy { $0 == 0 })
            // Changed: the device holds what the image holds now, and the record says that this is not the image.
            var changed = bytes
            changed[77] ^= 1
            try Data(changed).write(to: URL(fileURLWithPath: path))
            let outcome = try station.fengcun("image", "restore", "E1", "--to", device.node, "--json")
            #expect(outcome.status == 1)
            let result = try JSON(outcome.output)
            #expect(!result["matches"].bool)
            #expect(result["problem"].string.contains("not what was recorded"))
            #expect(result["differingBytes"].int == 0)
            let bundle = try station.exportAndVerify()
            #expect(try run("fengcun-verify", [bundle.string]).output.contains("does not hold it"))
        }

        /// Whoever operates is not root: sudo starts the one program that writes, and nothing else runs as root.
        @Test func anOperatorRestoresThroughSudo() throws {
            let drive = try LoopDevice(folder, bytes: 5 << 20)
            let station = try TestStation(
                evidence: [drive.node], configuration: "group = 'nogroup'\n[access]\noperate = ['daemon']\n")
            try drive.plugIn()
            try station.register(drive, as: "E1")
            _ = try station.image("E1")
            _ = try run("chmod", ["755", station.folder.path.string])
            let device = try device(5 << 20)
            func restore() throws -> Outcome {
                try run(
                    "setpriv",
                    [
                        "--reuid=daemon", "--regid=nogroup", "--clear-groups", try find("fengcun"), "--socket",
                        station.socket.string, "image", "restore", "E1", "--to", device.node, "--json",
                    ], environment: ["LC_ALL": "C.UTF-8"])
            }
            // Who may operate and may not become root writes nothing, and no act begins.
            let refused = try restore()
            #expect(refused.status == 1 && refused.errors.contains("fengcun-restore"), "\(refused.errors)")
            #expect(try contents(device.file).allSatisfy { $0 == 0 })
            #expect(try entries(station, "restoration.started").isEmpty)

            let rule = "/etc/sudoers.d/fengcun-restore-test"
            try "daemon ALL=(root) NOPASSWD: \(try find("fengcun-restore"))\n".write(
                toFile: rule, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(atPath: rule) }
            try #require(chmod(rule, 0o440) == 0)
            let outcome = try restore()
            try #require(outcome.status == 0, "\(outcome.errors)\(station.log)")
            #expect(try JSON(outcome.output)["matches"].bool)
            #expect(try contents(device.file) == contents(drive.file))
            for act in ["restoration.started", "restoration.finished"] {
                let entry = try #require(try entries(station, act).first)
                #expect(entry["actor"]["user"].string == "daemon")
            }
            try station.exportAndVerify()
        }

        @Test func aWriteThatFailsEndsItWithoutAVerdict() throws {
            let (station, _, _) = try station()
            let small = try folder.folder("small").string
            try #require(run("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", small]).status == 0)
            defer { _ = try? run("umount", ["--lazy", small]) }
            let file = small + "/device"
            try #require(run("truncate", ["--size", "\(5 << 20)", file]).status == 0)
            let node = try run("losetup", ["--find", "--show", file]).output.trimmingCharacters(in: .whitespacesAndNewlines)
            defer { _ = try? run("losetup", ["--detach", node]) }
            // A loop device keeps the flag of whatever it was before.
            try #require(run("blockdev", ["--setrw", node]).status == 0)
            _ = try run("udevadm", ["settle"])
            let line = try station.refusal("image", "restore", "E1", "--to", node)
            #expect(line.contains("failed at byte"))
            let ended = try #require(try entries(station, "restoration.ended").first)
            #expect(ended["body"]["outcome"].string == "failed")
            #expect(ended["body"]["reason"].string.contains("failed at byte"))
            #expect(try entries(station, "restoration.finished").isEmpty)
            let bundle = try station.exportAndVerify()
            #expect(try run("fengcun-verify", [bundle.string]).output.contains("without a verdict"))
        }

        /// Every write of 1 MiB waits three seconds, so that there is a middle.
        @Test func whoeverIsKilledLeavesAnEntryWithoutAVerdict() throws {
            let (station, _, _) = try station()
            let device = try device(5 << 20)

            /// Begins a restoration, and does something to it while it writes.
            func interrupt(_ deed: (_ process: Int32, _ job: String) throws -> Void) throws {
                let begun = try entries(station, "restoration.started").count
                let errors = folder("errors-\(begun)")
                _ = FileManager.default.createFile(atPath: errors.string, contents: nil)
                let process = Process()
                process.executableURL = URL(fileURLWithPath: try find("strace"))
                process.arguments = [
                    "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64", "-e", "inject=pwrite64:delay_enter=3000000",
                    try find("fengcun"), "--socket", station.socket.string, "image", "restore", "E1", "--to", device.node,
                    "--overwrite", "\(5 << 20)",
                ]
                process.standardOutput = FileHandle.nullDevice
                process.standardError = FileHandle(forWritingAtPath: errors.string)
                try process.run()
                while try entries(station, "restoration.started").count == begun, process.isRunning { usleep(50_000) }
                let said = String(decoding: try contents(errors), as: UTF8.self)
                try #require(process.isRunning, "\(said)\(station.log)")
                let job = try #require(try entries(station, "restoration.started").last)["body"]["restoration"].string
                let child = try run("pgrep", ["-P", "\(process.processIdentifier)"]).output
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                try deed(try #require(Int32(child)), job)
                process.waitUntilExit()
                #expect(process.terminationStatus != 0)
                while try entries(station, "restoration.ended").count == begun { usleep(200_000) }
            }
            func last() throws -> JSON { try #require(try entries(station, "restoration.ended").last)["body"] }

            try interrupt { process, _ in kill(process, SIGKILL) }
            #expect(try last()["outcome"].string == "interrupted")
            #expect(try last()["reason"].string.contains("nothing was heard"))
            try interrupt { _, job in _ = try station.fengcun("image", "cancel", job) }
            #expect(try last()["outcome"].string == "cancelled")
            #expect(try last()["reason"].string.contains("a part of the image"))
            try interrupt { _, _ in
                station.stop(SIGKILL)
                try station.start()
                _ = try station.json("status")
            }
            #expect(try last()["outcome"].string == "interrupted")
            #expect(try last()["reason"].string.contains("went down"))
            #expect(try entries(station, "restoration.finished").isEmpty)
            // And then it goes through.
            #expect(
                try station.json("image", "restore", "E1", "--to", device.node, "--overwrite", "\(5 << 20)")["matches"].bool)
            try station.exportAndVerify()
        }
    }
}
