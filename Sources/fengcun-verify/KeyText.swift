import Bundle
import Custody
import TransparencyLog

/// What the auditor reads about the station's keys, and about two bundles of one station.
enum KeyText {
    /// Prints the keys and what is left without proof.
    ///
    /// - Returns: whether every entry rests on a key that is believed.
    static func print(_ keys: StationKeys) -> Bool {
        if keys.history.keys.count > 1 {
            for (firstSize, key) in keys.history.keys {
                write(
                    say(
                        "  signed with  \(key.text) from \(firstSize) entries on", "  签名密钥  \(key.text)（自 \(firstSize) 条起）"))
            }
            if let given = keys.given, given != keys.history.newest, !keys.givenIsLater {
                write(
                    say(
                        "  the key that you gave is an earlier one: each key that followed was named by the one before it",
                        "  您提供的是较早的公钥：其后各公钥均由前一公钥签名确认"))
            }
        }
        if keys.givenIsLater {
            write(
                say(
                    "  the key that you gave began after the bundle ends: a receipt proves that it took the place of the bundle's",
                    "  您提供的公钥在导出目录之后启用：回执证明其由导出目录的密钥更换而来"))
        }
        if let second = keys.second {
            write(say("  SM2 key      \(second.text) signed the checkpoint, too", "  SM2 公钥  \(second.text) 亦签署了检查点"))
        }
        for key in keys.strangers {
            write(say("  --revoked names a key that this station never had: \(key.text)", "  --revoked 指定的公钥从未属于该台站：\(key.text)"))
        }
        for range in keys.revoked {
            let (first, last) = (range.entries.lowerBound, range.entries.upperBound - 1)
            write(
                say(
                    "RESTS ON A REVOKED KEY: entries \(first) to \(last); nobody but \(range.key.text), not believed since \(range.since), vouches for them",
                    "仅由已吊销密钥支持：第 \(first) 至 \(last) 条；除 \(range.key.text)（自 \(range.since) 起不可信）外无人证明"))
        }
        return keys.revoked.isEmpty
    }

    /// Prints what two bundles are to each other.
    ///
    /// - Returns: whether one ledger can be behind both.
    static func print(_ comparison: BundleComparison, first: String, other: String) -> Bool {
        let common = comparison.common
        switch comparison.finding {
        case .identical: write(say("\(first) and \(other) hold the same \(common) entries", "两个导出目录的 \(common) 条记录完全相同"))
        case .continued:
            write(say("\(other) continues \(first): \(common) entries in common", "\(other) 是 \(first) 的延续：共有 \(common) 条"))
        case .isContinuation:
            write(say("\(first) continues \(other): \(common) entries in common", "\(first) 是 \(other) 的延续：共有 \(common) 条"))
        case .forked(let entry):
            write(
                say(
                    "FORKED at entry \(entry): \(first) and \(other) differ from there on, and the station's key signed both",
                    "台账自第 \(entry) 条起分叉：两份内容不同，但均由台站密钥签名"))
            return false
        case .unrelated:
            write(say("\(first) and \(other) are ledgers of different keys", "两个导出目录属于不同密钥的台账"))
            return false
        }
        return true
    }

    /// Reads `VKEY@TIME`; nil where it is something else.
    static func revocation(_ text: String) -> Revocation? {
        guard let at = text.lastIndex(of: "@"), let key = try? VerifierKey(parsing: text[..<at]),
            let time = Timestamp(person: String(text[text.index(after: at)...]))
        else { return nil }
        return Revocation(key: key, since: time)
    }
}
