/// We issued an electronic certificate (电子证明文件, O14) for data that we hand over. The document and its signature are attached; what
/// stands here is what they say.
public struct CertificateIssued: RecordedAct {
    /// See `ActBody`.
    public static let kind = "certificate.issued"
    /// See `ActBody`.
    public static let isEvidence = true

    /// The exhibit that the data are from.
    public var exhibit: ExhibitID
    /// To whom they are handed over.
    public var recipient: String
    /// See `ElectronicCertificate`.
    public var documentNumber, unit, protection: String
    /// When the certificate was written, by its own word.
    public var issuedAt: Timestamp
    /// The files with their integrity values.
    public var files: [DataFile]
    /// Who signed, as the signature says itself.
    public var signers: [String]
    /// Whether the signers lead to roots that the station trusts; nil where it has none.
    public var trustedByStation: Bool?
    /// Where that was done (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["certificate", "issue"], "Record the electronic certificate for data that we hand over.", "记录我方出具的电子证明文件。",
        [
            .init("exhibit", .exhibit, .always, "exhibit that the data are from", "检材编号", "O14"),
            .init("recipient", .line, .always, "to whom they are handed over", "接收单位或者个人", "O14"),
            .init("documentNumber", .computed, .always, "number of the document that asked for them", "调证法律文书编号", "O14"),
            .init("unit", .computed, .always, "our unit", "出具单位", "O14"),
            .init("issuedAt", .computed, .always, "when it was written", "出具时间", "O14"),
            .init("protection", .computed, .always, "how integrity is protected", "完整性保护方法说明", "O14"),
            .init("files", .computed, .always, "the files with their integrity values", "文件及完整性校验值", "O14", "R35.2"),
            .init("signers", .computed, .always, "who signed", "签名人", "O14", "R30.2"),
            .init("trustedByStation", .computed, .optional, "whether the station trusts them", "台站是否信任签名人", "R30.2"),
        ], slots: [.examiner],
        files: [
            .init(.electronicCertificate, .always, "O14"), .init(.signature, .always, "O14"),
            .init(.certificate, .optional, "O14"),
        ],
        follows: (
            "an open case; the document is one that 'fengcun certificate write' wrote; the signature fits it",
            "案件未结案；文件由 fengcun certificate write 生成；签名与文件相符"
        ))
}

/// The electronic certificate of data from a provider was checked (O17). The newest check counts.
public struct CertificateChecked: RecordedAct {
    /// See `ActBody`.
    public static let kind = "certificate.checked"
    /// See `ActBody`.
    public static let isEvidence = true

    /// The exhibit that the data are.
    public var exhibit: ExhibitID
    /// Number in a certificate that no program can read, as a person read it.
    public var documentNumber: String?
    /// The files as they are now; nil where the values of the record were compared.
    public var files: [DataFile]?
    /// What a person found of a digital watermark (数字水印). Which means shows one, its maker knows; no program of ours can judge it.
    public enum Watermark: String, Sendable, Codable, CaseIterable {
        /// It agrees with the certificate.
        case good
        /// It does not.
        case wrong
        /// There is none.
        case absent
    }

    /// See `Watermark`; nil where nobody said anything.
    public var watermark: Watermark?
    /// Position of the entry that records the data.
    public var received: Int
    /// What was found to each question of `CertificateCheck`.
    public var signature, values, number, certificate: CertificateCheck.Result
    /// Why something is not good, by question.
    public var problems: [String: String]
    /// Who signed, as the signature says itself.
    public var signers: [String]
    /// Where that was done (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// What was found to a question.
    public func result(_ question: CertificateCheck.Question) -> CertificateCheck.Result {
        switch question {
        case .signature: signature
        case .values: values
        case .number: number
        case .certificate: certificate
        }
    }

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["certificate", "check"], "Check the electronic certificate of data from a provider.", "核验调取的电子数据的电子证明文件。",
        [
            .init("exhibit", .exhibit, .always, "exhibit that the data are", "检材编号", "O17"),
            .init(
                "documentNumber", .line, .optional, "number in a certificate that no program can read", "证明文件载明的文书编号（程序不能读取时）",
                "O17", option: "certificate-document"),
            .init(
                "files", .files, .optional, "the files as they are now; --file PATH computes them", "文件现有的完整性校验值（由 --file 计算）",
                "O17", "R31.2"),
            .init(
                "watermark", .choice(of: Watermark.self), .orReason,
                "digital watermark, as a person found it: it agrees (good), it does not (wrong), or there is none (absent)",
                "数字水印的人工核验结果：一致（good）、不符（wrong）、无数字水印（absent）", "O17"),
            .init("received", .computed, .always, "entry that records the data", "收入该数据的条目", "O17"),
            .init("signature", .computed, .always, "whether the signature is right", "电子签名的核验结果", "O17"),
            .init("values", .computed, .always, "whether the integrity values are right", "完整性校验值的核验结果", "O17"),
            .init("number", .computed, .always, "whether the document number is right", "调证法律文书编号的核验结果", "O17"),
            .init("certificate", .computed, .always, "whether the signer's certificate is right", "签名人证书的核验结果", "O17"),
            .init("problems", .computed, .always, "why something is not", "不符的原因", "O17"),
            .init("signers", .computed, .always, "who signed", "签名人", "O17", "R30.2"),
        ], slots: [.examiner],
        files: [
            .init(.electronicCertificate, .optional, "O17"), .init(.signature, .optional, "O17"),
            .init(.certificate, .optional, "O17"), .init(.trustRoots, .optional, "O17"),
        ],
        follows: (
            "an open case; the exhibit is data from a provider. Files that came later than the data are given here; a certificate that is given here replaces the first",
            "案件未结案；检材系调取的电子数据。后到的文件在此提供；此处提供的证明文件取代原证明文件"
        ))
}

extension CertificateChecked.Watermark {
    /// What a person stated, in a language.
    public func words(in language: Language) -> String {
        switch self {
        case .good: language("a person found that the digital watermark agrees", "经人工核验，数字水印一致")
        case .wrong: language("a person found that the digital watermark does not agree", "经人工核验，数字水印不符")
        case .absent: language("a person found no digital watermark", "经人工查看，无数字水印")
        }
    }
}

extension CertificateCheck {
    /// What is looked at: what came with the check, and what came with the data unless the check brings another document.
    ///
    /// - Parameter read: the bytes of an attachment.
    public static func files(
        _ check: [Attachment], _ received: [Attachment], read: (Attachment) throws -> [UInt8]
    ) rethrows -> Files {
        let bringsDocument = check.contains { $0.type == .electronicCertificate }
        func file(_ kind: Attachment.Kind) throws -> [UInt8]? {
            let found = check.first { $0.type == kind } ?? (bringsDocument ? nil : received.first { $0.type == kind })
            return try found.map(read)
        }
        return Files(
            document: try file(.electronicCertificate), signature: try file(.signature), certificate: try file(.certificate))
    }
}
