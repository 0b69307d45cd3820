import Custody
import Integrity

extension Rule {
    /// The image (数据镜像).
    static let imageRules: [Rule] = [
        Rule(
            "R62.8", "R62(8), C", "数据镜像，是指二进制（0101排序的数据码流）相同的数据复制件，与原件的内容无差别",
            Words("the image is the medium, bit for bit", "镜像与原件二进制相同"), .objectivity, point: .objectivity,
            answerable: .finalInPart, images(identity)),
        Rule(
            "R35.1", "R35(2), R36(2), C", "是否附有制作数据镜像的工具、方法、过程等必要信息", Words("tool, method, course", "工具、方法、过程"),
            .objectivity, point: .objectivity, .exhibit(making)),
        Rule(
            "R35.2", "R35(3), R36(3), R37(3), R62(3), C", "是否计算完整性校验值", Words("integrity values", "完整性校验值"), .integrity,
            point: .integrity, .exhibit(digests)),
        Rule(
            "R31.2", "R31(2)", "比对电子数据完整性校验值是否发生变化", Words("integrity values compared later", "完整性校验值的比对"), .integrity,
            point: .integrity, answerable: .finalInPart, images(comparison)),
        Rule(
            "R31.3", "R31(3)", "电子数据的原件与备份是否相同", Words("original and copy are the same", "原件与备份是否相同"), .integrity,
            point: .integrity, answerable: .finalInPart, .exhibit(copies)),
        Rule(
            "R30.3", "R30(3)", "电子数据的收集、提取过程及结果是否可以重现", Words("can be repeated", "可否重现"), .objectivity,
            point: .objectivity, .exhibit(repeatable)),
        Rule(
            "R59", "R59", "证据的移交、保管、转换等程序是否连续、规范", Words("conversions have integrity values on both sides", "转换前后的完整性校验值"),
            .legality, answerable: .finalInPart, .exhibit(conversions)),
        Rule(
            "O18", "O18", "由两名以上侦查人员制作复制件，并附制作说明，写明原始证据材料、原始存储介质的存放地点等信息，由制作人签名，并加盖单位印章",
            Words("copy statement of material from technical investigation", "技术侦查材料复制件的制作说明"), .legality, point: .legality,
            .exhibit(copyStatement)),
    ]

    /// A rule that judges every image of an exhibit.
    private static func images(_ judge: @escaping @Sendable (ExhibitFacts.Image) -> Judgement) -> Judge {
        .exhibit { exhibit, _ in exhibit.images.isEmpty ? .notApplicable : exhibit.images.map(judge) }
    }

    private static func identity(_ image: ExhibitFacts.Image) -> Judgement {
        let entries = [image.start?.entry, image.act.entry].compactMap { $0 }
        if image.isImported { return elsewhere(image, "nothing on record compares it with the medium", "台账中无与原介质的比对") }
        if let start = image.start, start.capacity != image.bytes {
            return .final(
                entries, "the medium has \(start.capacity) bytes, the image \(image.bytes)",
                "介质 \(start.capacity) 字节，镜像 \(image.bytes) 字节")
        }
        guard image.unreadableBytes > 0 else { return .shown(entries) }
        guard image.hasErrorMap || image.listedBytes == image.unreadableBytes else {
            return .defect(
                entries,
                Words(
                    "\(image.unreadableBytes) bytes could not be read, and where is not said for all of them",
                    "\(image.unreadableBytes) 字节无法读取，未逐一载明位置"),
                remedy: Words("attach the map of errors, or make the image again (R43)", "补附坏扇区图，或者重新制作镜像（R43）"))
        }
        return .explained(
            entries, "\(image.unreadableBytes) bytes could not be read; the record says where",
            "\(image.unreadableBytes) 字节无法读取，位置均已载明")
    }

    /// What the record cannot say of an image that was made elsewhere.
    private static func elsewhere(_ image: ExhibitFacts.Image, _ english: String, _ chinese: String) -> Judgement {
        .notJudged([image.act.entry], "made elsewhere and taken in: \(english)", "他处制作后导入的镜像：\(chinese)")
    }

    private static func making(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        var judgements: [Judgement] = exhibit.images.map { image in
            if image.isImported {
                return elsewhere(image, "whether a statement of tool, method and course is with it", "是否附有工具、方法、过程的制作说明")
            }
            var list = Checklist()
            list.ask("tool, host and parameters", "工具、主机及参数", at: [image.act.entry], isThere: image.start?.isComplete ?? false)
            return list.judgement(
                [image.start?.entry, image.act.entry].compactMap { $0 }, missing: "image without", "镜像缺少",
                remedy: Words("make a statement of how it was made (R43)", "补充制作说明（R43）"))
        }
        if let data = exhibit.data, data.way != .requested {
            var list = Checklist()
            list.ask("tool", "工具", at: [data.act.entry], isThere: data.tool != nil, reason: data.act.reason("tool"))
            list.ask("method", "方法", at: [data.act.entry], isThere: data.method != nil, reason: data.act.reason("method"))
            list.ask("course", "过程", at: [data.act.entry], isThere: data.process != nil, reason: data.act.reason("process"))
            judgements.append(
                list.judgement(
                    [data.act.entry], missing: "not recorded", "未记录",
                    remedy: Words("make a statement of how they were taken (R43)", "补充提取说明（R43）")))
        }
        return judgements.isEmpty ? .notApplicable : judgements
    }

    private static func digests(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        let compute = Words("compute them now and explain why not before (R43)", "即时计算并说明未及时计算的原因（R43）")
        var judgements: [Judgement] = exhibit.images.map { image in
            image.hasIntegrityValue
                ? .shown([image.act.entry])
                : .defect([image.act.entry], Words("image without an integrity value", "镜像未计算完整性校验值"), remedy: compute)
        }
        if let data = exhibit.data {
            let isProtected = data.certificate?.protection != nil
            var list = Checklist()
            list.ask(
                "integrity values of the files", "文件的完整性校验值", at: [data.act.entry],
                isThere: !data.files.isEmpty && data.files.allSatisfy { !$0.digests.isEmpty } || isProtected,
                reason: data.act.reason("files"))
            judgements.append(list.judgement([data.act.entry], missing: "not computed", "未计算", remedy: compute))
        }
        return judgements.isEmpty ? .notApplicable : judgements
    }

    private static func comparison(_ image: ExhibitFacts.Image) -> Judgement {
        let entries = [image.act.entry] + image.verifications.map(\.entry)
        guard let last = image.verifications.last else {
            return .defect(
                entries, Words("the image was never read again", "镜像未经复核"),
                remedy: Words("verify it (fengcun image verify)", "复核镜像（fengcun image verify）"))
        }
        guard last.matches else {
            return .final(
                entries, "the image is not what was recorded (entry \(last.entry)); R44: it cannot be relied on as it is",
                "镜像与记录不符（第 \(last.entry) 条），依第四十四条不得作为定案的根据")
        }
        let earlier = image.verifications.filter { !$0.matches }.map(\.entry)
        guard !earlier.isEmpty else { return .shown(entries) }
        return .defect(
            entries, faults: earlier, Words("it differed once, and agrees since", "曾有一次比对不一致，其后一致"),
            remedy: Words("explain why it differed (R43)", "说明不一致的原因（R43）"))
    }

    private static func copies(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        var judgements = exhibit.copies.map { compared($0, Words("copy", "备份")) }
        // What a device of ours does not hold says nothing about the image, which has its own comparison.
        judgements += exhibit.restored.map { device -> Judgement in
            device.isSame
                ? .shown([device.entry])
                : .defect(
                    [device.entry], Words("the device does not hold the image that was restored to it", "还原设备的内容与镜像不一致"),
                    remedy: Words("restore it again, or to another device, and explain (R43)", "重新还原或者更换设备还原，并作出说明（R43）"))
        }
        for image in exhibit.images {
            let checks = image.verifications.map(\.entry)
            if let comparison = image.comparison {
                judgements.append(compared(comparison, Words("image from elsewhere", "他处制作的镜像")))
            } else if image.digestSource == .readBack {
                judgements.append(
                    .notJudged(
                        [image.act.entry], "the values were computed from the image and not from the medium: compare them again",
                        "校验值系由镜像而非介质计算，须与原件再行比对"))
            } else if image.verifications.last?.matches == true {
                judgements.append(.shown([image.act.entry] + checks))
            } else if image.verifications.isEmpty {
                judgements.append(
                    .defect(
                        [image.act.entry], Words("the image was not compared with what the medium gave", "未比对镜像与原件"),
                        remedy: Words("verify it (fengcun image verify)", "复核镜像（fengcun image verify）")))
            } else {
                judgements.append(.final([image.act.entry] + checks, "the image differs from what the medium gave", "镜像与原件不一致"))
            }
        }
        return judgements.isEmpty ? .notApplicable : judgements
    }

    private static func compared(_ comparison: ExhibitFacts.Comparison, _ name: Words) -> Judgement {
        switch comparison.isSame {
        case true: .shown([comparison.entry])
        case false: .final([comparison.entry], "\(name.english) and original differ", "\(name.chinese)与原件不一致")
        case nil:
            .defect(
                [comparison.entry],
                Words("\(name.english) without integrity values on both sides", "\(name.chinese)缺少前后完整性校验值"),
                remedy: Words("compute and compare them (R43)", "补充计算并比对（R43）"))
        }
    }

    private static func repeatable(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        var judgements: [Judgement] = exhibit.images.map { image in
            if image.isImported {
                return elsewhere(image, "whether its making can be repeated", "制作过程可否重现")
            }
            let entries = [image.start?.entry, image.act.entry].compactMap { $0 }
            guard image.start?.isComplete == true, image.hasIntegrityValue else {
                return .defect(
                    entries, Words("without tool, parameters or integrity value nobody can repeat it", "缺少工具、参数或者校验值，无法重现"),
                    remedy: Words("make the image again and compare (R43)", "重新制作镜像并比对（R43）"))
            }
            guard image.unreadableBytes > 0 else { return .shown(entries) }
            return .explained(
                entries, "can be repeated but for what the medium did not give", "除无法读取部分外可以重现")
        }
        if let data = exhibit.data, data.way != .requested {
            let isDescribed = data.tool != nil && data.method != nil && data.source != nil
            let isShown = data.act.files.contains(.photo) || !facts.later(data.act).recordings.isEmpty
            judgements.append(
                isDescribed || isShown
                    ? .shown([data.act.entry] + facts.later(data.act).recordings)
                    : .defect(
                        [data.act.entry],
                        Words("neither source, tool and method nor pictures of the taking", "缺少来源、工具、方法，也无反映提取过程的材料"),
                        remedy: Words(
                            "make a statement, or attach photos and recordings (R37, R43)", "补充说明，或者补附拍照、录像、截屏等材料（R37、R43）")))
        }
        return judgements.isEmpty ? .notApplicable : judgements
    }

    private static func conversions(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        exhibit.conversions.isEmpty ? .notApplicable : exhibit.conversions.map { compared($0, Words("conversion", "转换件")) }
    }

    private static func copyStatement(_ exhibit: ExhibitFacts, _ facts: CaseFacts) -> [Judgement] {
        let warrants = facts.documents.filter { $0.kind == "technical-investigation" }
        guard !warrants.isEmpty, !exhibit.ownImages.isEmpty else { return .notApplicable }
        return exhibit.ownImages.map { image in
            let later = facts.later(image.act)
            let makers = facts.workers(of: image.act)
            var list = Checklist()
            list.ask(
                "two makers", "两名以上制作人", at: [image.act.entry], isThere: makers.count >= 2,
                reason: image.act.reason("secondPerson"))
            list.ask(
                "place of the original medium", "原始存储介质的存放地点", at: [image.act.entry],
                isThere: exhibit.keepings.last.map { !$0.location.isEmpty } ?? false)
            list.ask(
                "makers' signatures", "制作人签名", at: [image.act.entry],
                isThere: later.slots.contains { $0.role == .maker && $0.manner != .reason },
                reason: later.slots.last { $0.role == .maker }?.reason)
            list.ask(
                "sheet with the unit's seal", "加盖单位印章的制作说明", at: [image.act.entry],
                isThere: image.act.files.contains(.signedSheet) || !later.entries(attaching: .signedSheet).isEmpty
                    || later.slots.contains { $0.manner == .sheet })
            return list.judgement(
                [warrants[0].entry, image.act.entry] + later.slots.map(\.entry) + later.entries(attaching: .signedSheet),
                missing: "copy statement without", "制作说明缺少",
                remedy: Words("complete the statement (R43)", "补充制作说明（R43）"))
        }
    }
}
