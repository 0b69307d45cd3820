import Control
import Custody
import Integrity
import Ledger
import TransparencyLog

// Signatures of people. The station never holds their keys: it hands out a statement and takes a signature in.
extension Station {
    /// The statement that a person signs for an entry.
    public func statement(of entry: Int, role: ActSigned.Role, person: String) async throws -> SigningStatement {
        let person = try FieldText.line(person, field: "name")
        let origin = verifierKey.origin.name
        return try await ledger.read { try $0.statement(of: entry, role: role, person: person, origin: origin) }
    }

    /// Takes in a signature, a scan of a signed sheet, or a reason why there is none.
    ///
    /// - Throws: `Refusal.badSignature` where the signature does not fit; `Refusal`, `StationError.unknownEntry`.
    public func sign(_ request: SignRequest, by peer: Peer) async throws -> RecordedView {
        let person = try FieldText.line(request.name, field: "name")
        guard [request.signature != nil, request.sheet != nil, request.reason != nil].count(where: { $0 }) == 1 else {
            throw Refusal.notOneManner
        }
        guard request.signature != nil || request.certificate == nil else { throw Refusal.notOneManner }
        let reason = try FieldText.optionalLine(request.reason, field: "reason")
        let statement = try await statement(of: request.entry, role: request.role, person: person)
        var slot = ActSigned(
            entry: request.entry, role: request.role, person: person, manner: .reason, signers: [], trustedByStation: nil,
            reason: reason)
        var attachments: [Attachment] = []
        if let sheet = request.sheet {
            slot.manner = .sheet
            attachments = [try attachment(sheet, .signedSheet)]
        }
        if let signature = request.signature {
            attachments = [try attachment(signature, .signature)]
            if let certificate = request.certificate { attachments.append(try attachment(certificate, .certificate)) }
            let text = Array(statement.text.utf8)
            let blob = try await addBlob(text)
            attachments.insert(
                Attachment(sha256: blob.sha256, size: blob.size, name: "statement.txt", type: .statement), at: 0)
            let checked = try await check(signature, request.certificate, over: text)
            slot.manner = checked.manner
            slot.signers = checked.signers
            slot.trustedByStation = checked.isTrusted
        }
        return try await record(slot, statement, attachments, by: peer)
    }

    private func record(_ slot: ActSigned, _ statement: SigningStatement, _ attachments: [Attachment], by peer: Peer)
        async throws -> RecordedView
    {
        let caseNumber = statement.entry.draft.caseNumber
        let appended = try await append { reader in
            try reader.checkSlots(slot, of: statement.entry)
            for earlier in try reader.entries(about: .signed(slot.entry)) {
                if case .actSigned(let other) = earlier.act, other.role == slot.role, other.person == slot.person,
                    other.manner.isSignature
                {
                    throw Refusal.alreadySigned(entry: slot.entry, person: slot.person)
                }
            }
            return EntryDraft(
                .actSigned(slot), case: caseNumber, about: [.signed(slot.entry)] + (caseNumber.map { [.caseNumber($0)] } ?? []),
                attachments: attachments, by: peer.actor)
        }
        return RecordedView(entry: appended.entry, checkpoint: appended.checkpoint.encoded)
    }

    private struct Checked: Sendable {
        let manner: ActSigned.Manner
        let signers: [String]
        let isTrusted: Bool?
    }

    private func check(_ signature: AttachmentReference, _ certificate: AttachmentReference?, over text: [UInt8])
        async throws -> Checked
    {
        try await onThread("fc-signature") { [blobs = ledger.blobs, trust = configuration.signerTrust] in
            let bytes = try blobs.read(signature.sha256)
            let file = try certificate.map { try blobs.read($0.sha256) }
            do {
                let certificates = try file.map { try Certificate.read($0) } ?? []
                let format = try PersonSignature.format(of: bytes)
                let checked = try PersonSignature(bytes, format, over: text, with: certificates)
                let isTrusted: Bool? =
                    switch trust.judge(checked, at: Timestamp.now().microseconds / 1_000_000) {
                    case .notChecked: nil
                    case .trusted: true
                    case .notTrusted: false
                    }
                return Checked(
                    manner: ActSigned.Manner(format), signers: checked.signers.map(\.name), isTrusted: isTrusted)
            } catch let error as CertificateError {
                throw Refusal.badSignature(.malformed(error.description))
            } catch let error as SignatureError {
                throw Refusal.badSignature(error)
            }
        }
    }

    private func attachment(_ reference: AttachmentReference, _ kind: Attachment.Kind) throws -> Attachment {
        guard let size = ledger.blobs.size(reference.sha256) else { throw Refusal.unknownBlob(reference.sha256) }
        guard size > 0, kind == .signedSheet || size <= PersonSignature.byteLimit else { throw Refusal.badSignature(.tooLarge) }
        return Attachment(
            sha256: reference.sha256, size: size, name: try FieldText.line(reference.name, field: "attachment"), type: kind)
    }
}

extension LedgerReader {
    /// Nobody fills two slots of one act that exclude each other (R32.4): what the act says and who signed it count.
    fileprivate func checkSlots(_ slot: ActSigned, of entry: Entry) throws {
        guard slot.manner.isSignature else { return }
        var filled = Set(entry.act.circumstances?.participants ?? [])
        for earlier in try entries(about: .signed(slot.entry)) {
            if case .actSigned(let other) = earlier.act, other.manner.isSignature {
                filled.insert(Participant(role: other.role, name: other.person))
            }
        }
        filled.insert(Participant(role: slot.role, name: slot.person))
        if filled.filter({ $0.name == slot.person }).map(\.self).inTwoSlots != nil { throw FormRefusal.twoSlots(slot.person) }
    }

    fileprivate func statement(of index: Int, role: ActSigned.Role, person: String, origin: String) throws -> SigningStatement {
        guard let bytes = try entryBytes(at: index) else { throw StationError.unknownEntry(index) }
        let entry = try Entry(bytes: bytes)
        guard entry.act.kind.canBeSigned else { throw Refusal.notSignable(entry: index) }
        guard let note = try checkpoint(size: index + 1) else { throw LedgerError.corrupt("checkpoint \(index + 1) is missing") }
        return SigningStatement(
            origin: origin, entry: entry, leaf: Hex.encode(LogHash.leaf(bytes).bytes),
            root: try Checkpoint(parsing: note.text).root.base64, role: role, person: person)
    }
}
