import Foundation
import TestSupport
import Testing

extension System {
    /// People sign an act with their own tools; the station and an auditor check it.
    @Suite struct Signing {
        @Test func peopleSignAndAnAuditorBelievesOnlyWhomHeTrusts() throws {
            let authority = try TestAuthority()
            try authority.issue("zhang", subject: "/CN=张三")
            let sm2 = try TestAuthority(kind: .sm2)
            try sm2.issue("li", subject: "/CN=李四", .sm2, issuerKind: .sm2)
            let station = try TestStation(
                evidence: [], configuration: "[trust]\nsigners = \"\(authority.path("root.pem"))\"\n")
            try station.waitUntilItAnswers()
            try station.openCaseQuickly(1)
            let entry = try #require(try station.json("ledger", "show").array.first { $0["act"].string == "case.opened" })["seq"]
                .int
            let number = "\(entry)"
            func statement(_ role: String, _ name: String) throws -> String {
                let path = station.folder("statement-\(role)").string
                try station.json("sign", number, "--as", role, "--name", name, "--statement", path)
                return path
            }

            let first = try statement("examiner", "张三")
            #expect(String(decoding: try contents(.init(first)), as: UTF8.self).contains("取证人员"))
            try authority.openssl([
                "cms", "-sign", "-binary", "-in", first, "-signer", authority.path("zhang.pem"), "-inkey",
                authority.path("zhang.key"), "-outform", "PEM", "-out", first + ".sig",
            ])
            // Another role's statement is another text; so is another name's.
            #expect(
                try station.refusal("sign", number, "--as", "witness", "--name", "张三", "--signature", first + ".sig")
                    .contains("another text"))
            #expect(try station.refusal("sign", number, "--as", "examiner", "--name", "x", "--signature", first).contains("CMS"))
            try station.json("sign", number, "--as", "examiner", "--name", "张三", "--signature", first + ".sig")
            #expect(
                try station.refusal("sign", number, "--as", "examiner", "--name", "张三", "--signature", first + ".sig")
                    .contains("already"))

            let second = try statement("witness", "王五")
            let key = station.folder("ssh").string
            try #require(run("ssh-keygen", ["-q", "-N", "", "-t", "ed25519", "-C", "wang", "-f", key]).status == 0)
            try #require(run("ssh-keygen", ["-q", "-Y", "sign", "-n", "fengcun", "-f", key, second]).status == 0)
            try station.json("sign", number, "--as", "witness", "--name", "王五", "--signature", second + ".sig")

            let third = try statement("holder", "李四")
            try sm2.openssl([
                "dgst", "-sm3", "-sign", sm2.path("li.key"), "-sigopt", "distid:1234567812345678", "-out", third + ".sig", third,
            ])
            #expect(
                try station.refusal("sign", number, "--as", "holder", "--name", "李四", "--signature", third + ".sig")
                    .contains("certificate is missing"))
            try station.json(
                "sign", number, "--as", "holder", "--name", "李四", "--signature", third + ".sig", "--certificate",
                sm2.path("li.pem"))

            let scan = try station.folder.write(Array("a scan".utf8), to: "scan.pdf").string
            try station.json("sign", number, "--as", "custodian", "--name", "赵六", "--sheet", scan)
            try station.json("sign", number, "--as", "receiver", "--name", "孙七", "--reason", "拒绝签名")
            #expect(
                try station.refusal("sign", "0", "--as", "maker", "--name", "x", "--reason", "x").contains("no act that people"))
            #expect(try station.refusal("sign", "9999", "--as", "maker", "--name", "x", "--reason", "x").contains("9999"))

            let slots = try station.json("ledger", "show").array.filter { $0["act"].string == "act.signed" }
            #expect(slots.map { $0["body"]["manner"].string } == ["cms", "ssh", "sm2", "sheet", "reason"])
            #expect(slots[0]["body"]["trustedByStation"].bool)
            #expect(slots[1]["body"]["trustedByStation"].isNull)
            #expect(!slots[2]["body"]["trustedByStation"].bool)

            let bundle = try station.exportAndVerify()
            func verify(_ options: [String]) throws -> Outcome {
                try run("fengcun-verify", [bundle.string] + options, environment: ["LANG": "C.UTF-8", "LC_ALL": ""])
            }
            let roots = try station.folder.write(authority.bytes("root.pem") + sm2.bytes("root.pem"), to: "roots.pem").string
            let allowed = try station.folder.write(
                Array("wang@example ".utf8) + contents(.init(key + ".pub")), to: "allowed"
            ).string
            let trusting = try verify(["--roots", roots, "--allowed-signers", allowed])
            #expect(trusting.status == 0, "\(trusting.output)\(trusting.errors)")
            #expect(trusting.output.components(separatedBy: "trusted by you").count == 4, "\(trusting.output)")
            #expect(trusting.output.contains("拒绝签名"))
            let doubting = try verify(["--roots", authority.path("root.pem"), "--allowed-signers", allowed])
            #expect(doubting.status == 1)
            #expect(doubting.output.contains("NOT TRUSTED"))
            let unknowing = try verify([])
            #expect(unknowing.status == 0)
            #expect(unknowing.output.contains("chain not checked"))
            #expect(
                try verify(["--allowed-signers", station.folder.write([], to: "none").string]).output.contains("NOT TRUSTED"))
        }
    }
}
