import Bundle
import Custody
import DurableFiles
import Glibc
import Ledger
import SystemPackage
import TransparencyLog

/// Does one thing with a ledger and ends. Run by the fault sweep under strace, and by `Benchmarks/ledger`.
///
/// Before the operation that is swept it asks for a file that does not exist (`mark`), so that the trace shows where it begins;
/// each act that the ledger acknowledged is printed at once as a line `+<number of the case>`.
@main
enum Driver {
    static func main() {
        OneThread.run { await operate() }
    }

    private static func operate() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2 else { fail("ledger-driver COMMAND STATE …", 64) }
        let state = FilePath(arguments[1])
        do {
            switch (arguments[0], arguments.dropFirst(2).first) {
            case ("create", nil): try create(state)
            case ("append", let count?): try append(try open(state), Int(count) ?? 0)
            case ("attach", nil): try attach(try open(state))
            case ("export", let folder?): try await export(try open(state), FilePath(folder))
            case ("rotate", nil): try rotate(try open(state))
            case ("backup", let folder?): try await backup(try open(state), BackupFolder(FilePath(folder)))
            case ("ask", let folder?): try say(request(BackupFolder(FilePath(folder)), for: state).statement)
            case ("restore", let folder?): try restore(BackupFolder(FilePath(folder)), to: state, FilePath(arguments[3]))
            case ("check", let folder): try await check(try open(state), folder.map { FilePath($0) })
            case ("fill", let size?): try Measurement.fill(try open(state), to: Int(size) ?? 0)
            case ("fill-case", let size?): try Measurement.fillCase(try open(state), to: Int(size) ?? 0)
            case ("open", nil): try Measurement.open(state)
            case ("measure", let folder?): try await Measurement.run(state, FilePath(folder))
            default: fail("unknown command", 64)
            }
        } catch let error as any Explained {
            fail(error.message(in: .english), 1)
        } catch {
            fail("\(error)", 1)
        }
    }

    static func open(_ state: FilePath) throws -> Ledger {
        guard let origin = Origin("test.example/driver") else { fail("the name is no name", 70) }
        return try Ledger.open(state, origin: origin, fallback: origin)
    }

    /// Shows in the trace where the operation begins.
    static func mark() { _ = access("/fengcun/sweep", F_OK) }

    static func say(_ line: String) throws { try FileDescriptor.standardOutput.writeAll(Array((line + "\n").utf8)) }

    private static func fail(_ reason: String, _ status: Int32) -> Never {
        _ = try? FileDescriptor.standardError.writeAll(Array("ledger-driver: \(reason)\n".utf8))
        exit(status)
    }

    static func draft(_ number: String, attachments: [Attachment] = []) -> EntryDraft {
        EntryDraft(
            .caseOpened(CaseOpened(number: number, cause: "非法控制计算机信息系统", unit: "示例检察院", note: nil)), case: number,
            about: [.caseNumber(number), .cases], attachments: attachments, by: actor)
    }

    static let actor = Actor(kind: .operator, uid: 1000, user: "tester")

    // MARK: Operations

    private static func create(_ state: FilePath) throws {
        mark()
        try append(try open(state), 1, marked: true)
    }

    /// Goes on after a refusal, as the daemon does; a line `-<number>: <why>` says what was not acknowledged.
    private static func append(_ ledger: Ledger, _ count: Int, marked: Bool = false) throws {
        if !marked { mark() }
        for index in 0..<count {
            let number = "C-\(getpid())-\(index)"
            do {
                _ = try ledger.appendNow { _ in draft(number) }
            } catch let error as LedgerError {
                try say("-\(number): \(error.code)")
                continue
            }
            try say("+\(number)")
        }
    }

    private static func attach(_ ledger: Ledger) throws {
        mark()
        let bytes = Array("a photo".utf8)
        let digest = try ledger.blobs.add(bytes)
        let number = "C-\(getpid())-photo"
        let attachment = Attachment(sha256: digest, size: bytes.count, name: "photo.jpg", type: .photo)
        _ = try ledger.appendNow { _ in draft(number, attachments: [attachment]) }
        try say("+\(number)")
    }

    private static func export(_ ledger: Ledger, _ folder: FilePath) async throws {
        mark()
        let appended = try ledger.appendNow { _ in
            EntryDraft(.ledgerExported(LedgerExported(destination: folder.string)), about: [.station], by: actor)
        }
        _ = try await BundleWriter(source: LedgerSource(ledger: ledger)).write(
            appended.checkpoint, key: ledger.verifierKey, to: folder)
        try say("=\(folder)")
    }

    private static func rotate(_ ledger: Ledger) throws {
        mark()
        _ = try ledger.rotateKeyNow(reason: "yearly", compromisedSince: nil, by: actor)
        try say("+key \(ledger.verifierKey.text)")
    }

    private static func backup(_ ledger: Ledger, _ backup: BackupFolder) async throws {
        let (size, note) = try ledger.readNow { (try $0.size(), try $0.checkpoint()) }
        guard let note else { fail("the ledger is empty", 70) }
        _ = try await BundleWriter(source: LedgerSource(ledger: ledger)).write(note, key: ledger.verifierKey, to: backup.path)
        try await backup.addCheckpoints(size: size) { first, last in
            try ledger.readNow { reader in
                try (first...last).flatMap { size -> [UInt8] in
                    let note = Array((try reader.checkpoint(size: size)?.encoded ?? "").utf8)
                    return [UInt8(note.count >> 8), UInt8(note.count & 0xFF)] + note
                }
            }
        }
    }

    private static func request(_ backup: BackupFolder, for state: FilePath) throws -> LedgerRestorationRequest {
        let (key, note) = try Restoration.known(state, keys: KeyOptions(), origin: try backup.origin())
        return LedgerRestorationRequest(
            backup: try backup.check(trusting: key).checkpoint, known: note, person: "tester", reason: "disk died")
    }

    /// As `fengcund restore`.
    private static func restore(_ backup: BackupFolder, to state: FilePath, _ signature: FilePath) throws {
        mark()
        let request = try request(backup, for: state)
        let restoration = try Restoration.begin(state, keys: KeyOptions(), origin: try backup.origin())
        _ = try backup.check(trusting: nil) { entries in
            try restoration.add(entries) { try backup.blob($0) }
        }
        _ = try restoration.finish(request, signature: try readFile(signature, limit: 1 << 20), by: actor)
        try say("+restored \(request.backup.size)")
    }

    /// Checks everything and prints the number of every case, and every key and every restoration. Where a bundle is there, it
    /// must verify.
    private static func check(_ ledger: Ledger, _ folder: FilePath?) async throws {
        _ = try await ledger.check()
        for bytes in try ledger.readNow({ try $0.entryBytes(0, try $0.size()) }) {
            switch try Entry(bytes: bytes).act {
            case .caseOpened(let body): try say(body.number)
            case .keyRotated(let body): try say("key \(body.new)")
            case .ledgerRestored(let body): try say("restored \(body.size)")
            default: break
            }
        }
        if let folder, access(folder.string, F_OK) == 0 {
            _ = try BundleVerifier(folder: folder).verify(trusting: AuditorTrust(key: ledger.verifierKey))
            try say("=\(folder)")
        }
    }
}

/// A ledger as the source of a bundle.
struct LedgerSource: BundleSource {
    let ledger: Ledger

    func tile(_ tile: Tile) async throws -> [UInt8] {
        guard let bytes = try ledger.readNow({ try $0.tile(tile) }) else { throw LedgerError.corrupt("no \(tile.path)") }
        return bytes
    }

    func blob(_ sha256: String) async throws -> [UInt8] { try ledger.blobs.read(sha256) }
}
