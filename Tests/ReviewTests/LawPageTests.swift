import Custody
import Foundation
import TestSupport
import Testing

@testable import Review

/// `docs/law.md` follows from the rules and their tests. `FENGCUN_WRITE_DOCS=1` writes it.
struct LawPageTests {
    @Test("docs/law.md is what the rules and their tests say")
    func page() throws {
        let file = URL(fileURLWithPath: Checkout.path + "/docs/law.md")
        if ProcessInfo.processInfo.environment["FENGCUN_WRITE_DOCS"] == "1" {
            try Data(LawPage.text.utf8).write(to: file)
        }
        let page = try String(contentsOf: file, encoding: .utf8)
        #expect(page == LawPage.text, "write it anew: FENGCUN_WRITE_DOCS=1 swift test --filter LawPageTests")
    }
}

enum LawPage {
    private static let head = """
        # What the law asks, and how the record shows it

        This page is written by a test (`FENGCUN_WRITE_DOCS=1 swift test --filter LawPageTests`) from the rules in
        `Sources/Review/Rules` and their tests in `Tests/ReviewTests`. [operating.md](operating.md) has the commands.

        R is 人民检察院办理网络犯罪案件规定 (2021), O 法发〔2022〕23号 (2022), C the commentary on R.
        The rule of a row is the one with its id (`Rule("R34.1", …)`). It is tested twice:

        - on facts: `RuleTests.shown` (the case in `CleanCase.swift`), `RuleTests.defect` (each defect of the column *of
          facts*), `RuleTests.answered` (each with an answer);
        - on entries, recorded by the acts and their forms: `RecordedCaseTests.clean` (the case in `RecordedCase.swift`),
          `RecordedCaseTests.defect` (each defect of the column *of acts*), `RecordedCaseTests.answered`.

        An answer remedies (补正) or explains (合理解释) a defect under R43. A defect in *italics* is final under R44: no answer
        takes it away. `RuleTests.everyRow` and `RecordedCaseTests.everyRow` fail where a row has no defect, or none of a sort that
        it can have. Whole cases by commands, with what the articles lead to: `Tests/SystemTests/ProcedureTests.swift`.

        A finding is one of: shown 已载明, shown with explanation 已说明, defect 瑕疵, remedied 已补正, not applicable 不适用,
        for a person to judge 须人工判断. What only a person can see (whether a photo is clear, whether a text is true) is
        never called shown: the rules say that it is there.

        Where an article gives no measure, the rules take one, and it is ours: 及时 (R15(1)) is less than one day between
        seizure and sealing; a term (R38) warns seven days before its end where nothing else was said.

        | row | article | its words | about | heading | point of an image | tested defects of facts | of acts |
        |---|---|---|---|---|---|---|---|

        """

    static var text: String { head + Rule.all.map(row).joined() }

    private static func row(_ rule: Rule) -> String {
        let facts = DefectCase.all.filter { $0.rule == rule.id }.map { ($0.name, $0.isFinal) }
        let acts = RecordedDefect.all.filter { $0.rule == rule.id }.map { ($0.name, $0.isFinal) }
        let cells = [
            rule.id, rule.source, rule.article, "\(rule.title.english) \(rule.title.chinese)",
            "\(rule.heading.words.english) \(rule.heading.words.chinese)",
            rule.point.map { "\($0.words.english) \($0.words.chinese)" } ?? "", list(facts), list(acts),
        ]
        return "| \(cells.joined(separator: " | ")) |\n"
    }

    private static func list(_ defects: [(name: String, isFinal: Bool)]) -> String {
        defects.isEmpty
            ? "none: the article gives a power and no duty"
            : defects.map { $0.isFinal ? "*\($0.name)*" : $0.name }.joined(separator: "; ")
    }
}
