import Custody

/// One text in both languages.
public struct Words: Sendable, Equatable, Codable {
    /// In English.
    public let english: String
    /// In Chinese.
    public let chinese: String

    /// Gives both.
    public init(_ english: String, _ chinese: String) {
        self.english = english
        self.chinese = chinese
    }

    /// The words in a language.
    public func callAsFunction(_ language: Language) -> String { language(english, chinese) }
}

/// What a rule finds about an exhibit or a case.
public enum Verdict: String, Sendable, Codable, CaseIterable {
    /// The record shows what the article asks for.
    case shown
    /// The record says why something is not as the article has it (说明原因、合理解释).
    case explained
    /// Something is missing or wrong, and nobody answered for it (瑕疵).
    case defect
    /// A defect that was made good afterwards (补正, R43).
    case remedied
    /// The article does not speak of this.
    case notApplicable = "not-applicable"
    /// No program can tell; a person has to look.
    case notJudged = "not-judged"

    /// What people read.
    public var words: Words {
        switch self {
        case .shown: Words("shown", "已载明")
        case .explained: Words("shown with explanation", "已说明")
        case .defect: Words("DEFECT", "瑕疵")
        case .remedied: Words("remedied", "已补正")
        case .notApplicable: Words("not applicable", "不适用")
        case .notJudged: Words("for a person to judge", "须人工判断")
        }
    }

    /// How much it weighs where several are put together; the heaviest counts.
    var weight: Int {
        switch self {
        case .notApplicable: 0
        case .shown: 1
        case .notJudged: 2
        case .explained: 3
        case .remedied: 4
        case .defect: 5
        }
    }
}

/// Under what a review puts its findings (R29); integrity stands on its own (R30(5), C).
public enum Heading: String, Sendable, Codable, CaseIterable {
    case objectivity, legality, relevance, integrity

    /// What people read.
    public var words: Words {
        switch self {
        case .objectivity: Words("objectivity", "客观性")
        case .legality: Words("legality", "合法性")
        case .relevance: Words("relevance", "关联性")
        case .integrity: Words("integrity", "完整性")
        }
    }
}

/// The four things to review in an image (R35, C).
public enum ImagePoint: String, Sendable, Codable, CaseIterable {
    case source, objectivity, integrity, legality

    /// What people read.
    public var words: Words {
        switch self {
        case .source: Words("source", "来源")
        case .objectivity: Words("objectivity", "客观性")
        case .integrity: Words("integrity", "完整性")
        case .legality: Words("legality and regularity", "合法性和规范性")
        }
    }
}

/// What a rule says before anybody's answer is looked at.
struct Judgement: Sendable, Equatable {
    let verdict: Verdict
    /// Positions of the entries that show it.
    var entries: [Int] = []
    /// Of a defect, the entries that make it, each of which wants its answer; empty where all that show it make it together.
    var faults: [Int] = []
    /// What is missing, wrong, explained or left to a person; nil where nothing needs to be said.
    var what: Words?
    /// What would make a defect good.
    var remedy: Words?
    /// Whether no answer can take it away (R44).
    var isFinal = false

    static let notApplicable = Judgement(verdict: .notApplicable)

    static func shown(_ entries: [Int], _ what: Words? = nil) -> Judgement {
        Judgement(verdict: .shown, entries: entries, what: what)
    }

    static func explained(_ entries: [Int], _ english: String, _ chinese: String) -> Judgement {
        Judgement(verdict: .explained, entries: entries, what: Words(english, chinese))
    }

    static func remedied(_ entries: [Int], _ english: String, _ chinese: String) -> Judgement {
        Judgement(verdict: .remedied, entries: entries, what: Words(english, chinese))
    }

    static func notJudged(_ entries: [Int], _ english: String, _ chinese: String) -> Judgement {
        Judgement(verdict: .notJudged, entries: entries, what: Words(english, chinese))
    }

    static func defect(_ entries: [Int], faults: [Int] = [], _ what: Words, remedy: Words) -> Judgement {
        Judgement(verdict: .defect, entries: entries, faults: faults, what: what, remedy: remedy)
    }

    static func final(_ entries: [Int], _ english: String, _ chinese: String) -> Judgement {
        Judgement(verdict: .defect, entries: entries, what: Words(english, chinese), isFinal: true)
    }
}

/// What a rule found about one exhibit, or about a case as a whole.
public struct Finding: Sendable, Equatable, Codable {
    /// What somebody said about a defect (R43).
    public struct Answer: Sendable, Equatable, Codable {
        /// Position of the entry that says it.
        public let entry: Int
        /// Whether it makes the defect good (补正) and does not only explain it (合理解释).
        public let remedies: Bool
        /// What it says.
        public let text: String
    }

    /// Number of the exhibit; nil where it is about the case.
    public let exhibit: String?
    /// What was found.
    public let verdict: Verdict
    /// Positions of the entries that show it.
    public let entries: [Int]
    /// Whether no answer can take it away (R44); nil where the verdict is none of a defect.
    public let isFinal: Bool?
    /// What is missing, wrong, explained or left to a person.
    public let what: Words?
    /// What would make a defect good.
    public let remedy: Words?
    /// The answer that was given to a defect.
    public let answer: Answer?

    init(_ judgement: Judgement, exhibit: String?, answer: Answer?) {
        self.exhibit = exhibit
        let answered = judgement.verdict == .defect && !judgement.isFinal ? answer : nil
        verdict = answered.map { $0.remedies ? .remedied : .explained } ?? judgement.verdict
        entries = judgement.entries
        isFinal = verdict == .defect ? judgement.isFinal : nil
        what = judgement.what
        remedy = judgement.remedy
        self.answer = judgement.verdict == .defect ? answer : nil
    }

    /// Whether it is a defect that nobody answered for, or that no answer can take away.
    public var isOpen: Bool { verdict == .defect }
}
