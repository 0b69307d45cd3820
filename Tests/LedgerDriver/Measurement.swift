import Bundle
import Custody
import DurableFiles
import Glibc
import Ledger
import SystemPackage
import TransparencyLog

/// Measures a ledger of any size: one line `<what> <microseconds>` for each step, `append` with many.
enum Measurement {
    /// Appends that are timed.
    private static let appends = 300

    /// Appends until the ledger has `size` entries. `Benchmarks/ledger` runs it without fsync, which no measurement is.
    static func fill(_ ledger: Ledger, to size: Int) throws {
        while ledger.size < size {
            let index = ledger.size
            _ = try ledger.appendNow { _ in Samples.draft(index) }
        }
    }

    /// Appends one case with an exhibit for every ten entries until the ledger has `size` of them. `Benchmarks/review` runs it.
    static func fillCase(_ ledger: Ledger, to size: Int) throws {
        while ledger.size < size {
            let index = ledger.size
            _ = try ledger.appendNow { _ in CaseSamples.draft(index) }
        }
    }

    /// Opens, looks for what is unfinished, and prints how many bytes were read for it.
    static func open(_ state: FilePath) throws {
        let before = try bytesRead()
        let ledger = try Driver.open(state)
        _ = try ledger.readNow { try $0.unfinished(Subject.attachmentKind) }
        try Driver.say("\(try bytesRead() - before)")
    }

    /// Bytes that this process has read (proc_pid_io(5)).
    private static func bytesRead() throws -> Int {
        let text = String(decoding: try readFile("/proc/self/io", limit: 4096), as: UTF8.self)
        return Int(text.prefix { $0 != "\n" }.drop { $0 != " " }.dropFirst()) ?? 0
    }

    /// Opens, looks for what is unfinished, appends, exports and copies; the new folders are `folder` and `<folder>-backup`.
    static func run(_ state: FilePath, _ folder: FilePath) async throws {
        var start = ContinuousClock.now
        let ledger = try Driver.open(state)
        try say("open", since: start)
        start = .now
        _ = try ledger.readNow { try $0.unfinished(Subject.attachmentKind) + $0.unfinished(Subject.acquisitionKind) }
        try say("unfinished", since: start)
        try append(ledger)
        guard let note = try ledger.readNow({ try $0.checkpoint() }) else { return }
        start = .now
        _ = try await write(note, ledger, folder)
        try say("export", since: start)
        start = .now
        try await backUp(note, ledger, FilePath("\(folder.string)-backup"))
        try say("backup", since: start)
    }

    private static func append(_ ledger: Ledger) throws {
        let size = ledger.size
        var times: [Int] = []
        for index in size..<size + appends {
            let start = ContinuousClock.now
            _ = try ledger.appendNow { _ in Samples.draft(index) }
            times.append(microseconds(since: start))
        }
        try Driver.say("append " + times.map(String.init).joined(separator: " "))
    }

    private static func write(_ note: SignedNote, _ ledger: Ledger, _ folder: FilePath) async throws -> BundleReport {
        try await BundleWriter(source: LedgerSource(ledger: ledger)).write(note, key: ledger.verifierKey, to: folder)
    }

    private static func backUp(_ note: SignedNote, _ ledger: Ledger, _ folder: FilePath) async throws {
        let size = try await write(note, ledger, folder).checkpoint.size
        try await BackupFolder(folder).addCheckpoints(size: size) { first, last in
            try ledger.readNow { reader in
                try (first...last).flatMap { size -> [UInt8] in
                    let bytes = Array((try reader.checkpoint(size: size)?.encoded ?? "").utf8)
                    return [UInt8(truncatingIfNeeded: bytes.count >> 8), UInt8(truncatingIfNeeded: bytes.count)] + bytes
                }
            }
        }
    }

    private static func say(_ name: String, since start: ContinuousClock.Instant) throws {
        try Driver.say("\(name) \(microseconds(since: start))")
    }

    private static func microseconds(since start: ContinuousClock.Instant) -> Int {
        let parts = (ContinuousClock.now - start).components
        return Int(parts.seconds) * 1_000_000 + Int(parts.attoseconds / 1_000_000_000_000)
    }
}
