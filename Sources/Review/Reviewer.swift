import Custody

/// Takes the entries of a ledger in their order, and judges the cases in them by every rule. Each entry is looked at once.
public struct Reviewer: Sendable {
    private(set) var cases: [CaseFacts] = []
    private var places: [String: Int] = [:]
    /// Which exhibit a medium is, for what the station records about the medium alone.
    private var exhibits: [MediumID: ExhibitID] = [:]
    /// What was recorded about media before they became exhibits.
    private var earlier: [MediumID: (writes: [Int], attachedSealed: [Int])] = [:]
    /// The exhibit that a subject of an entry stands for.
    private var subjects: [Subject: ExhibitID] = [:]
    private var timelines: [ExhibitID: CustodyTimeline.Folding] = [:]
    /// The exhibit whose label an entry describes.
    private var labelled: [Int: ExhibitID] = [:]
    /// The case of each entry that later entries can refer to.
    private var casesOfEntries: [Int: String] = [:]
    private(set) var samples = SampleRecord()
    /// Number of entries taken.
    public private(set) var size = 0

    /// A reviewer that has seen nothing.
    public init() {}

    /// Takes the next entry.
    public mutating func add(_ entry: Entry) {
        size = entry.sequence + 1
        if let number = entry.draft.caseNumber { casesOfEntries[entry.sequence] = number }
        samples.add(entry)
        note(entry)
        for id in Set(entry.draft.subjects.compactMap { subjects[$0] }) { timelines[id]?.add(entry) }
    }

    /// Judges.
    ///
    /// - Parameters:
    ///   - caseNumber: the only case to judge; nil for all.
    ///   - exhibit: the only exhibit; rules about the case as a whole are left out then.
    ///   - time: against what terms are judged (R38).
    public func report(case caseNumber: String? = nil, exhibit: String? = nil, at time: Timestamp) -> ReviewReport {
        let chosen = cases.filter { caseNumber == nil || $0.number == caseNumber }.map { facts in
            var facts = facts
            facts.at = time
            facts.populations = populations(of: facts.number)
            for index in facts.exhibits.indices {
                if let folding = timelines[facts.exhibits[index].id] { facts.exhibits[index].add(folding.timeline.breaks) }
            }
            return CaseReview(facts, exhibit: exhibit)
        }
        return ReviewReport(entries: size, at: time, cases: chosen)
    }

    // MARK: Where facts go

    /// Changes what is known of a case, which comes into being with its first entry.
    mutating func withCase(_ number: String, _ change: (inout CaseFacts) -> Void) {
        let place = places[number] ?? cases.count
        if place == cases.count {
            places[number] = place
            cases.append(CaseFacts(number: number))
        }
        change(&cases[place])
    }

    /// Changes what is known of an exhibit.
    mutating func with(_ id: ExhibitID, _ change: (inout ExhibitFacts) -> Void) {
        withCase(id.caseNumber) { $0.withExhibit(id, change) }
    }

    /// Changes what is known of an exhibit's medium, or keeps it for the time when it becomes one.
    mutating func note(_ medium: MediumID, writes: Int? = nil, attachedSealed: Int? = nil) {
        if let id = exhibits[medium] {
            with(id) {
                if let writes { $0.writes.append(writes) }
                if let attachedSealed { $0.attachedSealed.append(attachedSealed) }
            }
        } else {
            if let writes { earlier[medium, default: ([], [])].writes.append(writes) }
            if let attachedSealed { earlier[medium, default: ([], [])].attachedSealed.append(attachedSealed) }
        }
    }

    /// Says that an exhibit came into being, or to the station; its chain of custody begins with the first such entry.
    mutating func begin(_ id: ExhibitID) {
        guard timelines[id] == nil else { return }
        subjects[.exhibit(id)] = id
        timelines[id] = CustodyTimeline.Folding()
    }

    /// Binds a medium to the exhibit that it is.
    mutating func bind(_ medium: MediumID, to id: ExhibitID) {
        exhibits[medium] = id
        subjects[.medium(medium)] = id
        let known = earlier.removeValue(forKey: medium)
        with(id) {
            $0.medium = medium
            $0.writes += known?.writes ?? []
            $0.attachedSealed += known?.attachedSealed ?? []
        }
    }

    /// Says that an entry describes the label of an exhibit.
    mutating func label(_ id: ExhibitID, in entry: Int) { labelled[entry] = id }

    /// Takes over a correction of what an entry says of a label; others do not change what the rules look at.
    mutating func correct(_ body: EntryCorrected) {
        guard let id = labelled[body.entry], let name = body.member.split(separator: ".").last.map(String.init),
            body.member == "label.\(name)" || body.member == "particulars.label.\(name)"
        else { return }
        with(id) {
            $0.uncorrectedLabel = $0.uncorrectedLabel ?? $0.label
            $0.label.correct(name, body.now)
        }
    }

    /// Adds to what is known of an earlier entry.
    mutating func after(_ entry: Int, _ change: (inout Aftermath) -> Void) {
        guard let number = casesOfEntries[entry] else { return }
        withCase(number) { change(&$0.aftermath[entry, default: Aftermath()]) }
    }
}
