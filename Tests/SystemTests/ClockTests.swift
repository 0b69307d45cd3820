import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// The real daemon under a clock that somebody sets: libfaketime shows it what stands in a file.
    @Suite struct Clocks {
        private let folder = TemporaryFolder()

        private func set(_ time: String) throws { try folder.write("@\(time)\n".utf8, to: "clock") }

        private func station() throws -> TestStation {
            try TestStation(
                evidence: [],
                environment: [
                    "LD_PRELOAD": "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
                    "FAKETIME_TIMESTAMP_FILE": folder("clock").string, "FAKETIME_NO_CACHE": "1",
                    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                ])
        }

        private func steps(_ station: TestStation) throws -> [JSON] {
            try station.json("ledger", "show").array.filter { $0["act"].string == "clock.stepped" }
        }

        @Test func theClockIsSetFrom1970To2099AndBack() throws {
            try set("1970-01-02 00:00:00")
            let station = try station()
            try station.json("case", "open", "A", "--cause", "盗窃", "--unit", "示例检察院")
            #expect(try station.json("ledger", "show").array.first?["time"].string.hasPrefix("1970-01-0") == true)
            #expect(try steps(station).isEmpty)

            // While the daemon runs: the next act comes behind an entry that says what happened to the clock.
            try set("2099-12-31 00:00:00")
            try station.json("case", "open", "B", "--cause", "盗窃", "--unit", "示例检察院")
            #expect(try station.acts().suffix(2) == ["clock.stepped", "case.opened"])
            let forward = try #require(try steps(station).first)
            #expect(forward["body"]["occasion"].string == "running")
            #expect(forward["body"]["from"].string.hasPrefix("1970-01-0"))
            #expect(forward["body"]["to"].string.hasPrefix("2099-12-3"))

            // While it does not run.
            station.stop()
            try set("1970-01-03 00:00:00")
            try station.start()
            try station.json("case", "open", "C", "--cause", "盗窃", "--unit", "示例检察院")
            let back = try #require(try steps(station).last)
            #expect(back["body"]["occasion"].string == "stopped")
            #expect(back["body"]["to"].string.hasPrefix("1970-01-0"))
            #expect(try steps(station).count == 2)
            try station.exportAndVerify()
        }
    }
}
