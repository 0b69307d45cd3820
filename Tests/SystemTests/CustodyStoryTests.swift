import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// The workflow of the law by commands only.
    @Suite struct CustodyStories {
        @Test func actsThatMayNotFollow() throws {
            let station = try TestStation(evidence: [])
            try station.waitUntilItAnswers()
            try station.json("case", "open", "C1", "--cause", "x", "--unit", "y")
            for name in ["甲", "乙", "丙"] { try station.json("case", "person", name, "--case", "C1", "--capacity", "investigator") }
            func seize(_ exhibit: String, _ more: String...) -> [String] {
                ["seize", exhibit, "--case", "C1", "--name", "手机", "--kind", "phone", "--custodian", "甲", "--location", "柜"]
                    + more
            }
            func refusal(_ arguments: [String]) throws -> String {
                let outcome = try station.fengcun(arguments + ["--json"])
                #expect(outcome.status == 1 && outcome.output.isEmpty)
                return outcome.errors
            }
            let two = ["--participant", "examiner=甲", "--participant", "examiner=乙"]
            #expect(try refusal(seize("S1")).contains("R25"))
            #expect(try refusal(seize("S1") + two + ["--participant", "witness=丁"]).contains("丁 is not registered"))
            #expect(try refusal(seize("S1") + two + ["--participant", "witness=甲"]).contains("two slots"))
            #expect(try refusal(seize("S1") + two + ["--time", "2099-01-01T00:00:00Z"]).contains("future"))
            #expect(try refusal(seize("S1") + two + ["--photo", "/nonexistent.jpg"]).contains("/nonexistent.jpg"))
            #expect(try refusal(seize("S1") + two + ["--document", "D9"]).contains("no legal document D9"))
            try station.json(
                "case", "document", "D1", "--case", "C1", "--kind", "search", "--date", "2020-01-01", "--organ", "o", "--until",
                "2020-02-01")
            #expect(try refusal(seize("S1") + two + ["--document", "D1"]).contains("ran out on 2020-02-01"))
            #expect(try refusal(["term", "set", "T", "--case", "C1", "--what", "w", "--until", "2020-01-01"]).contains("R38"))
            try station.json(seize("S1") + two)
            #expect(try refusal(seize("S1") + two).contains("exists already"))
            #expect(try refusal(["handover", "receive", "S1", "--to", "乙", "--location", "l"]).contains("R53"))
            #expect(try refusal(["examine", "end", "S1", "--process", "p", "--result", "r"] + two).contains("R40"))
            #expect(try refusal(["image", "start", "S1", "--to", station.images.string]).contains("never registered"))
            try station.json("seal", "S1", "--number", "F1", "--method", "m")
            // What was found is on record, also where it should not be.
            #expect(
                try refusal(["unseal", "S1", "--number", "F9", "--condition", "intact", "--reason", "r"]).contains("check-seal"))
            try station.json("check-seal", "S1", "--number", "F9", "--condition", "intact", "--reason", "清点")
            #expect(try station.json("medium", "show", "S1")["custody"]["breaks"].array.map { $0["kind"].string } == ["bad-seal"])
            #expect(
                try refusal(["examine", "begin", "S1", "--purpose", "p", "--equipment", "e"] + two).contains("is sealed with F1"))
            let offer = [
                "handover", "offer", "S1", "--deliverer", "甲", "--to", "乙", "--contents", "c", "--reason", "r",
            ]
            #expect(try refusal(offer).contains("say how it was found"))
            try station.json(offer + ["--seal", "intact"])
            #expect(try refusal(["unseal", "S1", "--condition", "intact", "--reason", "r"]).contains("on its way to 乙"))
            #expect(try refusal(["handover", "receive", "S1", "--to", "丙", "--location", "l", "--seal", "intact"]).contains("乙"))
            try station.json("case", "close", "C1", "--reason", "r")
            #expect(try refusal(["move", "S1", "--location", "l", "--reason", "r"]).contains("case C1 is closed"))
            #expect(try station.fengcun("--lang", "zh", "move", "S1", "--location", "l", "--reason", "r").errors.contains("已结案"))
            try station.json("case", "reopen", "C1", "--reason", "r")
            try station.exportAndVerify()
        }

        /// An electronic certificate that we issue (O14): openssl and the recipient's own station accept it.
        @Test func anElectronicCertificateOfOurs() throws {
            let station = try TestStation(evidence: [])
            try station.waitUntilItAnswers()
            let unit = try TestAuthority()
            try unit.issue("unit", subject: "/CN=示例市公安局")
            let folder = station.folder
            let data = try folder.write("数据".utf8, to: "数据.zip").string
            let certificate = folder("证明.json").string
            let sheet = folder("证明.txt")
            try station.json(
                "certificate", "write", certificate, "--document-number", "协〔2026〕9号", "--unit", "示例市公安局", "--file", data,
                "--sheet", sheet.string)
            let digest = String(try run("sha256sum", [data]).output.prefix(64))
            #expect(String(decoding: try contents(sheet), as: UTF8.self).contains(digest))
            let signature = folder("证明.cms").string
            try unit.openssl([
                "cms", "-sign", "-binary", "-in", certificate, "-signer", unit.path("unit.pem"), "-inkey", unit.path("unit.key"),
                "-outform", "DER", "-out", signature,
            ])
            try unit.openssl([
                "cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content", certificate, "-CAfile",
                unit.path("root.pem"), "-out", "/dev/null",
            ])
            try station.json("case", "open", "C1", "--cause", "x", "--unit", "y")
            for name in ["甲", "乙"] { try station.json("case", "person", name, "--case", "C1", "--capacity", "technician") }
            try station.json(
                "collect", "D1", "--case", "C1", "--way", "on-site", "--custodian", "甲", "--location", "柜", "--file", data,
                "--participant", "examiner=甲", "--participant", "examiner=乙")
            let issue = [
                "certificate", "issue", "D1", "--recipient", "邻省公安厅", "--electronic-certificate", certificate,
                "--signature-file",
            ]
            let recorded = try station.json(issue + [signature])
            let entry = try station.json("ledger", "show", "--from", "\(recorded["entry"].int)").array[0]
            #expect(entry["body"]["documentNumber"].string == "协〔2026〕9号")
            #expect(entry["body"]["files"].array[0]["digests"]["sha256"].string == digest)
            #expect(entry["body"]["signers"].array.map(\.string) == ["CN=示例市公安局"])
            // A signature of something else is refused, and so is a file that is no certificate.
            let other = try folder.write("x".utf8, to: "other").string
            #expect(try station.refusal(issue + [other]).contains("signature"))
            #expect(
                try station.refusal(
                    "certificate", "issue", "D1", "--recipient", "r", "--electronic-certificate", other, "--signature-file",
                    signature
                ).contains("O14"))
            // What the station works out, nobody tells it.
            let forged = try folder.write(Array("{\"unit\":\"x\"}".utf8), to: "forged.json").string
            #expect(try station.refusal(issue + [signature, "--from", forged]).contains("unit"))
            try station.exportAndVerify()
        }
    }
}
