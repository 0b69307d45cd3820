import ArgumentParser
import Bundle
import Custody
import DurableFiles
import FoundationEssentials
import Review
import SafeText
import SystemPackage
import TransparencyLog

/// The auditor's program: checks a bundle, images and proofs with nothing but files.
@main
struct FengcunVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fengcun-verify", abstract: say("Verifies a Fengcun bundle.", "核验封存台账导出目录。"),
        usage: """
            fengcun-verify BUNDLE [--key VKEY] [--image FILE]... [--roots FILE] [--allowed-signers FILE]
                                  [--time-roots FILE] [--times] [--policy FILE] [--receipt FILE]... [--against BUNDLE]
                                  [--revoked VKEY@TIME]... [--distrust-after TIME] [--review [--json]]
            fengcun-verify --proof FILE --key VKEY
            """,
        discussion: say(
            """
            Give --key from a source that you trust (a receipt, a letter): without it the bundle is only shown to agree
            with itself. Exit status: 0 everything that is there verifies; 1 something does not; 64 wrong usage;
            2 everything verifies, and --review finds defects that nobody answered for.
            """,
            """
            --key 应来自您信任的来源（回执、公函）；不提供时只能证明导出目录自身一致。
            退出状态：0 全部通过；1 有未通过项；64 用法错误；2 全部通过，但 --review 发现未补正、未解释的瑕疵。
            """), version: Release.version)

    @Argument(help: ArgumentHelp(say("The exported folder.", "导出目录。")))
    var bundle: String?

    @Option(help: ArgumentHelp(say("The verifier key that you trust.", "您信任的验证公钥。"), valueName: "vkey"))
    var key: String?

    @Option(help: ArgumentHelp(say("An image to compare with the record. Repeatable.", "要与记录比对的镜像，可重复。"), valueName: "file"))
    var image: [String] = []

    @Option(
        help: ArgumentHelp(
            say(
                "Certificates (PEM) that you trust; people's certificates must lead to them.",
                "您信任的根证书（PEM），人员证书须由其签发。"), valueName: "file"))
    var roots: String?

    @Option(
        help: ArgumentHelp(
            say("SSH keys of people, as ssh-keygen's ALLOWED SIGNERS.", "人员的 SSH 公钥（allowed signers 格式）。"),
            valueName: "file"))
    var allowedSigners: String?

    @Option(
        help: ArgumentHelp(
            say(
                "Certificates (PEM) that you trust; time-stamp authorities' certificates must lead to them.",
                "您信任的根证书（PEM），时间戳机构证书须由其签发。"), valueName: "file"))
    var timeRoots: String?

    @Option(
        help: ArgumentHelp(
            say("Which witnesses must have cosigned (c2sp.org/tlog-policy).", "须有哪些见证方签名（c2sp.org/tlog-policy）。"),
            valueName: "file"))
    var policy: String?

    @Option(
        help: ArgumentHelp(
            say(
                "A receipt that somebody kept (text, HTML, the text of its QR code), a proof file or a checkpoint. Repeatable.",
                "他人保存的回执（文本、HTML 或二维码文本）、证明文件或检查点，可重复。"), valueName: "file"))
    var receipt: [String] = []

    @Flag(help: ArgumentHelp(say("Show for each entry which time is proved.", "逐条显示可证明的时间区间。")))
    var times = false

    @Option(
        help: ArgumentHelp(
            say(
                "A proof of one entry, a consistency proof of two checkpoints, or a receipt, checked on its own.",
                "单独核验：条目证明、两个检查点的一致性证明或回执。"), valueName: "file"))
    var proof: String?

    @Option(
        help: ArgumentHelp(
            say(
                "A key of the station that you do not believe from a time on, as key@YYYY-MM-DDTHH:MM:SSZ. Repeatable.",
                "自某时起不可信的台站公钥：公钥@YYYY-MM-DDTHH:MM:SSZ，可重复。"), valueName: "vkey@time"))
    var revoked: [String] = []

    @Option(
        help: ArgumentHelp(
            say("Believe no key of the station from this time on.", "自该时间起不信任台站的任何密钥。"), valueName: "time"))
    var distrustAfter: String?

    @Option(
        help: ArgumentHelp(
            say("Another bundle of the same station: does one continue the other?", "同一台站的另一导出目录：是否互为延续？"),
            valueName: "bundle"))
    var against: String?

    @Flag(help: ArgumentHelp(say("Review the record by the rules of evidence.", "按证据审查规则审查记录。")))
    var review = false

    @Flag(
        help: ArgumentHelp(
            say("Print the review as one JSON value; everything else goes to standard error.", "以一个 JSON 值输出审查结果；其余内容写入标准错误。")))
    var json = false

    @Option(help: ArgumentHelp(say("Language: en or zh. Default: the locale.", "语言：en 或 zh。"), valueName: "language"))
    var lang: String?

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            _ = try? FileDescriptor.standardError.writeAll(Array((say.usage(fullMessage(for: error)) + "\n").utf8))
            exit(withError: ExitCode.validationFailure)
        }
    }

    func validate() throws {
        if let lang, Language(rawValue: lang) == nil { throw ValidationError(say("--lang is en or zh", "--lang 只能是 en 或 zh")) }
        guard (bundle == nil) != (proof == nil) else {
            throw ValidationError(say("name a bundle, or a proof with --proof", "请指定导出目录，或用 --proof 指定证明文件"))
        }
        if bundle == nil, !receipt.isEmpty {
            throw ValidationError(
                say("--receipt needs a bundle; --proof checks a receipt alone", "--receipt 需要导出目录；单独核验回执请用 --proof"))
        }
        if bundle == nil, against != nil || distrustAfter != nil || !revoked.isEmpty {
            throw ValidationError(
                say("--against, --revoked and --distrust-after need a bundle", "--against、--revoked、--distrust-after 需要导出目录"))
        }
        guard revoked.allSatisfy({ KeyText.revocation($0) != nil }) else {
            throw ValidationError(say("--revoked is VKEY@YYYY-MM-DDTHH:MM:SSZ", "--revoked 的格式为 公钥@YYYY-MM-DDTHH:MM:SSZ"))
        }
        if let distrustAfter, Timestamp(person: distrustAfter) == nil {
            throw ValidationError(say("--distrust-after is YYYY-MM-DDTHH:MM:SSZ", "--distrust-after 的格式为 YYYY-MM-DDTHH:MM:SSZ"))
        }
        if review, bundle == nil { throw ValidationError(say("--review needs a bundle", "--review 需要导出目录")) }
        if json, !review { throw ValidationError(say("--json needs --review", "--json 需与 --review 同用")) }
        if proof != nil, key == nil { throw ValidationError(say("a proof needs --key", "核验证明文件需要 --key")) }
    }

    /// What the auditor brought.
    private func trust(key: VerifierKey?) throws -> AuditorTrust {
        func contents(_ path: String?) throws(BundleError) -> [UInt8]? {
            guard let path else { return nil }
            do {
                return try readFile(FilePath(path), limit: 16 << 20, followLinks: true)
            } catch {
                throw .file(error)
            }
        }
        var trust = AuditorTrust(
            key: key, signerRoots: try contents(roots), allowedSigners: try contents(allowedSigners),
            timeRoots: try contents(timeRoots), witnessPolicy: try contents(policy),
            receipts: try receipt.map { KeptReceipt(name: $0, bytes: try contents($0) ?? []) })
        trust.revocations = revoked.compactMap { KeyText.revocation($0) }
        if let time = distrustAfter.flatMap({ Timestamp(person: $0) }) {
            trust.revocations.append(Revocation(key: nil, since: time))
        }
        return trust
    }

    func run() throws {
        let trusted: VerifierKey?
        do {
            trusted = try key.map { try VerifierKey(parsing: $0) }
        } catch {
            throw ValidationError("--key: \(error)")
        }
        do {
            if let proof, let trusted { return try ProofReport(proof, trusted).print() }
            if let bundle {
                var reviewer = Reviewer()
                let report = try BundleVerifier(folder: FilePath(bundle)).verify(trusting: try trust(key: trusted)) { entry in
                    if review { reviewer.add(entry) }
                }
                let isContinued = try compare(bundle, report, trusted)
                let isGood = try BundleText(report).print(images: image, showTimes: times, otherwiseGood: isContinued)
                if review, !report.edition.roots.isEmpty {
                    write(
                        say(
                            "the review sees nothing of the \(report.edition.roots.count) entries that are withheld",
                            "审查未涉及未展示的 \(report.edition.roots.count) 条"))
                }
                let open = review ? try printReview(reviewer) : 0
                if !isGood { throw ExitCode.failure }
                if open > 0 { throw ExitCode(2) }
            }
        } catch let error as any Explained {
            try refuse(error.message(in: say))
        } catch let error as LogError {
            try refuse("\(proof ?? ""): \(error)".printable)
        }
    }

    /// Judges terms against the present; returns the number of open defects.
    private func printReview(_ reviewer: Reviewer) throws -> Int {
        let report = reviewer.report(at: .now())
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            _ = try FileDescriptor.standardOutput.writeAll(Array(try encoder.encode(report)) + [0x0A])
        } else {
            for line in ReviewText(report, in: say).lines { write(line) }
        }
        return report.openDefects
    }

    /// Whether the other bundle, where there is one, verifies and is of the same history.
    private func compare(_ bundle: String, _ report: BundleReport, _ key: VerifierKey?) throws -> Bool {
        guard let against else { return true }
        let other: BundleReport
        do {
            other = try BundleVerifier(folder: FilePath(against)).verify(trusting: AuditorTrust(key: key))
        } catch BundleError.altered(let place, let reason) {
            throw BundleError.altered(place: "\(against)/\(place)", reason: reason)
        }
        return KeyText.print(
            try BundleComparison((FilePath(bundle), report), (FilePath(against), other)), first: bundle, other: against)
    }

    private func refuse(_ reason: String) throws {
        write(say("NOT VERIFIED: \(reason)", "核验未通过：\(reason)"))
        throw ExitCode.failure
    }
}

/// Words in the user's language.
let say = Language.ofInvocation()

/// Where lines for people go: standard output is for one JSON value where that was asked for.
let screen: FileDescriptor = CommandLine.arguments.contains("--json") ? .standardError : .standardOutput

/// Writes a line for people. Whatever stands in it, it stays one line and moves no cursor.
func write(_ line: String) { _ = try? screen.writeAll(Array((line.printable + "\n").utf8)) }
