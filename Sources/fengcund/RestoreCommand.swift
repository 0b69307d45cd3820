import ArgumentParser
import Bundle
import Custody
import DurableFiles
import Glibc
import Integrity
import Ledger
import SafeText
import SystemPackage
import TransparencyLog

/// Puts a backup in place of what the station has, signed for by a person. The daemon must not run.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup of the ledger in place, as a person's signed act.",
        discussion: """
            Without --signature it writes the statement to be signed to the file given with --statement. Sign that file with
            `ssh-keygen -Y sign -n fengcun -f KEY FILE` or `openssl cms -sign -binary -in FILE -signer CERT -inkey KEY
            -outform PEM`, and run it again with --signature. What is replaced is kept in the state directory.
            """)

    @Argument(help: "Folder that 'fengcun ledger backup' wrote.")
    var backup: String

    @Option(help: "Configuration file (TOML). Default: \(ConfigurationFile.defaultPath), where it exists.")
    var config: String?

    @Option(help: "State directory. Default: \(ConfigurationFile.defaultState)")
    var state: String?

    @Option(help: "Who answers for the restoration.")
    var person: String

    @Option(help: "Why it is necessary.")
    var reason: String

    @Option(help: "File of the statement to be signed; written where there is no --signature.")
    var statement: String

    @Option(help: "Signature over the statement: SSH SIGNATURE, or detached CMS in PEM or DER.")
    var signature: String?

    func run() throws {
        do {
            let file = try ConfigurationFile.read(config)
            let settings = try file.settings(state: state, socket: nil, evidence: [])
            umask(0o077)
            try restore(settings)
        } catch let error as any Explained {
            throw Fengcund.failure(error.message(in: .ofEnvironment()))
        } catch let error as SignatureError {
            throw Fengcund.failure("\(signature ?? ""): \(error)".printable)
        }
    }

    private func restore(_ settings: Settings) throws {
        let folder = BackupFolder(FilePath(backup))
        let (state, keys) = (settings.station.state, settings.station.keys)
        let origin = try folder.origin()
        let (key, note) = try Restoration.known(state, keys: keys, origin: origin)
        let report = try folder.check(trusting: key)
        let request = LedgerRestorationRequest(
            backup: report.checkpoint, known: note, person: try FieldText.line(person, field: "person"),
            reason: try FieldText.line(reason, field: "reason"))
        guard let signature else {
            try write(Array(request.statement.utf8), to: statement)
            return Swift.print(statement)
        }
        guard try read(statement) == Array(request.statement.utf8) else {
            throw RestoreError.otherStatement(statement)
        }
        let signed = try read(signature)
        try Self.check(signed, over: Array(request.statement.utf8))
        let restoration = try Restoration.begin(state, keys: keys, origin: origin)
        _ = try folder.check(trusting: key) { entries in
            try restoration.add(entries) { try folder.blob($0) }
        }
        let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "#\(getuid())"
        let actor = Actor(kind: .operator, uid: Int(getuid()), user: user, person: request.person)
        let replaced = try restoration.finish(request, signature: signed, by: actor)
        Swift.print("restored; what was replaced: \(replaced.string.printable)")
    }

    /// That somebody's key signed the statement. Whose it is, the auditor decides.
    private static func check(_ signature: [UInt8], over statement: [UInt8]) throws(SignatureError) {
        if SSHSignature.isOne(signature) {
            _ = try SSHSignature(signature, over: statement)
        } else {
            _ = try CMSSignature(signature, over: statement)
        }
    }

    private func read(_ path: String) throws -> [UInt8] {
        do {
            return try readFile(FilePath(path), limit: 1 << 20, followLinks: true)
        } catch {
            throw LedgerError.file(error)
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try writeDurably(bytes, to: FilePath(path), permissions: [.ownerReadWrite, .groupRead], existing: .keep)
        } catch {
            throw LedgerError.file(error)
        }
    }
}

/// Why a restoration cannot be made.
enum RestoreError: Explained {
    case otherStatement(String)

    var code: String { "other-statement" }

    func message(in language: Language) -> String {
        switch self {
        case .otherStatement(let path):
            language(
                "\(path.printable) is not the statement of this restoration; have the one signed that is written without --signature",
                "\(path.printable) 不是本次恢复的声明；请先不带 --signature 运行以生成声明并签名")
        }
    }
}
