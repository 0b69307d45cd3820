import Custody
import DurableFiles
import GRDB
import Synchronization
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Ledger

/// What keeps the cost of a ledger flat as it grows.
@Suite struct Scale {
    private let folder = TemporaryFolder()

    private static let exhibit = ExhibitID(caseNumber: "C-1", number: "E1")

    /// Begins or ends a stay on a port, as far as the index is concerned.
    private static func stay(_ sequence: Int) -> EntryDraft {
        var draft = openingCase("C-\(sequence)")
        draft.subjects.append(.attachment(boot: "boot", diskSequence: sequence))
        return draft
    }

    @Test func noStatementReadsAWholeTable() async throws {
        let ledger = try openLedger(folder.path)
        _ = try await ledger.append(openingCase("C-1"))
        let statements = Statements()
        try await ledger.read { reader in
            reader.database.trace { if case .statement(let statement) = $0 { statements.add(statement.expandedSQL) } }
        }
        _ = try await ledger.append(Self.stay(1))
        _ = try await ledger.append(Self.stay(1))
        try await ledger.read { reader in
            _ = try (reader.size(), reader.entryBytes(0, 1), reader.lastEntry(), reader.entries(about: .caseNumber("C-1")))
            _ = try (reader.unfinished(Subject.attachmentKind), reader.exhibit(Self.exhibit), reader.checkpoint())
            _ = try (reader.checkpoint(size: 2), reader.node(NodeIndex(level: 0, index: 0)), reader.frontier(size: 3))
            _ = try (reader.tile(Tile(.entries, index: 0, width: 3)), reader.tile(Tile(.hashes(level: 0), index: 0, width: 3)))
            try LedgerCheck.checkEdge(reader, keys: reader.keys())
            reader.database.trace(nil)
            let seen = statements.all.filter { ["SELECT", "INSERT", "DELETE"].contains($0.prefix(6)) }
            // A trace that saw nothing would find nothing.
            for part in ["INSERT INTO subject", "DELETE FROM unfinished", "min(position)", "JOIN entry"] {
                #expect(seen.contains { $0.contains(part) }, "\(part)")
            }
            for statement in seen where !statement.contains("sqlite_schema") {
                let plan = try Row.fetchAll(reader.database, sql: "EXPLAIN QUERY PLAN " + statement)
                    .compactMap { String.fromDatabaseValue($0["detail"]) }
                // The keys are few.
                let scans = plan.filter { $0.hasPrefix("SCAN") && !["SCAN CONSTANT ROW", "SCAN station"].contains($0) }
                #expect(scans.isEmpty, "\(statement): \(scans)")
            }
        }
    }

    /// SQL that was executed.
    private final class Statements: Sendable {
        private let list = Mutex<Set<String>>([])
        var all: Set<String> { list.withLock { $0 } }
        func add(_ statement: String) { list.withLock { _ = $0.insert(statement) } }
    }

    @Test func openingReadsAsMuchOfALargeLedgerAsOfASmallOne() throws {
        // In memory: the appends flush, and only bytes are counted.
        let memory = FilePath("/dev/shm/fengcun-scale-\(folder.path.lastComponent?.string ?? "")")
        defer { _ = try? run("rm", ["-rf", memory.string]) }
        let driver = try find("ledger-driver")
        func bytesRead(atSize size: Int) throws -> Int {
            #expect(try run(driver, ["fill", memory.string, "\(size)"]).status == 0)
            return try #require(Int(try run(driver, ["open", memory.string]).output.filter(\.isNumber)))
        }
        let small = try bytesRead(atSize: 500)
        let large = try bytesRead(atSize: 4000)
        let database = try Int(status(of: memory.appending("ledger.sqlite")).st_size)
        #expect(small > 100_000, "it reads the last entries")
        #expect(large < small + 65_536)
        #expect(large < database / 4)
    }

    @Test func whatBeganAndDidNotEndIsKnown() async throws {
        let ledger = try openLedger(folder.path)
        for sequence in [1, 2, 3, 2, 1, 1] { _ = try await ledger.append(Self.stay(sequence)) }
        #expect(try await ledger.read { try $0.unfinished(Subject.attachmentKind).map(\.sequence) } == [2, 5])
        #expect(try await ledger.read { try $0.unfinished(Subject.acquisitionKind) } == [])
        #expect(try await ledger.check() == 6)
    }

    @Test func aLedgerOfVersion1IsBroughtUpToDate() async throws {
        do {
            let ledger = try openLedger(folder.path)
            for sequence in [1, 2, 3, 2, 1, 1] { _ = try await ledger.append(Self.stay(sequence)) }
            _ = try await ledger.append(openingCase("C-9"))
        }
        try change("DROP TABLE unfinished; PRAGMA user_version = 1;")
        let ledger = try openLedger(folder.path)
        #expect(try await ledger.read { try $0.unfinished(Subject.attachmentKind).map(\.sequence) } == [2, 5])
        _ = try await ledger.append(Self.stay(3))
        #expect(try await ledger.read { try $0.unfinished(Subject.attachmentKind).map(\.sequence) } == [5])
        #expect(try await ledger.check() == 8)
    }

    @Test(arguments: [
        "DELETE FROM unfinished", "INSERT INTO unfinished VALUES ('attachment:boot/7', 0)",
        "UPDATE unfinished SET sequence = 0", "UPDATE unfinished SET subject = 'attachment:boot/9'",
    ])
    func aTableOfTheUnfinishedThatDoesNotFitIsFound(_ statement: String) async throws {
        do {
            let ledger = try openLedger(folder.path)
            for sequence in [1, 1, 2] { _ = try await ledger.append(Self.stay(sequence)) }
        }
        try change(statement)
        let ledger = try openLedger(folder.path)
        let error = await #expect(throws: LedgerError.self) { _ = try await ledger.check() }
        #expect(error?.code == "ledger-corrupt")
    }

    /// Changes the file.
    private func change(_ sql: String) throws {
        let outcome = try sqlite(folder("ledger.sqlite"), sql)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }
}
