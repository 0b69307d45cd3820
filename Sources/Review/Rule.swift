/// One row of the requirements: what an article asks for, and how the record shows it.
public struct Rule: Sendable {
    /// What an answer of people can do about a defect.
    public enum Answerable: String, Sendable {
        /// It can be made good or explained (R43).
        case remediable
        /// Some defects of this row put the evidence out of use whatever is said (R44); others can be made good.
        case finalInPart
        /// No answer takes it away (R44).
        case final
        /// The row names no defect: the article gives a power and no duty.
        case noDefect
    }

    enum Judge: Sendable {
        /// Judges each exhibit.
        case exhibit(@Sendable (ExhibitFacts, CaseFacts) -> [Judgement])
        /// Judges each case.
        case wholeCase(@Sendable (CaseFacts) -> [Judgement])
        /// Concludes from what the other rules found about an exhibit.
        case exhibitConclusion(@Sendable ([RuledFinding]) -> Judgement)
        /// Concludes from what the other rules found in a case.
        case caseConclusion(@Sendable ([RuledFinding]) -> Judgement)
    }

    /// Id of the row, such as `R34.1`.
    public let id: String
    /// The articles: R of the rules of 2021, O of the opinion of 2022, C of the commentary.
    public let source: String
    /// The words that bind.
    public let article: String
    /// What it is about.
    public let title: Words
    /// Where a review puts it.
    public let heading: Heading
    /// Which of the four points of an image it belongs to.
    public let point: ImagePoint?
    /// What an answer can do.
    public let answerable: Answerable
    let judge: Judge

    init(
        _ id: String, _ source: String, _ article: String, _ title: Words, _ heading: Heading, point: ImagePoint? = nil,
        answerable: Answerable = .remediable, _ judge: Judge
    ) {
        self.id = id
        self.source = source
        self.article = article
        self.title = title
        self.heading = heading
        self.point = point
        self.answerable = answerable
        self.judge = judge
    }

    /// All rules, in the order of the requirements.
    public static let all: [Rule] = mediumRules + imageRules + recordRules + dataRules + conclusions

    /// The rule of a row.
    static func of(_ id: String) -> Rule? { all.first { $0.id == id } }
}

/// A finding with the rule that made it.
struct RuledFinding: Sendable {
    let rule: Rule
    let finding: Finding
}
