import Control
import Custody
import Integrity
import Ledger

// Samples whose members nobody could choose (R22, O20).
extension Station {
    /// Fixes a population: the newest images of exhibits.
    public func fixPopulation(_ request: FixPopulationRequest, by peer: Peer) async throws -> RecordedView {
        let name = try FieldText.identifier(request.population, field: "population")
        let what = try FieldText.line(request.what, field: "what")
        let note = try FieldText.optionalLine(request.note, field: "note")
        let appended = try await append { reader in
            guard let opened = try reader.openedCase(request.caseNumber), let item = try reader.caseView(opened) else {
                throw Refusal.unknownCase(request.caseNumber)
            }
            try reader.mustBeOpen(item.number)
            guard try reader.population(name, in: item.number) == nil else { throw SampleRefusal.populationExists(name) }
            let numbers = request.exhibits ?? item.exhibits.filter { !$0.images.isEmpty }.map(\.exhibit)
            let members = try Set(
                numbers.map { number in
                    try reader.resolve(ExhibitReference(exhibit: number, caseNumber: item.number)).image(nil).entry
                }
            ).sorted()
            guard !members.isEmpty else { throw SampleRefusal.noMembers }
            guard members.count <= PopulationFixed.memberLimit else {
                throw SampleRefusal.tooManyMembers(limit: PopulationFixed.memberLimit)
            }
            return EntryDraft(
                .populationFixed(PopulationFixed(population: name, what: what, members: members, note: note)),
                case: item.number, about: [.caseNumber(item.number), .samples(item.number)], by: peer.actor)
        }
        return RecordedView(entry: appended.entry, checkpoint: appended.checkpoint.encoded)
    }

    /// Draws the sample of a population, once.
    public func drawSample(_ request: DrawSampleRequest, by peer: Peer) async throws -> RecordedView {
        let reason = try FieldText.line(request.reason, field: "reason")
        let method = try FieldText.line(request.method, field: "method")
        let appended = try await append { reader in
            try reader.mustBeOpen(request.caseNumber)
            guard let found = try reader.population(request.population, in: request.caseNumber) else {
                throw SampleRefusal.unknownPopulation(request.population)
            }
            if let draw = found.draw { throw SampleRefusal.alreadyDrawn(request.population, entry: draw.entry) }
            let members = found.body.members
            guard (1...members.count).contains(request.count) else { throw SampleRefusal.badCount(population: members.count) }
            let root = try reader.root(size: found.entry + 1)
            let places = SampleDraw(root: root.bytes, entry: found.entry).places(
                population: members.count, count: request.count)
            let body = SampleDrawn(
                population: found.body.population, fixed: found.entry, root: root.base64, algorithm: SampleDraw.algorithm,
                members: places.map { members[$0] }, reason: reason, method: method, confidence: SampleDraw.confidence,
                bound: SampleDraw.bound(population: members.count, sample: places.count, bad: 0))
            return EntryDraft(
                .sampleDrawn(body), case: request.caseNumber,
                about: [.caseNumber(request.caseNumber), .samples(request.caseNumber)], by: peer.actor)
        }
        return RecordedView(entry: appended.entry, checkpoint: appended.checkpoint.encoded)
    }

    /// Records what the examination of a member found.
    public func checkSample(_ request: CheckSampleRequest, by peer: Peer) async throws -> RecordedView {
        let what = try FieldText.line(request.what, field: "what")
        let appended = try await append { reader in
            try reader.mustBeOpen(request.caseNumber)
            guard let found = try reader.population(request.population, in: request.caseNumber) else {
                throw SampleRefusal.unknownPopulation(request.population)
            }
            guard let draw = found.draw else { throw SampleRefusal.notDrawn(request.population) }
            let record = try reader.resolve(
                ExhibitReference(exhibit: request.exhibit, caseNumber: request.caseNumber))
            let images = (record.images + record.copies).map(\.entry)
            guard let member = images.first(where: { draw.body.members.contains($0) }) else {
                throw SampleRefusal.notAMember(exhibit: request.exhibit)
            }
            let body = SampleChecked(
                population: found.body.population, draw: draw.entry, member: member, isGood: request.isGood, what: what)
            return EntryDraft(
                .sampleChecked(body), case: request.caseNumber,
                about: [.caseNumber(request.caseNumber), .samples(request.caseNumber), .exhibit(record.id)], by: peer.actor)
        }
        return RecordedView(entry: appended.entry, checkpoint: appended.checkpoint.encoded)
    }

    /// A population with what was drawn from it and found.
    public func sample(_ name: String, in caseNumber: String) async throws -> SampleView {
        try await ledger.read { reader in
            guard let found = try reader.population(name, in: caseNumber) else { throw SampleRefusal.unknownPopulation(name) }
            let members = try (found.draw?.body.members ?? []).map { entry -> SampleView.Member in
                guard let made = try reader.entry(at: entry)?.act.image else {
                    throw LedgerError.corrupt("entry \(entry) is no image")
                }
                let value = made.digests[.sha256] ?? made.digests.sorted { $0.key < $1.key }.first?.value
                let digest = value ?? made.blockTree ?? ""
                return SampleView.Member(
                    entry: entry, exhibit: made.exhibit.number, digest: digest, isGood: found.results[entry])
            }
            return SampleView(
                caseNumber: caseNumber, population: name, what: found.body.what, size: found.body.members.count,
                fixed: found.entry, draw: found.draw, members: members)
        }
    }
}

extension Act {
    /// The image that the act made or took in; nil where it did neither.
    fileprivate var image: AcquisitionFinished? {
        switch self {
        case .acquisitionFinished(let body): body
        case .imageCopied(let body): body.image
        default: nil
        }
    }
}

/// A population as the ledger has it.
private struct FoundPopulation {
    let entry: Int
    let body: PopulationFixed
    var draw: (entry: Int, body: SampleDrawn)?
    /// The newest result of each member.
    var results: [Int: Bool] = [:]
}

extension LedgerReader {
    /// A population of a case; nil where there is none of this name.
    fileprivate func population(_ name: String, in caseNumber: String) throws -> FoundPopulation? {
        var found: FoundPopulation?
        for entry in try entries(about: .samples(caseNumber)) {
            switch entry.act {
            case .populationFixed(let body) where body.population == name:
                found = FoundPopulation(entry: entry.sequence, body: body)
            case .sampleDrawn(let body) where body.fixed == found?.entry: found?.draw = (entry.sequence, body)
            case .sampleChecked(let body) where body.draw == found?.draw?.entry: found?.results[body.member] = body.isGood
            default: break
            }
        }
        return found
    }
}
