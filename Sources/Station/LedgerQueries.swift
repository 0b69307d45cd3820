import Control
import Custody
import Ledger

// Questions that the station asks the ledger in its own terms.
extension LedgerReader {
    /// The entry that opened a case; nil where there is none.
    func openedCase(_ number: String) throws -> Entry? {
        try entries(about: .caseNumber(number)).first {
            guard case .caseOpened = $0.act else { return false }
            return true
        }
    }

    /// A case with its exhibits, from the entry that opened it.
    func caseView(_ entry: Entry) throws -> CaseView? {
        guard case .caseOpened(let body) = entry.act else { return nil }
        let exhibits = try entries(about: .caseNumber(body.number)).compactMap { entry -> ExhibitView? in
            guard case .mediumRegistered(let registered) = entry.act, let record = try exhibit(registered.exhibit) else {
                return nil
            }
            return ExhibitView(record)
        }
        return CaseView(body, openedAt: entry.time, entry: entry.sequence, exhibits: exhibits)
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
            guard case .mediumRegistered(let body) = entry.act else { return nil }
            return body.exhibit
        }
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
