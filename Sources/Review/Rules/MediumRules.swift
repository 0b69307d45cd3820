import Custody

extension Rule {
    /// Identity, seizure and sealing of the original medium (原始存储介质).
    static let mediumRules: [Rule] = [
        Rule(
            "R34.1", "R34(1), R35(1), R36(1)", "品牌、型号、容量、序列号、识别码、用户标识等外观信息，是否与实物一一对应",
            Words("appearance of the medium, and whether it is that of the thing itself", "原始存储介质的外观信息"), .objectivity,
            point: .source, .exhibit(appearance)),
        Rule(
            "R15.1", "R15(1)", "能够扣押、封存原始存储介质的，及时扣押、封存", Words("seized and sealed promptly", "及时扣押、封存"), .legality,
            .exhibit(promptSealing)),
        Rule(
            "R15.2", "R15(2), C", "扣押可联网设备时，及时采取信号屏蔽、信号阻断或者切断电源等方式",
            Words("networkable devices cut off", "可联网设备的隔离措施"), .objectivity, .exhibit(isolation)),
        Rule(
            "R15.3", "R15(3)–(5)", "及时提取账户密码及相应数据；及时提取动态数据；及时提取依赖于特定网络环境的数据",
            Words("passwords, live data, data that depend on a network", "账户密码、动态数据、依赖特定网络环境的数据"), .objectivity,
            .exhibit(liveData)),
        Rule(
            "R34.2", "R34(2)", "是否封存或者计算完整性校验值，封存前后是否拍摄被封存原始存储介质的照片，照片是否清晰反映封口或者张贴封条处的状况",
            Words("sealed with photos before and after, or an integrity value", "封存及封存前后照片，或者完整性校验值"), .integrity,
            .exhibit(sealing)),
        Rule(
            "R34.3", "R34(3), R35(4), R36(4), R32(4)", "是否由取证人员、见证人、持有人（提供人）签名或者盖章；没有签名或者盖章的，是否说明原因",
            Words("signatures of examiner, witness, holder", "取证人员、见证人、持有人（提供人）签名"), .legality, point: .legality,
            .exhibit(threeSlots)),
        Rule(
            "R31.1", "R31(1), R43(1)", "原始存储介质的扣押、封存状态是否完好；未以封存状态移送的", Words("the seal was whole", "封存状态是否完好"),
            .integrity, .exhibit(sealState)),
        Rule(
            "R30.1", "R30(1)", "是否移送原始存储介质，在原始存储介质无法封存、不便移动时，是否说明原因，并注明相关情况",
            Words("the original medium is there, or a reason", "移送原始存储介质或者说明原因"), .objectivity, .exhibit(original)),
        Rule(
            "R35.place", "R35(1), R36(1), O18", "是否记录原始存储介质的存放位置、使用人、保管人", Words("place, user, custodian", "存放位置、使用人、保管人"),
            .objectivity, point: .source, .exhibit(place)),
        Rule(
            "R33.2", "R17(1), R33(2)", "电子数据及其存储介质与案件当事人之间的关联性；是否为犯罪嫌疑人所有、持有或者使用",
            Words("link between the medium and people", "介质与案件当事人之间的关联性"), .relevance, .exhibit(link)),
        Rule(
            "R62.2", "R62(2)", "存储介质，是指具备数据存储功能的电子设备、硬盘、光盘、优盘、记忆棒、存储芯片等载体", Words("kind of the medium", "介质种类"),
            .objectivity, .exhibit(kind)),
    ]

    private static let readAgain = Words(
        "read it off the medium and state it in an answer, or explain (R43)", "核对实物后予以补正，或者作出合理解释（R43）")
    private static let correct = Words(
        "read it off the medium again and correct the entry, or explain (R43)", "核对实物后更正条目，或者作出合理解释（R43）")

    private static func appearance(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        guard exhibit.isMedium, let origin = exhibit.origin else { return .notApplicable }
        let acts = [exhibit.seizure, exhibit.left?.act, exhibit.registration].compactMap { $0 }
        let entries = acts.map(\.entry) + acts.flatMap { facts.later($0).corrections }
        let reported = exhibit.reported
        let label = exhibit.label
        var list = Checklist()
        func ask(
            _ english: String, _ chinese: String, _ option: String, _ member: KeyPath<ExhibitFacts.Appearance, String?>
        ) {
            list.ask(
                english, chinese, at: [origin.entry], isThere: reported?[keyPath: member] != nil || label[keyPath: member] != nil,
                reason: origin.reason(option))
        }
        ask("brand", "品牌", "make", \.make)
        ask("model", "型号", "model", \.model)
        ask("capacity", "容量", "capacity", \.capacity)
        ask("serial number", "序列号", "serial", \.serial)
        ask("identification code", "识别码", "identification", \.identification)
        ask("user identification", "用户标识", "owner-label", \.owner)
        var judgements = [
            list.judgement(entries, missing: "not recorded", "未记录", remedy: readAgain)
        ]
        if let reported {
            for (english, chinese, kind, member) in [
                ("brand", "品牌", LabelMember.make, \ExhibitFacts.Appearance.make), ("model", "型号", .model, \.model),
                ("capacity in bytes", "容量（字节）", .capacity, \.capacity), ("serial number", "序列号", .serial, \.serial),
                ("identification code", "识别码", .identification, \.identification),
            ] {
                guard let says = reported[keyPath: member], let printed = label[keyPath: member] else { continue }
                guard kind.agrees(label: printed, medium: says) == false else {
                    if let first = exhibit.uncorrectedLabel?[keyPath: member],
                        kind.agrees(label: first, medium: says) == false
                    {
                        judgements.append(
                            .remedied(
                                entries, "\(english): read as \(first) at first, and corrected to \(printed)",
                                "\(chinese)：原记为 \(first)，已更正为 \(printed)"))
                    }
                    continue
                }
                judgements.append(
                    .defect(
                        entries,
                        Words(
                            "\(english): the medium says \(says), its label \(printed)", "\(chinese)：介质自述 \(says)，标签为 \(printed)"),
                        remedy: correct))
            }
        }
        return judgements
    }

    /// Longest time from seizure to sealing that is taken as prompt without a word. The article says 及时 and gives no number.
    static let promptDays = 1

    private static func promptSealing(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        guard exhibit.isMedium else { return .notApplicable }
        if let left = exhibit.left, exhibit.seizure == nil {
            return [.explained([left.act.entry], "not seized: \(left.reason)", "未扣押：\(left.reason)")]
        }
        guard let seizure = exhibit.seizure else {
            return [
                .defect(
                    [exhibit.registration?.entry, exhibit.sealings.first?.act.entry].compactMap { $0 },
                    faults: [exhibit.registration?.entry].compactMap { $0 },
                    Words("the record does not show when and by whom it was seized", "未记录扣押的时间和人员"),
                    remedy: Words(
                        "state in an answer when, where and by whom it was seized, or explain (R43)",
                        "补正：说明扣押的时间、地点和人员，或者作出合理解释（R43）"))
            ]
        }
        let reason = seizure.reason("seal")
        guard let sealing = exhibit.sealings.first else {
            if let reason { return [.explained([seizure.entry], "not sealed: \(reason)", "未封存：\(reason)")] }
            return [
                .defect(
                    [seizure.entry], Words("seized, and neither sealed nor a reason given", "已扣押，未封存且未说明原因"),
                    remedy: Words("seal it, or explain why it could not be sealed (R30(1), R43)", "封存，或者说明无法封存的原因（R30(1)、R43）"))
            ]
        }
        let entries = [seizure.entry, sealing.act.entry]
        let days = sealing.act.time.days(since: seizure.time)
        guard days >= promptDays else { return [.shown(entries)] }
        if let reason {
            return [.explained(entries, "sealed \(days) days after the seizure: \(reason)", "扣押后 \(days) 日方封存：\(reason)")]
        }
        return [
            .defect(
                entries, faults: [sealing.act.entry], Words("sealed \(days) days after the seizure", "扣押后 \(days) 日方封存"),
                remedy: Words("explain why it was not sealed promptly (R43)", "说明未及时封存的原因（R43）"))
        ]
    }

    /// Kinds of medium that reach no network by themselves.
    private static let plainKinds: Set<String> = [
        "hard-disk", "solid-state-drive", "optical-disc", "usb-stick", "memory-stick", "chip",
    ]

    private static func isolation(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        // The article is about what is seized (扣押可联网设备时).
        guard exhibit.isMedium, let origin = exhibit.origin, exhibit.left == nil || exhibit.seizure != nil else {
            return .notApplicable
        }
        let isPlain = exhibit.particulars.kind.map { plainKinds.contains($0) } ?? false
        guard let networkable = exhibit.particulars.networkable ?? (isPlain ? false : nil) else {
            return [.notJudged([origin.entry], "whether it can reach a network is not recorded", "未记录是否可联网")]
        }
        guard networkable else { return .notApplicable }
        if let taken = exhibit.isolations.first(where: { $0.measure != "none" }) { return [.shown([origin.entry, taken.entry])] }
        if let reason = origin.reason("isolation") {
            return [.explained([origin.entry], "not cut off: \(reason)", "未隔离：\(reason)")]
        }
        return [
            .defect(
                [origin.entry] + exhibit.isolations.map(\.entry), faults: [origin.entry],
                Words("networkable, and not shielded, blocked or cut from power", "可联网，未采取信号屏蔽、信号阻断或者切断电源等措施"),
                remedy: Words(
                    "record the measure that was taken, or explain; check for changes from afar (R43)",
                    "补记所采取的措施或者作出合理解释，并查明数据是否被远程破坏（R43）"))
        ]
    }

    private static func liveData(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        guard exhibit.isMedium, let origin = exhibit.origin else { return .notApplicable }
        let particulars = exhibit.particulars
        guard let kind = particulars.kind else {
            return [.notJudged([origin.entry], "what kind of device it is is not recorded", "未记录介质种类")]
        }
        guard !plainKinds.contains(kind) else { return .notApplicable }
        var list = Checklist()
        func ask(_ english: String, _ chinese: String, _ taking: ExhibitFacts.Taking?) {
            guard let taking else { return list.ask(english, chinese, at: [origin.entry], isThere: false) }
            if taking.taken {
                list.ask("\(english): by whom", "\(chinese)的提取人", at: [origin.entry], isThere: taking.by != nil)
            } else {
                list.ask(english, chinese, at: [origin.entry], isThere: false, reason: taking.reason)
            }
        }
        ask("passwords", "账户密码", particulars.credentials)
        if particulars.running == true {
            ask("live data", "动态数据", particulars.liveData)
            ask("data that depend on a network", "依赖特定网络环境的数据", particulars.networkData)
        }
        return [
            list.judgement(
                [origin.entry], missing: "not taken, and no reason", "未提取且未说明原因",
                remedy: Words("take them where that is still possible, or explain (R43)", "尚可提取的予以提取，或者作出合理解释（R43）"))
        ]
    }

    private static func sealing(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        guard exhibit.isMedium, let origin = exhibit.origin else { return .notApplicable }
        let digests = exhibit.images.filter(\.hasIntegrityValue).map(\.act.entry)
        guard !exhibit.sealings.isEmpty else {
            if !digests.isEmpty { return [.shown(digests)] }
            return [
                .defect(
                    [origin.entry], Words("neither sealed nor an integrity value computed", "未封存，也未计算完整性校验值"),
                    remedy: Words(
                        "seal it, or make an image with integrity values, and explain (R43)", "予以封存或者制作镜像并计算完整性校验值，并作出说明（R43）"))
            ]
        }
        return exhibit.sealings.map { sealing in
            let act = sealing.act
            let later = facts.later(act)
            let before = later.entries(attaching: .photoBefore)
            let after = later.entries(attaching: .photoAfter)
            var list = Checklist()
            list.ask(
                "photo before sealing", "封存前照片", at: [act.entry], isThere: act.files.contains(.photoBefore) || !before.isEmpty,
                reason: act.reason("photoBefore", "photo-before"))
            list.ask(
                "photo after sealing", "封存后照片", at: [act.entry], isThere: act.files.contains(.photoAfter) || !after.isEmpty,
                reason: act.reason("photoAfter", "photo-after"))
            let found = list.judgement(
                [act.entry] + before + after, missing: "seal \(sealing.number) without", "封条 \(sealing.number) 缺少",
                remedy: Words(
                    "attach the photos that were taken, or photos of the seal as it is, and explain (R43)",
                    "补附拍摄的照片，或者拍摄封条现状并作出说明（R43）"))
            let isLate = !before.isEmpty || !after.isEmpty
            guard found.verdict == .shown, isLate else { return found }
            return .remedied(found.entries, "the photos were attached later", "照片系事后补附")
        }
    }

    private static func threeSlots(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        var acts: [(name: Words, act: ActFacts, roles: [ActSigned.Role])] = []
        let three: [ActSigned.Role] = [.examiner, .witness, .holder]
        if let seizure = exhibit.seizure { acts.append((Words("seizure", "扣押"), seizure, three)) }
        if let left = exhibit.left { acts.append((Words("medium left in place", "未扣押登记"), left.act, three)) }
        acts += exhibit.sealings.map { (Words("sealing", "封存"), $0.act, three) }
        acts += exhibit.ownImages.map { (Words("image", "数据镜像"), $0.act, three) }
        if let data = exhibit.data {
            acts.append((Words("data", "电子数据"), data.act, data.way == .requested ? [.examiner, .holder] : three))
        }
        guard !acts.isEmpty else { return .notApplicable }
        return acts.map { name, act, roles in
            var list = Checklist()
            let entries = facts.signatures(of: act, roles, &list)
            return list.judgement(
                entries, missing: "\(name.english), entry \(act.entry), not signed by", "\(name.chinese)（第 \(act.entry) 条）未签名",
                remedy: Words("have it signed now, or give the reason why it is not (R43(2))", "补签，或者说明没有签名的原因（R43(2)）"))
        }
    }

    private static func sealState(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        let explain = Words(
            "explain how it came about and show that nothing was changed (R43(1))", "查明原因并证明数据未发生变化，作出合理解释（R43(1)）")
        var judgements: [Judgement] = exhibit.sealChecks.compactMap { check in
            guard let expected = check.expected else {
                guard check.occasion == .handover else { return nil }
                return .defect([check.entry], Words("handed over unsealed", "未以封存状态移送"), remedy: explain)
            }
            if let read = check.read, !read.utf8.elementsEqual(expected.utf8) {
                return .defect(
                    [check.entry],
                    Words("the seal carried the number \(read), not \(expected)", "封条编号为 \(read)，与记录的 \(expected) 不符"),
                    remedy: explain)
            }
            switch check.condition {
            case .intact: return .shown([check.entry])
            case .broken:
                return .defect([check.entry], Words("the seal \(expected) was broken", "封条 \(expected) 破损"), remedy: explain)
            case .missing:
                return .defect([check.entry], Words("the seal \(expected) was missing", "封条 \(expected) 缺失"), remedy: explain)
            case nil:
                return .defect(
                    [check.entry], Words("the seal \(expected) was not looked at", "未核对封条 \(expected)"),
                    remedy: Words("look at it now and record how it is, or explain (R43(1))", "即时核对并记录，或者作出合理解释（R43(1)）"))
            }
        }
        judgements += exhibit.attachedSealed.map {
            .defect([$0], Words("plugged in though it is recorded as sealed", "记录为已封存，却被接入"), remedy: explain)
        }
        guard judgements.isEmpty else { return judgements }
        guard let sealing = exhibit.sealings.last else { return .notApplicable }
        return [.notJudged([sealing.act.entry], "nobody has looked at the seal since", "封存后尚无核对记录")]
    }

    private static func original(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        if let left = exhibit.left, exhibit.seizure == nil {
            let place = exhibit.keepings.last?.location ?? ""
            return [
                .explained([left.act.entry], "left at \(place): \(left.reason)", "存放于 \(place)，未移送原因：\(left.reason)")
            ]
        }
        if exhibit.isMedium { return [.shown([exhibit.origin?.entry].compactMap { $0 })] }
        guard let data = exhibit.data, data.way == .onSite else { return .notApplicable }
        if let from = data.from, let source = facts.exhibit(from.number)?.origin {
            return [.shown([data.act.entry, source.entry])]
        }
        if let reason = data.act.reason("taken-from", "seal") {
            return [.explained([data.act.entry], "taken without the medium: \(reason)", "未移送原始存储介质：\(reason)")]
        }
        return [
            .defect(
                [data.act.entry], Words("taken without the medium, and no reason given", "未移送原始存储介质，也未说明原因"),
                remedy: Words("say why the medium could not be seized, and where it is (R43)", "说明无法扣押原始存储介质的原因及其存放地点（R43）"))
        ]
    }

    private static func place(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        guard exhibit.isMedium, let origin = exhibit.origin else { return .notApplicable }
        var list = Checklist()
        let last = exhibit.keepings.last
        let kept = last?.entry ?? origin.entry
        list.ask("storage place", "存放位置", at: [kept], isThere: last.map { !$0.location.isEmpty } ?? false)
        list.ask("custodian", "保管人", at: [kept], isThere: last.map { !$0.custodian.isEmpty } ?? false)
        list.ask("user", "使用人", at: [origin.entry], isThere: exhibit.particulars.user != nil, reason: origin.reason("user"))
        return [
            list.judgement(
                [origin.entry] + exhibit.keepings.map(\.entry).filter { $0 != origin.entry }, missing: "not recorded", "未记录",
                remedy: Words("find out and record it, or explain (R43)", "查明补记，或者作出合理解释（R43）"))
        ]
    }

    private static func link(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        guard exhibit.isMedium, let origin = exhibit.origin else { return .notApplicable }
        let particulars = exhibit.particulars
        let people = [particulars.owner, particulars.holder, particulars.user].compactMap { $0 }
        var list = Checklist()
        list.ask(
            "owner, holder or user", "所有人、持有人或者使用人", at: [origin.entry], isThere: !people.isEmpty,
            reason: origin.reason("owner", "holder", "user"))
        list.ask(
            "what links them to it", "关联依据", at: [origin.entry], isThere: particulars.basis != nil,
            reason: origin.reason("basis"))
        return [
            list.judgement(
                [origin.entry], missing: "not recorded", "未记录",
                remedy: Words("record whose it is and on what basis, or explain (R43)", "补记所有人、持有人、使用人及关联依据，或者作出合理解释（R43）"))
        ]
    }

    private static func kind(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        guard exhibit.isMedium, let origin = exhibit.origin else { return .notApplicable }
        guard exhibit.particulars.kind == nil else { return [.shown([origin.entry])] }
        return [
            .defect(
                [origin.entry], Words("the kind of medium is not recorded", "未记录介质种类"),
                remedy: Words("record it with an answer (R43)", "予以补正，写明介质种类（R43）"))
        ]
    }
}
