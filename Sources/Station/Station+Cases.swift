import Control
import Custody
import Ledger

// Cases, exhibits and seals.
extension Station {
    /// Opens a case.
    public func openCase(_ request: OpenCaseRequest, by peer: Peer) async throws -> RecordedView {
        let body = CaseOpened(
            number: try FieldText.identifier(request.number, field: "case"),
            cause: try FieldText.line(request.cause, field: "cause"), unit: try FieldText.line(request.unit, field: "unit"),
            note: try FieldText.optionalLine(request.note, field: "note"))
        let appended = try await append { reader in
            guard try reader.openedCase(body.number) == nil else { throw Refusal.caseExists(body.number) }
            return EntryDraft(
                .caseOpened(body), case: body.number, about: [.caseNumber(body.number), .cases], by: peer.actor)
        }
        return RecordedView(entry: appended.entry, checkpoint: appended.checkpoint.encoded)
    }

    /// All cases, oldest first.
    public func cases() async throws -> [CaseView] {
        try await ledger.read { reader in try reader.entries(about: .cases).compactMap { try reader.caseView($0) } }
    }

    /// One case.
    public func caseView(_ number: String) async throws -> CaseView {
        try await ledger.read { reader in
            guard let entry = try reader.openedCase(number), let view = try reader.caseView(entry) else {
                throw Refusal.unknownCase(number)
            }
            return view
        }
    }

    /// Makes an attached medium an exhibit.
    public func registerMedium(_ request: RegisterMediumRequest, by peer: Peer) async throws -> RecordedView {
        let exhibit = ExhibitID(
            caseNumber: try FieldText.identifier(request.caseNumber, field: "case"),
            number: try FieldText.identifier(request.exhibit, field: "exhibit"))
        await settle(for: request.device)
        let attached = try attachedMedium(at: request.device)
        let circumstances = try Filled(request.circumstances)
        let label = try (request.label ?? MediumLabel()).checked()
        let body = MediumRegistered(
            exhibit: exhibit, medium: attached.medium, device: request.device, description: attached.description,
            sample: attached.sample, label: label, labelDifferences: label.differences(from: attached.description),
            blocker: try FieldText.optionalLine(request.blocker, field: "blocker"),
            location: try FieldText.line(request.location, field: "location"),
            custodian: try FieldText.line(request.custodian, field: "custodian"),
            note: try FieldText.optionalLine(request.note, field: "note"), circumstances: circumstances.value)
        let appended = try await append { reader in
            guard try reader.openedCase(exhibit.caseNumber) != nil else { throw Refusal.unknownCase(exhibit.caseNumber) }
            try reader.mustBeOpen(exhibit.caseNumber)
            try reader.exhibit(exhibit)?.mayBeRegistered()
            try reader.check(circumstances, in: exhibit.caseNumber)
            if let other = try reader.exhibits(of: body.medium).first {
                throw Refusal.alreadyRegistered(device: body.device, exhibit: other)
            }
            return EntryDraft(
                .mediumRegistered(body), case: exhibit.caseNumber,
                about: [
                    .exhibit(exhibit), .exhibitNumber(exhibit.number), .medium(body.medium), .caseNumber(exhibit.caseNumber),
                ], by: peer.actor)
        }
        return RecordedView(
            entry: appended.entry, checkpoint: appended.checkpoint.encoded, exhibit: exhibit, medium: body.medium)
    }

    /// One exhibit with its images.
    public func exhibit(_ reference: ExhibitReference) async throws -> ExhibitView {
        try await ledger.read { reader in
            let record = try reader.resolve(reference)
            var view = ExhibitView(record)
            view.custody = CustodyTimeline(try reader.entries(about: record))
            return view
        }
    }

    /// Records a sealing.
    public func seal(_ request: SealRequest, by peer: Peer) async throws -> RecordedView {
        let number = try FieldText.identifier(request.number, field: "number")
        let method = try FieldText.line(request.method, field: "method")
        let place = try FieldText.optionalLine(request.place, field: "place")
        let present = try request.present.map { try FieldText.line($0, field: "present") }
        let note = try FieldText.optionalLine(request.note, field: "note")
        let attachments = try attachments(request.attachments)
        let circumstances = try Filled(request.circumstances)
        let appended = try await append { reader in
            let record = try reader.resolve(request.of)
            try reader.mustBeOpen(record.id.caseNumber)
            try reader.check(circumstances, in: record.id.caseNumber)
            try record.mayBeSealed()
            if let other = try reader.exhibit(sealedWith: number) { throw Refusal.sealNumberUsed(number, by: other) }
            let body = MediumSealed(
                exhibit: record.id, number: number, method: method, place: place, present: present, note: note,
                circumstances: circumstances.value)
            return EntryDraft(
                .mediumSealed(body), case: record.id.caseNumber,
                about: record.subjects + [.seal(number)], attachments: attachments,
                by: peer.actor)
        }
        guard case .mediumSealed(let body) = appended.entry.act else { throw LedgerError.database("another act was recorded") }
        return RecordedView(
            entry: appended.entry, checkpoint: appended.checkpoint.encoded, exhibit: body.exhibit, number: number)
    }

    /// Records an unsealing.
    public func unseal(_ request: UnsealRequest, by peer: Peer) async throws -> RecordedView {
        let named = try request.number.map { try FieldText.identifier($0, field: "number") }
        let reason = try FieldText.line(request.reason, field: "reason")
        let place = try FieldText.optionalLine(request.place, field: "place")
        let present = try request.present.map { try FieldText.line($0, field: "present") }
        let note = try FieldText.optionalLine(request.note, field: "note")
        let attachments = try attachments(request.attachments)
        let circumstances = try Filled(request.circumstances)
        let appended = try await append { reader in
            let record = try reader.resolve(request.of)
            try reader.mustBeOpen(record.id.caseNumber)
            try reader.check(circumstances, in: record.id.caseNumber)
            let number = try record.mayBeUnsealed(number: named)
            let body = MediumUnsealed(
                exhibit: record.id, number: number, condition: request.condition, reason: reason, place: place, present: present,
                note: note, circumstances: circumstances.value)
            return EntryDraft(
                .mediumUnsealed(body), case: record.id.caseNumber,
                about: record.subjects + [.seal(number)], attachments: attachments,
                by: peer.actor)
        }
        guard case .mediumUnsealed(let body) = appended.entry.act else { throw LedgerError.database("another act was recorded") }
        return RecordedView(
            entry: appended.entry, checkpoint: appended.checkpoint.encoded, exhibit: body.exhibit, number: body.number)
    }

    /// Records a hand-over.
    public func transfer(_ request: TransferRequest, by peer: Peer) async throws -> RecordedView {
        let from = try FieldText.optionalLine(request.from, field: "from")
        let to = try FieldText.line(request.to, field: "to")
        let location = try FieldText.line(request.location, field: "location")
        let reason = try FieldText.line(request.reason, field: "reason")
        let named = try request.sealNumber.map { try FieldText.identifier($0, field: "sealNumber") }
        let place = try FieldText.optionalLine(request.place, field: "place")
        let present = try request.present.map { try FieldText.line($0, field: "present") }
        let note = try FieldText.optionalLine(request.note, field: "note")
        let attachments = try attachments(request.attachments)
        let circumstances = try Filled(request.circumstances)
        let appended = try await append { reader in
            let record = try reader.resolve(request.of)
            try reader.mustBeOpen(record.id.caseNumber)
            try reader.check(circumstances, in: record.id.caseNumber)
            let number = try record.mayBeTransferred(
                from: from, to: to, location: location, seal: request.seal, sealNumber: named)
            let body = MediumTransferred(
                exhibit: record.id, from: record.custodian, to: to, location: location, reason: reason, seal: request.seal,
                sealNumber: number, place: place, present: present, note: note,
                circumstances: circumstances.value)
            return EntryDraft(
                .mediumTransferred(body), case: record.id.caseNumber,
                about: record.subjects + (number.map { [.seal($0)] } ?? []),
                attachments: attachments, by: peer.actor)
        }
        guard case .mediumTransferred(let body) = appended.entry.act else {
            throw LedgerError.database("another act was recorded")
        }
        return RecordedView(
            entry: appended.entry, checkpoint: appended.checkpoint.encoded, exhibit: body.exhibit, number: body.sealNumber)
    }

    // MARK: Attachments

    /// Keeps an uploaded file; it becomes part of the record when an act names it.
    public func addBlob(_ bytes: [UInt8]) async throws -> BlobView {
        let sha256 = try await onThread("fc-blob") { [blobs = ledger.blobs] in try blobs.add(bytes) }
        return BlobView(sha256: sha256, size: bytes.count)
    }

    /// Reads an attachment.
    public func blob(_ sha256: String) async throws -> [UInt8] {
        guard ledger.blobs.size(sha256) != nil else { throw Refusal.unknownBlob(sha256) }
        return try await onThread("fc-blob") { [blobs = ledger.blobs] in try blobs.read(sha256) }
    }

    private func attachments(_ references: [AttachmentReference]) throws -> [Attachment] {
        try references.map { reference in
            guard reference.type.isPhoto else { throw Refusal.notAPhoto(reference.name) }
            return try uploaded(reference)
        }
    }

    /// An uploaded file as an attachment.
    func uploaded(_ reference: AttachmentReference) throws -> Attachment {
        guard let size = ledger.blobs.size(reference.sha256) else { throw Refusal.unknownBlob(reference.sha256) }
        guard size > 0 else { throw Refusal.notAPhoto(reference.name) }
        return Attachment(
            sha256: reference.sha256, size: size, name: try FieldText.line(reference.name, field: "attachment"),
            type: reference.type)
    }
}

extension MediumLabel {
    /// The label with every text checked.
    fileprivate func checked() throws(Refusal) -> MediumLabel {
        MediumLabel(
            make: try FieldText.optionalLine(make, field: "label.make"),
            model: try FieldText.optionalLine(model, field: "label.model"),
            serial: try FieldText.optionalLine(serial, field: "label.serial"),
            capacity: try FieldText.optionalLine(capacity, field: "label.capacity"),
            owner: try FieldText.optionalLine(owner, field: "label.owner"),
            identification: try FieldText.optionalLine(identification, field: "label.identification"))
    }
}
