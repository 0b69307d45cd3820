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
        Every row is tested where it is shown (`RuleTests.shown`, on the case in `CleanCase.swift`), in each defect below
        (`RuleTests.defect`), and with an answer to it (`RuleTests.answered`). An answer remedies (补正) or explains
        (合理解释) a defect under R43. A defect in *italics* is final under R44: no answer takes it away.

        A finding is one of: shown 已载明, shown with explanation 已说明, defect 瑕疵, remedied 已补正, not applicable 不适用,
        for a person to judge 须人工判断. What only a person can see (whether a photo is clear, whether a text is true) is
        never called shown: the rules say that it is there.

        Where an article gives no measure, the rules take one, and it is ours: 及时 (R15(1)) is less than one day between
        seizure and sealing; a term (R38) warns seven days before its end where nothing else was said.

        | row | article | its words | about | heading | point of an image | defects that are tested |
        |---|---|---|---|---|---|---|

        """

    static var text: String { head + Rule.all.map(row).joined() }

    private static func row(_ rule: Rule) -> String {
        let defects = DefectCase.all.filter { $0.rule == rule.id }.map { $0.isFinal ? "*\($0.name)*" : $0.name }
        let tested = defects.isEmpty ? "none: the article gives a power and no duty" : defects.joined(separator: "; ")
        let cells = [
            rule.id, rule.source, rule.article, "\(rule.title.english) \(rule.title.chinese)",
            "\(rule.heading.words.english) \(rule.heading.words.chinese)",
            rule.point.map { "\($0.words.english) \($0.words.chinese)" } ?? "", tested,
        ]
        return "| \(cells.joined(separator: " | ")) |\n"
    }
}
