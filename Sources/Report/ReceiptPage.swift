import Custody
import SafeText

/// What stands on a receipt, in one language and in no particular form.
struct ReceiptPage {
    /// Names with values under a heading.
    struct Section {
        let title: String
        private(set) var rows: [(name: String, value: String)] = []

        init(_ title: String) { self.title = title }

        /// Adds a row; whatever the value holds, it stays one line and moves no cursor. A value that is missing adds none.
        mutating func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { rows.append((name, value.printable)) }
        }
    }

    let title: String
    let sections: [Section]
    /// Who signs by hand, a line each.
    let signatures: [String]
    /// How the receipt is used.
    let advice: String
    /// What stands in the place of a QR code where there is none.
    let withoutCode: String
    /// What the file holds and the code does not; nil where the station's key was never changed.
    let keyChanges: String?

    init(_ receipt: Receipt, in say: Language) {
        title = receipt.title(in: say)
        sections = [
            receipt.exhibitSection(say), receipt.actSection(say), receipt.imageSection(say), receipt.recordSection(say),
        ].filter { !$0.rows.isEmpty }
        signatures = receipt.signatures(in: say)
        advice = say(
            "Keep this page. A ledger of this station that lacks the entry, or shows another in its place, was cut or forked: "
                + "fengcun-verify BUNDLE --key KEY --receipt FILE, with this page's file or the text of its code, says which.",
            "请妥善保管本页。该台站的台账若缺少本条目或以其他内容代替，即已被截断或分叉："
                + "用 fengcun-verify 导出目录 --key 公钥 --receipt 文件（本页文件或二维码文本）即可查明。")
        let count = receipt.proved.receiptProof.keyChanges.count
        keyChanges =
            count == 0
            ? nil
            : say(
                "The station's key was changed before this receipt (\(count)). Keep the file of this page: it proves the changes, which "
                    + "the code leaves out, and without them says nothing against a ledger that was cut off before the last of them.",
                "制作本回执之前台站密钥已更换 \(count) 次。请保存本页文件：其中载有更换的证明（二维码不含），"
                    + "台账若在最近一次更换之前被截断，须凭此证明。")
        withoutCode =
            QRCode.isAvailable
            ? say(
                "No QR code: what it would have to hold is too large. The file of this page holds the proof.",
                "无二维码：内容过长。证明见本页文件。")
            : say(
                "No QR code: the station lacks libqrencode (Debian: libqrencode4). The file of this page holds the proof.",
                "无二维码：台站未安装 libqrencode（Debian 软件包 libqrencode4）。证明见本页文件。")
    }
}

extension Receipt {
    fileprivate func title(in say: Language) -> String {
        switch proved.entry.act {
        case .mediumSealed: say("Receipt of sealing", "封存回执")
        case .mediumUnsealed: say("Receipt of unsealing", "启封回执")
        case .mediumTransferred, .handoverOffered: say("Receipt of hand-over", "移交回执")
        case .handoverReceived: say("Receipt of what was handed over", "接收回执")
        case .handoverWithdrawn: say("Receipt of a hand-over that was withdrawn", "撤回移交回执")
        case .mediumSeized: say("Receipt of seizure", "扣押回执")
        case .mediumReturned: say("Receipt of return", "发还回执")
        case .acquisitionFinished: say("Receipt of an image", "镜像制作回执")
        default: say("Receipt of an acquisition without an image", "镜像制作未完成回执")
        }
    }

    fileprivate func exhibitSection(_ say: Language) -> ReceiptPage.Section {
        let (device, label) = (medium.description, medium.label)
        var section = ReceiptPage.Section(say("Exhibit", "检材"))
        section.add(say("case", "案件编号"), proved.exhibit.caseNumber)
        section.add(say("exhibit", "检材编号"), proved.exhibit.number)
        section.add(say("make, model", "品牌、型号"), [device?.make, device?.model].compactMap(\.self).joined(separator: " "))
        section.add(say("serial number", "序列号"), device?.serial)
        section.add(say("identification code", "识别码"), device?.wwn)
        section.add(say("capacity", "容量"), device.map { device in say("\(device.capacity) bytes", "\(device.capacity) 字节") })
        let read = [label.make, label.model, label.serial, label.capacity, label.owner].compactMap(\.self)
        section.add(say("on the label", "标签所载"), read.joined(separator: " · "))
        section.add(say("station's name for it", "台站标识"), medium.id)
        return section
    }

    fileprivate func actSection(_ say: Language) -> ReceiptPage.Section {
        var section = ReceiptPage.Section(say("Act", "行为"))
        let actor = proved.entry.draft.actor
        section.add(say("act", "行为"), proved.entry.act.kind.rawValue)
        section.add(say("time (station's clock, UTC)", "时间（台站时钟，UTC）"), proved.entry.time.description)
        section.add(say("by", "操作人"), actor.person.map { "\($0) (\(actor.user))" } ?? actor.user)
        switch proved.entry.act {
        case .mediumSealed(let body): section.add(body, say)
        case .mediumUnsealed(let body): section.add(body, say)
        case .mediumTransferred(let body): section.add(body, say)
        case .acquisitionFinished(let body): section.add(body, say)
        case .acquisitionEnded(let body): section.add(body, say)
        default: for row in ActForm.rows(of: proved.entry.act, in: say) { section.add(row.name, row.value) }
        }
        return section
    }

    /// The images that there were at the time of the act.
    fileprivate func imageSection(_ say: Language) -> ReceiptPage.Section {
        var section = ReceiptPage.Section(say("Images of the exhibit until then", "此前已制作的镜像"))
        for image in medium.images where image.entry < proved.entry.sequence {
            section.add(say("image, entry \(image.entry)", "镜像（第 \(image.entry) 条）"), image.path)
            section.add(say("bytes", "字节数"), "\(image.bytes)")
            section.add(image.digests, blockTree: image.blockTree)
        }
        return section
    }

    fileprivate func recordSection(_ say: Language) -> ReceiptPage.Section {
        var section = ReceiptPage.Section(say("Record", "台账"))
        section.add(say("station", "台站"), proved.key.origin.name)
        section.add(say("verifier key", "验证公钥"), proved.key.text)
        section.add(say("entry", "条目"), say("number \(proved.entry.sequence)", "第 \(proved.entry.sequence) 条"))
        section.add(say("leaf hash", "叶子散列"), proved.leaf.base64)
        section.add(
            say("checkpoint", "检查点"), say("\(proved.checkpoint.size) entries", "共 \(proved.checkpoint.size) 条"))
        section.add(say("root", "根散列"), proved.checkpoint.root.base64)
        return section
    }

    fileprivate func signatures(in say: Language) -> [String] {
        switch proved.entry.act {
        case .mediumTransferred, .handoverOffered, .handoverReceived, .handoverWithdrawn, .mediumReturned:
            [say("handed over by", "移交人"), say("received by", "接收人"), say("witness", "见证人")]
        case .mediumSealed, .mediumUnsealed, .mediumSeized:
            [say("investigator", "取证人员"), say("holder", "持有人（提供人）"), say("witness", "见证人")]
        default: [say("made by", "制作人"), say("made by", "制作人"), say("witness", "见证人")]
        }
    }
}
