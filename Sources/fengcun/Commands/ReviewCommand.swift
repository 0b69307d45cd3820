import ArgumentParser
import Control
import Custody
import Review

struct ReviewCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: say("Review the record by the rules of evidence.", "按证据审查规则审查记录。"),
        discussion: say(
            "Exit status: 0 no open defect; 2 defects are open; 1 refused or failed; 64 wrong usage.",
            "退出状态：0 无未处理的瑕疵；2 有未补正、未解释的瑕疵；1 被拒绝或失败；64 用法错误。"))

    @Option(
        name: .customLong("case"),
        help: ArgumentHelp(say("Only this case. Default: all.", "仅审查该案件，默认全部。"), valueName: "number"))
    var caseNumber: String?

    @Option(
        help: ArgumentHelp(
            say("Only this exhibit, without the rules about the case as a whole.", "仅审查该检材，不含针对全案的规则。"), valueName: "number"))
    var exhibit: String?

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let query = [("case", caseNumber), ("exhibit", exhibit)].compactMap { name, value in
            value.map { "\(name)=\(encode($0))" }
        }
        let path = ControlPath.review + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        let report = try await client.get(path, as: ReviewReport.self)
        try show(report) { ReviewText($0, in: say).lines.joined(separator: "\n") }
        if report.openDefects > 0 { throw ExitCode(2) }
    }
}
