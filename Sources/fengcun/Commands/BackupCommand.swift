import ArgumentParser
import Bundle
import Control
import Custody
import SystemPackage
import TransparencyLog

struct LedgerBackupCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: say("Copy the ledger, so that it can be put in place again.", "备份台账，以便日后恢复。"),
        discussion: say(
            "The copy is a bundle with the checkpoints of all sizes, checked after writing. The private key is never in it.",
            "备份即带全部检查点的导出目录，写完即核验，绝不含私钥。"))

    @Argument(help: ArgumentHelp(say("Folder to write; must not exist or be empty.", "输出目录，须不存在或为空。")))
    var folder: String

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let folder = FilePath(absolute(folder))
        try BundleWriter.checkFree(folder)
        let key = try VerifierKey(
            parsing: String(decoding: try await client.getBytes(ControlPath.verifierKey).dropLast(), as: UTF8.self))
        let note = try SignedNote(parsing: try await client.getBytes(ControlPath.checkpoint))
        let written = try await BundleWriter(source: StationSource(client: client)).write(note, key: key, to: folder)
        let size = written.checkpoint.size
        let backup = BackupFolder(folder)
        try await backup.addCheckpoints(size: size) { first, last in
            try await client.getBytes(ControlPath.checkpoints + "?from=\(first)&to=\(last)")
        }
        let report = try backup.check(trusting: key)
        let root = report.checkpoint.root.base64
        let recorded = try await client.post(
            ControlPath.backups, BackupRequest(destination: folder.string, size: size, root: root), as: RecordedView.self)
        struct View: Encodable {
            let backup: String
            let entries: Int
            let attachments: Int
            let root: String
            let entry: Int
        }
        try show(
            View(backup: folder.string, entries: size, attachments: report.attachments, root: root, entry: recorded.entry)
        ) {
            say(
                "\($0.entries) entries and \($0.attachments) attachments copied to \($0.backup) and checked; the private key is not in it",
                "已将 \($0.entries) 条记录和 \($0.attachments) 个附件备份到 \($0.backup) 并核验；不含私钥")
        }
    }
}
