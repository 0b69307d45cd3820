import Control
import Custody
import Ledger

// Acts that people record by filling in a form.
extension Station {
    /// Records an act whose form was filled in.
    ///
    /// - Throws: `FormRefusal`, `Refusal`, `LedgerError`; nothing is recorded then.
    public func record(_ request: ActRequest, by peer: Peer) async throws -> RecordedView {
        guard let kind = Act.Kind(rawValue: request.act), let form = ActForm.form(of: kind) else {
            throw FormRefusal.noForm(request.act)
        }
        let attachments = try request.attachments.map { try uploaded($0) }
        try form.check(attachments)
        let computed = try await computed(kind, request, attachments)
        let appended = try await append { reader in
            let caseNumber = try reader.caseNumber(of: request)
            let filled = try ActForm.fill(kind, request.body, case: caseNumber, now: .now(), computed: computed)
            let subjects = try reader.mayFollow(filled, in: caseNumber, attachments)
            let act = try reader.completed(filled.act, in: caseNumber)
            return EntryDraft(act, case: caseNumber, about: subjects, attachments: attachments, by: peer.actor)
        }
        let exhibit = appended.entry.draft.subjects.isEmpty ? nil : request.exhibitNumber
        return RecordedView(
            entry: appended.entry, checkpoint: appended.checkpoint.encoded,
            exhibit: exhibit.map { ExhibitID(caseNumber: appended.entry.draft.caseNumber ?? "", number: $0) })
    }
}

extension ActForm {
    /// Checks that the files belong to the act, and that those are there without which it says nothing.
    fileprivate func check(_ attachments: [Attachment]) throws(FormRefusal) {
        for attachment in attachments where !files.contains(where: { $0.type == attachment.type }) {
            throw .fileNotAllowed(attachment.type)
        }
        for file in files where file.need == .always && !attachments.contains(where: { $0.type == file.type }) {
            throw .fileMissing(file.type, rows: file.rows)
        }
    }
}

extension ActRequest {
    /// The number of the exhibit that the form names.
    var exhibitNumber: String? {
        switch body[path: "exhibit"] {
        case .string(let number): number
        case .object: body[path: "exhibit.number"].flatMap { if case .string(let number) = $0 { number } else { nil } }
        default: nil
        }
    }
}

/// Circumstances as they came with a request that has no form.
struct Filled: Sendable {
    /// The circumstances; nil where none were given.
    let value: Circumstances?
    /// Names that must be registered in the case.
    let people: Set<String>

    /// Why something may be missing in the acts that have a request of their own.
    private static let reasons: Set<String> = [
        "examiner", "witness", "holder", "custodian", "deliverer", "receiver", "photo", "photoBefore", "photoAfter", "recording",
        "secondPerson", "seal", "make", "model", "serial", "capacity", "owner-label", "identification",
    ]

    init(_ given: JSONValue?) throws {
        let filled = try given.map { try ActForm.circumstances($0, reasons: Self.reasons, now: .now()) }
        value = filled?.circumstances
        people = filled?.people ?? []
    }
}

// The rules that need more of the ledger than one exhibit.
extension LedgerReader {
    /// Whether a case is closed.
    func isClosed(_ number: String) throws -> Bool {
        guard case .caseClosed? = try entries(about: .caseStatus(number)).last?.act else { return false }
        return true
    }

    /// A closed case takes nothing in.
    func mustBeOpen(_ number: String) throws {
        guard try openedCase(number) != nil else { throw Refusal.unknownCase(number) }
        if try isClosed(number) { throw FormRefusal.caseClosed(number) }
    }

    /// The entries about an exhibit and those about its medium, in order.
    func entries(about record: ExhibitRecord) throws -> [Entry] {
        var all: [Int: Entry] = [:]
        for subject in record.subjects { for entry in try entries(about: subject) { all[entry.sequence] = entry } }
        return all.values.sorted { $0.sequence < $1.sequence }
    }

    /// The people must be registered in the case, the document recorded in it and in force.
    func check(_ filled: Filled, in caseNumber: String) throws {
        try checkPeople(filled.people, in: caseNumber)
        if let circumstances = filled.value { try checkDocument(circumstances.document, at: circumstances.time, in: caseNumber) }
    }

    /// The case that a form belongs to: the one that is named, or the only one with the exhibit.
    fileprivate func caseNumber(of request: ActRequest) throws -> String {
        if let number = request.caseNumber {
            guard try openedCase(number) != nil else { throw Refusal.unknownCase(number) }
            return number
        }
        if let exhibit = request.exhibitNumber {
            return try resolve(ExhibitReference(exhibit: exhibit, caseNumber: nil)).id.caseNumber
        }
        for path in ["entry", "entries"] {
            guard case .some(let value) = request.body[path: path] else { continue }
            let first: JSONValue = if case .array(let items) = value { items.first ?? .null } else { value }
            let number: Int? =
                switch first {
                case .integer(let number): number
                case .string(let text): Int(text)
                default: nil
                }
            if let number, let caseNumber = try entry(number).draft.caseNumber { return caseNumber }
        }
        throw FormRefusal.noCase
    }

    /// Whether an act may follow what stands in the ledger.
    ///
    /// - Returns: the subjects of its entry.
    fileprivate func mayFollow(_ filled: ActForm.Filled, in caseNumber: String, _ attachments: [Attachment]) throws -> [Subject] {
        if case .caseReopened = filled.act {
            guard try isClosed(caseNumber) else { throw FormRefusal.caseOpen(caseNumber) }
        } else {
            try mustBeOpen(caseNumber)
        }
        try checkPeople(filled.people, in: caseNumber)
        try checkDocument(filled.circumstances.document, at: filled.circumstances.time, in: caseNumber)
        for number in filled.entries { try checkEntry(number, in: caseNumber) }
        return try subjects(of: filled.act, in: caseNumber, attachments) + exhibitSubjects(filled, in: caseNumber)
            + filled.entries.map { .concerning($0) }
    }

    private func subjects(of act: Act, in caseNumber: String, _ attachments: [Attachment]) throws -> [Subject] {
        let inCase: [Subject] = [.caseNumber(caseNumber)]
        switch act {
        case .caseClosed, .caseReopened: return inCase + [.caseStatus(caseNumber)]
        case .personRegistered(let body):
            let subject = Subject.person(body.name, of: caseNumber)
            guard try firstEntry(about: subject) == nil else {
                throw FormRefusal.personExists(body.name, caseNumber: caseNumber)
            }
            return inCase + [subject]
        case .credentialRegistered(let body):
            guard attachments.contains(where: { $0.type == .certificate && $0.sha256 == body.fingerprint }) else {
                throw FormRefusal.badValue(
                    field: "fingerprint", expected: "the SHA-256 of the attached file", chinese: "所附文件的 SHA-256")
            }
            return inCase + [.person(body.person, of: caseNumber)]
        case .documentAdded(let body):
            let subject = Subject.document(body.number, of: caseNumber)
            guard try firstEntry(about: subject) == nil else { throw FormRefusal.documentExists(body.number) }
            return inCase + [subject]
        case .termSet(let body):
            let subject = Subject.term(body.term, of: caseNumber)
            guard try firstEntry(about: subject) == nil else { throw FormRefusal.termExists(body.term) }
            guard body.until.end >= .now() else { throw FormRefusal.runOut(until: body.until) }
            return inCase + [subject]
        case .termEnded(let body):
            let subject = Subject.term(body.term, of: caseNumber)
            try mayEnd(body, try entries(about: subject))
            return inCase + [subject]
        case .dataReceived(let body):
            try checkDocument(body.request, at: nil, in: caseNumber, mustRun: false)
            return []
        case .entryCorrected(let body):
            try checkCorrection(body)
            return []
        case .defectAnswered, .editionDecided: return inCase
        default: return []
        }
    }

    private func exhibitSubjects(_ filled: ActForm.Filled, in caseNumber: String) throws -> [Subject] {
        var subjects: [Subject] = []
        for (index, id) in filled.exhibits.enumerated() {
            let record = try exhibit(id)
            if index == 0, filled.act.beginsExhibit {
                if let record { try record.mayFollow(filled.act) }
                subjects += [.exhibit(id), .exhibitNumber(id.number), .caseNumber(caseNumber)]
            } else {
                guard let record else { throw Refusal.unknownExhibit(id.description) }
                if index == 0 { try record.mayFollow(filled.act) }
                subjects += record.subjects
            }
        }
        return subjects
    }

    /// An extension needs a term that has neither ended nor run out, and a later day that is not past.
    private func mayEnd(_ ending: TermEnded, _ history: [Entry]) throws {
        guard case .termSet(let set)? = history.first?.act else { throw FormRefusal.unknownTerm(ending.term) }
        var until = set.until
        for entry in history.dropFirst() {
            guard case .termEnded(let earlier) = entry.act else { continue }
            guard earlier.outcome == .extended, let later = earlier.until else { throw FormRefusal.termEnded(ending.term) }
            until = later
        }
        guard ending.outcome == .extended else { return }
        guard until.end >= .now() else { throw FormRefusal.runOut(until: until) }
        guard let later = ending.until, later > until else {
            throw FormRefusal.badValue(field: "until", expected: "a day after \(until)", chinese: "\(until) 之后的日期")
        }
    }

    private func checkPeople(_ people: Set<String>, in caseNumber: String) throws {
        for name in people.sorted() {
            guard try firstEntry(about: .person(name, of: caseNumber)) != nil else {
                throw FormRefusal.unknownPerson(name, caseNumber: caseNumber)
            }
        }
    }

    private func checkDocument(_ number: String?, at time: Timestamp?, in caseNumber: String, mustRun: Bool = true) throws {
        guard let number else { return }
        guard case .documentAdded(let document)? = try firstEntry(about: .document(number, of: caseNumber))?.act else {
            throw FormRefusal.unknownDocument(number, caseNumber: caseNumber)
        }
        if mustRun, let until = document.until, (time ?? .now()) > until.end {
            throw FormRefusal.documentRunOut(number, until: until)
        }
    }

    private func entry(_ number: Int) throws -> Entry {
        guard let entry = try entry(at: number) else { throw StationError.unknownEntry(number) }
        return entry
    }

    private func checkEntry(_ number: Int, in caseNumber: String) throws {
        let entry = try entry(number)
        guard entry.draft.caseNumber == caseNumber else { throw FormRefusal.otherCase(entry: number) }
        guard entry.act.kind.canBeSigned else { throw FormRefusal.notCorrectable(entry: number) }
    }

    /// A correction names what really stands there, and something else.
    private func checkCorrection(_ body: EntryCorrected) throws {
        guard body.was != body.now else { throw FormRefusal.notChanged(member: body.member) }
        guard let stands = try entry(body.entry).act.text(of: body.member), stands == body.was else {
            throw FormRefusal.badValue(
                field: "was", expected: "what entry \(body.entry) says in \(body.member)",
                chinese: "第 \(body.entry) 条 \(body.member) 的现有内容")
        }
    }
}
