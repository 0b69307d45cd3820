import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// Drives that hang, lie about their size, and come and go without end.
    @Suite struct HostileDrives {
        @Test func aDriveThatHangsHoldsUpNobodyElse() async throws {
            let folder = TemporaryFolder()
            let hanging = try LoopDevice(folder, bytes: 1 << 20)
            let good = try LoopDevice(folder, bytes: 1 << 20)
            let probe = try ScriptedProbe(folder)
            try probe.answer("identify", about: hanging, "hang")
            let station = try TestStation(evidence: [hanging.node, good.node], configuration: probe.configuration)
            try station.waitUntilItAnswers()
            try hanging.plugIn()
            try good.plugIn()
            try station.register(good, as: "E1")
            #expect(try station.image("E1")["bytes"].int == 1 << 20)
            // Whoever asks for the hanging one waits for it, and gets it without its answers.
            try station.json(
                "medium", "register", hanging.node, "--case", "2026-001", "--exhibit", "E2", "--location", "证物室", "--custodian",
                "保管员")
            let device = try #require(station.json("devices").array.first { $0["device"].string == hanging.node })
            #expect(device["unasked"].string == "no-answer")
            #expect(device["exhibit"].string == "E2")
        }

        @Test func aCapacityThatChangesIsAnotherStay() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 4 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            #expect(try station.json("devices")[0]["capacity"].int == 4 << 20)
            func resize(_ bytes: Int) throws {
                truncate(drive.file.string, bytes)
                try #require(run("losetup", ["-c", drive.node]).status == 0)
                _ = try run("udevadm", ["settle"])
            }
            try resize(2 << 20)
            #expect(try station.json("devices")[0]["capacity"].int == 2 << 20)
            // As a card reader without a card.
            try resize(0)
            #expect(try station.json("devices").array.isEmpty)
            try resize(3 << 20)
            #expect(try station.json("devices")[0]["capacity"].int == 3 << 20)
            drive.unplug()
            _ = try station.json("devices")
            let acts = try station.acts(of: drive).filter { $0.hasPrefix("medium.") }
            #expect(acts == Array(repeating: ["medium.attached", "medium.detached"], count: 3).flatMap { $0 })
            try station.exportAndVerify()
        }

        /// Two stays with one disk sequence number, the second of which is known before the first.
        @Test func aCapacityThatChangesWhileTheDriveIsAskedIsRecordedInOrder() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 4 << 20)
            let probe = try ScriptedProbe(folder)
            try probe.answer(
                "identify", about: drive, "hang", #"{"device":"","replies":[],"refusal":"nothing-to-ask"}"#)
            let station = try TestStation(evidence: [drive.node], configuration: probe.configuration)
            try station.waitUntilItAnswers()
            try drive.plugIn()
            try probe.waitUntilAsked("identify", about: drive)
            truncate(drive.file.string, 2 << 20)
            try #require(run("losetup", ["-c", drive.node]).status == 0)
            // Waits for the disk to be known.
            try station.register(drive, as: "E1")
            func stays() throws -> [String] { try station.acts(of: drive).filter { $0.hasPrefix("medium.") } }
            #expect(try stays() == ["medium.attached", "medium.detached", "medium.attached", "medium.registered"])
            let device = try #require(station.json("devices").array.first { $0["device"].string == drive.node })
            #expect(device["capacity"].int == 2 << 20 && device["exhibit"].string == "E1")
            drive.unplug()
            _ = try station.json("devices")
            #expect(try stays().last == "medium.detached")
            #expect(try stays().count == 5)
            try station.exportAndVerify()
        }

        @Test func aCapacityThatCannotBeIsRecordedAsSuch() throws {
            let folder = TemporaryFolder(in: "/dev/shm")
            let drive = try LoopDevice(folder, bytes: 4096)
            // Beyond 2⁵³ - 1 bytes.
            try #require(truncate(drive.file.string, 1 << 60) == 0)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            #expect(try station.json("devices").array.isEmpty)
            _ = try station.json("devices")
            let entries = try station.json("ledger", "show").array.filter { $0["act"].string == "disk.passed-over" }
            #expect(entries.map { $0["body"]["reason"].string } == ["capacity"])
            #expect(entries.first?["body"]["device"].string == drive.node)
            drive.unplug()
        }

        /// Events that tell nothing new are no entries; comings and goings are, sixty of them, and then one sum.
        @Test(arguments: ["change", "remove add"]) func tenThousandEvents(_ actions: String) throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 1 << 20)
            let other = try LoopDevice(folder, bytes: 1 << 20)
            let station = try TestStation(evidence: [drive.node, other.node])
            try station.waitUntilItAnswers()
            try drive.plugIn()
            #expect(try station.json("devices").array.count == 1)
            let before = try station.residentKilobytes()

            // The kernel sends them as if it had seen them itself (Documentation/ABI/testing/sysfs-uevent).
            let name = try #require(drive.node.split(separator: "/").last)
            let storm = Process()
            storm.executableURL = URL(fileURLWithPath: "/bin/sh")
            storm.arguments = [
                "-c",
                "i=0; while [ $i -lt 10000 ]; do for a in \(actions); do echo $a; done; i=$((i+1)); done >/sys/block/\(name)/uevent",
            ]
            try storm.run()
            var asked = 0
            while storm.isRunning {
                #expect(try station.json("status")["running"].int == 0)
                asked += 1
            }
            #expect(storm.terminationStatus == 0)
            #expect(asked > 0)
            try #require(run("udevadm", ["settle", "--timeout=900"]).status == 0)
            // Another drive is recorded and imaged as if nothing were.
            try other.plugIn()
            try station.register(other, as: "E1")
            #expect(try station.image("E1")["bytes"].int == 1 << 20)
            #expect(try station.residentKilobytes() - before < 64 << 10)

            #expect(station.stop(SIGTERM) == 0)
            try station.start()
            _ = try station.json("devices")
            let entries = try station.json("ledger", "show").array.filter { $0["body"]["device"].string == drive.node }
            let stays = entries.count { $0["act"].string == "medium.attached" }
            let sums = entries.filter { $0["act"].string == "disk.passed-over" }.map { $0["body"] }
            if actions == "change" {
                #expect(stays == 1 && sums.isEmpty && entries.count == 1)
            } else {
                #expect(sums.map { $0["reason"].string } == ["unsteady"])
                // Sixty, and the one of the new start; fewer where a stay was taken for the one before, whose number it has here.
                #expect((1...61).contains(stays) && entries.count <= 2 * 61 + 1, "\(stays) of \(entries.count)")
                #expect(sums.first?["count"].int ?? 0 > 9_000, "\(sums)")
            }
            try station.exportAndVerify()
        }

        @Test func aPlugWithoutRestIsSummedUp() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 1 << 20)
            let station = try TestStation(evidence: [drive.node])
            try station.waitUntilItAnswers()
            var cycles = 0
            repeat {
                _ = try run("losetup", [drive.node, drive.file.string])
                _ = try run("udevadm", ["settle"])
                _ = try run("losetup", ["--detach", drive.node])
                cycles += 1
            } while !station.log.contains("without end") && cycles < 3000
            // One more, which stays: it is evidence, and not recorded yet.
            try drive.plugIn()
            #expect(try station.json("devices")[0]["state"].string == "identifying")
            #expect(station.stop(SIGTERM) == 0)
            drive.unplug()
            try station.start()
            let entries = try station.json("ledger", "show").array
            let sums = entries.filter { $0["act"].string == "disk.passed-over" }.map { $0["body"] }
            #expect(sums.map { $0["reason"].string } == ["unsteady"])
            #expect(sums.first?["count"].int ?? 0 >= 2)
            let stays = entries.count { $0["act"].string == "medium.attached" }
            #expect(stays + (sums.first?["count"].int ?? 0) <= cycles + 1)
            try station.exportAndVerify()
        }
    }
}
