import Custody
import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Ledger

@Suite struct Rotation {
    private let folder = TemporaryFolder()
    private var state: FilePath { folder("state") }
    private var keys: FilePath { state.appending("keys") }

    private func fill(_ ledger: Ledger, _ count: Int) async throws {
        for _ in 0..<count { _ = try await ledger.append(openingCase("C-\(UUID().uuidString.prefix(8))")) }
    }

    private func open(_ options: KeyOptions = KeyOptions()) throws -> Ledger {
        for _ in 0..<400 {
            do {
                return try Ledger.open(state, origin: testOrigin, fallback: testOrigin, keys: options)
            } catch LedgerError.inUse {
                usleep(5000)
            }
        }
        return try Ledger.open(state, origin: testOrigin, fallback: testOrigin, keys: options)
    }

    private func refusal(_ options: KeyOptions = KeyOptions()) throws -> String {
        let error = try #require(throws: LedgerError.self) { try open(options) }
        #expect(!error.message(in: .chinese).contains("\n"))
        return error.code
    }

    private func copy(_ from: FilePath, _ to: FilePath) throws {
        try? FileManager.default.removeItem(atPath: to.string)
        try FileManager.default.copyItem(atPath: from.string, toPath: to.string)
    }

    /// Makes 3 entries, keeps the state, rotates, keeps it again.
    ///
    /// - Returns: the old and the new public key.
    private func rotateOnce() async throws -> (old: VerifierKey, new: VerifierKey) {
        let old: VerifierKey
        do {
            let ledger = try open()
            try await fill(ledger, 3)
            old = ledger.verifierKey
        }
        _ = try open().verifierKey
        try copy(state, folder("before"))
        let new: VerifierKey
        do {
            let ledger = try open()
            let appended = try await ledger.rotateKey(reason: "yearly", compromisedSince: nil, by: testActor)
            new = ledger.verifierKey
            #expect(appended.checkpoint.signatures.count == 2)
            try appended.checkpoint.verify([old])
            try appended.checkpoint.verify([new])
        }
        _ = try open().verifierKey
        try copy(state, folder("after"))
        return (old, new)
    }

    @Test func aLedgerGoesOnWithItsNewKeys() async throws {
        var known: [VerifierKey] = []
        for round in 0..<4 {
            let ledger = try open()
            try await fill(ledger, round)
            known.append(ledger.verifierKey)
            _ = try await ledger.rotateKey(reason: "r", compromisedSince: nil, by: testActor)
            #expect(!known.contains(ledger.verifierKey))
            try await fill(ledger, 1)
            let newest = try #require(await ledger.read { try $0.checkpoint() })
            #expect(throws: LogError.self) { try newest.verify(known) }
            try newest.verify([ledger.verifierKey])
            #expect(try await ledger.check() == ledger.size)
        }
        #expect(try await open().check() == 14)
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: keys.string)) == ["station.pem", "station.vkey"])
    }

    /// What each step of `KeyFiles` leaves when the power fails right after it.
    @Test(arguments: 1...6) func aCrashAtAnyStepLeavesOneKeyInForce(step: Int) async throws {
        let (old, new) = try await rotateOnce()
        let oldPEM = try contents(folder("before").appending("keys/station.pem"))
        try copy(folder(step >= 2 ? "after" : "before"), state)
        try copy(folder(step >= 3 ? "after" : "before").appending("anchor"), state.appending("anchor"))
        if step < 5 {
            try copy(folder("before").appending("keys/station.pem"), keys.appending("station.pem"))
            try copy(folder("after").appending("keys/station.pem"), keys.appending("station-next.pem"))
        }
        let retired = keys.appending("station-retired.pem").string
        if step == 4 { #expect(link(keys.appending("station.pem").string, retired) == 0) }
        if step == 5 { try copy(folder("before").appending("keys/station.pem"), keys.appending("station-retired.pem")) }
        if step == 6 { try #require(FileManager.default.createFile(atPath: retired, contents: Data(count: 119))) }

        let ledger = try open()
        #expect(ledger.verifierKey == (step >= 2 ? new : old))
        _ = try await ledger.append(openingCase("after"))
        #expect(try await ledger.check() == (step >= 2 ? 5 : 4))
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: keys.string)) == ["station.pem", "station.vkey"])
        #expect(try (contents(keys.appending("station.pem")) == oldPEM) == (step < 2))
        #expect(try contents(keys.appending("station.vkey")) == Array((ledger.verifierKey.text + "\n").utf8))
    }

    /// Whoever thinks of restoring a backup asks first what the station knows, and may leave it at that.
    @Test(arguments: [2, 4]) func askingForARestorationTakesNoKeyAwayThatIsInForce(step: Int) async throws {
        let (old, new) = try await rotateOnce()
        try copy(folder("before").appending("keys/station.pem"), keys.appending("station.pem"))
        try copy(folder("after").appending("keys/station.pem"), keys.appending("station-next.pem"))
        if step == 2 { try copy(folder("before").appending("anchor"), state.appending("anchor")) }
        if step == 4 {
            #expect(link(keys.appending("station.pem").string, keys.appending("station-retired.pem").string) == 0)
        }
        #expect(try Restoration.known(state, keys: KeyOptions(), origin: testOrigin).key == old)
        let ledger = try open()
        #expect(ledger.verifierKey == new)
        #expect(try await ledger.check() == 4)
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: keys.string)) == ["station.pem", "station.vkey"])
    }

    @Test func aDatabaseFromBeforeTheRotationIsARollback() async throws {
        _ = try await rotateOnce()
        try copy(folder("before").appending("ledger.sqlite"), state.appending("ledger.sqlite"))
        #expect(try refusal() == "rolled-back")
        try copy(folder("after"), state)
        try copy(folder("before").appending("keys/station.pem"), keys.appending("station.pem"))
        #expect(try refusal() == "other-station")
    }

    @Test func aTableOfKeysThatDoesNotFitTheEntriesIsFound() async throws {
        _ = try await rotateOnce()
        // Whoever works on the table puts its trigger back.
        let trigger = "SELECT sql || ';' FROM sqlite_schema WHERE name = 'station_refuses_update'"
        let database = state.appending("ledger.sqlite")
        let restore = try sqlite(database, trigger).output
        let sql = "DROP TRIGGER station_refuses_update; UPDATE station SET first_size = 3 WHERE first_size = 4; \(restore)"
        try #require(sqlite(database, sql).status == 0)
        // What the edge shows is refused at the start, what lies farther back by the check of the whole.
        let error = try await #require(throws: LedgerError.self) { _ = try await open().check() }
        #expect(error.code == "ledger-corrupt")
    }

    // MARK: Encryption and the second key

    @Test func aPassphraseEncryptsThePlainKeyAndIsNeededFromThenOn() async throws {
        let secret = KeyOptions(passphrase: Array("of the station".utf8), sm2: true)
        let pem = keys.appending("station.pem")
        let first = try open().verifierKey
        let plain = try contents(pem)
        #expect(String(decoding: plain, as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY"))
        #expect(try open(secret).verifierKey == first)
        for name in ["station.pem", "station-sm2.pem"] {
            let text = String(decoding: try contents(keys.appending(name)), as: UTF8.self)
            #expect(text.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY"))
        }
        #expect(try refusal() == "key-locked")
        #expect(try refusal(KeyOptions(passphrase: Array("of another".utf8))) == "key-unreadable")
        do {
            let ledger = try open(secret)
            try await fill(ledger, 2)
            _ = try await ledger.rotateKey(reason: "r", compromisedSince: nil, by: testActor)
            #expect(ledger.verifierKey != first)
            let text = String(decoding: try contents(pem), as: UTF8.self)
            #expect(text.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY"))
            let note = try #require(await ledger.read { try $0.checkpoint() })
            #expect(note.signatures.count == 3)
            try #require(ledger.secondVerifierKey).verify(note)
        }
        #expect(try await open(secret).check() == 3)
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: keys.string)).count == 3)
    }

    @Test func aSecondKeyStaysTheSame() async throws {
        let options = KeyOptions(sm2: true)
        let first = try #require(try open(options).secondVerifierKey)
        #expect(try open(options).secondVerifierKey == first)
        #expect(try open().secondVerifierKey == nil)
        chmod(keys.appending("station-sm2.pem").string, 0o644)
        #expect(try refusal(options) == "key-exposed")
    }
}
