import Custody
import SafeText

/// A review as lines of text, the same in every program.
public struct ReviewText {
    /// Most findings of a rule that are written out; JSON has all.
    static let limit = 20

    private let report: ReviewReport
    private let say: Language

    /// Chooses report and language.
    public init(_ report: ReviewReport, in language: Language) {
        self.report = report
        say = language
    }

    /// The lines, each made printable.
    public var lines: [String] {
        if report.cases.isEmpty { return [say("no case to review", "没有可审查的案件")] }
        return (report.cases.flatMap { lines(of: $0) } + [verdict]).map(\.printable)
    }

    private var verdict: String {
        report.openDefects == 0
            ? say("REVIEW: no open defect", "审查：无未补正、未解释的瑕疵")
            : say("REVIEW: \(report.openDefects) open defects", "审查：未补正、未解释的瑕疵 \(report.openDefects) 项")
    }

    private func lines(of review: CaseReview) -> [String] {
        var lines = [
            say(
                "case \(review.caseNumber), \(review.exhibits) exhibits, \(report.entries) entries, as of \(report.at)",
                "案件 \(review.caseNumber)，检材 \(review.exhibits) 件，条目 \(report.entries) 条，截至 \(report.at)")
        ]
        for summary in review.headings {
            lines.append("")
            let open =
                summary.openDefects == 0 ? "" : say(" (\(summary.openDefects) open)", "（\(summary.openDefects) 项待处理）")
            lines.append("\(summary.heading.words(say)): \(summary.verdict.words(say))\(open)")
            for rule in review.rules where rule.heading == summary.heading { lines += self.lines(of: rule) }
        }
        if !review.images.isEmpty { lines += ["", say("images", "数据镜像")] }
        for image in review.images.prefix(Self.limit) {
            let points = ImagePoint.allCases.map { point in
                "\(point.words(say)) \((image.points[point.rawValue] ?? .notApplicable).words(say))"
            }
            lines.append("  \(image.exhibit)  \(points.joined(separator: say("; ", "；")))")
        }
        lines += more(review.images.count)
        return lines + [""]
    }

    private func lines(of rule: CaseReview.RuleResult) -> [String] {
        let counts = Verdict.allCases.compactMap { verdict in
            rule.counts[verdict.rawValue].map { "\(verdict.words(say)) \($0)" }
        }
        guard !counts.isEmpty else { return [] }
        var lines = ["  \(rule.id)  \(rule.title(say)) [\(rule.source)]  \(counts.joined(separator: say(", ", "，")))"]
        let told = rule.findings.filter { $0.verdict != .shown }.sorted { $0.isOpen && !$1.isOpen }
        for finding in told.prefix(Self.limit) { lines += self.lines(of: finding) }
        return lines + more(told.count)
    }

    private func lines(of finding: Finding) -> [String] {
        let entries = finding.entries.map(String.init).joined(separator: ", ")
        let place = entries.isEmpty ? "" : say(" (entries \(entries))", "（第 \(entries) 条）")
        let exhibit = finding.exhibit.map { "\($0): " } ?? ""
        var lines = ["      \(finding.verdict.words(say))  \(exhibit)\(finding.what?(say) ?? "")\(place)"]
        if let answer = finding.answer {
            let name = answer.remedies ? Verdict.remedied.words(say) : Verdict.explained.words(say)
            lines.append("        \(name)\(say(", entry", "，第")) \(answer.entry)\(say(": ", " 条："))\(answer.text)")
        }
        if finding.isFinal == true {
            lines.append("        " + say("no answer takes this away (R44)", "不能补正（第四十四条）"))
        } else if finding.isOpen, let remedy = finding.remedy {
            lines.append("        " + say("to do: ", "补正办法：") + remedy(say))
        }
        return lines
    }

    private func more(_ count: Int) -> [String] {
        count > Self.limit
            ? [say("      and \(count - Self.limit) more; --json has all", "      另有 \(count - Self.limit) 项，见 --json")] : []
    }
}
