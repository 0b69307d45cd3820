import Custody

/// What a review found: the same for the same entries and the same moment, whoever asks.
public struct ReviewReport: Sendable, Equatable, Codable {
    /// Number of entries that were looked at.
    public let entries: Int
    /// Against what moment terms were judged (R38).
    public let at: Timestamp
    /// The cases, oldest first.
    public let cases: [CaseReview]

    /// Number of defects that nobody answered for, or that no answer can take away.
    public var openDefects: Int { cases.reduce(0) { $0 + $1.openDefects } }
}

/// What a review found in a case.
public struct CaseReview: Sendable, Equatable, Codable {
    /// Everything under one heading put together (R29).
    public struct Summary: Sendable, Equatable, Codable {
        /// The heading.
        public let heading: Heading
        /// The heaviest of its findings.
        public let verdict: Verdict
        /// Open defects.
        public let openDefects: Int
    }

    /// One rule with what it found.
    public struct RuleResult: Sendable, Equatable, Codable {
        /// Id of the row.
        public let id: String
        /// The articles.
        public let source: String
        /// The words that bind.
        public let article: String
        /// What it is about.
        public let title: Words
        /// Where it belongs.
        public let heading: Heading
        /// Number of findings of each verdict.
        public let counts: [String: Int]
        /// The findings, but for those where the article does not apply.
        public let findings: [Finding]
    }

    /// The four review points of an exhibit's images.
    public struct ImageReview: Sendable, Equatable, Codable {
        /// Number of the exhibit.
        public let exhibit: String
        /// Positions of the entries that record its images.
        public let entries: [Int]
        /// The heaviest finding under each point.
        public let points: [String: Verdict]
    }

    /// Number of the case.
    public let caseNumber: String
    /// Number of exhibits that were judged.
    public let exhibits: Int
    /// The headings.
    public let headings: [Summary]
    /// The rules, in the order of the requirements.
    public let rules: [RuleResult]
    /// The images.
    public let images: [ImageReview]

    private enum CodingKeys: String, CodingKey {
        case caseNumber = "case"
        case exhibits, headings, rules, images
    }

    /// Open defects; those that only put others together are not counted.
    public var openDefects: Int { headings.reduce(0) { $0 + $1.openDefects } }

    /// Rules that only put together what others found.
    private static let concluding: Set<String> = Set(Rule.conclusions.map(\.id))

    init(_ facts: CaseFacts, exhibit only: String?) {
        var found = [[Finding]](repeating: [], count: Rule.all.count)
        var images: [ImageReview] = []
        var ruled: [RuledFinding] = []
        func take(_ judgement: Judgement, _ index: Int, _ exhibit: String?) -> RuledFinding {
            let rule = Rule.all[index]
            // What only puts others together is answered for where they stand.
            let answer = Self.concluding.contains(rule.id) ? nil : facts.answer(to: judgement, row: rule.id, exhibit: exhibit)
            let finding = Finding(judgement, exhibit: exhibit, answer: answer)
            found[index].append(finding)
            return RuledFinding(rule: rule, finding: finding)
        }
        let chosen = facts.exhibits.filter { only == nil || $0.id.number == only }
        for exhibit in chosen {
            let number = exhibit.id.number
            var own: [RuledFinding] = []
            for (index, rule) in Rule.all.enumerated() {
                guard case .exhibit(let judge) = rule.judge else { continue }
                own += judge(exhibit, facts).map { take($0, index, number) }
            }
            var concluded: [RuledFinding] = []
            for (index, rule) in Rule.all.enumerated() {
                guard case .exhibitConclusion(let conclude) = rule.judge else { continue }
                concluded.append(take(conclude(own), index, number))
            }
            if !exhibit.images.isEmpty {
                images.append(ImageReview(number, exhibit.images.map(\.act.entry), own + concluded))
            }
            ruled += own.filter { $0.finding.verdict != .notApplicable && $0.finding.verdict != .shown } + concluded
        }
        if only == nil {
            for (index, rule) in Rule.all.enumerated() {
                guard case .wholeCase(let judge) = rule.judge else { continue }
                ruled += judge(facts).map { take($0, index, nil) }
            }
            for (index, rule) in Rule.all.enumerated() {
                guard case .caseConclusion(let conclude) = rule.judge else { continue }
                _ = take(conclude(ruled), index, nil)
            }
        }
        caseNumber = facts.number
        exhibits = chosen.count
        self.images = images
        rules = Rule.all.indices.map { RuleResult(Rule.all[$0], found[$0]) }
        headings = Heading.allCases.map { heading in
            let about = Rule.all.indices.filter { Rule.all[$0].heading == heading }
            let verdict = about.flatMap { found[$0] }.map(\.verdict).max { $0.weight < $1.weight } ?? .notApplicable
            let open = about.filter { !Self.concluding.contains(Rule.all[$0].id) }.reduce(0) {
                $0 + found[$1].filter(\.isOpen).count
            }
            return Summary(heading: heading, verdict: verdict, openDefects: open)
        }
    }
}

extension CaseReview.RuleResult {
    init(_ rule: Rule, _ found: [Finding]) {
        id = rule.id
        source = rule.source
        article = rule.article
        title = rule.title
        heading = rule.heading
        counts = Dictionary(found.map { ($0.verdict.rawValue, 1) }, uniquingKeysWith: +)
        findings = found.filter { $0.verdict != .notApplicable }
    }
}

extension CaseReview.ImageReview {
    init(_ exhibit: String, _ entries: [Int], _ findings: [RuledFinding]) {
        self.exhibit = exhibit
        self.entries = entries
        var points: [String: Verdict] = [:]
        for finding in findings {
            guard let point = finding.rule.point?.rawValue else { continue }
            let present = points[point] ?? .notApplicable
            points[point] = finding.finding.verdict.weight > present.weight ? finding.finding.verdict : present
        }
        self.points = points
    }
}
