import Custody

extension Rule {
    /// The record as a whole.
    static let recordRules: [Rule] = [
        Rule(
            "R30.2", "R30(2), R62(4)(5)", "电子数据是否有数字签名、数字证书等特殊标识", Words("digital signatures and certificates", "数字签名、数字证书"),
            .objectivity, point: .legality, .exhibit(digitalSignatures)),
        Rule(
            "R30.4", "R30(4), R44", "电子数据有增加、删除、修改等情形的，是否附有说明", Words("additions, deletions, changes explained", "增加、删除、修改的说明"),
            .objectivity, .exhibit(changes)),
        Rule(
            "R32.1", "R32(1), R59", "电子数据的收集、提取、保管的方法和过程是否规范；连续", Words("unbroken custody", "保管连续"), .legality,
            .exhibit(continuity)),
        Rule(
            "R32.2", "R32(2)(3)", "查询、勘验、扣押、调取、冻结等的法律手续是否齐全", Words("legal documents", "法律手续"), .legality,
            .wholeCase(documents)),
        Rule(
            "R32.5", "R32(5), R37, R40(4), R58", "是否按照有关规定进行同步录音录像", Words("sound and video recordings", "同步录音录像"),
            .legality, .exhibit(recordings)),
        Rule(
            "R25", "R25, R58, O18", "不得少于二人；两名以上", Words("two people", "二人以上"), .legality, .exhibit(twoPeople)),
        Rule(
            "R40", "R40", "是否记录检查过程、检查结果和其他需要记录的内容，并由检查人员签名或者盖章",
            Words("examination between unsealing and sealing again", "启封、检查、重新封存"), .legality, .exhibit(examinations)),
        Rule(
            "R45", "R45", "对于无法直接展示的电子数据，人民检察院可以要求公安机关提供电子数据的内容、存储位置、附属信息、功能作用等情况的说明",
            Words("explanation of data that cannot be shown", "无法直接展示的电子数据的说明"), .relevance, answerable: .noDefect,
            .exhibit(explanationSheets)),
        Rule(
            "R47", "R47, R48", "电子数据的来源、形成过程；提取、复制、制作过程是否规范", Words("an account from source to result", "来源、形成过程的说明"),
            .objectivity, point: .source, .exhibit(account)),
        Rule(
            "R22", "R22, O20", "因客观条件限制不能全部验证的，可以进行抽样验证；应当按照一定比例或者数量选取证据，并对选取情况作出说明和论证；取证方法、过程是否科学",
            Words("samples", "抽样验证"), .objectivity, answerable: .finalInPart, .wholeCase(samples)),
        Rule(
            "R53", "R53, R54, R58", "移交、开箱、封存、登记的情况应当制作笔录，由…代表、…移交人员签名或者盖章；注明具体的取证对象、方式、内容和期限等",
            Words("hand-overs", "移交"), .legality, .exhibit(handovers)),
        Rule(
            "R38", "R38", "冻结期限是否即将到期、有无必要继续冻结或者解除", Words("terms", "期限"), .legality, .wholeCase(terms)),
    ]

    private static func digitalSignatures(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        var judgements: [Judgement] = []
        for act in exhibit.images.map(\.act) + [exhibit.data?.act].compactMap({ $0 }) {
            let keyed = facts.later(act).slots.filter { [.cms, .ssh, .sm2].contains($0.manner) }
            let untrusted = keyed.filter { $0.trustedByStation == false }.map(\.entry)
            if !untrusted.isEmpty {
                judgements.append(
                    .defect(
                        [act.entry] + keyed.map(\.entry), faults: untrusted,
                        Words("a signature does not lead to anybody whom the station trusts", "有签名未能追溯到台站信任的证书"),
                        remedy: Words("check the certificate with its issuer and record it (R43)", "向证书签发机构核实并予以记录（R43）")))
            } else if !keyed.isEmpty || act.files.contains(.signature) {
                judgements.append(.shown([act.entry] + keyed.map(\.entry)))
            } else {
                judgements.append(
                    .explained([act.entry], "signed by the station's key; no person signed with a key", "有台站密钥的数字签名，无人员数字签名"))
            }
        }
        return judgements.isEmpty ? .notApplicable : judgements
    }

    private static func changes(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        var judgements: [Judgement] = []
        if !exhibit.writes.isEmpty {
            judgements.append(
                .defect(
                    exhibit.writes, faults: exhibit.writes,
                    Words("the kernel counted write, discard or flush requests to the medium", "内核记录到对介质的写入、丢弃或刷新请求"),
                    remedy: Words(
                        "explain them, and show that what matters did not change or how it was (R44(2))",
                        "说明情况，并证明重要数据未发生变化或者还原原始状态、查清变化过程（R44(2)）")))
        }
        let acts =
            [exhibit.origin, exhibit.registration].compactMap { $0 } + exhibit.sealings.map(\.act)
            + exhibit.images.map(\.act)
        let corrections = Set(acts.flatMap { facts.later($0).corrections }).sorted()
        // A correction cannot be recorded without its reason.
        if !corrections.isEmpty { judgements.append(.shown(corrections)) }
        return judgements.isEmpty ? .notApplicable : judgements
    }

    private static func continuity(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        guard !exhibit.keepings.isEmpty else { return .notApplicable }
        let explain = Words("find out who had it and explain (R43)", "查明保管情况，作出合理解释（R43）")
        var judgements: [Judgement] = exhibit.breaks.map { found in
            let handover = found.isGap ? exhibit.handovers.first { $0.received?.entry == found.entry } : nil
            if let reason = handover?.act.reason("carrier") {
                return .explained([found.entry], "\(found.what.english): \(reason)", "\(found.what.chinese)：\(reason)")
            }
            return .defect([found.entry], found.what, remedy: explain)
        }
        for handover in exhibit.handovers where handover.received == nil {
            judgements.append(
                .defect(
                    [handover.act.entry], Words("handed over, and nobody recorded that it arrived", "已移交，无接收记录"), remedy: explain)
            )
        }
        let entries = exhibit.keepings.map(\.entry) + [exhibit.returned?.entry].compactMap { $0 }
        return judgements.isEmpty ? [.shown(entries)] : judgements
    }

    private static func documents(_ facts: CaseFacts) -> [Judgement] {
        var needs: [(name: Words, kinds: Set<String>, entries: [Int])] = [
            (Words("filing of the case", "立案文书"), ["filing"], [facts.opened].compactMap { $0 })
        ]
        func need(_ name: Words, _ kinds: Set<String>, _ isFor: (ExhibitFacts) -> Bool) {
            let entries = facts.exhibits.filter(isFor).compactMap { $0.origin?.entry }
            if !entries.isEmpty { needs.append((name, kinds, entries)) }
        }
        need(Words("seizure or search", "扣押或者搜查文书"), ["seizure", "search"]) { $0.isMedium && $0.left == nil }
        need(Words("inspection, or a document of search", "勘验、搜查文书"), ["inspection", "search", "cooperation"]) {
            $0.data?.way == .onSite || $0.data?.way == .online
        }
        need(Words("freezing", "冻结文书"), ["freezing"]) { $0.data?.way == .frozen }
        need(Words("request for evidence", "调取证据通知书"), ["evidence-request"]) { $0.data?.way == .requested }
        let add = Words("record the document, or obtain it (R43)", "补充登记或者补办法律文书（R43）")
        var judgements: [Judgement] = needs.map { need in
            let found = facts.documents.filter { need.kinds.contains($0.kind) }
            return found.isEmpty
                ? .defect(
                    Array(need.entries.prefix(entryLimit)), faults: need.entries,
                    Words(
                        "no document: \(need.name.english) (\(need.entries.count) acts)",
                        "缺少\(need.name.chinese)（\(need.entries.count) 项）"),
                    remedy: add) : .shown(found.map(\.entry))
        }
        let byNumber = Dictionary(facts.documents.map { ($0.number, $0) }) { first, _ in first }
        for exhibit in facts.exhibits {
            guard let act = exhibit.origin else { continue }
            let name = exhibit.id.number
            func defect(_ document: CaseFacts.Document, _ english: String, _ chinese: String) {
                judgements.append(
                    .defect([document.entry, act.entry], faults: [act.entry], Words(english, chinese), remedy: add))
            }
            for document in Set([act.document, exhibit.data?.request].compactMap { $0 }).sorted().compactMap({ byNumber[$0] }) {
                let number = document.number
                if let start = document.start, start > act.time {
                    defect(
                        document, "document \(number) was issued after exhibit \(name) was taken",
                        "文书 \(number) 签发于提取检材 \(name) 之后")
                }
                // A notice to a provider may be answered later than it asks for.
                if number == act.document, let end = document.end, end < act.time {
                    defect(
                        document, "document \(number) had run out when exhibit \(name) was taken",
                        "提取检材 \(name) 时文书 \(number) 已到期")
                }
            }
        }
        return judgements
    }

    /// Most entries that one finding about a case names.
    static let entryLimit = 100

    private static func recordings(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        var acts = [exhibit.seizure, exhibit.left?.act, exhibit.data?.act].compactMap { $0 }
        acts += exhibit.sealings.map(\.act)
        acts += exhibit.examinations.map(\.begun)
        guard !acts.isEmpty else { return .notApplicable }
        var list = Checklist()
        var entries: [Int] = []
        for act in acts {
            let recordings = facts.later(act).recordings
            entries += [act.entry] + recordings
            list.ask(
                "entry \(act.entry)", "第 \(act.entry) 条", at: [act.entry], isThere: !recordings.isEmpty,
                reason: act.reason("recording"))
        }
        return [
            list.judgement(
                entries, missing: "neither a recording nor a reason", "无录音录像且未说明原因",
                remedy: Words("record where the recording is, or why there is none (R43)", "登记录音录像，或者说明未录制的原因（R43）"))
        ]
    }

    private static func twoPeople(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        var acts = [exhibit.seizure, exhibit.left?.act, exhibit.data?.act].compactMap { $0 }
        acts += exhibit.sealings.map(\.act)
        acts += exhibit.ownImages.map(\.act)
        acts += exhibit.examinations.flatMap { [$0.begun, $0.ended].compactMap { $0 } }
        guard !acts.isEmpty else { return .notApplicable }
        var list = Checklist()
        for act in acts {
            list.ask(
                "entry \(act.entry)", "第 \(act.entry) 条", at: [act.entry], isThere: facts.workers(of: act).count >= 2,
                reason: act.reason("secondPerson"))
        }
        return [
            list.judgement(
                acts.map(\.entry), missing: "fewer than two different people", "参与人员不足二人",
                remedy: Words("name and have sign who else was there, or explain (R43)", "补充在场的其他人员并补签，或者作出合理解释（R43）"))
        ]
    }

    private static func examinations(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        var judgements: [Judgement] = exhibit.examinations.map { examination in
            guard let ended = examination.ended else {
                return .defect(
                    [examination.begun.entry], Words("the examination has no end", "检查无结束记录"),
                    remedy: Words("record its course and result (R43)", "补记检查过程和结果（R43）"))
            }
            var list = Checklist()
            let entries = facts.signatures(of: ended, [.examiner], &list)
            return list.judgement(
                [examination.begun.entry] + entries, missing: "examination not signed by", "检查记录未签名",
                remedy: Words("have it signed now, or give the reason (R43(2))", "补签，或者说明原因（R43(2)）"))
        }
        for opening in exhibit.unsealings {
            // Nothing is sealed for its owner: only an open medium is given back.
            let closings = exhibit.sealings.map(\.act.entry) + [exhibit.returned?.entry].compactMap { $0 }
            let after = closings.first { $0 > opening.entry }
            judgements.append(
                after.map { .shown([opening.entry, $0]) }
                    ?? .defect(
                        [opening.entry], Words("opened, and not sealed again", "启封后未重新封存"),
                        remedy: Words("seal it again and explain (R43(1))", "重新封存并作出说明（R43(1)）")))
        }
        return judgements.isEmpty ? .notApplicable : judgements
    }

    private static func explanationSheets(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        let acts = exhibit.images.map(\.act) + [exhibit.data?.act].compactMap { $0 }
        guard !acts.isEmpty else { return .notApplicable }
        return acts.map { act in
            let sheets = facts.later(act).entries(attaching: .document)
            return act.files.contains(.document) || !sheets.isEmpty
                ? .shown([act.entry] + sheets)
                : .notJudged([act.entry], "whether the data can be shown directly, or need a sheet", "能否直接展示、是否需要说明")
        }
    }

    private static func account(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        guard let origin = exhibit.origin else { return .notApplicable }
        var list = Checklist()
        let isFromExhibit = exhibit.data?.from != nil
        let source = exhibit.particulars.source ?? exhibit.data?.source
        list.ask(
            "where it comes from", "来源", at: [origin.entry],
            isThere: source != nil || isFromExhibit || exhibit.data?.way == .requested,
            reason: origin.reason("source"))
        for image in exhibit.ownImages {
            list.ask(
                "beginning of image, entry \(image.act.entry)", "镜像（第 \(image.act.entry) 条）的开始", at: [image.act.entry],
                isThere: image.start != nil)
        }
        return [
            list.judgement(
                [origin.entry] + exhibit.ownImages.flatMap { [$0.start?.entry, $0.act.entry].compactMap { $0 } },
                missing: "not recorded", "未记录",
                remedy: Words("find out and record it, or explain (R43)", "查明补记，或者作出合理解释（R43）"))
        ]
    }

    private static func samples(_ facts: CaseFacts) -> [Judgement] {
        guard !facts.populations.isEmpty else { return .notApplicable }
        return facts.populations.flatMap { population -> [Judgement] in
            guard !population.draws.isEmpty else {
                return [
                    .defect(
                        [population.entry], Words("a population was fixed, and no sample drawn", "已确定总体，未抽样"),
                        remedy: Words("draw the sample", "进行抽样"))
                ]
            }
            return population.draws.map { draw in
                let entries = [population.entry, draw.entry] + draw.checked.map(\.entry)
                guard draw.follows else {
                    return .final(entries, "the members do not follow from the seed", "样本与由种子推出的结果不符")
                }
                let differing = draw.checked.filter { !$0.isGood }
                var list = Checklist()
                list.ask("reason why not all were examined", "不能全部验证的原因", at: [draw.entry], isThere: draw.isReasoned)
                list.ask(
                    "\(draw.members - draw.checked.count) of \(draw.members) members' results",
                    "\(draw.members) 个样本中 \(draw.members - draw.checked.count) 个的验证结果", at: [draw.entry],
                    isThere: draw.checked.count >= draw.members)
                list.ask(
                    "\(differing.count) members differ", "\(differing.count) 个样本不一致", at: differing.map(\.entry),
                    isThere: differing.isEmpty)
                return list.judgement(
                    entries, missing: "sample", "抽样",
                    remedy: Words("complete it, or collect anew (O20)", "由原取证机关作出补充说明或者重新取证（O20）"))
            }
        }
    }

    private static func handovers(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        guard !exhibit.handovers.isEmpty else { return .notApplicable }
        return exhibit.handovers.map { handover in
            var list = Checklist()
            var entries: [Int] = []
            if handover.isOneEntry {
                entries = facts.signatures(of: handover.act, [.deliverer, .receiver], &list)
            } else {
                entries = facts.signatures(of: handover.act, [.deliverer], &list)
                if let received = handover.received {
                    entries += facts.signatures(of: received, [.receiver], &list)
                } else {
                    list.ask("the other side's record", "接收方记录", at: [handover.act.entry], isThere: false)
                }
            }
            list.ask("contents", "移交内容", at: [handover.act.entry], isThere: handover.contents.map { !$0.isEmpty } ?? false)
            return list.judgement(
                entries, missing: "hand-over, entry \(handover.act.entry), without", "移交（第 \(handover.act.entry) 条）缺少",
                remedy: Words("have it signed now, or give the reason (R43(2))", "补签，或者说明原因（R43(2)）"))
        }
    }

    private static func terms(_ facts: CaseFacts) -> [Judgement] {
        let named = Set(facts.terms.compactMap(\.exhibit))
        // Freezing has its term; without one nobody is warned before it runs out.
        let endless = facts.exhibits.filter { $0.data?.way == .frozen && !named.contains($0.id.number) }
        guard !facts.terms.isEmpty || !endless.isEmpty else { return .notApplicable }
        let open = endless.map { exhibit in
            Judgement.defect(
                [exhibit.data?.act.entry].compactMap { $0 },
                Words("no term of the freezing of exhibit \(exhibit.id.number)", "检材 \(exhibit.id.number) 未记录冻结期限"),
                remedy: Words(
                    "set it (fengcun term set --exhibit), or explain (R43)", "登记冻结期限（fengcun term set --exhibit），或者作出合理解释（R43）"))
        }
        return open
            + facts.terms.map { term in
                if let ended = term.ended { return .shown([term.entry, ended]) }
                if term.end < facts.at {
                    return .defect(
                        [term.entry], Words("the term \(term.name) ran out", "期限 \(term.name) 已届满"),
                        remedy: Words("record what became of it, and explain (R43)", "补记处理情况并作出合理解释（R43）"))
                }
                let days = term.end.days(since: facts.at)
                guard days < term.warnDays else { return .shown([term.entry]) }
                return .notJudged(
                    [term.entry], "the term \(term.name) runs out in \(days) days: extend or release",
                    "期限 \(term.name) 将于 \(days) 日内届满：有无必要继续或者解除")
            }
    }
}
