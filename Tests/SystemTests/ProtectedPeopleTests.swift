import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// Evidence from technical investigation before a court: who took it, and how, is not shown (O19), and all else is.
    @Suite struct ProtectedPeople {
        private let number = "11010519491231002X"
        private let method = "对目标主机实施某技术措施后提取"

        /// A case in which two investigators act under code names, and how they did it stands in a file.
        private func record(_ station: TestStation) throws -> (salt: String, method: FilePath) {
            try station.json("case", "open", "C1", "--cause", "x", "--unit", "y")
            let salt = station.folder("侦甲.salt").string
            try station.json(
                "case", "person", "侦甲", "--case", "C1", "--capacity", "investigator", "--identity-kind", "service-card",
                "--identity-number", number, "--salt-file", salt)
            for (name, capacity) in [("侦乙", "investigator"), ("丙", "custodian")] {
                try station.json("case", "person", name, "--case", "C1", "--capacity", capacity)
            }
            for (document, kind) in [("立1", "filing"), ("侦1", "technical-investigation"), ("勘1", "inspection")] {
                try station.json(
                    "case", "document", document, "--case", "C1", "--kind", kind, "--date", "2026-01-02", "--organ", "o")
            }
            let data = try station.folder.write("time,ip\n".utf8, to: "日志.csv").string
            let sheet = try station.folder.write("签名页".utf8, to: "签名页.pdf").string
            let file = try station.folder.write("\(method)\n\(UUID().uuidString)".utf8, to: "附件一.pdf")
            try station.json(
                "collect", "D1", "--case", "C1", "--way", "online", "--name", "登录日志", "--category", "系统日志", "--format", "CSV",
                "--source", "见附件", "--access", "见附件", "--tool", "见附件", "--method", "见附件", "--process", "见附件", "--related",
                "见附件", "--file", data, "--custodian", "丙", "--location", "服务器", "--document-file", file.string, "--sheet", sheet,
                "--participant", "examiner=侦甲", "--participant", "examiner=侦乙", "--document", "侦1", "--absent",
                "witness=不宜公开", "--absent", "holder=不宜公开", "--absent", "recording=不宜公开")
            return (salt, file)
        }

        @Test func codeNamesAndFilesKeepInvestigatorsAndMethodsOutOfAnEdition() throws {
            let station = try TestStation(evidence: [])
            try station.waitUntilItAnswers()
            let secret = try record(station)
            let people = try station.json("ledger", "show").array.filter { $0["act"].string == "person.registered" }
            let digest = String(try run("sha256sum", [secret.method.string]).output.prefix(64))
            let decision = try station.json(
                "edition", "decide", "--case", "C1", "--recipient", "辩护人", "--entries",
                people.map { "\($0["seq"].int)" }.joined(separator: ","), "--leave-file", digest, "--basis",
                "technical-investigation", "--reason", "人员身份和技术方法", "--decided-by", "丙")
            let edition = station.folder("辩护版")
            try station.json("ledger", "export", edition.string, "--edition", "\(decision["entry"].int)")
            let key = try station.json("ledger", "key")["verifierKey"].string
            let outcome = try run("fengcun-verify", [edition.string, "--key", key, "--review", "--json"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            for text in [number, "002X", method] {
                #expect(try run("grep", ["-raF", text, edition.string]).status == 1, "\(text)")
            }
            // What the other side may know is there: what was taken, its integrity values, that two people took it.
            let rules = try JSON(outcome.output)["cases"][0]["rules"].array
            for row in ["R25", "R27", "R28", "R35.1", "R35.2", "R34.3"] {
                let findings = try #require(rules.first { $0["id"].string == row })["findings"].array
                #expect(
                    !findings.isEmpty && findings.allSatisfy { ["shown", "explained"].contains($0["verdict"].string) }, "\(row)")
            }
            // The judge, who gets number and salt, finds the code name's owner in the whole ledger.
            let script = """
                import hashlib, sys
                salt = bytes.fromhex(open(sys.argv[1]).read())
                print(hashlib.sha256(b"Fengcun identity v1\\nservice-card\\n" + salt + sys.argv[2].encode()).hexdigest())
                """
            let opened = try run("python3", ["-c", script, secret.salt, number]).output.prefix(64)
            #expect(people[0]["body"]["identity"]["commitment"].string == String(opened))
            try station.exportAndVerify()
        }
    }
}
