import Custody

/// What the record says about a case.
struct CaseFacts: Sendable {
    struct Document: Sendable {
        var entry: Int
        var number: String
        var kind: String
        /// The first moment of the day on which it was issued; nil where the record has none.
        var start: Timestamp?
        /// The last moment of its last day; nil where it has none.
        var end: Timestamp?
    }

    struct Term: Sendable {
        /// Days before its end from which on a term warns where nobody said otherwise.
        static let warnDays = 7

        var entry: Int
        var name: String
        /// Number of the exhibit that it is about.
        var exhibit: String?
        var end: Timestamp
        var warnDays: Int
        var ended: Int?
    }

    /// Evidence of one sort of which a part was examined (R22, O20).
    struct Population: Sendable {
        var entry: Int
        var size: Int
        var draws: [Draw] = []
    }

    struct Draw: Sendable {
        var entry: Int
        /// Whether the members follow from the seed.
        var follows: Bool
        var isReasoned: Bool
        var members: Int
        var checked: [(entry: Int, isGood: Bool)] = []
    }

    struct Answer: Sendable {
        var entry: Int
        var remedies: Bool
        var text: String
    }

    private enum AnswerKey: Hashable {
        case entry(row: String, Int)
        case exhibit(row: String, String)
        case wholeCase(row: String)
    }

    let number: String
    var opened: Int?
    var documents: [Document] = []
    var terms: [Term] = []
    var exhibits: [ExhibitFacts] = []
    private var places: [String: Int] = [:]
    var populations: [Population] = []
    /// What later entries add to an entry, by its position.
    var aftermath: [Int: Aftermath] = [:]
    private var answers: [AnswerKey: [Answer]] = [:]
    /// Against what time terms are judged.
    var at = Timestamp(microseconds: 0)

    init(number: String) { self.number = number }

    /// Changes what is known of an exhibit, which comes into being with its first entry.
    mutating func withExhibit(_ id: ExhibitID, _ change: (inout ExhibitFacts) -> Void) {
        let place = places[id.number] ?? exhibits.count
        if place == exhibits.count {
            places[id.number] = place
            exhibits.append(ExhibitFacts(id: id))
        }
        change(&exhibits[place])
    }

    /// The exhibit of a number.
    func exhibit(_ number: String) -> ExhibitFacts? { places[number].map { exhibits[$0] } }

    /// What later entries add to an act.
    func later(_ act: ActFacts) -> Aftermath { aftermath[act.entry] ?? Aftermath() }

    mutating func answer(_ row: String, exhibit: String?, entries: [Int], _ answer: Answer) {
        if !entries.isEmpty {
            for entry in entries { answers[.entry(row: row, entry), default: []].append(answer) }
        } else if let exhibit {
            answers[.exhibit(row: row, exhibit), default: []].append(answer)
        } else {
            answers[.wholeCase(row: row), default: []].append(answer)
        }
    }

    /// The answer to a defect; nil as long as a part of it has none. An answer must be younger than what it answers for, and one
    /// that names entries answers for those only. Of several that answer for the parts, one that only explains goes before those
    /// that remedy, and then the newest.
    func answer(to judgement: Judgement, row: String, exhibit: String?) -> Finding.Answer? {
        guard !answers.isEmpty, judgement.verdict == .defect else { return nil }
        let wide = exhibit.map { answers[.exhibit(row: row, $0)] ?? [] } ?? answers[.wholeCase(row: row)] ?? []
        // Each part: the entries by which an answer can name it.
        let parts = judgement.faults.isEmpty ? [judgement.entries] : judgement.faults.map { [$0] }
        var found: [Answer] = []
        for part in parts {
            let youngest = part.max() ?? -1
            let given = wide + part.flatMap { answers[.entry(row: row, $0)] ?? [] }
            guard let newest = given.filter({ $0.entry > youngest }).max(by: { $0.entry < $1.entry }) else { return nil }
            found.append(newest)
        }
        let weakest = found.filter { !$0.remedies }
        return (weakest.isEmpty ? found : weakest).max { $0.entry < $1.entry }.map {
            Finding.Answer(entry: $0.entry, remedies: $0.remedies, text: $0.text)
        }
    }
}
