import Control
import Custody
import Ledger
import Review
import Synchronization

// The review of the record by the rules of evidence.
extension Station {
    /// Entries that are read at once; appends go on in between.
    private static let reviewPiece = 1000

    /// Reviews cases as the ledger stands.
    ///
    /// - Parameters:
    ///   - caseNumber: the only case; nil for all.
    ///   - exhibit: the only exhibit; nil for all and the case itself.
    public func review(case caseNumber: String?, exhibit: String?) async throws -> ReviewReport {
        let (only, size) = try await ledger.read { reader in
            if let exhibit {
                let record = try reader.resolve(ExhibitReference(exhibit: exhibit, caseNumber: caseNumber))
                return (record.id.caseNumber as String?, try reader.size())
            }
            if let caseNumber, try reader.openedCase(caseNumber) == nil { throw Refusal.unknownCase(caseNumber) }
            return (caseNumber, try reader.size())
        }
        let reviewer = ReviewInProgress()
        for start in stride(from: 0, to: size, by: Self.reviewPiece) {
            let end = min(start + Self.reviewPiece, size)
            let bytes = try await ledger.read { try $0.entryBytes(start, end) }
            try await onThread("fc-review") { try reviewer.add(bytes) }
        }
        return try await onThread("fc-review") { reviewer.report(case: only, exhibit: exhibit) }
    }
}

/// What several threads build one after the other.
private final class ReviewInProgress: Sendable {
    private let reviewer = Mutex(Reviewer())

    func add(_ entries: [[UInt8]]) throws {
        try reviewer.withLock { reviewer in
            for bytes in entries { reviewer.add(try Entry(bytes: bytes)) }
        }
    }

    func report(case caseNumber: String?, exhibit: String?) -> ReviewReport {
        reviewer.withLock { $0.report(case: caseNumber, exhibit: exhibit, at: .now()) }
    }
}
