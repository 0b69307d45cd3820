import Custody

// What a receipt says about each act that has one.
extension ReceiptPage.Section {
    mutating func add(_ body: MediumSealed, _ say: Language) {
        add(say("seal number", "封条编号"), body.number)
        add(say("method", "封存方法"), body.method)
        add(place: body.place, present: body.present, note: body.note, say)
    }

    mutating func add(_ body: MediumUnsealed, _ say: Language) {
        add(say("seal number", "封条编号"), body.number)
        add(say("seal found", "封存状态"), body.condition.words(in: say))
        add(say("reason", "原因"), body.reason)
        add(place: body.place, present: body.present, note: body.note, say)
    }

    mutating func add(_ body: MediumTransferred, _ say: Language) {
        add(say("from", "移交人"), body.from)
        add(say("to", "接收人"), body.to)
        add(say("kept at", "存放位置"), body.location)
        add(say("reason", "原因"), body.reason)
        add(say("seal number", "封条编号"), body.sealNumber)
        add(say("seal found", "封存状态"), body.seal?.words(in: say) ?? say("not sealed", "未封存"))
        add(place: body.place, present: body.present, note: body.note, say)
    }

    mutating func add(_ body: AcquisitionFinished, _ say: Language) {
        add(say("image", "镜像"), body.image)
        add(say("bytes", "字节数"), "\(body.bytes)")
        add(say("unreadable bytes", "不可读字节数"), "\(body.unreadableBytes)")
        add(body.digests, blockTree: body.blockTree)
        add(say("started", "开始时间"), body.startedAt.description)
        add(say("finished", "完成时间"), body.finishedAt.description)
    }

    mutating func add(_ body: AcquisitionEnded, _ say: Language) {
        let outcome =
            switch body.outcome {
            case .cancelled: say("cancelled", "已取消")
            case .failed: say("failed", "失败")
            case .interrupted: say("interrupted", "中断")
            }
        add(say("outcome", "结果"), outcome)
        add(say("reason", "原因"), body.reason)
        add(say("incomplete file", "未完成文件"), body.partial)
    }

    /// The integrity values of an image: its digests, or the block tree's where it has no other. Forms in Chinese laboratories
    /// print them in upper case.
    mutating func add(_ digests: DigestTable, blockTree: String?) {
        for (algorithm, value) in digests.sorted(by: { $0.key < $1.key }) { add(algorithm.displayName, value.uppercased()) }
        if digests.isEmpty { add("fs-verity", blockTree?.uppercased()) }
    }

    private mutating func add(place: String?, present: [String], note: String?, _ say: Language) {
        add(say("place", "地点"), place)
        add(say("present", "在场人员"), present.joined(separator: say(", ", "、")))
        add(say("note", "备注"), note)
    }
}
