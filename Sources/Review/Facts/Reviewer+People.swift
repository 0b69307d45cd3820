import Custody

// What people record by forms, put where the rules look for it.
extension Reviewer {
    /// - Parameter act: what the entry says by itself.
    mutating func noteRecorded(_ entry: Entry, _ act: ActFacts) {
        let act = act.with((entry.act.body as? any RecordedAct)?.circumstances)
        switch entry.act {
        case .documentAdded(let body):
            inCase(of: entry) {
                $0.documents.append(
                    .init(
                        entry: act.entry, number: body.number, kind: body.documentKind.rawValue, start: body.date.start,
                        end: body.until?.end))
            }
        case .termSet(let body):
            inCase(of: entry) {
                $0.terms.append(
                    .init(
                        entry: act.entry, name: body.term, exhibit: body.exhibit?.number, end: body.until.end,
                        warnDays: body.warnDays ?? CaseFacts.Term.warnDays))
            }
        case .termEnded(let body):
            inCase(of: entry) { facts in
                guard let term = facts.terms.lastIndex(where: { $0.name == body.term }) else { return }
                if body.outcome == .extended, let until = body.until {
                    facts.terms[term].end = until.end
                } else {
                    facts.terms[term].ended = act.entry
                }
            }
        case .mediumSeized(let body):
            with(body.exhibit) {
                $0.seizure = act
                $0.add(body.particulars)
                $0.keep(act, custodian: body.custodian, location: body.location)
            }
            begin(body.exhibit)
            label(body.exhibit, in: act.entry)
        case .mediumLeft(let body):
            with(body.exhibit) {
                $0.left = (act, body.reason)
                $0.add(body.particulars)
                $0.keep(act, custodian: body.custodian, location: body.location)
            }
            begin(body.exhibit)
            label(body.exhibit, in: act.entry)
        case .mediumIsolated(let body):
            with(body.exhibit) { $0.isolations.append((act.entry, body.measure.rawValue)) }
        case .sealChecked(let body):
            with(body.exhibit) {
                $0.sealChecks.append(
                    .init(entry: act.entry, occasion: .check, expected: $0.seal, read: body.number, condition: body.condition))
            }
        case .mediumMoved(let body):
            with(body.exhibit) { exhibit in
                exhibit.noteSeal(act, .move, read: nil, condition: body.seal)
                exhibit.keep(act, custodian: exhibit.keepings.last?.custodian ?? "", location: body.location)
            }
        case .mediumArchived(let body):
            with(body.exhibit) {
                $0.noteSeal(act, .move, read: nil, condition: body.seal)
                $0.keep(act, custodian: body.custodian, location: body.location)
            }
        case .mediumReturned(let body): with(body.exhibit) { $0.returned = act }
        case .handoverOffered(let body):
            let act = act.with(body.from, as: .deliverer)
            with(body.exhibit) {
                $0.noteSeal(act, .handover, read: body.sealNumber, condition: body.seal)
                $0.handOver(act, by: body.from)
                $0.handovers.append(.init(act: act, received: nil, contents: body.contents, isOneEntry: false))
            }
        case .handoverReceived(let body):
            let act = act.with(body.to, as: .receiver)
            with(body.exhibit) {
                $0.noteSeal(act, .handover, read: body.sealNumber, condition: body.seal)
                if let open = $0.handovers.lastIndex(where: { $0.received == nil }) { $0.handovers[open].received = act }
                $0.keep(act, custodian: body.to, location: body.location)
            }
        case .handoverWithdrawn(let body):
            with(body.exhibit) {
                if let open = $0.handovers.lastIndex(where: { $0.received == nil }) { $0.handovers.remove(at: open) }
            }
        case .examinationBegun(let body): with(body.exhibit) { $0.examinations.append(.init(begun: act, ended: nil)) }
        case .examinationEnded(let body):
            with(body.exhibit) {
                if let open = $0.examinations.lastIndex(where: { $0.ended == nil }) { $0.examinations[open].ended = act }
            }
        case .dataCollected(let body): note(body, act)
        case .dataReceived(let body): note(body, act)
        case .certificateChecked(let body):
            with(body.exhibit) {
                $0.data?.checks.append(
                    .init(
                        entry: act.entry, signature: body.signature, values: body.values, number: body.number,
                        certificate: body.certificate, problems: body.problems, watermark: body.watermark,
                        noWatermark: act.reason("watermark")))
            }
        case .fileAttached(let body):
            for kind in act.files { after(body.entry) { $0.files.append((act.entry, kind)) } }
        case .recordingNoted(let body):
            for entry in body.entries { after(entry) { $0.recordings.append(act.entry) } }
        case .entryCorrected(let body):
            after(body.entry) { $0.corrections.append(act.entry) }
            correct(body)
        case .defectAnswered(let body):
            inCase(of: entry) {
                $0.answer(
                    body.row, exhibit: body.exhibit?.number, entries: body.entries ?? [],
                    .init(entry: act.entry, remedies: body.manner == .remedied, text: body.text))
            }
        default: break
        }
    }

    private mutating func inCase(of entry: Entry, _ change: (inout CaseFacts) -> Void) {
        guard let number = entry.draft.caseNumber else { return }
        withCase(number, change)
    }

    private mutating func note(_ body: DataCollected, _ act: ActFacts) {
        let way: ExhibitFacts.Data.Way =
            switch body.way {
            case .onSite: .onSite
            case .online: .online
            case .frozen: .frozen
            }
        var data = ExhibitFacts.Data(act: act, way: way)
        (data.name, data.category, data.format, data.from) = (body.name, body.category, body.format, body.from)
        (data.source, data.access, data.related) = (body.source, body.access, body.related)
        (data.tool, data.method, data.process) = (body.tool, body.method, body.process)
        data.files = ExhibitFacts.files(body.files)
        begin(body.exhibit)
        with(body.exhibit) {
            $0.data = data
            $0.keep(act, custodian: body.custodian, location: body.location)
        }
    }

    private mutating func note(_ body: DataReceived, _ act: ActFacts) {
        var data = ExhibitFacts.Data(act: act, way: .requested)
        (data.name, data.category, data.format) = (body.name, body.category, body.format)
        (data.request, data.receiptSigned) = (body.request, body.receiptSigned)
        data.files = ExhibitFacts.files(body.files)
        data.certificate = body.certificate.map {
            .init(
                documentNumber: $0.documentNumber, unit: $0.unit, protection: $0.protection, isSealed: $0.sealed,
                files: ExhibitFacts.files($0.files))
        }
        begin(body.exhibit)
        with(body.exhibit) {
            $0.data = data
            $0.keep(act, custodian: body.custodian, location: body.location)
        }
    }
}

extension ActFacts {
    /// The act with somebody whom it names in a member of its own.
    func with(_ name: String, as role: ActSigned.Role) -> ActFacts {
        var act = self
        if !(participants[role] ?? []).contains(name) { act.participants[role, default: []].append(name) }
        return act
    }

    /// The act with what people said about it.
    func with(_ circumstances: Circumstances?) -> ActFacts {
        guard let circumstances else { return self }
        var act = self
        act.time = circumstances.time ?? time
        act.document = circumstances.document
        act.absent = circumstances.absent
        for participant in circumstances.participants { act.participants[participant.role, default: []].append(participant.name) }
        return act
    }
}

extension ExhibitFacts {
    /// The same files for the rules.
    fileprivate static func files(_ files: [Custody.DataFile]?) -> [DataFile] {
        (files ?? []).map { DataFile(name: $0.name, digests: $0.digests) }
    }

    /// How a seal was found when the medium went somewhere; nothing where it carries none and none is said of it.
    fileprivate mutating func noteSeal(
        _ act: ActFacts, _ occasion: SealCheck.Occasion, read: String?, condition: MediumUnsealed.Condition?
    ) {
        sealChecks.append(.init(entry: act.entry, occasion: occasion, expected: seal, read: read, condition: condition))
    }

    /// Takes over what people said about the medium.
    fileprivate mutating func add(_ body: MediumParticulars) {
        if let label = body.label { self.label.add(label) }
        particulars = Particulars(
            kind: body.kind.rawValue, source: body.source, owner: body.owner, holder: body.holder, user: body.user,
            basis: body.basis, networkable: body.networkable, running: body.running, liveData: body.liveData.map(Taking.init),
            credentials: body.credentials.map(Taking.init), networkData: body.networkData.map(Taking.init))
    }
}

extension ExhibitFacts.Taking {
    fileprivate init(_ body: MediumParticulars.Taking) {
        self.init(taken: body.taken, by: body.by, reason: body.reason)
    }
}
