import Bundle
import Custody
import ImageTree
import Integrity
import SafeText
import SystemPackage
import TransparencyLog

/// What the auditor reads about a bundle that verifies.
struct BundleText {
    private let report: BundleReport

    init(_ report: BundleReport) { self.report = report }

    /// Prints what was checked, what the record says, what is absent, and the verdict.
    ///
    /// - Parameter otherwiseGood: whether what was printed before verifies.
    /// - Returns: whether everything that is there verifies.
    func print(images: [String], showTimes: Bool, otherwiseGood: Bool) throws -> Bool {
        printChecked()
        EditionText(report.edition).print()
        TimeText(report.time).print()
        let keysAreGood = report.keys.map { KeyText.print($0) } ?? true
        printRecord()
        let witnessesAreEnough = WitnessText(report).print()
        let imagesAreGood = try check(images)
        for finding in report.signatures { SignatureText(finding).print() }
        for finding in report.certificates { CertificateText(finding).print() }
        for finding in report.ledgerRestorations { SignatureText.print(finding) }
        for finding in report.receipts { ReceiptText(finding, bundleSize: report.checkpoint.size).print() }
        if showTimes { TimeText(report.time).printEach() }
        printAbsent()
        let isGood =
            imagesAreGood && keysAreGood && otherwiseGood && report.time.isTrusted && report.imagesStand && report.signersStand
            && report.receiptsAgree && witnessesAreEnough && report.samplesStand
        let edition =
            report.edition.isWhole ? "" : say(" but for what is withheld (see above)", "（未展示的内容除外，见上文）")
        write(isGood ? say("VERIFIED", "核验通过") + edition : say("NOT VERIFIED", "核验未通过"))
        return isGood
    }

    private func printChecked() {
        let checkpoint = report.checkpoint
        write(say("checked", "已核验"))
        write(say("  ledger       \(checkpoint.origin)", "  台账      \(checkpoint.origin)"))
        write(say("  key          \(report.key.text)", "  公钥      \(report.key.text)"))
        write(
            say(
                "  checkpoint   \(checkpoint.size) entries, root \(checkpoint.root)",
                "  检查点    \(checkpoint.size) 条，根 \(checkpoint.root)"))
        write(
            report.edition.roots.isEmpty
                ? say("  entries      every one, and the tree over them", "  条目      全部条目及其默克尔树")
                : say("  entries      every one that is shown, and the tree over all", "  条目      所展示的全部条目，及全部条目的默克尔树"))
        write(say("  attachments  \(report.attachments)", "  附件      \(report.attachments) 个"))
        if let times = report.times {
            write(
                say(
                    "  times        \(times.lowerBound) to \(times.upperBound), as the station claims",
                    "  时间      \(times.lowerBound) 至 \(times.upperBound)（台站自述）"))
        }
    }

    private func printRecord() {
        write(say("recorded", "记录内容"))
        for kind in Act.Kind.allCases {
            if let count = report.acts[kind] { write("  \(count) × \(kind.rawValue)") }
        }
        for image in report.images {
            write(
                say(
                    "  image of \(image.made.exhibit), entry \(image.entry): ",
                    "  检材 \(image.made.exhibit) 的镜像（第 \(image.entry) 条）：") + image.made.image.printable)
            write(say("    bytes    \(image.made.bytes)", "    字节数   \(image.made.bytes)"))
            if let tree = image.made.blockTree { write("    " + say("tree", "块树").padded(8) + " " + tree) }
            for (algorithm, value) in image.made.digests.sorted(by: { $0.key < $1.key }) {
                write("    \(algorithm.displayName.padded(8)) \(value)")
            }
        }
        for population in report.samples.populations {
            for draw in population.draws {
                let numbers = (draw.body.members.count, population.body.members.count)
                write(
                    draw.follows
                        ? say(
                            "  sample, entry \(draw.entry): \(numbers.0) of \(numbers.1), drawn again from entry \(population.entry): the same",
                            "  抽样（第 \(draw.entry) 条）：\(numbers.1) 个中的 \(numbers.0) 个，依第 \(population.entry) 条重新抽取，结果一致")
                        : say(
                            "  sample, entry \(draw.entry): NOT the members or the bound that follow from entry \(population.entry)",
                            "  抽样（第 \(draw.entry) 条）：与依第 \(population.entry) 条推出的样本或者置信上限不符"))
            }
        }
        for stray in report.samples.strays {
            write(
                report.leavesOutPopulation(of: stray)
                    ? say(
                        "  sample, entry \(stray.entry): NOT drawn again, for entry \(stray.fixed) with its population is withheld",
                        "  抽样（第 \(stray.entry) 条）：未重新抽取，因载有总体的第 \(stray.fixed) 条未予展示")
                    : say("  sample, entry \(stray.entry): from NO population on record", "  抽样（第 \(stray.entry) 条）：没有对应的总体"))
        }
        for notice in report.notices {
            write(
                say(
                    "  note, entry \(notice.entry): \(notice.english.printable)",
                    "  注意（第 \(notice.entry) 条）：\(notice.chinese.printable)"))
        }
    }

    private func check(_ images: [String]) throws -> Bool {
        var isGood = true
        for image in images {
            switch try ImageCheck.check(FilePath(image), against: report.images) {
            case .recorded(let entry, let made):
                let names = made.digests.isEmpty ? ["fs-verity"] : made.digests.keys.sorted().map(\.displayName)
                let algorithms = names.joined(separator: ", ")
                write(
                    say(
                        "image \(image.printable): is the image of exhibit \(made.exhibit), entry \(entry) (\(algorithms) agree)",
                        "镜像 \(image.printable)：即检材 \(made.exhibit) 的镜像，第 \(entry) 条（\(algorithms) 一致）"))
            case .unreadable(let fault):
                isGood = false
                let reason = fault.message(in: say)
                write(say("image \(image.printable): \(reason)", "镜像 \(image.printable)：\(reason)"))
            case .unknown(let bytes, let digests, let change):
                isGood = false
                let values = digests.map(\.description).joined(separator: ", ")
                write(
                    say(
                        "image \(image.printable): is NO image that the ledger records (\(bytes) bytes, \(values))",
                        "镜像 \(image.printable)：不是台账记录的任何镜像（\(bytes) 字节，\(values)）"))
                printPlace(of: change)
            }
        }
        return isGood
    }

    private func printPlace(of change: ImageCheck.Change) {
        switch change {
        case .unplaced(let error): write("  " + error.message(in: say))
        case .placed(let image, let differences):
            write(
                say(
                    "  by its block tree it was the image of exhibit \(image.made.exhibit), entry \(image.entry); of it differ",
                    "  据块树，它曾是检材 \(image.made.exhibit) 的镜像（第 \(image.entry) 条）；不一致的范围"))
            for range in differences.ranges { write(say("    bytes \(range.text)", "    第 \(range.text) 字节")) }
            write(say("    \(differences.byteCount) bytes in all", "    共 \(differences.byteCount) 字节"))
        }
    }

    private func printAbsent() {
        write(say("absent", "缺少"))
        if !report.keyWasGiven {
            write(
                say(
                    "  a key that you brought yourself: the bundle agrees with itself, which anyone can arrange; give --key",
                    "  您自备的公钥：目前只证明导出目录自身一致，任何人都能做到；请用 --key 提供"))
        }
        if report.time.neither == report.time.claimed.count {
            write(
                say(
                    "  a time-stamp from outside that you trust: all times are the station's own",
                    "  您信任的外部时间戳：所有时间均为台站自述"))
        } else if report.time.onlyNotBefore + report.time.neither > 0 {
            write(
                say(
                    "  a time not after which the last \(report.time.onlyNotBefore + report.time.neither) entries were written",
                    "  最后 \(report.time.onlyNotBefore + report.time.neither) 条记录的时间上限证明"))
        }
        if report.time.isAbsent {
            write(
                say(
                    "  ASKED FOR with --time-roots: there is no time-stamp in the bundle",
                    "  您用 --time-roots 要求：导出目录中没有任何时间戳"))
        }
        if report.signersAreAbsent {
            write(
                say(
                    "  ASKED FOR with --roots or --allowed-signers: nobody signed with a key",
                    "  您用 --roots 或 --allowed-signers 要求：没有任何人以密钥签名"))
        }
        if let absent = WitnessText(report).absent { write(absent) }
        if !report.signatures.contains(where: \.slot.manner.isSignature) {
            write(say("  signatures by people: who acted is what the station says", "  人员签名：行为人身份仅为台站自述"))
        } else if !report.unsigned.isEmpty {
            write(
                say(
                    "  signatures, or reasons for having none, of \(report.unsigned.count) acts of people: entries \(list(report.unsigned))",
                    "  \(report.unsigned.count) 项人员行为既无签名也无未签名原因：第 \(list(report.unsigned)) 条"))
        }
        let handwritten = report.signatures.filter { $0.slot.manner.format == nil }.map(\.entry)
        if report.signersWereAskedFor, !handwritten.isEmpty {
            write(
                say(
                    "  signatures by key in \(handwritten.count) slots, which hold a scan or a reason: entries \(list(handwritten))",
                    "  \(handwritten.count) 处签名栏无密钥签名，仅为扫描件或原因：第 \(list(handwritten)) 条"))
        }
        for image in report.images where image.verified == nil {
            write(
                say(
                    "  a reading back of the image of exhibit \(image.made.exhibit), entry \(image.entry), by the station",
                    "  台站对检材 \(image.made.exhibit) 的镜像（第 \(image.entry) 条）的复核"))
        }
        let unjudged =
            report.signatures.filter { $0.slot.manner.format != nil }.map(\.trust) + report.ledgerRestorations.map(\.trust)
        if unjudged.contains(.notChecked) {
            write(
                say(
                    "  your own trust in signers: anyone can make such keys and certificates; give --roots, --allowed-signers",
                    "  您自备的签名人信任依据：任何人都能制作此类密钥和证书；请用 --roots、--allowed-signers 提供"))
        }
        for (entry, kind) in report.unexamined {
            write(
                say(
                    "not checked: the attachment '\(kind.rawValue)' of entry \(entry) stands where no \(kind.rawValue) belongs",
                    "未核验：第 \(entry) 条的附件“\(kind.rawValue)”不应出现在此处"))
        }
        if report.otherSignatures > 0 {
            write(
                say(
                    "not checked: \(report.otherSignatures) more signatures under the checkpoint, by keys that are not the station's",
                    "未核验：检查点另有 \(report.otherSignatures) 个非台站密钥的签名"))
        }
        if !report.uncovered.isEmpty {
            let names = report.uncovered.map(\.printable).joined(separator: ", ")
            write(say("not covered by any signature: \(names)", "不在签名覆盖范围内：\(names)"))
        }
    }
}

/// Numbers in a line; the first twenty.
private func list(_ numbers: [Int]) -> String {
    numbers.prefix(20).map(String.init).joined(separator: ", ") + (numbers.count > 20 ? " …" : "")
}

extension String {
    fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
