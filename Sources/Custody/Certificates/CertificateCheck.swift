import Integrity

/// The check of an electronic certificate (O17): whether its signature, the integrity values, the number of the document and the
/// signer's certificate are right, each by itself.
public struct CertificateCheck: Sendable, Equatable {
    /// What is looked at.
    public enum Question: String, Sendable, Codable, CaseIterable {
        /// The signature fits the document (电子签名).
        case signature
        /// The files have the values that the document names (完整性校验值).
        case values
        /// The document names the notice that asked for the data (调证法律文书编号).
        case number
        /// The signer's certificate leads to a root that the checker trusts.
        case certificate
    }

    /// What was found.
    public enum Result: String, Sendable, Codable, CaseIterable {
        /// It is right.
        case good
        /// It is wrong.
        case wrong
        /// Not all of it could be matched: a file that only one side names.
        case incomplete
        /// There is nothing to look at.
        case absent
        /// There is something, and nothing to judge it by.
        case notJudged = "not-judged"
    }

    /// What is looked at, as bytes.
    public struct Files: Sendable, Equatable {
        /// The electronic certificate.
        public var document: [UInt8]?
        /// The detached signature of it.
        public var signature: [UInt8]?
        /// Certificates that are not in the signature.
        public var certificate: [UInt8]?

        /// Takes what there is.
        public init(document: [UInt8]?, signature: [UInt8]?, certificate: [UInt8]?) {
            self.document = document
            self.signature = signature
            self.certificate = certificate
        }
    }

    /// What was found to each question.
    public private(set) var results: [Question: Result] = [:]
    /// Why something is not good, in one English line each.
    public private(set) var problems: [Question: String] = [:]
    /// Who signed, as the signature says itself.
    public private(set) var signers: [String] = []
    /// The signature, where it is good.
    public private(set) var verified: PersonSignature?

    /// Two checks are the same where they found the same.
    public static func == (left: Self, right: Self) -> Bool {
        left.results == right.results && left.problems == right.problems && left.signers == right.signers
    }

    /// Checks what came with data from a provider.
    ///
    /// - Parameters:
    ///   - received: what was recorded about the data.
    ///   - number: the document number in the certificate as a person read it later; counts where no program can read it.
    ///   - now: the files with values that were computed later; nil for those of the record.
    ///   - trust: whom the checker trusts.
    ///   - time: when the signature was there, in seconds since 1970.
    public init(
        _ files: Files, of received: DataReceived, number: String?, now: [DataFile]?, trust: SignerTrust, at time: Int
    ) {
        let document = files.document.flatMap { ElectronicCertificate($0) }
        check(number: document?.documentNumber ?? number ?? received.certificate?.documentNumber, of: received.request)
        check(document?.files ?? received.certificate?.files ?? [], with: now ?? received.files ?? [])
        checkSignature(files)
        checkCertificate(trust, at: time, unit: document?.unit ?? received.certificate?.unit)
    }

    /// Checks the signature of a certificate of our own.
    public init(signatureOf files: Files, trust: SignerTrust, at time: Int, unit: String) {
        checkSignature(files)
        checkCertificate(trust, at: time, unit: unit)
    }

    private mutating func find(_ question: Question, _ result: Result, _ problem: String? = nil) {
        results[question] = result
        problems[question] = problem
    }

    private mutating func check(number: String?, of request: String) {
        guard let number else { return find(.number, .absent) }
        guard number.utf8.elementsEqual(request.utf8) else {
            return find(.number, .wrong, "the certificate names \(number), the notice is \(request)")
        }
        find(.number, .good)
    }

    private mutating func check(_ claimed: [DataFile], with files: [DataFile]) {
        guard !claimed.isEmpty else { return find(.values, .absent) }
        let found = ElectronicCertificate.compare(claimed, with: files)
        if !found.differing.isEmpty {
            find(.values, .wrong, "other values: \(Self.list(found.differing))")
        } else if !found.unmatched.isEmpty {
            find(.values, .incomplete, "on one side only, or without a common algorithm: \(Self.list(found.unmatched))")
        } else {
            find(.values, .good)
        }
    }

    private mutating func checkSignature(_ files: Files) {
        guard let document = files.document, let signature = files.signature else { return find(.signature, .absent) }
        do {
            let certificates = try files.certificate.map { try Certificate.read($0) } ?? []
            let format = try PersonSignature.format(of: signature)
            let checked = try PersonSignature(signature, format, over: document, with: certificates)
            verified = checked
            signers = checked.signers.map(\.name)
            find(.signature, .good)
        } catch {
            find(.signature, .wrong, "\(error)")
        }
    }

    private mutating func checkCertificate(_ trust: SignerTrust, at time: Int, unit: String?) {
        guard let verified else {
            return find(.certificate, results[.signature] == .absent ? .absent : .notJudged)
        }
        switch trust.judge(verified, at: time, isProved: false) {
        case .notChecked: find(.certificate, .notJudged, "no roots were given to judge it by")
        case .notTrusted(let reason): find(.certificate, .wrong, reason)
        case .trusted:
            // Whether two names are one unit's, people must judge.
            if let unit, !signers.contains(where: { $0.contains(unit) }) {
                find(.certificate, .notJudged, "trusted, but it does not name \(unit)")
            } else {
                find(.certificate, .good)
            }
        }
    }

    /// The first ten names.
    private static func list(_ names: [String]) -> String {
        names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " …" : "")
    }
}

extension CertificateCheck.Question {
    /// What people call it, in Chinese.
    public var chinese: String {
        switch self {
        case .signature: "电子签名"
        case .values: "完整性校验值"
        case .number: "调证法律文书编号"
        case .certificate: "签名人证书"
        }
    }
}

extension CertificateCheck.Result {
    /// The result in Chinese.
    public var chinese: String {
        switch self {
        case .good: "一致"
        case .wrong: "不符"
        case .incomplete: "不完整"
        case .absent: "缺失"
        case .notJudged: "未判断"
        }
    }
}
