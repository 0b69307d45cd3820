import Custody
import SafeText
import TransparencyLog

extension Receipt {
    /// The receipt as one HTML page for A4 paper that loads nothing: style and code stand in it. It holds the whole proof
    /// file, as the text does; changes of the station's key go to sheets of their own.
    public func html(in language: Language) -> String {
        let page = ReceiptPage(self, in: language)
        var lines = [
            "<!DOCTYPE html>", #"<html lang="\#(language("en", "zh-CN"))">"#, #"<meta charset="utf-8">"#,
            "<title>\(page.title.escapedForMarkup) \(proved.exhibit.description.printable.escapedForMarkup)</title>", "<style>",
            Self.style,
            "</style>",
            "<h1>\(page.title.escapedForMarkup)</h1>",
        ]
        lines.append(#"<div class="code">\#(QRCode(codeText)?.svg ?? page.withoutCode.escapedForMarkup)</div>"#)
        for section in page.sections {
            lines += ["<h2>\(section.title.escapedForMarkup)</h2>", "<table>"]
            lines += section.rows.map { "<tr><th>\($0.name.escapedForMarkup)<td>\($0.value.escapedForMarkup)" }
            lines.append("</table>")
        }
        lines.append(#"<div class="signatures">"#)
        lines += page.signatures.map { "<p>\($0.escapedForMarkup)</p>" }
        lines += ["</div>", "<p>\(page.advice.escapedForMarkup)</p>"]
        if let text = page.keyChanges { lines.append("<p>\(text.escapedForMarkup)</p>") }
        var proofs = "<pre>\n" + ProofMarkers.proof.wrap(proved.proof.encoded.escapedForMarkup) + "</pre>\n"
        if let changes = proved.receiptProof.encodedKeyChanges {
            proofs += "<pre class=\"keys\">\n" + ProofMarkers.keyChanges.wrap(changes) + "</pre>\n"
        }
        return lines.joined(separator: "\n") + "\n" + proofs + "</html>\n"
    }

    private static let style = """
        @page { size: A4; margin: 12mm }
        body { font: 8.5pt/1.3 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif; max-width: 186mm; margin: 0 auto }
        h1 { font-size: 14pt; margin: 0 0 2mm }
        h2 { font-size: 9.5pt; margin: 2mm 0 0.5mm }
        table { border-collapse: collapse }
        th { text-align: left; vertical-align: top; font-weight: normal; color: #444; padding: 0 3mm 0 0; white-space: nowrap }
        td { overflow-wrap: anywhere; padding: 0 }
        .code { float: right; width: 64mm; margin: 0 0 2mm 4mm }
        .signatures { display: flex; gap: 6mm; clear: both; margin: 3mm 0 }
        .signatures p { flex: 1; border-bottom: 0.3mm solid #000; height: 11mm; margin: 0 }
        pre { font: 5.5pt/1.2 monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: 2mm 0 0 }
        .keys { break-before: page }
        """
}
