import ArgumentParser
import Control
import Custody
import TransparencyLog

struct LedgerRotateKeyCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: say("Put a new signing key in the present one's place.", "更换台账签名密钥。"),
        discussion: say(
            "Make a backup right afterwards: one from before can be read, but not continued, because the old key is destroyed.",
            "更换后请立即备份：旧密钥将被销毁，更换前的备份只能查阅，不能继续使用。"))

    @Option(help: ArgumentHelp(say("Why.", "更换原因。"), valueName: "text"))
    var reason: String

    @Option(
        help: ArgumentHelp(
            say(
                "The present key may have been in other hands since then: YYYY-MM-DDTHH:MM:SS[.ffffff]Z.",
                "自该时间起现密钥可能已泄露：YYYY-MM-DDTHH:MM:SS[.ffffff]Z。"), valueName: "time"))
    var revokeSince: String?

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        var since: Timestamp?
        if let revokeSince {
            guard let time = Timestamp(person: revokeSince) else {
                throw ValidationError(
                    say(
                        "--revoke-since: a time is YYYY-MM-DDTHH:MM:SSZ",
                        "--revoke-since：时间格式为 YYYY-MM-DDTHH:MM:SSZ"))
            }
            since = time
        }
        let recorded = try await client.post(
            ControlPath.keyRotations, RotateKeyRequest(reason: reason, compromisedSince: since), as: RecordedView.self)
        let key = String(decoding: try await client.getBytes(ControlPath.verifierKey).dropLast(), as: UTF8.self)
        struct View: Encodable {
            let entry: Int
            let verifierKey: String
        }
        try show(View(entry: recorded.entry, verifierKey: key)) {
            say(
                "entry \($0.entry); verifier key from now on  \($0.verifierKey)\nhand it out, and make a backup now",
                "第 \($0.entry) 条；此后的验证公钥  \($0.verifierKey)\n请提供给有关方，并立即备份")
        }
    }
}
