extension Rule {
    /// What follows from the other rules.
    static let conclusions: [Rule] = [
        Rule(
            "R30.5", "R30(5), C", "电子数据的完整性是否可以保证", Words("integrity can be relied on", "完整性可以保证"), .integrity,
            point: .integrity, answerable: .finalInPart, .exhibitConclusion(integrity)),
        Rule(
            "R44", "R44", "电子数据系篡改、伪造、无法确定真伪的，或者有其他无法保证电子数据客观、真实情形的，不得作为定案的根据",
            Words("nothing that cannot be relied on", "无不得作为定案根据的情形"), .objectivity, answerable: .final,
            .exhibitConclusion(reliability)),
        Rule(
            "R43", "R43", "电子数据的收集、提取程序有下列瑕疵，经补正或者作出合理解释的，可以采用；不能补正或者作出合理解释的，不得作为定案的根据",
            Words("defects and what was done about them", "瑕疵及其补正、解释"), .legality, .caseConclusion(defects)),
    ]

    private static func integrity(_ findings: [RuledFinding]) -> Judgement {
        let about = findings.filter { $0.rule.heading == .integrity }.map(\.finding)
        let weighty = about.filter { $0.verdict != .notApplicable }
        guard !weighty.isEmpty else { return .notApplicable }
        let failures = weighty.filter { $0.isFinal == true }
        guard failures.isEmpty else {
            return .final(failures.flatMap(\.entries), "an integrity check failed", "完整性校验未通过")
        }
        let open = weighty.filter(\.isOpen)
        guard open.isEmpty else {
            return .defect(
                open.flatMap(\.entries),
                Words("\(open.count) defects of integrity are open", "有 \(open.count) 项完整性瑕疵未补正、未解释"),
                remedy: Words("answer them one by one (R43)", "逐项补正或者解释（R43）"))
        }
        let answered = weighty.filter { $0.verdict == .explained || $0.verdict == .remedied }
        guard answered.isEmpty else {
            return .explained(
                answered.flatMap { $0.entries + [$0.answer?.entry].compactMap { $0 } },
                "with what was remedied or explained", "经补正或者合理解释")
        }
        let shown = weighty.filter { $0.verdict == .shown }
        return shown.isEmpty
            ? .notJudged(weighty.flatMap(\.entries), "nothing has been checked yet", "尚无核对记录") : .shown(shown.flatMap(\.entries))
    }

    private static func reliability(_ findings: [RuledFinding]) -> Judgement {
        let final = findings.filter { $0.finding.isFinal == true && $0.rule.id != "R30.5" }
        guard final.isEmpty else {
            let rows = final.map(\.rule.id).joined(separator: ", ")
            return .final(final.flatMap(\.finding.entries), "cannot be remedied: \(rows)", "不能补正：\(rows)")
        }
        let compared = findings.filter {
            ["R31.2", "O17"].contains($0.rule.id) && [.shown, .explained, .remedied].contains($0.finding.verdict)
        }
        guard !compared.isEmpty else {
            return .notJudged([], "there is no integrity value to compare", "尚无可比对的完整性校验值")
        }
        return .shown(compared.flatMap(\.finding.entries))
    }

    private static func defects(_ findings: [RuledFinding]) -> Judgement {
        let others = findings.filter { !["R30.5", "R44"].contains($0.rule.id) }.map(\.finding)
        let open = others.filter { $0.isOpen && $0.isFinal != true }
        if !open.isEmpty {
            return .defect(
                [], Words("\(open.count) defects are neither remedied nor explained", "有 \(open.count) 项瑕疵未补正、未解释"),
                remedy: Words("answer each under its own row (R43)", "按各项要求逐项补正或者解释（R43）"))
        }
        let answers = others.filter { $0.answer != nil || $0.verdict == .remedied }
        guard !answers.isEmpty else { return .shown([]) }
        return .remedied(
            Array(answers.compactMap { $0.answer?.entry }.prefix(entryLimit)),
            "\(answers.count) defects were remedied or explained",
            "\(answers.count) 项瑕疵已补正或者解释")
    }
}
