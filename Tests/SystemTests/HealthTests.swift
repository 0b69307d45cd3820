import Foundation
import TestSupport
import Testing

extension System {
    /// How a drive is, before and after, and while it gets too hot.
    @Suite struct Health {
        private static func report(pending: Int, celsius: Int) -> String {
            #"{"smartctl":{"version":[7,3]},"smart_status":{"passed":true},"temperature":{"current":\#(celsius)},"#
                + #""ata_smart_attributes":{"table":[{"id":197,"raw":{"value":\#(pending)}}]}}"#
        }

        @Test func healthStandsInTheRecordBeforeAndAfter() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 4 << 20)
            let probe = try ScriptedProbe(folder)
            let (before, after) = (Self.report(pending: 0, celsius: 30), Self.report(pending: 8, celsius: 31))
            try probe.answer("health", before, after)
            let station = try TestStation(evidence: [drive.node], configuration: probe.configuration)
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let image = try station.image("E1")
            #expect(image["health"]["figures"]["pendingSectors"].int == 8)
            let changes = image["healthChanges"].array
            #expect(changes.map { $0["figure"].string } == ["temperature", "pendingSectors"])
            #expect(changes[1]["before"].int == 0 && changes[1]["after"].int == 8)
            #expect(try station.json("devices")[0]["health"]["figures"]["pendingSectors"].int == 8)
            #expect(try station.fengcun("devices").output.contains("not healthy"))
            let entries = try station.json("ledger", "show").array
            for (act, output) in [("acquisition.started", before), ("acquisition.finished", after)] {
                let entry = try #require(entries.first { $0["act"].string == act })
                #expect(entry["body"]["health"]["smartctl"].string == "7.3")
                let blob = try #require(entry["blobs"].array.first { $0["type"].string == "health" })
                #expect(try contents(station.state.appending("blobs").appending(blob["sha256"].string)) == Array(output.utf8))
            }
            try station.exportAndVerify()
        }

        @Test func withoutAnAnswerTheEntrySaysWhy() throws {
            let drive = try LoopDevice(TemporaryFolder.shared, bytes: 1 << 20)
            let station = try TestStation(evidence: [drive.node], configuration: "probe = \"/nobody/listens\"\n")
            try drive.plugIn()
            try station.register(drive, as: "E1")
            #expect(try station.image("E1")["health"]["problem"].string == "no-probe")
            let entry = try #require(station.json("ledger", "show").array.first { $0["act"].string == "acquisition.started" })
            #expect(entry["body"]["health"]["problem"].string == "no-probe")
            #expect(entry["blobs"].array.isEmpty)
        }

        @Test func aDriveThatIsTooHotRests() async throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: Interruptions.bytes)
            let probe = try ScriptedProbe(folder)
            try probe.answer("health", Self.report(pending: 0, celsius: 66))
            try probe.answer("temperature", Self.report(pending: 0, celsius: 59))
            let station = try TestStation(
                evidence: [drive.node], configuration: probe.configuration + "[temperature]\nlimit = 65\ninterval = 30\n")
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let job = try station.json(
                "image", "start", "E1", "--to", station.images.string, "--hash", Interruptions.hashes)["job"].string
            let paused = try await Interruptions().wait(station, job, until: "paused")
            #expect(paused["error"]["code"].string == "hot")
            #expect(paused["temperature"].int == 66)
            // It goes on by itself when it has cooled.
            try Interruptions().check(station, job, drive.file)
            #expect(try Interruptions().story(station) == ["started", "paused hot", "resumed", "finished"])
            let entries = try station.json("ledger", "show").array
            func body(_ act: String) -> JSON? { entries.first { $0["act"].string == act }?["body"] }
            #expect(body("acquisition.paused")?["temperature"].int == 66)
            #expect(body("acquisition.resumed")?["temperature"].int == 59)
        }

        @Test func aWrongTemperatureIsRefusedAtTheStart() throws {
            let station = try TestStation(evidence: [], configuration: "[temperature]\ninterval = 29\n")
            #expect(station.waitForEnd() == 78)
            #expect(station.log.contains("temperature.interval"))
        }
    }
}
