import Control
import Custody
import Ledger

// Questions that the station asks the ledger in its own terms.
extension LedgerReader {
    /// What the record says last of a stay that it has the beginning of: how many requests that change the medium were counted, and
    /// whether it is protected.
    func lastKnown(of stay: MediumAttached, since attach: Entry) throws -> (requests: Int, isProtected: Bool) {
        var last = (requests: stay.protection.state.requests, isProtected: stay.protection.state.readOnly)
        for entry in try entries(about: .medium(stay.medium)) where entry.sequence > attach.sequence {
            switch entry.act {
            case .writeCounted(let body) where body.device == stay.device: last.requests = body.state.requests
            case .protectionLost(let body) where body.device == stay.device: last.isProtected = body.state.readOnly
            default: break
            }
        }
        return last
    }

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

    /// Which medium it is that was plugged in.
    ///
    /// - Parameters:
    ///   - found: with the identity that it has by what it says of itself.
    ///   - connection: the identity that it has by what udev and the kernel say.
    func recognise(_ found: MediumAttached, connection: MediumID, boot: String) throws -> Recognition {
        let stays = try attachments(about: .medium(found.medium))
        // A blank medium's content tells nothing.
        let content = found.sample.flatMap { $0.uniform ? nil : $0 }
        let isKnown = stays.contains { $0.sample == found.sample }
        // Another medium with other content says the same about itself: two drives with one serial number.
        let isDoubled = found.sample != nil && !isKnown && stays.first?.sample != nil
        let medium = isDoubled ? MediumID(found.description, sample: found.sample, boot: boot, isDoubled: true) : found.medium
        if let content, !isKnown, let earlier = try knownByContent(found, content, connection: connection), earlier != medium {
            return Recognition(medium: earlier, isByContent: true, others: [found.medium, connection])
        }
        return Recognition(medium: medium, isByContent: false, others: content == nil ? [] : [found.medium, connection])
    }

    /// The medium of an earlier stay that goes by one of two identities and holds the same.
    private func knownByContent(_ found: MediumAttached, _ content: ContentSample, connection: MediumID) throws -> MediumID? {
        func media(_ subject: Subject) throws -> [MediumID] {
            try attachments(about: subject).filter {
                $0.sample == content && $0.description.capacity == found.description.capacity
            }.map(\.medium)
        }
        if let medium = try media(.alias(found.medium)).last { return medium }
        let candidates = try Set(media(.alias(connection)) + media(.medium(connection)))
        // Of two media that hold the same behind one connection, a disk that is silent may be either.
        guard candidates.count == 1, let candidate = candidates.first else { return nil }
        // Two disks that name themselves, and differ, are two, whatever they hold.
        let names = try attachments(about: .medium(candidate)).filter { $0.description.disk != nil }.map { $0.alias ?? $0.medium }
        return found.description.disk == nil || names.allSatisfy { $0 == found.medium } ? candidate : nil
    }

    private func attachments(about subject: Subject) throws -> [MediumAttached] {
        try entries(about: subject).compactMap { entry in
            guard case .mediumAttached(let body) = entry.act else { return nil }
            return body
        }
    }

    /// The exhibit that a seal was put on; nil where the number is free.
    func exhibit(sealedWith number: String) throws -> ExhibitID? {
        for entry in try entries(about: .seal(number)) {
            if case .mediumSealed(let body) = entry.act { return body.exhibit }
        }
        return nil
    }
}

/// Which medium a disk is.
struct Recognition: Sendable {
    let medium: MediumID
    /// Whether it says otherwise at this stay than at earlier ones, and its content says who it is.
    let isByContent: Bool
    /// Identities by which it can be found again beside its name.
    let aliases: [MediumID]

    init(medium: MediumID, isByContent: Bool, others: [MediumID]) {
        self.medium = medium
        self.isByContent = isByContent
        aliases = others.reduce(into: []) { if $1 != medium, !$0.contains($1) { $0.append($1) } }
    }
}
