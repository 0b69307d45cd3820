import Control
import Custody
import Integrity
import Ledger
import SafeText

// What the station works out by itself for acts that are recorded by a form.
extension Station {
    /// The members of an act that the station works out; none for most.
    ///
    /// - Throws: `FormRefusal`, `Refusal`; nothing is recorded then.
    func computed(_ kind: Act.Kind, _ request: ActRequest, _ attachments: [Attachment]) async throws -> [String: JSONValue] {
        switch kind {
        case Act.Kind(CertificateIssued.self): try await issued(attachments)
        case Act.Kind(CertificateChecked.self): try await checked(request, attachments)
        case Act.Kind(DataReceived.self): try await read(request, attachments)
        // A decision about files alone leaves no entry out.
        case Act.Kind(EditionDecided.self): request.body[path: "withheld"] == nil ? ["withheld": .array([])] : [:]
        default: [:]
        }
    }

    /// What our own certificate says; a signature that does not fit it is refused.
    private func issued(_ attachments: [Attachment]) async throws -> [String: JSONValue] {
        try await onThread("fc-certificate") { [blobs = ledger.blobs, trust = configuration.signerTrust] in
            let files = try CertificateCheck.files(attachments, []) { try blobs.readSmall($0) }
            guard let document = files.document.flatMap({ ElectronicCertificate($0) }) else { throw FormRefusal.notACertificate }
            let time = Timestamp.now().microseconds / 1_000_000
            let check = CertificateCheck(signatureOf: files, trust: trust, at: time, unit: document.unit)
            guard let verified = check.verified else {
                throw Refusal.badSignature(.malformed(check.problems[.signature] ?? "it is missing"))
            }
            var members: [String: JSONValue] = [
                "documentNumber": .string(try FieldText.identifier(document.documentNumber, field: "documentNumber")),
                "unit": .string(try FieldText.line(document.unit, field: "unit")),
                "protection": .string(try FieldText.line(document.protection, field: "protection")),
                "issuedAt": try JSONValue(encoding: document.issuedAt), "files": try JSONValue(encoding: document.files),
                "signers": try JSONValue(encoding: check.signers),
            ]
            switch trust.judge(verified, at: time) {
            case .notChecked: break
            case .trusted: members["trustedByStation"] = .bool(true)
            case .notTrusted: members["trustedByStation"] = .bool(false)
            }
            return members
        }
    }

    /// What a certificate in our own form says about data, where nobody said it.
    private func read(_ request: ActRequest, _ attachments: [Attachment]) async throws -> [String: JSONValue] {
        guard let attachment = attachments.first(where: { $0.type == .electronicCertificate }),
            attachment.size <= ElectronicCertificate.byteLimit
        else { return [:] }
        let bytes = try await blob(attachment.sha256)
        guard let document = ElectronicCertificate(bytes) else { return [:] }
        let said: [String: JSONValue] = [
            "documentNumber": .string(document.documentNumber), "unit": .string(document.unit),
            "protection": .string(document.protection), "files": try JSONValue(encoding: document.files),
        ]
        return Dictionary(uniqueKeysWithValues: said.map { ("certificate.\($0.key)", $0.value) }).filter {
            request.body[path: $0.key] == nil
        }
    }

    private func checked(_ request: ActRequest, _ attachments: [Attachment]) async throws -> [String: JSONValue] {
        guard let number = request.exhibitNumber else { return [:] }
        let reference = ExhibitReference(exhibit: number, caseNumber: request.caseNumber)
        let (entry, received) = try await ledger.read { reader in
            let record = try reader.resolve(reference)
            for entry in try reader.entries(about: .exhibit(record.id)) {
                if case .dataReceived(let body) = entry.act { return (entry, body) }
            }
            throw FormRefusal.notFromProvider(record.id)
        }
        let files: [DataFile]?
        do {
            files = try request.body[path: "files"]?.decoded(as: [DataFile].self)
        } catch is DecodingError {
            throw FormRefusal.badValue(
                field: "files", expected: "objects of name, bytes and digests", chinese: "含 name、bytes、digests 的对象")
        }
        let named: String? = if case .string(let text)? = request.body[path: "documentNumber"] { text } else { nil }
        return try await onThread("fc-certificate") { [blobs = ledger.blobs, own = configuration.signerTrust] in
            let given = try attachments.first { $0.type == .trustRoots }.map { try Self.roots(try blobs.readSmall($0)) }
            let cameLater = attachments.contains { $0.type == .signature || $0.type == .electronicCertificate }
            let check = CertificateCheck(
                try CertificateCheck.files(attachments, entry.draft.attachments) { try blobs.readSmall($0) }, of: received,
                number: named, now: files, trust: given ?? own,
                at: (cameLater ? Timestamp.now() : entry.time).microseconds / 1_000_000)
            var members: [String: JSONValue] = [
                "received": .integer(entry.sequence), "signers": try JSONValue(encoding: check.signers),
                "problems": .object([:]),
            ]
            for question in CertificateCheck.Question.allCases {
                members[question.rawValue] = .string((check.results[question] ?? .absent).rawValue)
                if let problem = check.problems[question] {
                    members["problems.\(question.rawValue)"] = .string(problem.printable)
                }
            }
            return members
        }
    }

    private static func roots(_ pem: [UInt8]) throws -> SignerTrust {
        do throws(CertificateError) {
            return SignerTrust(roots: try TrustRoots(pem: pem))
        } catch {
            throw Refusal.badSignature(.malformed(error.description))
        }
    }
}

extension BlobStore {
    /// A document, a signature or certificates: nothing of that is long.
    fileprivate func readSmall(_ attachment: Attachment) throws -> [UInt8] {
        guard attachment.size <= Certificate.byteLimit else { throw Refusal.badSignature(.tooLarge) }
        return try read(attachment.sha256)
    }
}
