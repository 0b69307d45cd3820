import Custody
import TransparencyLog

extension Receipt {
    /// The receipt as plain text. Between two lines that mark it, it holds the whole proof file,
    /// and between two more the changes of the station's key.
    public func text(in language: Language) -> String {
        let page = ReceiptPage(self, in: language)
        var parts = [page.title]
        for section in page.sections {
            parts.append(section.title + "\n" + section.rows.map { "  \($0.name): \($0.value)" }.joined(separator: "\n"))
        }
        parts.append(page.signatures.map { "\($0)  ______________________________" }.joined(separator: "\n\n"))
        parts.append([page.advice, page.keyChanges].compactMap(\.self).joined(separator: "\n\n"))
        parts.append(QRCode(codeText)?.halfBlocks ?? page.withoutCode)
        return parts.joined(separator: "\n\n") + "\n\n" + proved.receiptProof.encoded
    }
}
