import Control
import Custody
import Ledger
import SafeText

// The check of the whole ledger: on the side after every start, and whenever somebody asks.
extension Station {
    /// Begins the check on the side; it takes at most a quarter of one core.
    func beginCheck() {
        check.task = Task {
            do {
                let found = try await ledger.examine(deeply: false, rest: 3) { checked, size in
                    Task { await self.noteCheck(checked, size) }
                    return !Task.isCancelled
                }
                await conclude(found)
            } catch is CancellationError {
            } catch {
                condemn(error)
            }
        }
    }

    /// Reads the whole ledger and checks it, SQLite's structures included.
    ///
    /// - Throws: `LedgerError.corrupt`; the daemon ends then.
    public func checkLedger() async throws -> CheckView {
        do {
            let found = try await ledger.examine(deeply: true)
            await conclude(found)
            return CheckView(found)
        } catch let error as LedgerError {
            condemn(error)
            throw error
        }
    }

    private func noteCheck(_ checked: Int, _ size: Int) {
        guard check.finished == nil, checked > check.checked else { return }
        (check.checked, check.size) = (checked, size)
    }

    /// The record is sound; attachments may be damaged, which is recorded once for each that was not known to be.
    private func conclude(_ found: Examination) async {
        let news = found.damaged.filter { !check.damaged.contains($0.sha256) }
        (check.checked, check.size, check.finished) = (found.entries, found.entries, .now())
        check.damaged = Set(found.damaged.map(\.sha256))
        logger.info("ledger checked", metadata: ["entries": "\(found.entries)", "damaged": "\(found.damaged.count)"])
        guard !news.isEmpty else { return }
        let faults = found.damaged.map { CheckView.Damage($0).message(in: .english) }
        for fault in faults { logger.critical("attachment damaged", metadata: ["fault": "\(fault.printable)"]) }
        await record(.ledgerDamaged(LedgerDamaged(count: faults.count, faults: Array(faults.prefix(10)))), about: [.station])
    }

    /// The record is not what was written: nothing is appended any more, and the daemon ends. Its next start checks everything
    /// before it does anything else.
    private func condemn(_ error: any Error) {
        let reason = error.englishMessage
        logger.critical("the ledger does not verify", metadata: ["error": "\(reason)"])
        if case .corrupt? = error as? LedgerError { ledger.condemn(reason) }
        failures.continuation.yield(reason)
    }

    /// What is known of the check, for `status`.
    var checkView: CheckProgressView {
        CheckProgressView(
            checked: check.checked, entries: check.size, finished: check.finished, damagedAttachments: check.damaged.count)
    }
}

/// How far the check of this run has come.
struct CheckState {
    var task: Task<Void, Never>?
    var checked = 0
    var size = 0
    var finished: Timestamp?
    /// Digests of attachments that were found missing or altered.
    var damaged: Set<String> = []
}

extension CheckView {
    init(_ found: Examination) {
        self.init(entries: found.entries, damaged: found.damaged.map { Damage($0) }, unreferenced: found.unreferenced)
    }
}

extension CheckView.Damage {
    init(_ damage: Examination.Damage) {
        self.init(sha256: damage.sha256, isMissing: damage.isMissing, entries: damage.entries)
    }
}
