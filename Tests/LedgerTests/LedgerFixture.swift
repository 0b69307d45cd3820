import Custody
import Foundation
import Ledger
import SystemPackage
import TestSupport
import TransparencyLog

/// The station of these tests.
let testOrigin: Origin = {
    guard let origin = Origin("test.example/station") else { preconditionFailure("a valid name") }
    return origin
}()

let testActor = Actor(kind: .operator, uid: 1000, user: "tester")

/// A draft that opens a case; as good as any.
func openingCase(_ number: String, note: String? = nil) -> EntryDraft {
    EntryDraft(
        .caseOpened(CaseOpened(number: number, cause: "x", unit: "y", note: note)), case: number, about: [.caseNumber(number)],
        by: testActor)
}

/// A draft that ends something and may use the reserve.
let stopping = EntryDraft(.stationStopped(StationStopped(reason: "test")), about: [.station], by: testActor)

/// Opens a ledger. One that was let go of a moment ago may still be closing on its own queue, and is waited for.
func openLedger(_ folder: FilePath) throws -> Ledger {
    for _ in 0..<200 {
        do {
            return try Ledger.open(folder, origin: testOrigin, fallback: testOrigin)
        } catch LedgerError.inUse {
            usleep(5000)
        }
    }
    return try Ledger.open(folder, origin: testOrigin, fallback: testOrigin)
}

/// The stored bytes of all entries.
func allEntries(_ ledger: Ledger) async throws -> [[UInt8]] {
    try await ledger.read { try $0.entryBytes(0, try $0.size()) }
}

/// Works on a ledger's database with SQLite's own shell, as somebody would who knows it. A ledger that was let go of a moment ago
/// still holds its lock, and is waited for.
func sqlite(_ file: FilePath, _ sql: String) throws -> Outcome {
    try run("sqlite3", ["-cmd", ".timeout 10000", file.string, sql])
}
