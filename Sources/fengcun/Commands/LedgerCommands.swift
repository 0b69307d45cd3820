import ArgumentParser
import Bundle
import Control
import Custody
import DurableFiles
import SafeText
import SystemPackage
import TransparencyLog

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: say("Read, check, prove and export the ledger.", "查看、检查、证明、导出台账。"),
        subcommands: [
            LedgerShowCommand.self, LedgerCheckpointCommand.self, LedgerKeyCommand.self, LedgerProveCommand.self,
            LedgerCheckCommand.self, LedgerExportCommand.self, LedgerRotateKeyCommand.self, LedgerBackupCommand.self,
        ])
}

struct LedgerShowCommand: StationCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: say("Show entries.", "查看台账条目。"))

    @Option(help: ArgumentHelp(say("First entry.", "起始条目。"), valueName: "number"))
    var from = 0

    @Option(help: ArgumentHelp(say("Most entries to show, up to 1000.", "最多显示条数，不超过 1000。"), valueName: "number"))
    var limit = 1000

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let path = ControlPath.entries + "?from=\(max(0, from))&limit=\(max(0, limit))"
        let view = try await client.get(path, as: EntriesView.self)
        if global.json { return try show(view.entries) { _ in "" } }
        var table = Table(
            say("ENTRY", "条目"), say("TIME", "时间"), say("ACT", "行为"), say("BY", "操作者"), say("CASE", "案件"), say("ABOUT", "对象"))
        for entry in view.entries {
            let actor = entry.draft.actor
            table.add(
                "\(entry.sequence)", entry.time.description, entry.act.kind.rawValue, actor.person ?? actor.user,
                entry.draft.caseNumber, entry.draft.subjects.first?.description)
        }
        Screen.print(table.text)
    }
}

struct LedgerCheckpointCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: say("Show the newest signed checkpoint.", "显示最新的签名检查点。"))

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let note = try SignedNote(parsing: try await client.getBytes(ControlPath.checkpoint))
        let checkpoint = try Checkpoint(parsing: note.text)
        struct View: Encodable {
            let origin: String
            let size: Int
            let root: String
            let note: String
        }
        try show(View(origin: checkpoint.origin.name, size: checkpoint.size, root: checkpoint.root.base64, note: note.encoded)) {
            String($0.note.dropLast())
        }
    }
}

struct LedgerKeyCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: say("Show the verifier key, to be handed out on paper.", "显示验证公钥，供书面提供。"))

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let key = String(decoding: try await client.getBytes(ControlPath.verifierKey).dropLast(), as: UTF8.self)
        try show(["verifierKey": key]) { _ in key }
    }
}

struct LedgerProveCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: say(
            "Write the proof that an entry stands in the ledger, or that the ledger of one size continues another.",
            "写出某条目存在于台账中的证明，或台账前后一致的证明。"),
        usage: """
            fengcun ledger prove ENTRY [--output FILE]
            fengcun ledger prove --from SIZE [--to SIZE] [--output FILE]
            """)

    @Argument(help: ArgumentHelp(say("Number of the entry.", "条目编号。")))
    var entry: Int?

    @Option(help: ArgumentHelp(say("Size of the older checkpoint.", "较早检查点的条数。"), valueName: "size"))
    var from: Int?

    @Option(
        help: ArgumentHelp(say("Size of the newer checkpoint. Default: the newest.", "较新检查点的条数，默认为最新。"), valueName: "size"))
    var to: Int?

    @Option(
        help: ArgumentHelp(
            say("File to write; must not exist. Default: standard output.", "输出文件，不得已存在；默认写到标准输出。"), valueName: "file"))
    var output: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (entry == nil) != (from == nil), from != nil || to == nil else {
            throw ValidationError(say("name an entry, or a size with --from", "请指定条目编号，或用 --from 指定条数"))
        }
    }

    func execute(_ client: ControlClient) async throws {
        let path =
            if let entry {
                ControlPath.proofs + "/\(entry)"
            } else {
                ControlPath.consistency + "?from=\(from ?? 0)" + (to.map { "&to=\($0)" } ?? "")
            }
        let text = String(decoding: try await client.getBytes(path), as: UTF8.self)
        guard let output else {
            return try show(["proof": text]) { _ in String(text.dropLast()) }
        }
        try writeNew(text, to: output)
        try show(["proof": output]) { _ in say("written to \(output)", "已写入 \(output)") }
    }
}

struct LedgerCheckCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: say("Read the whole ledger and check it.", "通读并检查整个台账。"))

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        struct Nothing: Encodable, Sendable {}
        let found = try await client.post(ControlPath.checks, Nothing(), as: CheckView.self)
        try show(found) {
            var lines = [say("all \($0.entries) entries are sound", "全部 \($0.entries) 条记录完好")]
            lines += $0.damaged.map { $0.message(in: say).printable }
            if $0.unreferenced > 0 {
                lines.append(
                    say("\($0.unreferenced) stored files belong to no entry", "\($0.unreferenced) 个已存文件不属于任何条目"))
            }
            return lines.joined(separator: "\n")
        }
        if !found.damaged.isEmpty { throw ExitCode.failure }
    }
}

struct LedgerExportCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: say("Write the ledger as a bundle that a stranger can verify.", "将台账导出为他人可独立核验的目录。"))

    @Argument(help: ArgumentHelp(say("Folder to write; must not exist or be empty.", "输出目录，须不存在或为空。")))
    var folder: String

    @Option(
        help: ArgumentHelp(
            say(
                "Write the edition that this entry decides on ('fengcun edition decide'), up to that entry.",
                "按该条目的决定（fengcun edition decide）输出截至该条目的版本。"), valueName: "entry"))
    var edition: Int?

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let decision = try await decision(client)
        let folder = FilePath(absolute(folder))
        try BundleWriter.checkFree(folder)
        let recorded = try await client.post(
            ControlPath.exports, ExportRequest(destination: folder.string, edition: edition), as: RecordedView.self)
        let note = try SignedNote(parsing: Array(recorded.checkpoint.utf8))
        // An edition may end before the key was changed.
        let size = try Checkpoint(parsing: note.text).size
        let key = try VerifierKey(
            parsing: String(
                decoding: try await client.getBytes(ControlPath.verifierKey + "?size=\(size)").dropLast(), as: UTF8.self))
        let report = try await BundleWriter(source: StationSource(client: client)).write(
            note, key: key, to: folder, leavingOut: decision)
        struct View: Encodable {
            let bundle: String
            let entries: Int
            let attachments: Int
            let origin: String
            let root: String
            let verifierKey: String
            let entry: Int
            let withheld: Int
        }
        try show(
            View(
                bundle: folder.string, entries: report.checkpoint.size, attachments: report.attachments,
                origin: report.checkpoint.origin.name, root: report.checkpoint.root.base64, verifierKey: key.text,
                entry: recorded.entry, withheld: report.edition.roots.count)
        ) {
            let withheld = $0.withheld == 0 ? "" : say(" (\($0.withheld) withheld)", "（其中 \($0.withheld) 条未展示）")
            return say(
                "\($0.entries) entries\(withheld) and \($0.attachments) attachments written to \($0.bundle)\nverifier key  \($0.verifierKey)",
                "已将 \($0.entries) 条记录\(withheld)和 \($0.attachments) 个附件导出到 \($0.bundle)\n验证公钥  \($0.verifierKey)"
            )
        }
    }

    private func decision(_ client: ControlClient) async throws -> EditionDecided? {
        guard let edition else { return nil }
        let view = try await client.get(ControlPath.entries + "?from=\(max(0, edition))&limit=1", as: EntriesView.self)
        guard case .editionDecided(let body)? = view.entries.first?.act else { throw FormRefusal.noEdition(entry: edition) }
        return body
    }
}

/// The station as the source of a bundle.
struct StationSource: BundleSource {
    let client: ControlClient

    func tile(_ tile: Tile) async throws -> [UInt8] { try await client.getBytes(ControlPath.log + tile.path) }

    func blob(_ sha256: String) async throws -> [UInt8] { try await client.getBytes(ControlPath.blobs + "/" + sha256) }
}
