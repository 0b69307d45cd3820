import Control
import Custody
import Ledger

// Questions that the station asks the ledger in its own terms.
extension LedgerReader {
    /// The entry that opened a case; nil where there is none.
    func openedCase(_ number: String) throws -> Entry? {
        // It stands before all others of the case; with thousands of exhibits nobody wants to read those.
        guard let entry = try firstEntry(about: .caseNumber(number)), case .caseOpened = entry.act else { return nil }
        return entry
    }

    /// A case with its exhibits, from the entry that opened it.
    func caseView(_ entry: Entry) throws -> CaseView? {
        guard case .caseOpened(let body) = entry.act else { return nil }
        var seen: Set<ExhibitID> = []
        let inCase = try entries(about: .caseNumber(body.number))
        let exhibits = try inCase.compactMap { entry -> ExhibitView? in
            guard let id = entry.beginningExhibit, let record = try exhibit(id) else { return nil }
            // An exhibit that was seized first and registered from a port later is one.
            return seen.insert(id).inserted ? ExhibitView(record) : nil
        }
        return CaseView(
            body, openedAt: entry.time, entry: entry.sequence, isClosed: try isClosed(body.number), exhibits: exhibits,
            terms: TermRecord.terms(in: inCase))
    }

    /// The exhibit that a person named.
    ///
    /// - Throws: `Refusal`.
    func resolve(_ reference: ExhibitReference) throws -> ExhibitRecord {
        if let caseNumber = reference.caseNumber {
            guard try openedCase(caseNumber) != nil else { throw Refusal.unknownCase(caseNumber) }
            let id = ExhibitID(caseNumber: caseNumber, number: reference.exhibit)
            guard let record = try exhibit(id) else { throw Refusal.unknownExhibit(id.description) }
            return record
        }
        let registered = try entries(about: .exhibitNumber(reference.exhibit)).compactMap { entry -> ExhibitID? in
            entry.beginningExhibit
        }.reduce(into: [ExhibitID]()) { if !$0.contains($1) { $0.append($1) } }
        guard registered.count <= 1 else {
            throw Refusal.ambiguousExhibit(reference.exhibit, cases: registered.map(\.caseNumber))
        }
        guard let id = registered.first, let record = try exhibit(id) else { throw Refusal.unknownExhibit(reference.exhibit) }
        return record
    }

    /// Whether a medium of this identity is known with other content: then two drives say the same about themselves.
    func isDoubled(_ medium: MediumID, by sample: ContentSample?) throws -> Bool {
        let known = try entries(about: .medium(medium)).lazy.compactMap { entry -> MediumAttached? in
            guard case .mediumAttached(let body) = entry.act else { return nil }
            return body
        }.first
        guard let known = known?.sample, let sample else { return false }
        return known != sample
    }

    /// The exhibit that a seal was put on; nil where the number is free.
    func exhibit(sealedWith number: String) throws -> ExhibitID? {
        for entry in try entries(about: .seal(number)) {
            if case .mediumSealed(let body) = entry.act { return body.exhibit }
        }
        return nil
    }
}
