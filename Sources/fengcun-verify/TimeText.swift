import Bundle
import Custody

/// What the auditor reads about times.
struct TimeText {
    private let report: TimeReport

    init(_ report: TimeReport) { self.report = report }

    /// Prints the time-stamps, what they prove in sum, and what contradicts them.
    func print() {
        for stamp in report.stamps {
            let accuracy = stamp.body.accuracy.map { " ± \(Self.seconds($0))" } ?? ""
            let trust =
                switch stamp.trust {
                case .trusted: say("leads to your roots", "证书链通向您信任的根证书")
                case .untrusted(let reason): say("NOT TRUSTED: \(reason)", "不可信：\(reason)")
                case .unchecked: say("not checked against roots of yours, proves no time", "未按您的根证书核对，不构成时间证明")
                }
            write(
                say(
                    "  time-stamp, entry \(stamp.entry): checkpoint of \(stamp.body.size) entries existed at \(stamp.body.time)\(accuracy), says \(stamp.body.authority) (\(trust))",
                    "  时间戳（第 \(stamp.entry) 条）：\(stamp.body.size) 条的检查点于 \(stamp.body.time)\(accuracy) 已存在，签发者 \(stamp.body.authority)（\(trust)）"
                ))
        }
        guard report.neither < report.claimed.count else { return }
        let longest = report.longest.map { Self.seconds($0) } ?? "—"
        write(
            say(
                "  proved times \(report.both) entries from both sides (longest interval \(longest)), \(report.onlyNotAfter) only not after, \(report.onlyNotBefore) only not before, \(report.neither) not at all",
                "  时间证明  双侧 \(report.both) 条（最长区间 \(longest)），仅有上限 \(report.onlyNotAfter) 条，仅有下限 \(report.onlyNotBefore) 条，无证明 \(report.neither) 条"
            ))
        for entry in report.outside { write(outside(entry)) }
        if report.outsideCount > report.outside.count {
            write(say("  … \(report.outsideCount) entries in all", "  …… 共 \(report.outsideCount) 条"))
        }
        if let entry = report.contradiction {
            write(
                say(
                    "  CONTRADICTION, entry \(entry): the times that people outside vouch for exclude each other; one of those whom you trust is wrong",
                    "  矛盾（第 \(entry) 条）：外部时间证明相互排斥，您信任的某一方有误"))
        }
    }

    /// Prints each entry with its claimed time, the proved interval and who proves it.
    func printEach() {
        write(say("times: entry, claimed, not before, not after, proved by", "时间：条目、自述时间、不早于、不晚于、证明者"))
        for (entry, time) in report.claimed.enumerated() {
            let interval = report.proved[entry]
            let before = interval.notBefore.map { "\(Timestamp(microseconds: $0.earliest))" } ?? "—"
            let after = interval.notAfter.map { "\(Timestamp(microseconds: $0.latest))" } ?? "—"
            let sources = [interval.notBefore?.source, interval.notAfter?.source].map { $0 ?? "—" }
            write(
                "  \(entry)  \(time.map { "\(Timestamp(microseconds: $0))" } ?? "—")  \(before)  \(after)  \(sources.joined(separator: " / "))"
            )
        }
    }

    private func outside(_ entry: Int) -> String {
        let interval = report.proved[entry]
        let before = interval.notBefore.map { "\(Timestamp(microseconds: $0.earliest))" } ?? "…"
        let after = interval.notAfter.map { "\(Timestamp(microseconds: $0.latest))" } ?? "…"
        let claimed = Timestamp(microseconds: report.claimed[entry] ?? 0)
        return say(
            "  WARNING, entry \(entry): claims \(claimed), but was written between \(before) and \(after)",
            "  警告（第 \(entry) 条）：自述时间 \(claimed)，但经证明写于 \(before) 与 \(after) 之间")
    }

    /// Seconds with as many decimals as they need.
    private static func seconds(_ microseconds: Int) -> String {
        let (whole, rest) = abs(microseconds).quotientAndRemainder(dividingBy: 1_000_000)
        let digits = String(rest + 1_000_000).dropFirst()
        let fraction = digits.reversed().drop { $0 == "0" }.reversed()
        return (microseconds < 0 ? "-" : "") + "\(whole)" + (fraction.isEmpty ? "" : "." + String(fraction)) + " s"
    }
}
