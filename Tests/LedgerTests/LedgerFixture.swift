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

func openLedger(_ folder: FilePath) throws -> Ledger { try Ledger.open(folder, origin: testOrigin) }

/// The stored bytes of all entries.
func allEntries(_ ledger: Ledger) async throws -> [[UInt8]] {
    try await ledger.read { try $0.entryBytes(0, try $0.size()) }
}
