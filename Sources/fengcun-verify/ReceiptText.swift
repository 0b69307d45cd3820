import Bundle
import Custody
import SafeText

/// What the auditor reads about a receipt that he held against a bundle.
struct ReceiptText {
    private let finding: ReceiptFinding
    private let bundleSize: Int

    init(_ finding: ReceiptFinding, bundleSize: Int) {
        self.finding = finding
        self.bundleSize = bundleSize
    }

    func print() {
        write(say("receipt \(finding.name): \(verdict)", "回执 \(finding.name)：\(verdict)"))
        printKeys()
        if let entry = finding.entry {
            let about = describe(entry)
            write(
                say(
                    "  it proves entry \(entry.sequence): \(about); compare what is printed on it",
                    "  所证明的条目：第 \(entry.sequence) 条，\(about)；请与回执上的文字核对"))
        } else if let index = finding.index {
            write(say("  it proves that there was an entry \(index)", "  所证明的条目：第 \(index) 条"))
        }
    }

    /// How the bundle's keys lead to the one that signed, and what that is worth.
    private func printKeys() {
        if !finding.keyChanges.isEmpty {
            let entries = finding.keyChanges.map { "\($0.entry)" }.joined(separator: ", ")
            write(
                say(
                    "  its key took the place of the bundle's by changes that the old and the new key both signed: entries \(entries)",
                    "  其签名密钥由导出目录的密钥更换而来，更换均由新旧两把密钥签名：第 \(entries) 条"))
        }
        for revocation in finding.revoked {
            guard let key = revocation.key else { continue }
            write(
                say(
                    "  it RESTS ON A REVOKED KEY: \(key.text), not believed since \(revocation.since); whoever had it can have made "
                        + "this receipt",
                    "  依赖已吊销的密钥：\(key.text)（自 \(revocation.since) 起不可信）；持有该密钥者亦可制作此回执"))
        }
    }

    private var verdict: String {
        let size = finding.size ?? 0
        return switch finding.verdict {
        case .continues:
            say(
                "the ledger continues what the receipt saw (\(size) entries)", "台账是回执所见历史（\(size) 条）的延续")
        case .forked(let entry?):
            say(
                "FORKED: two histories signed by the same station; entry \(entry) is another than in the receipt",
                "已分叉：同一台站签署了两份不同的历史；第 \(entry) 条与回执不同")
        case .forked(nil):
            say(
                "FORKED: two histories signed by the same station; they differ among the first \(min(size, bundleSize)) entries",
                "已分叉：同一台站签署了两份不同的历史；前 \(min(size, bundleSize)) 条之中有差异")
        case .cut:
            say(
                "CUT: the receipt proves at least \(size) entries, the bundle has \(bundleSize); unless the bundle is older than "
                    + "the receipt, entries were taken away",
                "已截断：回执证明至少有 \(size) 条，导出目录只有 \(bundleSize) 条；除非导出早于回执，否则条目被删去")
        case .worthless(let reason): say("proves nothing: \(reason)", "不能证明任何内容：\(reason)")
        }
    }
}

/// An entry in a few words: act, time, case and exhibit.
func describe(_ entry: Entry) -> String {
    let exhibit = entry.draft.subjects.lazy.map(\.description).first { $0.hasPrefix("exhibit:") }
    return [entry.act.kind.rawValue, entry.time.description, exhibit ?? entry.draft.caseNumber].compactMap(\.self)
        .joined(separator: ", ")
}
