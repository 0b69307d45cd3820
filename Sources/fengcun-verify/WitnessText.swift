import Bundle
import Custody
import TransparencyLog

/// What the auditor reads about witnesses.
struct WitnessText {
    private let report: WitnessReport
    private let size: Int

    init(_ report: BundleReport) {
        self.report = report.witnesses
        size = report.checkpoint.size
    }

    /// Prints the cosignatures and what they are worth.
    ///
    /// - Returns: whether the auditor's policy is met, where he brought one.
    func print() -> Bool {
        guard !report.cosigned.isEmpty || report.policy != nil || report.claim != nil else { return true }
        write(say("witnesses", "见证方"))
        for one in report.cosigned {
            let time = Timestamp(microseconds: one.cosignature.time * 1_000_000)
            let known =
                one.isKnown
                ? say("known to your policy", "在您的策略内")
                : say("good signature, witness not known to you", "签名有效，但您未指定该见证方")
            write(
                say(
                    "  entry \(one.entry): \(one.size) entries cosigned by \(one.cosignature.key.text) at \(time) (\(known))",
                    "  第 \(one.entry) 条：\(one.cosignature.key.text) 于 \(time) 见证前 \(one.size) 条（\(known)）"))
        }
        if let claim = report.claim {
            write(
                say(
                    "  the bundle's own policy (blobs/\(claim.sha256), entry \(claim.entry)): ",
                    "  导出目录自带的策略（blobs/\(claim.sha256)，第 \(claim.entry) 条）：") + extent(claim.witnessedSize)
                    + say(", as it claims itself", "（仅为其自述）"))
        }
        if let policy = report.policy {
            write(
                say("  your policy: ", "  您的策略：")
                    + (policy.quorum == .nobody && report.isMet
                        ? say("asks for no witness", "不要求见证") : extent(report.witnessedSize)))
        }
        return report.isMet
    }

    private func extent(_ witnessed: Int?) -> String {
        guard let witnessed else { return say("NOT MET by any checkpoint", "没有任何检查点满足") }
        guard witnessed > 0 else { return say("only the empty ledger is witnessed", "仅空台账得到见证") }
        let last = witnessed - 1
        guard witnessed < size else { return say("entries 0…\(last) are witnessed, which is all", "第 0…\(last) 条得到见证，即全部条目") }
        return say(
            "entries 0…\(last) are witnessed; \(witnessed)…\(size - 1) are not yet",
            "第 0…\(last) 条得到见证；第 \(witnessed)…\(size - 1) 条尚未")
    }

    /// What is absent; nil where nothing is.
    var absent: String? {
        if report.cosigned.isEmpty, report.policy?.quorum != .nobody {
            return say(
                "  a witness: another history with the same key cannot be ruled out", "  见证方签名：无法排除同一密钥下存在另一份台账")
        }
        guard report.policy == nil else { return nil }
        return say(
            "  your policy of witnesses: that those above are independent of the station is not shown; give --policy",
            "  您的见证策略：无法表明上述见证方独立于该台站；请用 --policy 提供")
    }
}
