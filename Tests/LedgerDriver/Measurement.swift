import Bundle
import Custody
import DurableFiles
import Glibc
import Ledger
import SystemPackage
import TransparencyLog

/// Fills a ledger and prints what each step cost at the sizes 10^3, 10^4, …: one line `<size> <what> <microseconds>`.
enum Measurement {
    static func run(_ state: FilePath, size: Int) async throws {
        var ledger = try Driver.open(state)
        var next = 1000
        while next <= size {
            try fill(ledger, to: next)
            ledger = try reopen(ledger, state, next)
            try await timed("\(next) check") { _ = try await ledger.check() }
            let folder = FilePath("\(state.string)-bundle-\(next)")
            guard let note = try await ledger.read({ try $0.checkpoint() }) else { return }
            try await timed("\(next) export") {
                _ = try await BundleWriter(source: LedgerSource(ledger: ledger)).write(note, key: ledger.verifierKey, to: folder)
            }
            next *= 10
        }
    }

    /// Appends until the ledger has `size` entries, and prints the mean cost of the last ones.
    private static func fill(_ ledger: Ledger, to size: Int) throws {
        let sample = size / 10
        var start = ContinuousClock.now
        var index = ledger.size
        while index < size {
            if index == size - sample { start = .now }
            _ = try ledger.appendNow { _ in Samples.draft(index) }
            index += 1
        }
        try Driver.say("\(size) append \(microseconds(since: start) / sample)")
    }

    /// Closes and opens. One that was let go of a moment ago may still hold its lock.
    private static func reopen(_ old: consuming Ledger, _ state: FilePath, _ size: Int) throws -> Ledger {
        _ = consume old
        while true {
            let start = ContinuousClock.now
            do {
                let ledger = try Driver.open(state)
                try Driver.say("\(size) open \(microseconds(since: start))")
                return ledger
            } catch LedgerError.inUse {
                usleep(1000)
            }
        }
    }

    private static func timed(_ name: String, _ work: () async throws -> Void) async throws {
        let start = ContinuousClock.now
        try await work()
        try Driver.say("\(name) \(microseconds(since: start))")
    }

    private static func microseconds(since start: ContinuousClock.Instant) -> Int {
        let parts = (ContinuousClock.now - start).components
        return Int(parts.seconds) * 1_000_000 + Int(parts.attoseconds / 1_000_000_000_000)
    }
}
