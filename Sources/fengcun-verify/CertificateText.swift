import Bundle
import Custody

/// What the auditor reads about an electronic certificate.
struct CertificateText {
    private let finding: CertificateFinding

    init(_ finding: CertificateFinding) { self.finding = finding }

    func print() {
        let whose = finding.isOurs ? say("issued for", "出具，检材") : say("with the data", "随数据")
        write(
            say(
                "electronic certificate \(whose) \(finding.exhibit), entry \(finding.entry)",
                "电子证明文件（\(whose) \(finding.exhibit)，第 \(finding.entry) 条）"))
        for question in CertificateCheck.Question.allCases {
            guard let result = finding.check.results[question] else { continue }
            let problem = finding.check.problems[question].map { say(": ", "：") + $0 } ?? ""
            write("  " + say(question.rawValue, question.chinese) + " " + say(result.rawValue, result.chinese) + problem)
        }
        if let watermark = finding.recorded?.watermark { write("  " + watermark.words(in: say)) }
        if !finding.check.signers.isEmpty {
            let names = finding.check.signers.joined(separator: "; ")
            write(say("  signed by \(names)", "  签名人 \(names)"))
        }
        if let recorded = finding.recorded, recorded.certificate != finding.check.results[.certificate] {
            write(
                say(
                    "  the station's own finding about the certificate: \(recorded.certificate.rawValue)",
                    "  台站对证书的核验结果：\(recorded.certificate.chinese)"))
        }
    }
}
