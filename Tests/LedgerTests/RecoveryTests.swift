import Custody
import Foundation
import Glibc
import Ledger
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@Suite struct Recovery {
    private let folder = TemporaryFolder()
    private var state: FilePath { folder("state") }
    private var anchor: FilePath { state.appending("anchor") }

    private func fill(_ count: Int) async throws {
        let ledger = try openLedger(state)
        for number in 0..<count { _ = try await ledger.append(openingCase("C-\(UUID().uuidString.prefix(8))-\(number)")) }
    }

    private func copy(_ from: FilePath, _ to: FilePath) throws {
        try? FileManager.default.removeItem(atPath: to.string)
        try FileManager.default.copyItem(atPath: from.string, toPath: to.string)
    }

    /// The code with which opening is refused.
    private func refusal() throws -> String {
        let before = try contents(state.appending("ledger.sqlite"))
        let error = try #require(throws: LedgerError.self) {
            try Ledger.open(state, origin: testOrigin, fallback: testOrigin)
        }
        #expect(try contents(state.appending("ledger.sqlite")) == before, "a refusal changes nothing")
        #expect(!error.message(in: .chinese).contains("\n"))
        return error.code
    }

    @Test func aLedgerIsContinued() async throws {
        try await fill(3)
        try await fill(4)
        let ledger = try openLedger(state)
        #expect(try await ledger.check() == 7)
    }

    /// Nothing was decided when the program that restores was killed; the copy that it was making is as large as a ledger.
    @Test func whatAKilledRestorationWasMakingGoes() async throws {
        try await fill(2)
        let partial = state.appending("restore.partial")
        try FileManager.default.createDirectory(atPath: partial.string, withIntermediateDirectories: false)
        try Data("half".utf8).write(to: URL(fileURLWithPath: partial.appending("ledger.sqlite").string))
        #expect(try await openLedger(state).check() == 2)
        #expect(!FileManager.default.fileExists(atPath: partial.string))
    }

    @Test func aSecondProcessIsRefused() async throws {
        let ledger = try openLedger(state)
        // Nobody else can read or lock the database, and so keep something from being recorded.
        #expect(try run("sqlite3", [state.appending("ledger.sqlite").string, "SELECT count(*) FROM entry"]).status != 0)
        #expect(try refusal() == "state-in-use")
        withExtendedLifetime(ledger) {}
    }

    @Test func aCrashBetweenCommitAndAnchorIsHealed() async throws {
        try await fill(5)
        try copy(anchor, folder("anchor"))
        try await fill(1)
        let newest = try contents(anchor)
        try copy(folder("anchor"), anchor)
        let ledger = try openLedger(state)
        #expect(try await ledger.check() == 6)
        #expect(try contents(anchor) == newest)
    }

    @Test func aCrashBetweenTheFirstEntryAndItsAnchorIsHealed() async throws {
        try await fill(0)
        try copy(anchor, folder("anchor"))
        try await fill(1)
        try copy(folder("anchor"), anchor)
        #expect(try await openLedger(state).check() == 1)
    }

    /// The key is published last: whatever an unfinished first start left behind, the next one begins anew.
    @Test(arguments: [["ledger.sqlite", "keys/station.pem"], ["keys/station.pem"]])
    func aCrashDuringTheFirstStartIsHealed(missing: [String]) async throws {
        try await fill(0)
        for name in missing { try FileManager.default.removeItem(atPath: state.string + "/" + name) }
        try await fill(2)
        #expect(try await openLedger(state).check() == 2)
    }

    /// A second history under the same key must not begin silently.
    @Test func whoDeletesLedgerAndAnchorCannotBeginAnewWithTheKey() async throws {
        try await fill(3)
        for name in ["ledger.sqlite", "anchor"] { try FileManager.default.removeItem(atPath: state.string + "/" + name) }
        let error = try #require(throws: LedgerError.self) { try openLedger(state) }
        #expect(error.code == "anchor-missing")
    }

    @Test func withoutAConfiguredNameTheLedgersOwnIsKept() async throws {
        try await fill(1)
        let renamed = try #require(Origin("test.example/renamed-host"))
        #expect(try Ledger.open(state, origin: nil, fallback: renamed).verifierKey.origin == testOrigin)
    }

    @Test func anOlderDatabaseIsARollback() async throws {
        try await fill(5)
        try copy(state.appending("ledger.sqlite"), folder("old.sqlite"))
        try await fill(2)
        try copy(folder("old.sqlite"), state.appending("ledger.sqlite"))
        #expect(try refusal() == "rolled-back")
        try FileManager.default.removeItem(atPath: state.appending("ledger.sqlite").string)
        let error = try #require(throws: LedgerError.self) { try openLedger(state) }
        #expect(error.code == "rolled-back")
    }

    @Test func anOlderAnchorIsNotExplainedByACrash() async throws {
        try await fill(5)
        try copy(anchor, folder("anchor"))
        try await fill(2)
        try copy(folder("anchor"), anchor)
        #expect(try refusal() == "anchor-behind")
    }

    @Test func aMissingAnchor() async throws {
        try await fill(2)
        try FileManager.default.removeItem(atPath: anchor.string)
        #expect(try refusal() == "anchor-missing")
    }

    @Test func anAnchorOfAnotherLedger() async throws {
        try await fill(2)
        let other = folder("other")
        let ledger = try openLedger(other)
        for number in 0..<2 { _ = try await ledger.append(openingCase("D-\(number)")) }
        try copy(other.appending("anchor"), anchor)
        #expect(try refusal() == "anchor-foreign")
        try Data("nonsense".utf8).write(to: URL(fileURLWithPath: anchor.string))
        #expect(try refusal() == "anchor-foreign")
    }

    /// Two histories with one key: the state was copied and both copies went on.
    @Test func aForkedDatabaseIsNoContinuation() async throws {
        try await fill(3)
        let twin = folder("twin")
        try copy(state, twin)
        try await fill(2)
        let ledger = try openLedger(twin)
        for number in 0..<2 { _ = try await ledger.append(openingCase("D-\(number)")) }
        try copy(twin.appending("ledger.sqlite"), state.appending("ledger.sqlite"))
        #expect(try refusal() == "ledger-corrupt")
    }

    @Test func anotherNameOrKey() async throws {
        try await fill(1)
        let name = try #require(Origin("test.example/other"))
        let error = try #require(throws: LedgerError.self) { try Ledger.open(state, origin: name, fallback: testOrigin) }
        #expect(error.code == "other-station")
        let key = state.appending("keys").appending("station.pem").string
        #expect(chmod(key, 0o644) == 0)
        #expect(try refusal() == "key-exposed")
        #expect(chmod(key, 0o600) == 0)
        try FileManager.default.removeItem(atPath: key)
        #expect(try refusal() == "key-missing")
    }

    @Test func aFileThatIsNoDatabase() async throws {
        try await fill(1)
        let file = state.appending("ledger.sqlite")
        try Data("this is not a database, but it is long enough to be looked at ".utf8).write(
            to: URL(fileURLWithPath: file.string))
        #expect(try refusal() == "ledger-corrupt")
        try FileManager.default.removeItem(atPath: file.string)
        try #require(sqlite(file, "CREATE TABLE entry (sequence INTEGER)").status == 0)
        #expect(try refusal() == "ledger-corrupt")
    }

    /// One bit changed anywhere: it is noticed, or it lay where nothing is stored and every entry is what it was.
    @Test func oneBitChangedAnywhere() async throws {
        try await fill(20)
        let file = state.appending("ledger.sqlite")
        let sound = try contents(file)
        let entries = try await allEntries(try openLedger(state))
        var noticed = 0
        for _ in 0..<400 {
            var bytes = sound
            let place = Int.random(in: 0..<bytes.count)
            bytes[place] ^= 1 << UInt8.random(in: 0...7)
            try Data(bytes).write(to: URL(fileURLWithPath: file.string))
            do {
                let ledger = try openLedger(state)
                #expect(try await ledger.check() == 20)
                #expect(try await allEntries(ledger) == entries, "byte \(place)")
            } catch let error as LedgerError {
                noticed += 1
                #expect(!error.description.contains("\n"))
            }
        }
        #expect(noticed > 100)
        try Data(sound).write(to: URL(fileURLWithPath: file.string))
        #expect(try await openLedger(state).check() == 20)
    }

    /// Changes entries as somebody would who knows SQLite: the triggers are there again afterwards.
    private func alter(_ statement: String, in table: String) throws {
        let trigger = try sqlite(
            state.appending("ledger.sqlite"), "SELECT sql FROM sqlite_schema WHERE name = '\(table)_refuses_update'"
        ).output
        let outcome = try sqlite(
            state.appending("ledger.sqlite"),
            "DROP TRIGGER \(table)_refuses_update; \(statement); \(trigger.dropLast());")
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    private let change = "UPDATE entry SET bytes = CAST(replace(bytes, 'C-', 'D-') AS BLOB) WHERE sequence = 4"

    @Test func anAlteredEntryAtTheEdgeIsNamedAtTheStart() async throws {
        try await fill(9)
        try alter(change, in: "entry")
        let error = try #require(throws: LedgerError.self) { try openLedger(state) }
        #expect(error.code == "ledger-corrupt")
        #expect(error.description.contains("entry 4"))
    }

    @Test func anAlteredEntryFartherBackIsNamedByTheCheck() async throws {
        try await fill(300)
        try alter(change, in: "entry")
        let ledger = try openLedger(state)
        let error = try await #require(throws: LedgerError.self) { try await ledger.check() }
        #expect(error.code == "ledger-corrupt")
        #expect(error.description.contains("entry 4"))
        // What the daemon does then: nothing is appended, and the next start is told.
        ledger.condemn(error.description)
        let refused = try await #require(throws: LedgerError.self) { try await ledger.append(openingCase("C-1")) }
        #expect(refused.code == "ledger-stopped")
        #expect(ledger.isSuspect)
        ledger.acquit()
        #expect(!ledger.isSuspect)
    }

    /// Rows that are not where entries say that they are.
    @Test(arguments: [
        ("subject", "UPDATE subject SET subject = 'case:other' WHERE sequence = 7"),
        ("checkpoint", "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 3) WHERE size = 9"),
        ("node", "UPDATE node SET hash = zeroblob(32) WHERE level = 0 AND position = 5"),
        ("node", "INSERT INTO node VALUES (0, 999999, zeroblob(32))"),
        ("node", "INSERT INTO node VALUES (60, 0, zeroblob(32))"),
        ("subject", "INSERT INTO subject VALUES ('case:C-0', 8)"),
        ("checkpoint", "INSERT INTO checkpoint SELECT 777, note FROM checkpoint WHERE size = 1"),
    ])
    func aTableThatDoesNotFitTheEntries(table: String, statement: String) async throws {
        try await fill(300)
        try alter(statement, in: table)
        await #expect(throws: LedgerError.self) { try await openLedger(state).check() }
    }

    /// The last page of the database was torn by a power cut that nothing could repair.
    @Test(arguments: [1, 512, 2048, 4095]) func aTornLastPage(bytes: Int) async throws {
        try await fill(30)
        let file = state.appending("ledger.sqlite")
        let sound = try contents(file)
        for torn in [Array(sound.dropLast(bytes)), sound.dropLast(bytes) + [UInt8](repeating: 0, count: bytes)] {
            try Data(torn).write(to: URL(fileURLWithPath: file.string))
            do {
                let ledger = try openLedger(state)
                // Where nothing was stored there, nothing is lost.
                #expect(try await ledger.check() == 30)
            } catch let error as LedgerError {
                #expect(["ledger-corrupt", "database-error"].contains(error.code), "\(error)")
            }
        }
        try Data(sound).write(to: URL(fileURLWithPath: file.string))
        #expect(try await openLedger(state).check() == 30)
    }
}
