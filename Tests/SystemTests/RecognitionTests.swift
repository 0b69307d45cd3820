import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// Which medium it is that comes back: by what it says, and by what it holds.
    @Suite struct Recognition {
        /// The report of `fengcun-probe` about an ATA disk with a serial number.
        private func answer(_ drive: LoopDevice, serial: String) -> String {
            let data = Data(Replies.identify(serial: serial)).base64EncodedString()
            return
                #"{"device":"\#(drive.node.dropFirst("/dev/".count))","replies":[{"command":"ata-identify-device","data":"\#(data)","#
                + #""outcome":"answered","sense":"","status":0}]}"#
        }

        private func device(_ station: TestStation, _ drive: LoopDevice) throws -> JSON {
            try #require(station.json("devices").array.first { $0["device"].string == drive.node })
        }

        private func attachments(_ station: TestStation) throws -> [JSON] {
            try station.json("ledger", "show").array.filter { $0["act"].string == "medium.attached" }
        }

        @Test func aDiskThatAnswersAtOneStayAndNotAtTheNextIsOneMedium() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 4 << 20)
            let probe = try ScriptedProbe(folder)
            let station = try TestStation(evidence: [drive.node], configuration: probe.configuration)
            try probe.answer("identify", answer(drive, serial: "WX1"))
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let known = try device(station, drive)
            #expect(known["serial"].string == "WX1")
            drive.unplug()
            // Silent.
            try probe.answer("identify")
            try drive.plugIn()
            let silent = try device(station, drive)
            #expect(silent["medium"].string == known["medium"].string)
            #expect(silent["exhibit"].string == "E1")
            #expect(silent["unasked"].string == "nothing-to-ask")
            drive.unplug()
            _ = try station.json("devices")
            // It answers again.
            try probe.answer("identify", answer(drive, serial: "WX1"))
            try drive.plugIn()
            #expect(try device(station, drive)["medium"].string == known["medium"].string)
            #expect(try station.image("E1")["bytes"].int == 4 << 20)
            let stays = try attachments(station)
            #expect(stays.map { $0["body"]["alias"].isNull } == [true, false, true])
            // What was asked and answered stands in the record as it came.
            #expect(stays.map { $0["blobs"].array.map { $0["type"].string } } == [["replies"], [], ["replies"]])
            let kept = try contents(
                station.state.appending("blobs").appending(stays[0]["blobs"][0]["sha256"].string))
            let replies = try JSON(String(decoding: kept, as: UTF8.self))
            #expect(
                Data(base64Encoded: replies["replies"][0]["data"].string).map { Array($0) } == Replies.identify(serial: "WX1"))
            drive.unplug()
            try station.exportAndVerify()
        }

        @Test func aDiskThatWasSilentFirstKeepsItsName() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 4 << 20)
            let probe = try ScriptedProbe(folder)
            let station = try TestStation(evidence: [drive.node], configuration: probe.configuration)
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let known = try device(station, drive)["medium"].string
            drive.unplug()
            _ = try station.json("devices")
            try probe.answer("identify", answer(drive, serial: "WX1"))
            try drive.plugIn()
            let now = try device(station, drive)
            #expect(now["medium"].string == known)
            #expect(now["serial"].string == "WX1")
            drive.unplug()
            // Another disk that holds the same and names itself otherwise is another medium.
            _ = try station.json("devices")
            try probe.answer("identify", answer(drive, serial: "WX2"))
            try drive.plugIn()
            let other = try device(station, drive)
            #expect(other["medium"].string != known)
            #expect(other["exhibit"].isNull)
            drive.unplug()
        }

        @Test func twoDrivesWithOneSerialAreTwoMedia() throws {
            let folder = TemporaryFolder()
            let one = try LoopDevice(folder, bytes: 4 << 20)
            let other = try LoopDevice(folder, bytes: 4 << 20)
            let probe = try ScriptedProbe(folder)
            let station = try TestStation(evidence: [one.node, other.node], configuration: probe.configuration)
            for drive in [one, other] { try probe.answer("identify", about: drive, answer(drive, serial: "0123456789")) }
            try one.plugIn()
            try station.register(one, as: "E1")
            try other.plugIn()
            try station.register(other, as: "E2", openCase: false)
            let (first, second) = try (device(station, one), device(station, other))
            #expect(first["serial"].string == second["serial"].string)
            #expect(first["medium"].string != second["medium"].string)
            for drive in [one, other] { drive.unplug() }
            _ = try station.json("devices")
            for drive in [other, one] { try drive.plugIn() }
            #expect(try device(station, one)["exhibit"].string == "E1")
            #expect(try device(station, other)["exhibit"].string == "E2")
            for drive in [one, other] { drive.unplug() }
        }

        /// A bridge goes on saying the same while another disk is put into it, whose content is the same at the sampled places.
        @Test func aSwappedDiskIsCaughtBeforeAByteIsAppended() async throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: Interruptions.bytes)
            let probe = try ScriptedProbe(folder)
            let station = try TestStation(evidence: [drive.node], configuration: probe.configuration)
            try probe.answer("identify", answer(drive, serial: "BRIDGE"))
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let job = try station.json(
                "image", "start", "E1", "--to", station.images.string, "--hash", Interruptions.hashes)["job"].string
            // Far enough that there is something to compare.
            while try station.json("image", "status").array.last?["bytesDone"].int ?? 0 < 32 << 20 { usleep(10_000) }
            try station.json("image", "pause", job)
            drive.unplug()
            func partial() throws -> [UInt8] {
                let name = try #require(
                    FileManager.default.contentsOfDirectory(atPath: station.images.string).first { $0.hasSuffix(".dd.partial") })
                return try contents(station.images.appending(name))
            }
            let before = try partial()
            /// The file gets its full length when it is opened again; nothing of the medium is in what was added.
            func isUntouched() throws -> Bool {
                let now = try partial()
                return now.prefix(before.count).elementsEqual(before) && now.dropFirst(before.count).allSatisfy { $0 == 0 }
            }
            let original = try contents(drive.file)
            var swapped = original
            for block in stride(from: 0, to: swapped.count, by: 4096) { swapped[block + 17] ^= 0xFF }
            // The 16 blocks of the content sample are the same.
            let last = swapped.count / 4096 - 1
            for number in 0..<16 { swapped[last * number / 15 * 4096 + 17] ^= 0xFF }
            try Data(swapped).write(to: URL(fileURLWithPath: drive.file.string))
            _ = try station.json("devices")
            try drive.plugIn()
            #expect(try device(station, drive)["exhibit"].string == "E1")
            _ = try station.json("image", "resume", job)
            let paused = try await Interruptions().wait(station, job, until: "paused")
            #expect(paused["error"]["code"].string == "other-medium")
            #expect(try isUntouched())
            // With other content at the sampled places it is another medium to begin with.
            drive.unplug()
            _ = try station.json("devices")
            for block in stride(from: 0, to: swapped.count, by: 4096) { swapped[block + 18] ^= 0xFF }
            try Data(swapped).write(to: URL(fileURLWithPath: drive.file.string))
            try drive.plugIn()
            #expect(try device(station, drive)["exhibit"].isNull)
            #expect(try station.refusal("image", "resume", job).contains("not attached"))
            #expect(try isUntouched())
            // The right one goes on.
            drive.unplug()
            _ = try station.json("devices")
            try Data(original).write(to: URL(fileURLWithPath: drive.file.string))
            try drive.plugIn()
            _ = try station.json("devices")
            _ = try station.json("image", "resume", job)
            try Interruptions().check(station, job, drive.file)
        }

        @Test func aLabelThatContradictsIsSaidAtOnceAndRecorded() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 4 << 20)
            let probe = try ScriptedProbe(folder)
            let station = try TestStation(evidence: [drive.node], configuration: probe.configuration)
            try probe.answer("identify", answer(drive, serial: "WX1"))
            try drive.plugIn()
            try station.json("case", "open", "2026-001", "--cause", "非法控制计算机信息系统", "--unit", "示例检察院")
            let outcome = try station.fengcun(
                "medium", "register", drive.node, "--case", "2026-001", "--exhibit", "E1", "--location", "证物室", "--custodian",
                "保管员", "--label-serial", "WX9", "--label-capacity", "4 MiB", "--blocker", "Tableau T8u, S/N 7")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("the label says WX9, the medium says WX1"))
            let entry = try #require(station.json("ledger", "show").array.first { $0["act"].string == "medium.registered" })
            #expect(entry["body"]["labelDifferences"].array.map { $0["member"].string } == ["serial"])
            #expect(entry["body"]["blocker"].string == "Tableau T8u, S/N 7")
            #expect(try device(station, drive)["labelDifferences"][0]["label"].string == "WX9")
            #expect(try station.fengcun("devices").output.contains("WX9"))
            _ = try station.image("E1")
            let started = try #require(station.json("ledger", "show").array.first { $0["act"].string == "acquisition.started" })
            #expect(started["body"]["parameters"]["writeProtection"].string.hasPrefix("hardware blocker Tableau T8u, S/N 7; "))
            drive.unplug()
        }
    }
}
