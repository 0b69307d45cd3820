import Custody

extension Rule {
    /// Data without their medium (提取、冻结、调取).
    static let dataRules: [Rule] = [
        Rule(
            "R27", "R27, R43(3)", "对电子数据的名称、类别、格式等注明不清的", Words("name, category, format", "名称、类别、格式"), .objectivity,
            .exhibit(naming)),
        Rule(
            "R28", "R28, R36(2), R37(1)(2), R39(2)(3)", "收集、提取电子数据可以采取以下方式：扣押、封存原始存储介质；现场提取；在线提取；冻结；调取",
            Words("way of collection and what belongs to it", "取证方式及其必要记载"), .legality, .exhibit(way)),
        Rule(
            "O14", "O14, R39", "制作电子证明文件，载明调证法律文书编号、单位电子公章、完整性校验值等保护电子数据完整性方法的说明等信息",
            Words("electronic certificate", "电子证明文件"), .integrity, .exhibit(certificate)),
        Rule(
            "O17", "O17", "核验电子签名、数字水印、电子数据完整性校验值及调证法律文书编号是否与证明文件相一致",
            Words("certificate checked", "电子证明文件的核验"), .integrity, answerable: .finalInPart, .exhibit(certificateCheck)),
    ]

    /// Words that name nothing.
    private static let vague: Set<String> = ["未知", "不详", "不明", "其他", "无", "unknown", "other", "n/a", "-"]

    private static func naming(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        guard let data = exhibit.data else { return .notApplicable }
        var list = Checklist()
        func ask(_ english: String, _ chinese: String, _ option: String, _ text: String?) {
            list.ask(
                english, chinese, at: [data.act.entry], isThere: text.map { !vague.contains($0.lowercased()) } ?? false,
                reason: data.act.reason(option))
        }
        ask("name", "名称", "name", data.name)
        ask("category", "类别", "category", data.category)
        ask("format", "格式", "format", data.format)
        return [
            list.judgement(
                [data.act.entry], missing: "not clear", "注明不清",
                remedy: Words("name it by an answer (R43(3))", "予以补正（R43(3)）"))
        ]
    }

    private static func way(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        guard let origin = exhibit.origin else { return .notApplicable }
        var list = Checklist()
        if let data = exhibit.data {
            func ask(_ english: String, _ chinese: String, _ option: String, _ text: String?) {
                list.ask(english, chinese, at: [origin.entry], isThere: text != nil, reason: origin.reason(option))
            }
            switch data.way {
            case .onSite, .online:
                ask("network address, path or steps", "网络地址、存储路径或者进入步骤", "source", data.source)
                if data.way == .online { ask("way of access", "访问方式", "access", data.access) }
                ask("attributes, traces, environment", "附属信息、关联痕迹、系统环境", "related", data.related)
            case .frozen: ask("number of the document", "冻结文书编号", "document", origin.document)
            case .requested:
                ask("number of the notice", "调取证据通知书编号", "request", data.request)
                list.ask(
                    "signature on the receipt of the notice", "通知书回执签名或者盖章", at: [origin.entry],
                    isThere: data.receiptSigned == true, reason: origin.reason("receipt-signed", "receiptSigned"))
            }
        } else {
            list.ask(
                "how it came here: seized or left in place", "扣押或者未扣押的记录", at: [origin.entry],
                isThere: exhibit.seizure != nil || exhibit.left != nil)
        }
        return [
            list.judgement(
                [origin.entry], missing: "not recorded", "未记录",
                remedy: Words("state it in an answer, or explain (R43)", "予以补正，或者作出合理解释（R43）"))
        ]
    }

    private static func certificate(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        guard let data = exhibit.data, data.way == .requested else { return .notApplicable }
        let certificate = data.certificate
        func reason(_ name: String) -> String? { data.act.reason(name, "electronicCertificate") }
        var list = Checklist()
        list.ask(
            "document number", "调证法律文书编号", at: [data.act.entry], isThere: certificate?.documentNumber != nil,
            reason: reason("certificate-document"))
        list.ask(
            "seal of the unit", "单位电子公章", at: [data.act.entry], isThere: certificate?.isSealed == true,
            reason: reason("certificate-sealed"))
        list.ask(
            "integrity values or how else they are protected", "完整性校验值等保护方法的说明", at: [data.act.entry],
            isThere: !(certificate?.files.isEmpty ?? true) || certificate?.protection != nil,
            reason: reason("certificate-protection"))
        return [
            list.judgement(
                [data.act.entry], missing: "certificate without", "电子证明文件缺少",
                remedy: Words("ask the provider for it, or for a statement (O17)", "由提供数据的单位补充或者作出说明（O17）"))
        ]
    }

    private static let explainCertificate = Words(
        "have the provider or the organ explain, or collect anew (O17)", "由提供单位或者调取机关作出说明，或者补充收集（O17）")

    private static func certificateCheck(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        guard let data = exhibit.data, data.way == .requested else { return .notApplicable }
        guard let last = data.checks.last else { return data.certificate.map { asRead($0, data) } ?? .notApplicable }
        let judgements = failures(in: last, data)
        guard judgements.isEmpty else { return judgements }
        let earlier = data.checks.dropLast().filter { !failures(in: $0, data).isEmpty }
        let entries = [data.act.entry] + earlier.map(\.entry) + [last.entry]
        let altered = earlier.filter { $0.signature == .wrong || $0.values == .wrong }.map(\.entry)
        if let first = altered.first {
            return [
                .defect(
                    entries, faults: altered, Words("entry \(first) found it otherwise", "第 \(first) 条的核验结果曾不一致"),
                    remedy: explainCertificate)
            ]
        }
        if !earlier.isEmpty {
            return [.remedied(entries, "what failed before agrees since", "原不一致之处其后一致"), watermark(last)]
        }
        // A certificate is protected by a signature, a watermark or the like (O14): where one is good, the other may be absent.
        let isMarked = last.watermark == .good && last.signature == .absent
        let open = [(last.signature, "signature", "电子签名"), (last.certificate, "certificate of the signer", "签名人证书")]
            .filter { $0.0 != .good && !isMarked }
        guard open.isEmpty, last.number == .good, last.values == .good else {
            return [
                .notJudged(
                    entries, "not checked: \((open.map(\.1) + unnamed(last).map(\.english)).joined(separator: ", "))",
                    "未核验：\((open.map(\.2) + unnamed(last).map(\.chinese)).joined(separator: "、"))"), watermark(last),
            ]
        }
        return [.shown(entries), watermark(last)]
    }

    /// What a person stated of the digital watermark (数字水印), and that nobody did where no program can tell. One that does not agree
    /// is a failure.
    private static func watermark(_ check: ExhibitFacts.Check) -> Judgement {
        if let found = check.watermark {
            return .shown([check.entry], Words(found.words(in: .english), found.words(in: .chinese)))
        }
        if let reason = check.noWatermark {
            return .explained(
                [check.entry], "digital watermark not checked: \(reason)", "未核验数字水印：\(reason)")
        }
        return .notJudged(
            [check.entry],
            "no program can judge a digital watermark: record what you found (fengcun certificate check --watermark)",
            "数字水印不能由程序判断：请人工核验并记录（fengcun certificate check --watermark）")
    }

    /// What the certificate does not name; that it should is another row (O14).
    private static func unnamed(_ check: ExhibitFacts.Check) -> [Words] {
        [
            check.number == .good ? nil : Words("document number", "调证法律文书编号"),
            check.values == .good ? nil : Words("integrity values", "完整性校验值"),
        ].compactMap { $0 }
    }

    private static func failures(in check: ExhibitFacts.Check, _ data: ExhibitFacts.Data) -> [Judgement] {
        let entries = [data.act.entry, check.entry]
        func words(_ question: CertificateCheck.Question, _ english: String) -> Words {
            let problem = check.problems[question.rawValue] ?? ""
            return Words("\(english): \(problem)", "\(question.chinese)不符：\(problem)")
        }
        var judgements: [Judgement] = []
        if check.number == .wrong {
            judgements.append(.defect(entries, words(.number, "another document number"), remedy: explainCertificate))
        }
        if check.values == .incomplete {
            judgements.append(.defect(entries, words(.values, "files do not match"), remedy: explainCertificate))
        }
        if check.certificate == .wrong {
            judgements.append(
                .defect(
                    entries, words(.certificate, "the certificate of the signer is not trusted"),
                    remedy: Words("check the certificate with its issuer and record it (O17)", "向证书签发机构核实并予以记录（O17）")))
        }
        if check.watermark == .wrong {
            judgements.append(
                .defect(
                    entries,
                    Words(
                        CertificateChecked.Watermark.wrong.words(in: .english),
                        CertificateChecked.Watermark.wrong.words(in: .chinese)),
                    remedy: explainCertificate))
        }
        for (result, question, english) in [
            (check.values, CertificateCheck.Question.values, "another integrity value"),
            (check.signature, .signature, "the signature is wrong"),
        ] where result == .wrong {
            let what = words(question, english)
            judgements.append(.final(entries, what.english, what.chinese))
        }
        return judgements
    }

    /// What follows from the certificate as a person read it, where nobody checked it.
    private static func asRead(_ certificate: ExhibitFacts.Certificate, _ data: ExhibitFacts.Data) -> [Judgement] {
        let entries = [data.act.entry]
        var judgements: [Judgement] = []
        if let number = certificate.documentNumber, let request = data.request, !number.utf8.elementsEqual(request.utf8) {
            judgements.append(
                .defect(
                    entries,
                    Words(
                        "the certificate names document \(number), the notice is \(request)",
                        "证明文件载明文书编号 \(number)，通知书编号为 \(request)"),
                    remedy: explainCertificate))
        }
        for file in certificate.files {
            guard let received = data.files.first(where: { $0.name.utf8.elementsEqual(file.name.utf8) }) else {
                judgements.append(
                    .defect(
                        entries, Words("file \(file.name) of the certificate was not received", "证明文件所列文件 \(file.name) 未收到"),
                        remedy: Words("have the provider explain (O17)", "由提供单位作出说明（O17）")))
                continue
            }
            if file.digests.contains(where: { algorithm, value in received.digests[algorithm].map { $0 != value } ?? false }) {
                judgements.append(
                    .final(
                        entries, "file \(file.name) does not have the value in the certificate", "文件 \(file.name) 的校验值与证明文件不一致"))
            }
        }
        return judgements.isEmpty
            ? [
                .notJudged(
                    entries, "nobody checked the certificate (fengcun certificate check)", "电子证明文件未经核验（fengcun certificate check）"
                )
            ]
            : judgements
    }
}
