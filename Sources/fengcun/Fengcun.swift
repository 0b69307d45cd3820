import ArgumentParser
import Bundle
import Control
import Custody
import SystemPackage

/// The operator's command line. Knows the daemon only through its API.
@main
struct Fengcun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fengcun",
        abstract: say("Operates a Fengcun station: media, images, seals, ledger.", "操作封存台站：介质、镜像、封存、台账。"),
        discussion: say(
            """
            The options --socket, --json, --lang and --person may stand before or behind the command.
            Exit status: 0 done; 1 refused, failed, or an image that differs from its record; 64 wrong usage.
            """,
            """
            选项 --socket、--json、--lang、--person 可写在命令之前或之后。
            退出状态：0 完成；1 被拒绝、失败或镜像与记录不符；64 用法错误。
            """),
        version: Release.version,
        subcommands: [
            StatusCommand.self, DevicesCommand.self, WatchCommand.self, CaseCommand.self, MediumCommand.self, ImageCommand.self,
            SealCommand.self,
            UnsealCommand.self, TransferCommand.self, SignCommand.self, ReviewCommand.self, SampleCommand.self,
            ReceiptCommand.self, LedgerCommand.self, TimestampCommand.self, WitnessCommand.self, StationGroupCommand.self,
            FormCommand<MediumSeized>.self,
            FormCommand<MediumLeft>.self,
            FormCommand<MediumIsolated>.self, FormCommand<SealChecked>.self, FormCommand<MediumMoved>.self,
            HandoverCommand.self, ExamineCommand.self, FormCommand<DataCollected>.self, FormCommand<DataReceived>.self,
            FormCommand<MediumReturned>.self, FormCommand<MediumArchived>.self, FormCommand<FileAttached>.self,
            FormCommand<RecordingNoted>.self, FormCommand<EntryCorrected>.self, FormCommand<DefectAnswered>.self,
            TermCommand.self, CertificateCommand.self,
            EditionCommand.self,
        ])

    static func main() async {
        let arguments: [String]
        do {
            arguments = try CommandForm.complete(Invocation.arguments)
        } catch {
            Screen.error((error as? any Explained)?.message(in: say) ?? "\(error)")
            exit(withError: ExitCode.failure)
        }
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            _ = try? FileDescriptor.standardError.writeAll(Array((say.usage(fullMessage(for: error)) + "\n").utf8))
            exit(withError: ExitCode.validationFailure)
        }
    }
}

/// What stands on the command line, looked at before it is parsed.
enum Invocation {
    private static let flags: Set<Substring> = ["--json"]
    private static let options: Set<Substring> = ["--socket", "--lang", "--person"]

    /// The arguments with the global options moved behind the command, where the parser of each command knows them.
    static let arguments: [String] = {
        var global: [String] = []
        var others: [String] = []
        var rest = CommandLine.arguments.dropFirst()
        while let argument = rest.popFirst() {
            if argument == "--" {
                others += [argument] + rest
                break
            }
            let name = argument.prefix { $0 != "=" }
            if flags.contains(name) || (options.contains(name) && name.count < argument.count) {
                global.append(argument)
            } else if options.contains(name) {
                global += [argument] + (rest.popFirst().map { [$0] } ?? [])
            } else {
                others.append(argument)
            }
        }
        // Without a command there is nobody to take them; and what stands behind "--" is not ours to touch.
        let known = Fengcun.configuration.subcommands.map { $0.configuration.commandName }
        guard let command = others.first, known.contains(command) else { return others }
        let terminator = others.firstIndex(of: "--") ?? others.endIndex
        return FormHelp.rewrite(Array(others[..<terminator])) + global + others[terminator...]
    }()

}

/// Words in the user's language.
let say = Language.ofInvocation()
