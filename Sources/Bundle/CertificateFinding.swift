import Custody
import Integrity
import SafeText

/// What a reader can make of an electronic certificate (电子证明文件) in a bundle: everything is computed again, with the reader's own
/// trust.
public struct CertificateFinding: Sendable {
    /// Position of the entry.
    public let entry: Int
    /// What the entry is about.
    public let exhibit: ExhibitID
    /// Whether we issued it; else it came with data from a provider.
    public let isOurs: Bool
    /// What was found.
    public let check: CertificateCheck
    /// What the station found, where the entry records a check.
    public let recorded: CertificateChecked?
}

/// Checks electronic certificates in a bundle (O14, O17).
struct CertificateFileCheck {
    let log: BundleLog
    let trust: SignerTrust

    /// Files that an edition leaves out.
    let absent: Set<String>

    /// Checks one entry; nil where there is nothing to check, or where an edition leaves out what is needed.
    ///
    /// - Parameter time: when the signature was there, in seconds since 1970.
    /// - Throws: `BundleError.altered` where the entry says something else than follows from what it names.
    func check(_ entry: Entry, at time: Int) throws(BundleError) -> CertificateFinding? {
        guard !entry.draft.attachments.contains(where: { absent.contains($0.sha256) }) else { return nil }
        return switch entry.act {
        case .certificateIssued(let body): try issued(entry, body, at: time)
        case .certificateChecked(let body): try checked(entry, body, at: time)
        case .dataReceived(let body):
            if entry.draft.attachments.contains(where: { $0.type == .electronicCertificate }) {
                CertificateFinding(
                    entry: entry.sequence, exhibit: body.exhibit, isOurs: false,
                    check: CertificateCheck(
                        try files([], entry.draft.attachments), of: body, number: nil, now: nil, trust: trust, at: time),
                    recorded: nil)
            } else {
                nil
            }
        default: nil
        }
    }

    private func files(_ own: [Attachment], _ received: [Attachment]) throws(BundleError) -> CertificateCheck.Files {
        do {
            return try CertificateCheck.files(own, received) { attachment in
                try log.folder.contents("\(BundleLayout.blobs)/\(attachment.sha256)", Attachment.byteLimit)
            }
        } catch let error as BundleError {
            throw error
        } catch {
            throw .altered(place: BundleLayout.blobs, reason: "\(error)".printable)
        }
    }

    private func issued(_ entry: Entry, _ body: CertificateIssued, at time: Int) throws(BundleError) -> CertificateFinding {
        let place = "entry \(entry.sequence)"
        let files = try files(entry.draft.attachments, [])
        guard let document = files.document.flatMap({ ElectronicCertificate($0) }) else {
            throw .altered(place: place, reason: "its electronic certificate is none")
        }
        let said = ElectronicCertificate(
            documentNumber: body.documentNumber, unit: body.unit, issuedAt: body.issuedAt, protection: body.protection,
            files: body.files)
        guard said == document else {
            throw .altered(place: place, reason: "says something else than its electronic certificate")
        }
        let check = CertificateCheck(signatureOf: files, trust: trust, at: time, unit: document.unit)
        guard check.verified != nil else {
            throw .altered(place: place, reason: (check.problems[.signature] ?? "has no signature").printable)
        }
        guard check.signers == body.signers else {
            throw .altered(place: place, reason: "names other signers than its signature")
        }
        return CertificateFinding(
            entry: entry.sequence, exhibit: body.exhibit, isOurs: true, check: check, recorded: nil)
    }

    private func checked(_ entry: Entry, _ body: CertificateChecked, at time: Int) throws(BundleError) -> CertificateFinding? {
        let place = "entry \(entry.sequence)"
        guard (0..<entry.sequence).contains(body.received) else {
            throw .altered(place: place, reason: "checks an entry that did not stand before it")
        }
        // What an edition leaves out cannot be checked again.
        guard log.withheld[body.received] == nil else { return nil }
        let source = try log.entry(body.received)
        guard !source.draft.attachments.contains(where: { absent.contains($0.sha256) }) else { return nil }
        guard case .dataReceived(let received) = source.act, received.exhibit == body.exhibit else {
            throw .altered(place: place, reason: "checks an entry that is no data of its exhibit")
        }
        let check = CertificateCheck(
            try files(entry.draft.attachments, source.draft.attachments), of: received, number: body.documentNumber,
            now: body.files, trust: trust, at: time)
        // Whom the checker trusted is his own decision; the rest follows.
        for question in CertificateCheck.Question.allCases where question != .certificate {
            guard check.results[question] == body.result(question) else {
                throw .altered(place: place, reason: "its finding about the \(question.rawValue) does not follow")
            }
        }
        guard check.signers == body.signers else {
            throw .altered(place: place, reason: "names other signers than the signature")
        }
        return CertificateFinding(
            entry: entry.sequence, exhibit: body.exhibit, isOurs: false, check: check, recorded: body)
    }
}
