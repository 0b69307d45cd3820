import Bundle
import Custody
import Integrity
import SafeText

/// What the auditor reads about one slot for a signature.
struct SignatureText {
    private let finding: SignatureFinding

    init(_ finding: SignatureFinding) { self.finding = finding }

    func print() {
        let slot = finding.slot
        let act = finding.act?.rawValue ?? say("withheld", "未展示")
        write(
            say(
                "signature of entry \(slot.entry) (\(act)) by \(slot.person.printable), \(slot.role.rawValue), "
                    + "in entry \(finding.entry)",
                "第 \(slot.entry) 条（\(act)）的签名：\(slot.person.printable)，\(slot.role.chinese)，见第 \(finding.entry) 条"
            ))
        switch slot.manner {
        case .sheet: write(say("  a scan of a signed sheet; compare it with the paper", "  签字页扫描件，请与原件核对"))
        case .reason: write(say("  NO signature: ", "  未签名：") + (slot.reason ?? "").printable)
        case .cms, .ssh, .sm2:
            let names = finding.signers.map(\.printable).joined(separator: "; ")
            write(
                say(
                    "  fits statement and key (\(slot.manner.rawValue)): \(names)",
                    "  签名与声明及密钥相符（\(slot.manner.rawValue)）：\(names)"))
            if !finding.namesItsPerson { Self.printOtherName(slot.person) }
            if let seconds = finding.impossibleTime { printImpossible(UTCSeconds.text(seconds)) }
            Self.printTrust(finding.trust, at: finding.judgedAt, isProved: finding.timeIsProved)
        }
    }

    private func printImpossible(_ time: String) {
        write(
            say(
                "  NOTE: made at \(time) by the signer's clock; what is proved of the two entries does not allow that",
                "  注意：签名人时钟所示签名时间为 \(time)，与两条记录已证明的时间不符"))
    }

    /// Prints who signed for a restoration.
    static func print(_ finding: LedgerRestorationFinding) {
        let names = finding.signers.map(\.printable).joined(separator: "; ")
        write(
            say(
                "signature for the restoration in entry \(finding.entry) by \(finding.person.printable): \(names)",
                "第 \(finding.entry) 条恢复的签名：\(finding.person.printable)：\(names)"))
        if !finding.namesItsPerson { printOtherName(finding.person) }
        printTrust(finding.trust, at: finding.judgedAt, isProved: finding.timeIsProved)
    }

    /// A person's name can be written in many ways; whether two are the same, people must judge.
    private static func printOtherName(_ person: String) {
        write(
            say(
                "  NOTE: it is said to be \(person.printable)'s; neither the signature nor a list of yours has this name",
                "  注意：记为\(person.printable)的签名，但签名本身及您提供的名单均无此姓名"))
    }

    private static func printTrust(_ trust: SignerTrust.Finding, at seconds: Int, isProved: Bool) {
        let time = UTCSeconds.text(seconds)
        let moment =
            isProved ? say("\(time), proved", "\(time)（已证明）") : say("\(time), as the station claims", "\(time)（台站自述）")
        switch trust {
        case .notChecked: write(say("  signer not known to be trusted: chain not checked", "  签名人是否可信：未核验"))
        case .trusted(let by):
            write(say("  trusted by you at \(moment): ", "  您信任的签名人，时间 \(moment)：") + by.map(\.printable).joined(separator: "; "))
        case .notTrusted(let reason):
            write(say("  NOT TRUSTED at \(moment): ", "  不可信，时间 \(moment)：") + reason.printable)
        }
    }
}
