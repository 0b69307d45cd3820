import Foundation
import TestSupport
import Testing

extension System {
    /// The rules that we install, under a real udevd, on a drive that a file of the administrator declares as evidence.
    @Suite struct UdevRules {
        private static let folder = "/run/udev/rules.d"

        /// Installs the rules for one loop device, runs the body, and removes them again.
        ///
        /// - Parameters:
        ///   - declaration: what an administrator's file says of it.
        ///   - path: a path of devices in our rules for which that of the loop device stands in.
        private func withRules(
            for drive: LoopDevice, declaration: String = "ENV{FENGCUN_EVIDENCE}=\"1\"", inPlaceOf path: String? = nil,
            _ body: () throws -> Void
        ) throws {
            let scratch = TemporaryFolder()
            let helper = Checkout.path + "/udev-rules/fengcun-protect"
            let own = "/run/udev/fengcun-protect"
            try? FileManager.default.removeItem(atPath: own)
            try FileManager.default.copyItem(atPath: helper, toPath: own)
            try FileManager.default.createDirectory(atPath: Self.folder, withIntermediateDirectories: true)
            var installed = [own]
            defer {
                for path in installed { try? FileManager.default.removeItem(atPath: path) }
                _ = try? run("udevadm", ["control", "--reload"])
            }
            let name = drive.node.dropFirst("/dev/".count)
            var rules = ["05-fengcun-test.rules": "SUBSYSTEM==\"block\", KERNEL==\"\(name)\", \(declaration)\n"]
            for file in ["04-fengcun-path.rules", "10-fengcun.rules", "zz-fengcun-last.rules"] {
                let text = try String(contentsOfFile: Checkout.path + "/udev-rules/" + file, encoding: .utf8)
                // The folder of installed helpers is left alone.
                var rule = text.replacingOccurrences(of: "/usr/lib/udev/fengcun-protect", with: own)
                if let path {
                    let disk = "/devices/virtual/block/\(name)"
                    rule = rule.replacingOccurrences(of: "DEVPATH==\"\(path)\"", with: "DEVPATH==\"\(disk)|\(disk)/*\"")
                }
                rules[file] = rule
            }
            for (file, text) in rules {
                let path = Self.folder + "/" + file
                try text.write(toFile: path, atomically: true, encoding: .utf8)
                installed.append(path)
            }
            try #require(run("udevadm", ["control", "--reload"]).status == 0)
            try body()
            withExtendedLifetime(scratch) {}
        }

        private func property(_ name: String, _ drive: LoopDevice) throws -> String? {
            try run("udevadm", ["info", "--query=property", drive.node]).output.split(separator: "\n")
                .first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
        }

        @Test func aDeclaredDriveIsProtectedBeforeAnybodyLooksAtIt() throws {
            let drive = try LoopDevice.withFileSystem(TemporaryFolder.shared)
            let before = try run("sha256sum", [drive.file.string]).output
            try withRules(for: drive) {
                try drive.plugIn()
                _ = try run("udevadm", ["settle"])
                #expect(try run("blockdev", ["--getro", drive.node]).output == "1\n")
                #expect(try property("FENGCUN_EVIDENCE", drive) == "1")
                #expect(try property("FENGCUN_READONLY", drive) == "1")
                #expect(try property("FENGCUN_DISKSEQ", drive) == property("DISKSEQ", drive))
                #expect(try property("FENGCUN_DISKSEQ", drive) != nil)
                #expect(try property("UDISKS_IGNORE", drive) == "1")
                #expect(try property("SYSTEMD_READY", drive) == "0")

                // The daemon takes the word of the rule, without any pattern of its own.
                let station = try TestStation(evidence: [])
                let device = try #require(station.json("devices").array.first { $0["device"].string == drive.node })
                #expect(device["readOnly"].bool)
                #expect(device["writeRequests"].int == 0)
                let entry = try #require(
                    station.json("ledger", "show").array.first { $0["body"]["device"].string == drive.node })
                #expect(entry["body"]["evidence"].string == "udev-rule")
                #expect(entry["body"]["protection"]["readOnlyBefore"].value as? Bool == true)

                // A flag that somebody dropped comes back with the next event.
                try #require(run("blockdev", ["--setrw", drive.node]).status == 0)
                _ = try run("udevadm", ["trigger", "--action=change", drive.node])
                _ = try run("udevadm", ["settle"])
                #expect(try run("blockdev", ["--getro", drive.node]).output == "1\n")
                #expect(try run("dd", ["if=/dev/zero", "of=\(drive.node)", "count=1", "conv=notrunc"]).status != 0)
                drive.unplug()
            }
            _ = try run("blockdev", ["--setrw", drive.node])
            #expect(try run("sha256sum", [drive.file.string]).output == before)
        }

        /// An NVMe disk with two ports, of which the kernel's multipath driver has made a device that hangs on no slot.
        @Test func aDiskThatHidesItsPortIsEvidenceUnlessItIsExempted() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 1 << 20)
            for (declaration, isEvidence) in [("ENV{FENGCUN_ROLE}=\"\"", true), ("ENV{FENGCUN_EVIDENCE}=\"0\"", false)] {
                try withRules(for: drive, declaration: declaration, inPlaceOf: "/devices/virtual/nvme-subsystem/*") {
                    try drive.plugIn()
                    _ = try run("udevadm", ["settle"])
                    #expect(try run("blockdev", ["--getro", drive.node]).output == (isEvidence ? "1\n" : "0\n"))
                    #expect(try property("FENGCUN_EVIDENCE", drive) == (isEvidence ? "1" : "0"))
                    drive.unplug()
                }
            }
        }

        /// A disk has the number of one that was pulled, and udev has not come to it yet: its record is about the other.
        @Test func aRecordOfTheDiskBeforeIsNotBelieved() throws {
            let folder = TemporaryFolder()
            let source = try LoopDevice(folder, bytes: 1 << 20)
            let station = try TestStation(evidence: [source.node])
            try source.plugIn()
            try station.register(source, as: "E1")
            _ = try station.image("E1")
            source.unplug()
            let drive = try LoopDevice(folder, bytes: 1 << 20, blank: true)
            // Not evidence, says the record, of another stay.
            try withRules(for: drive, declaration: "ENV{FENGCUN_DISKSEQ}=\"1\"") {
                try drive.plugIn()
                _ = try run("udevadm", ["settle"])
                let refusal = try station.refusal("image", "restore", "E1", "--to", drive.node)
                #expect(refusal.contains("udev does not know"), "\(refusal)")
                #expect(try contents(drive.file).allSatisfy { $0 == 0 })
                drive.unplug()
            }
            // Evidence, says the record, of another stay: it is not protected for that, nor recorded at a start.
            try withRules(for: drive, declaration: "ENV{FENGCUN_EVIDENCE}=\"1\", ENV{FENGCUN_DISKSEQ}=\"1\"") {
                try drive.plugIn()
                _ = try run("udevadm", ["settle"])
                let probe = try ProbeSocket()
                defer { probe.stop() }
                let name = drive.node.dropFirst("/dev/".count)
                let sequence = try run("cat", ["/sys/class/block/\(name)/diskseq"]).output.filter(\.isNumber)
                let answer = try probe.ask("{\"request\":\"protect\",\"device\":\"\(name)\",\"diskSequence\":\(sequence)}\n")
                #expect(answer.contains("device-changed"), "\(answer)")
                let other = try TestStation(evidence: [])
                #expect(try other.json("devices").array.allSatisfy { $0["device"].string != drive.node })
            }
            // Its own event.
            try withRules(for: drive) {
                let other = try TestStation(evidence: [])
                #expect(try other.json("devices").array.allSatisfy { $0["device"].string != drive.node })
                _ = try run("udevadm", ["trigger", "--action=change", "--settle", drive.node])
                #expect(try other.json("devices").array.contains { $0["device"].string == drive.node })
                drive.unplug()
            }
        }

        /// A port is declared while a disk is in it.
        @Test func aDiskThatBecomesEvidenceIsRecordedThen() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 1 << 20)
            let station = try TestStation(evidence: [])
            try drive.plugIn()
            #expect(try station.json("devices").array.allSatisfy { $0["device"].string != drive.node })
            try withRules(for: drive) {
                _ = try run("udevadm", ["trigger", "--action=change", "--settle", drive.node])
                let device = try #require(station.json("devices").array.first { $0["device"].string == drive.node })
                #expect(device["readOnly"].bool)
                #expect(try station.acts(of: drive).last == "medium.attached")
                // It stays one medium, whatever else happens to it.
                _ = try run("udevadm", ["trigger", "--action=change", "--settle", drive.node])
                _ = try station.json("devices")
                #expect(try station.acts(of: drive).filter { $0 == "medium.attached" }.count == 1)
                drive.unplug()
            }
        }

        /// The privileged program behind a socket, as its unit starts it: it serves evidence, the daemon's user, and nothing else.
        @Test func theProbeServesEvidenceAndItsUserOnly() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 1 << 20)
            let other = try LoopDevice(TemporaryFolder.shared, bytes: 1 << 20)
            try withRules(for: drive) {
                try drive.plugIn()
                try other.plugIn()
                _ = try run("udevadm", ["settle"])
                let probe = try ProbeSocket()
                defer { probe.stop() }
                func sequence(_ drive: LoopDevice) throws -> String {
                    let name = drive.node.dropFirst("/dev/".count)
                    return try run("cat", ["/sys/class/block/\(name)/diskseq"]).output.trimmingCharacters(
                        in: .whitespacesAndNewlines)
                }
                func protect(_ drive: LoopDevice, sequence: String, more: String = "") throws -> String {
                    let name = drive.node.dropFirst("/dev/".count)
                    return try probe.ask("{\"request\":\"protect\",\"device\":\"\(name)\",\"diskSequence\":\(sequence)}\n\(more)")
                }
                // The flag is set again where somebody dropped it ...
                try #require(run("blockdev", ["--setrw", drive.node]).status == 0)
                let request = try protect(drive, sequence: sequence(drive))
                #expect(!request.contains("refusal"), "\(request)")
                #expect(try run("blockdev", ["--getro", drive.node]).output == "1\n")
                // ... on evidence only, on this stay of the disk only, and one request a connection.
                #expect(try protect(other, sequence: sequence(other)).contains("not-evidence"))
                #expect(try run("blockdev", ["--getro", other.node]).output == "0\n")
                #expect(try protect(drive, sequence: "1").contains("device-changed"))
                #expect(try protect(drive, sequence: sequence(drive), more: "{}\n").split(separator: "\n").count == 1)
                #expect(
                    try probe.ask("{\"request\":\"protect\",\"device\":\"../sda\",\"diskSequence\":1}\n").contains(
                        "malformed-request"))
                #expect(
                    try probe.ask("{\"request\":\"format\",\"device\":\"sda\",\"diskSequence\":1}\n").contains(
                        "malformed-request"))
                #expect(try probe.ask(String(repeating: "x", count: 5000)).contains("malformed-request"))
                // A loop device has nothing to say about itself.
                let name = drive.node.dropFirst("/dev/".count)
                #expect(
                    try probe.ask("{\"request\":\"identify\",\"device\":\"\(name)\",\"diskSequence\":1}\n")
                        .contains("nothing-to-ask"))
                // Neither root nor the daemon's user.
                #expect(try probe.ask("{}\n", uid: 65534).contains("denied"))
                drive.unplug()
                other.unplug()
            }
        }

        /// smartctl, or what stands in its place, sees the disk and cannot write to it; its output comes back as it is.
        @Test func smartctlIsAskedAndCanOpenNothingForWriting() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 1 << 20)
            let before = try run("sha256sum", [drive.file.string]).output
            let program = try folder.write(
                #"""
                #!/bin/sh
                for disk; do :; done
                if echo overwritten 2>/dev/null >"$disk"; then wrote=true; else wrote=false; fi
                echo "{\"smartctl\":{\"version\":[9,9]},\"arguments\":\"$*\",\"wrote\":$wrote}"
                """#.utf8, to: "smartctl")
            chmod(program.string, 0o755)
            try withRules(for: drive) {
                try drive.plugIn()
                _ = try run("udevadm", ["settle"])
                // Without the flag it is the program alone that holds.
                try #require(run("blockdev", ["--setrw", drive.node]).status == 0)
                let name = drive.node.dropFirst("/dev/".count)
                let sequence = try run("cat", ["/sys/class/block/\(name)/diskseq"]).output.filter(\.isNumber)
                func ask(_ kind: String, _ probe: ProbeSocket) throws -> JSON {
                    defer { probe.stop() }
                    return try JSON(
                        probe.ask("{\"request\":\"\(kind)\",\"device\":\"\(name)\",\"diskSequence\":\(sequence)}\n"))
                }
                let health = try ask("health", ProbeSocket("--smartctl", program.string))
                #expect(health["arguments"].string == "--json=c --all \(drive.node)")
                #expect(health["wrote"].value as? Bool == false)
                let temperature = try ask("temperature", ProbeSocket("--smartctl", program.string))
                #expect(temperature["arguments"].string == "--json=c --attributes \(drive.node)")
                #expect(try ask("health", ProbeSocket("--smartctl", "/nowhere"))["refusal"].string == "not-installed")
                // The real one knows no loop devices, and says so.
                let real = try ask("health", ProbeSocket())
                #expect(real["smartctl"]["messages"][0]["string"].string.contains("Unable to detect device type"))
                drive.unplug()
            }
            #expect(try run("sha256sum", [drive.file.string]).output == before)
        }

        @Test func theDiskOfTheSystemIsRefused() throws {
            // The disk under the root, also where the table of mounts does not show it (chroot).
            let number = try run("stat", ["-c", "%Hd:%Ld", "/"]).output.trimmingCharacters(in: .whitespacesAndNewlines)
            let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/sys/dev/block/\(number)")
            guard let link else { return }
            let source = "/dev/" + (link as NSString).lastPathComponent
            // The helper runs under udevd, outside of any chroot, and asks the table of mounts alone.
            if try run("findmnt", ["-n", "/"]).status == 0 {
                let outcome = try run(Checkout.path + "/udev-rules/fengcun-protect", ["--dry-run", source])
                #expect(outcome.output.contains("FENGCUN_EVIDENCE=0"), "\(outcome.output)\(outcome.errors)")
                #expect(outcome.output.contains("system-disk"))
            }
            // Nor does a pattern make it evidence.
            let station = try TestStation(evidence: ["/dev/*"])
            #expect(try station.json("devices").array.allSatisfy { $0["device"].string != source })
            let name = source.dropFirst("/dev/".count)
            #expect(try run("cat", ["/sys/class/block/\(name)/ro"]).output == "0\n")
        }

        @Test func aFlagThatIsLostIsSetAgainAndRecordedOnce() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 1 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            #expect(try station.json("devices")[0]["readOnly"].bool)
            try #require(run("blockdev", ["--setrw", drive.node]).status == 0)
            for _ in 0..<3 {
                _ = try run("udevadm", ["trigger", "--action=change", drive.node])
                _ = try station.json("devices")
            }
            #expect(try run("blockdev", ["--getro", drive.node]).output == "1\n")
            #expect(try station.acts().filter { $0 == "medium.protection-lost" }.count == 1)
        }

        /// Root takes the flag off, writes to a partition, and sets the flag again: no event of udev's tells, and the kernel's
        /// counters do.
        @Test func aWriteThroughASecondPathIsAnEntryOfItsOwn() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 4 << 20, blank: true)
            let table = try TemporaryFolder.shared.write("2048,2048\n4096,2048\n".utf8, to: "table")
            let partitioned = try run("sh", ["-c", "sfdisk --quiet '\(drive.file)' <'\(table)'"])
            try #require(partitioned.status == 0, "\(partitioned.errors)")
            // Before the daemon starts, which then meets the disk with its partitions.
            try drive.plugIn()
            let added = try run("partx", ["--add", drive.node])
            try #require(added.status == 0, "\(added.errors)")
            defer { _ = try? run("partx", ["--delete", drive.node]) }
            _ = try run("udevadm", ["settle"])
            let station = try TestStation(evidence: [drive.node])
            try station.register(drive, as: "E1")
            _ = try station.image("E1")
            func entries(_ act: String) throws -> [JSON] {
                try station.json("ledger", "show").array.filter { $0["act"].string == act }
            }
            for (act, protection) in try [
                ("medium.attached", #require(entries("medium.attached").last)["body"]["protection"]["state"]),
                ("acquisition.started", #require(entries("acquisition.started").last)["body"]["protection"]),
                ("acquisition.finished", #require(entries("acquisition.finished").last)["body"]["protection"]),
            ] {
                #expect(protection["readOnly"].bool, "\(act)")
                #expect(protection["partitions"]["checked"].int == 2, "\(act)")
                #expect(protection["partitions"]["deviating"].array.isEmpty, "\(act)")
            }
            #expect(try entries("medium.write-counted").isEmpty)
            // A loop device counts over all its files: what was there before is not this drive's.
            let state = try #require(entries("acquisition.finished").last)["body"]["protection"]
            let before = ["writeRequests", "discardRequests", "flushRequests"].reduce(0) { $0 + state[$1].int }

            let wrote = try run(
                "sh",
                [
                    "-c",
                    """
                    set -e
                    blockdev --setrw \(drive.node) \(drive.node)p1
                    dd if=/dev/urandom of=\(drive.node)p1 bs=4096 count=1 oflag=direct conv=notrunc status=none
                    blockdev --setro \(drive.node)p1 \(drive.node)
                    """,
                ])
            try #require(wrote.status == 0, "\(wrote.errors)")
            // Nobody asks the daemon to look; it does so by itself.
            var counted: JSON?
            for _ in 0..<3000 where counted == nil {
                counted = try entries("medium.write-counted").first
                usleep(100_000)
            }
            let body = try #require(counted)["body"]
            #expect(body["device"].string == drive.node)
            #expect(body["before"].int == before)
            #expect(body["state"]["writeRequests"].int > state["writeRequests"].int)
            #expect(body["state"]["partitions"]["deviating"][0]["number"].int == 1)
            #expect(body["state"]["partitions"]["deviating"][0]["writeRequests"].int > 0)
            #expect(station.log.contains("SOMETHING WROTE TO EVIDENCE"))

            // What stands in the ledger is nothing new to a daemon that is started again; a further write is.
            station.stop()
            try station.start()
            #expect(try station.json("devices")[0]["entry"].int == entries("medium.attached").last?["seq"].int)
            #expect(try entries("medium.write-counted").count == 1)
            let again = try run(
                "sh",
                [
                    "-c",
                    """
                    set -e
                    blockdev --setrw \(drive.node)
                    dd if=/dev/urandom of=\(drive.node) bs=4096 count=1 oflag=direct conv=notrunc status=none
                    blockdev --setro \(drive.node)
                    """,
                ])
            try #require(again.status == 0, "\(again.errors)")
            var counts: [JSON] = []
            for _ in 0..<3000 where counts.count < 2 {
                counts = try entries("medium.write-counted").map { $0["body"] }
                usleep(100_000)
            }
            try #require(counts.count == 2)
            let known = ["writeRequests", "discardRequests", "flushRequests"].reduce(0) { $0 + counts[0]["state"][$1].int }
            #expect(counts[1]["before"].int == known)
            #expect(counts[1]["state"]["writeRequests"].int > counts[0]["state"]["writeRequests"].int)

            // Everybody who reads the record is told.
            let bundle = try station.exportAndVerify()
            let key = try station.json("ledger", "key")["verifierKey"].string
            #expect(try run("fengcun-verify", [bundle.string, "--key", key]).output.contains("SOMETHING WROTE TO \(drive.node)"))
            let review = try run("fengcun-verify", [bundle.string, "--key", key, "--review"])
            #expect(review.output.contains("the kernel counted write, discard or flush requests"), "\(review.output)")
            drive.unplug()
            _ = try station.json("devices")
            let detached = try #require(entries("medium.detached").last)["body"]["protection"]
            #expect(detached["writeRequests"].int >= body["state"]["writeRequests"].int)
            #expect(detached["partitions"]["deviating"][0]["number"].int == 1)
        }

        /// Two drives, one name, quickly one after the other: no entry mixes them.
        @Test func fastSwaps() throws {
            let one = try LoopDevice(TemporaryFolder.shared, bytes: 2 << 20)
            let other = try LoopDevice(TemporaryFolder.shared, bytes: 3 << 20)
            let station = try TestStation(evidence: [one.node])
            try station.waitUntilItAnswers()
            for number in 0..<40 {
                let file = number.isMultiple(of: 2) ? one.file : other.file
                _ = try run("losetup", [one.node, file.string])
                _ = try run("losetup", ["--detach", one.node])
            }
            // A loop device stays busy for as long as the daemon looks at it.
            _ = try station.json("devices")
            try one.plugIn()
            #expect(try station.json("devices").array.count == 1)
            one.unplug()
            _ = try station.json("devices")
            let entries = try station.json("ledger", "show").array
            let attached = entries.filter { $0["act"].string == "medium.attached" }
            let detached = entries.filter { $0["act"].string == "medium.detached" }
            #expect(attached.count == detached.count)
            #expect(Set(attached.map { $0["body"]["medium"].string }).count <= 2)
            for entry in attached {
                let sequence = entry["body"]["description"]["diskSequence"].int
                #expect(entry["subjects"].array.contains { $0.string.hasSuffix("/\(sequence)") })
            }
            try station.exportAndVerify()
        }
    }
}
