import Foundation
import TestSupport
import Testing

extension System {
    /// A read-only flag that is gone: set again as often as it takes, and in the record once.
    @Suite struct LostProtection {
        private static let refusal = #"{"device":"","replies":[],"refusal":"failed"}"#

        private func losses(_ station: TestStation) throws -> [JSON] {
            try station.json("ledger", "show").array.filter { $0["act"].string == "medium.protection-lost" }.map { $0["body"] }
        }

        private func waitForLosses(_ station: TestStation, _ count: Int) throws -> [JSON] {
            var found: [JSON] = []
            for _ in 0..<3000 where found.count < count {
                found = try losses(station)
                usleep(100_000)
            }
            try #require(found.count == count)
            return found
        }

        private func isReadOnly(_ drive: LoopDevice) throws -> Bool {
            try run("blockdev", ["--getro", drive.node]).output == "1\n"
        }

        private func dropFlag(_ drive: LoopDevice) throws { try #require(run("blockdev", ["--setrw", drive.node]).status == 0) }

        @Test func theFlagIsSetAgainUntilItHolds() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 1 << 20)
            let probe = try ScriptedProbe(folder)
            try probe.answer("protect", about: drive, Self.refusal, Self.refusal, "set")
            let station = try TestStation(
                evidence: [drive.node], configuration: probe.configuration, isUnprivileged: true)
            try drive.plugIn()
            // It cannot be set at first, and is set at the third attempt. Nobody asks for that.
            let back = try waitForLosses(station, 1)
            #expect(back[0]["state"]["readOnly"].bool && back[0]["problem"].isNull)
            #expect(try isReadOnly(drive))
            let attached = try #require(
                station.json("ledger", "show").array.first { $0["act"].string == "medium.attached" })["body"]["protection"]
            #expect(!attached["state"]["readOnly"].bool && !attached["problem"].isNull)

            // Taken off while it is plugged in: one entry that it is gone, one that it is back, however many attempts it takes.
            try probe.answer("protect", about: drive, Self.refusal, Self.refusal, Self.refusal, "set")
            try dropFlag(drive)
            let all = try waitForLosses(station, 3)
            #expect(all.map { $0["state"]["readOnly"].bool } == [true, false, true])
            #expect(!all[1]["problem"].isNull && all[2]["problem"].isNull)
            #expect(try isReadOnly(drive))
            drive.unplug()
            _ = try station.json("devices")
            try station.exportAndVerify()
        }

        @Test func aFlagThatIsLostWhileTheDaemonIsAwayIsInTheRecord() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 1 << 20)
            let probe = try ScriptedProbe(folder)
            try probe.answer("protect", about: drive, "set")
            let station = try TestStation(
                evidence: [drive.node], configuration: probe.configuration, isUnprivileged: true)
            try drive.plugIn()
            #expect(try station.json("devices")[0]["readOnly"].bool)
            func restart(_ body: () throws -> Void = {}) throws {
                #expect(station.stop() == 0)
                try body()
                try station.start()
                _ = try station.json("devices")
            }
            // Nothing happened meanwhile.
            try restart()
            #expect(try losses(station).isEmpty)
            // It is set again at once.
            try restart { try dropFlag(drive) }
            #expect(try isReadOnly(drive))
            #expect(try losses(station).map { $0["state"]["readOnly"].bool } == [true])
            try restart()
            #expect(try losses(station).count == 1)
            // It cannot be set.
            try probe.answer("protect", about: drive, Self.refusal)
            try restart { try dropFlag(drive) }
            let lost = try losses(station)
            #expect(lost.map { $0["state"]["readOnly"].bool } == [true, false])
            #expect(lost.last?["problem"].isNull == false)
            // The record says so already.
            try restart()
            #expect(try losses(station).count == 2)
            // Somebody has set it while the daemon was away.
            try restart { try #require(run("blockdev", ["--setro", drive.node]).status == 0) }
            #expect(try losses(station).map { $0["state"]["readOnly"].bool } == [true, false, true])
            #expect(try station.acts(of: drive).filter { $0 == "medium.attached" }.count == 1)
            drive.unplug()
            _ = try station.json("devices")
            try station.exportAndVerify()
        }
    }
}
