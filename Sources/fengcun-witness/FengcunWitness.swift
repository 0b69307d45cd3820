import ArgumentParser
import Custody
import DurableFiles
import Foundation
import SafeText
import SystemPackage
import TransparencyLog
import Witness

/// A witness for the ledgers of others: cosigns a checkpoint only where it continues everything cosigned before
/// (c2sp.org/tlog-witness).
@main
struct FengcunWitness: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fengcun-witness",
        abstract: say("Witnesses the ledgers of stations.", "见证各台站的台账。"),
        discussion: say(
            """
            It runs with somebody who does not run the station: a second station, the prosecutor's office.
            Exit status: 0 done; 1 refused or failed; 64 wrong usage; 78 a configuration that cannot be used.
            """,
            """
            应由不管理该台站的一方运行：另一台站或检察院。
            退出状态：0 完成；1 被拒绝或失败；64 用法错误；78 配置不可用。
            """), version: Release.version,
        subcommands: [InitCommand.self, ServeCommand.self, CosignCommand.self])

    static func main() async {
        await main(nil)
    }
}

/// Words in the user's language.
let say = Language.ofInvocation()

/// Which witness, and whom it watches.
struct WitnessOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "Configuration file (TOML). Default: \(WitnessConfiguration.defaultPath), where it exists.",
                "配置文件（TOML），默认 \(WitnessConfiguration.defaultPath)（若存在）。"), valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            say(
                "State directory: key, and what was cosigned. Default: \(WitnessConfiguration.defaultState)",
                "状态目录：密钥及已签内容，默认 \(WitnessConfiguration.defaultState)"), valueName: "folder"))
    var state: String?

    @Option(
        help: ArgumentHelp(
            say("Verifier key of a ledger to watch, besides those of the configuration. Repeatable.", "要见证的台账公钥（可重复），与配置文件中的并用。"),
            valueName: "vkey"))
    var log: [String] = []

    @Option(help: ArgumentHelp(say("Language: en or zh. Default: the locale.", "语言：en 或 zh，默认取系统区域设置。"), valueName: "language"))
    var lang: String?

    func validate() throws {
        if let lang, Language(rawValue: lang) == nil { throw ValidationError(say("--lang is en or zh", "--lang 只能是 en 或 zh")) }
    }

    /// The configuration with the options put in.
    func configuration() throws(ConfigurationError) -> WitnessConfiguration {
        var configuration = try WitnessConfiguration.read(config)
        configuration.state = state ?? configuration.state
        configuration.logs = (configuration.logs ?? []) + log
        return configuration
    }
}

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: say("Make a witness with a new key, and print its verifier key.", "新建见证方及其密钥，并输出验证公钥。"))

    @Argument(
        help: ArgumentHelp(
            say(
                "Name of the witness, such as witness.example/office: no space and no '+'.",
                "见证方名称，如 witness.example/office，不得含空格或加号。")))
    var name: String

    @OptionGroup var options: WitnessOptions

    func run() throws {
        guard let name = Origin(name) else { throw ValidationError(say("the name cannot be used", "名称不可用")) }
        try explained {
            let key = try Witness.create(in: FilePath(try options.configuration().statePath), name: name)
            write(key.text + "\n", to: .standardOutput)
        }
    }
}

struct CosignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cosign",
        abstract: say(
            "Answer a request from a file; the cosigned checkpoint goes to standard output.", "应答请求文件，见证后的检查点写到标准输出。"))

    @Argument(help: ArgumentHelp(say("File that 'fengcun witness request' wrote.", "fengcun witness request 写出的文件。")))
    var request: String

    @OptionGroup var options: WitnessOptions

    func run() throws {
        try explained {
            let configuration = try options.configuration()
            let request: [UInt8]
            do throws(FileError) {
                request = try readFile(FilePath(self.request), limit: WitnessRequest.byteLimit, followLinks: true)
            } catch {
                throw WitnessError.file(error)
            }
            let witness = try Witness.open(FilePath(configuration.statePath), logs: try configuration.keys())
            let answer = try witness.answer(request, at: Int(Date().timeIntervalSince1970))
            guard case .cosigned(let note, _) = answer else { throw RequestRefused(answer: answer) }
            write(note.encoded, to: .standardOutput)
        }
    }
}

/// A request that was answered with no.
struct RequestRefused: Explained {
    let answer: WitnessAnswer

    var code: String { "request-refused" }

    func message(in language: Language) -> String {
        switch answer {
        case .cosigned: ""
        case .malformed(let reason): language("the request cannot be read: \(reason)", "请求无法读取：\(reason)").printable
        case .notSigned:
            language(
                "the checkpoint bears no good signature of the ledger's key", "检查点没有该台账密钥的有效签名")
        case .replacedKey:
            language(
                "the checkpoint is signed by a key that the ledger has replaced; a later key signed what was cosigned here: that key is in other hands, or the ledger was rolled back, or the witness lists the keys in another order than the ledger had them (oldest first)",
                "检查点由该台账已更换的密钥签名，而此处已签的检查点出自其后的密钥：旧密钥落入他人之手，或台账被回退，或见证方配置中密钥的次序与台账启用的先后不符（旧者在前）")
        case .unknownLog:
            language(
                "this witness does not watch the ledger; its key belongs into the configuration", "本见证方未登记该台账，请先将其公钥写入配置")
        case .conflict(let size):
            language(
                "this witness has cosigned \(size) entries; ask for a request from there: fengcun witness request NAME --old \(size)",
                "本见证方上次已签至 \(size) 条，请由此重新生成请求：fengcun witness request NAME --old \(size)")
        case .forked(let size, let evidence):
            language(
                "THE LEDGER HAS FORKED: another history of \(size) entries was cosigned here; \(kept(evidence, language))",
                "台账已分叉：此处曾为另一份 \(size) 条的台账签名；\(kept(evidence, language))")
        case .unproved(let size, let evidence):
            language(
                "the checkpoint is not shown to continue the \(size) entries that were cosigned here; \(kept(evidence, language))",
                "无法证明该检查点是此处已签 \(size) 条的延续；\(kept(evidence, language))")
        }
    }

    private func kept(_ evidence: FilePath?, _ language: Language) -> String {
        guard let evidence else { return language("nothing was kept", "未保留证据") }
        return language("both checkpoints are kept in \(evidence)", "两份检查点保存在 \(evidence)").printable
    }
}

/// Runs a command; whatever goes wrong becomes one line on standard error.
func explained(_ work: () throws -> Void) throws {
    do {
        try work()
    } catch let error as any Explained {
        write("fengcun-witness: \(error.message(in: say))\n", to: .standardError)
        throw ExitCode(error is ConfigurationError ? 78 : 1)
    }
}

/// Writes as it is. A reader that went away is not an error.
func write(_ text: String, to descriptor: FileDescriptor) { _ = try? descriptor.writeAll(Array(text.utf8)) }
