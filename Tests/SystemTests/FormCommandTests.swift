import Foundation
import Integrity
import SystemPackage
import TestSupport
import Testing

extension System {
    /// Forms by every way in which they can be filled in, and what is refused, in both languages.
    @Suite struct FormCommands {
        private func station() throws -> TestStation {
            let station = try TestStation(evidence: [])
            try station.waitUntilItAnswers()
            try station.json("case", "open", "C1", "--cause", "x", "--unit", "y")
            for name in ["甲", "乙", "丙"] { try station.json("case", "person", name, "--case", "C1", "--capacity", "investigator") }
            return station
        }

        /// Runs a command with text on its standard input.
        private func fengcun(_ station: TestStation, _ input: String, _ arguments: [String]) throws -> Outcome {
            let file = try station.folder.write(input.utf8, to: "input").string
            return try run(
                "sh",
                ["-c", "f=$1; shift; exec \"$@\" < \"$f\"", "sh", file, try find("fengcun"), "--socket", station.socket.string]
                    + arguments, environment: ["LANG": "C.UTF-8", "LC_ALL": ""])
        }

        private func last(_ station: TestStation) throws -> JSON { try #require(station.json("ledger", "show").array.last) }

        @Test func aFormFromStandardInputFromFilesAndByQuestions() throws {
            let station = try station()
            let seizure = """
                {"act": "medium.seized", "case": "C1", "exhibit": "E1", "custodian": "甲", "location": "柜",
                 "particulars": {"name": "优盘", "kind": "usb-stick"},
                 "circumstances": {"participants": ["examiner=甲", {"role": "examiner", "name": "乙"}], "absent": ["make=无"]}}
                """
            let piped = try fengcun(station, seizure, ["seize", "--from", "-", "--json"])
            #expect(piped.status == 0, "\(piped.errors)")
            #expect(try last(station)["body"]["circumstances"]["absent"]["make"].string == "无")
            // An option goes before what the file says; a file of the form is attached.
            let photo = try station.folder.write("照片".utf8, to: "照片.jpg").string
            let form = seizure.replacingOccurrences(
                of: "\"exhibit\": \"E1\"",
                with: "\"exhibit\": \"E2\", \"attachments\": [{\"type\": \"photo\", \"file\": \"\(photo)\"}]")
            let file = try station.folder.write(form.utf8, to: "form.json").string
            try station.json("seize", "--from", file, "--location", "柜 9")
            #expect(try last(station)["body"]["location"].string == "柜 9" && last(station)["blobs"][0]["type"].string == "photo")
            // Questions: whatever is not given is asked for, and an empty line leaves it out.
            let answers = "柜 3\n整理\n\n\n\n\n\n\n\n"
            let asked = try fengcun(station, answers, ["move", "E1", "--case", "C1", "--ask"])
            #expect(asked.status == 0, "\(asked.errors)")
            #expect(asked.errors.contains("reason") || asked.errors.contains("why"))
            let moved = try last(station)["body"]
            #expect(moved["location"].string == "柜 3" && moved["reason"].string == "整理")
            for (name, text) in [("broken.json", "{"), ("list.json", "[]"), ("broken.toml", "a = ")] {
                let broken = try station.folder.write(text.utf8, to: name).string
                #expect(try station.refusal("seize", "--from", broken).contains(name))
            }
            try station.exportAndVerify()
        }

        /// What has a command of its own is filled in like a form: from TOML, from JSON on standard input, by answers.
        @Test func actsWithCommandsOfTheirOwnFromFilesAndByQuestions() throws {
            let station = try TestStation(evidence: [])
            try station.waitUntilItAnswers()
            let opening = try station.folder.write("number = \"C1\"\ncause = \"案由\"\nunit = \"某局\"".utf8, to: "立案.toml").string
            try station.json("case", "open", "--from", opening, "--note", "备注")
            #expect(try last(station)["body"]["cause"].string == "案由" && last(station)["body"]["note"].string == "备注")
            for name in ["甲", "乙"] { try station.json("case", "person", name, "--case", "C1", "--capacity", "investigator") }
            try station.json(
                "seize", "E1", "--case", "C1", "--name", "n", "--kind", "chip", "--custodian", "甲", "--location", "l",
                "--participant", "examiner=甲", "--participant", "examiner=乙")
            let photo = try station.folder.write("照片".utf8, to: "照片.jpg").string
            let sealing = try station.folder.write(
                """
                act = "medium.sealed"
                case = "C1"
                exhibit = "E1"
                number = "F1"
                method = "封条"
                present = ["丙", "丁"]
                attachments = [{ type = "photoBefore", file = "\(photo)" }, { type = "photoAfter", file = "\(photo)" }]
                [circumstances]
                participants = [{ role = "examiner", name = "甲" }, { role = "examiner", name = "乙" }]
                [circumstances.absent]
                witness = "深夜无人"
                """.utf8, to: "封存.toml"
            ).string
            try station.json("seal", "--from", sealing, "--method", "防拆封条")
            let sealed = try last(station)
            #expect(sealed["body"]["number"].string == "F1" && sealed["body"]["method"].string == "防拆封条")
            #expect(sealed["body"]["present"].array.map(\.string) == ["丙", "丁"])
            #expect(sealed["body"]["circumstances"]["absent"]["witness"].string == "深夜无人")
            #expect(sealed["body"]["circumstances"]["participants"].array.count == 2)
            #expect(sealed["blobs"].array.map { $0["type"].string } == ["photoBefore", "photoAfter"])
            let signing = #"{"entry": \#(sealed["seq"].int), "as": "examiner", "name": "甲", "reason": "手伤"}"#
            let signed = try fengcun(station, signing, ["sign", "--from", "-", "--json"])
            #expect(signed.status == 0, "\(signed.errors)")
            #expect(try last(station)["body"]["entry"].int == sealed["seq"].int)
            // Asked in order, what is given is not asked for, and an empty line leaves it out.
            let answers = "C1\n制作镜像\n\n实验室\n" + String(repeating: "\n", count: 20)
            let opened = try fengcun(station, answers, ["unseal", "E1", "--condition", "intact", "--ask"])
            #expect(opened.status == 0 && opened.errors.contains("Why it was opened"), "\(opened.errors)")
            let unsealed = try last(station)["body"]
            #expect(unsealed["reason"].string == "制作镜像" && unsealed["place"].string == "实验室", "\(opened.errors)")
            // In a terminal what must be there is asked for, and nothing else.
            let typed = try station.folder.write("F2\n封条\n".utf8, to: "typed").string
            let command = "'\(try find("fengcun"))' --socket '\(station.socket.string)' --lang zh seal E1"
            let asked = try run("sh", ["-c", "script -qec \"$1\" /dev/null < \"$2\"", "sh", command, typed])
            #expect(asked.output.contains("封条编号") && asked.output.contains("封存方法") && !asked.output.contains("备注"))
            #expect(try last(station)["body"]["number"].string == "F2", "\(asked.output)")
            let handing = try station.folder.write(
                """
                exhibit = "E1"
                deliverer = "甲"
                to = "乙"
                location = "库 1"
                reason = "移送审查"
                seal = "intact"
                sealNumber = "F2"
                [circumstances.absent]
                witness = "深夜无人"
                """.utf8, to: "移交.toml"
            ).string
            try station.json("transfer", "--from", handing, "--location", "库 2", "--case", "C1")
            let handed = try last(station)
            #expect(handed["act"].string == "medium.transferred", "\(handed)")
            #expect(handed["body"]["from"].string == "甲" && handed["body"]["to"].string == "乙")
            #expect(handed["body"]["location"].string == "库 2" && handed["body"]["sealNumber"].string == "F2")
            #expect(handed["body"]["circumstances"]["absent"]["witness"].string == "深夜无人")
            for (text, word) in [("colour = \"x\"", "colour"), ("number = [[1]]", "number"), ("number = ", "form.toml")] {
                let form = try station.folder.write(text.utf8, to: "form.toml").string
                #expect(try station.refusal("seal", "E1", "--from", form).contains(word), "\(text)")
            }
            try station.exportAndVerify()
        }

        /// Without our command line: the same acts and the same refusals by HTTP and JSON.
        @Test func actsByTheAPIAlone() throws {
            let station = try TestStation(evidence: [])
            try station.waitUntilItAnswers()
            func post(_ path: String, _ body: String, _ more: String...) throws -> (status: String, answer: JSON) {
                let file = try station.folder.write(body.utf8, to: "body").string
                let outcome = try run(
                    "curl",
                    [
                        "-s", "-o", "/dev/stderr", "-w", "%{http_code}", "--unix-socket", station.socket.string, "-H",
                        "Accept-Language: zh-CN", "--data-binary", "@\(file)",
                    ] + more + ["http://x/v1/\(path)"])
                return (outcome.output, try JSON(outcome.errors))
            }
            #expect(try post("cases", #"{"number": "C1", "cause": "案由", "unit": "某局"}"#).status == "201")
            for name in ["甲", "乙"] {
                let person =
                    #"{"act": "person.registered", "case": "C1", "body": {"name": "\#(name)", "capacity": "investigator"}}"#
                #expect(try post("acts", person).status == "201")
            }
            let seizure = """
                {"act": "medium.seized", "case": "C1", "body": {"exhibit": "E1", "custodian": "甲", "location": "柜",
                 "particulars": {"name": "n", "kind": "chip"}, "circumstances": {"participants": [
                 {"role": "examiner", "name": "甲"}, {"role": "examiner", "name": "乙"}]}}}
                """
            #expect(try post("acts", seizure).status == "201")
            let again = try post("acts", seizure)
            #expect(again.status == "409" && again.answer["error"]["code"].string == "exhibit-exists")
            #expect(again.answer["error"]["message"].string.contains("（R34.1）"))
            let alone = try post("acts", seizure.replacingOccurrences(of: #", {"role": "examiner", "name": "乙"}"#, with: ""))
            #expect(alone.answer["error"]["message"].string.contains("（R25、O18）"))
            let photo = try post("blobs", "照片", "-H", "Content-Type: application/octet-stream")
            #expect(photo.status == "201", "\(photo)")
            func seal(_ digest: String) throws -> (status: String, answer: JSON) {
                try post(
                    "seals",
                    """
                    {"of": {"exhibit": "E1"}, "number": "F1", "method": "封条", "present": [], "attachments":
                     [{"sha256": "\(digest)", "name": "封后.jpg", "type": "photoAfter"}]}
                    """)
            }
            let absent = try seal(String(repeating: "0", count: 64))
            #expect(absent.status != "201" && absent.answer["error"]["message"].string.contains("（R34.2）"))
            #expect(try seal(photo.answer["sha256"].string).status == "201")
            #expect(try station.acts().suffix(2) == ["medium.seized", "medium.sealed"])
            try station.exportAndVerify()
        }

        @Test func credentialsReturnsAndData() throws {
            let station = try station()
            let people = try TestAuthority()
            try people.issue("jia", subject: "/CN=甲")
            let pem = people.path("jia.pem")
            let digest = String(try run("sha256sum", [pem]).output.prefix(64))
            let credential = [
                "case", "credential", "甲", "--case", "C1", "--basis", "当面核验证件", "--certificate-file", pem,
            ]
            // The fingerprint is computed where it is not given, and compared where it is.
            try station.json(credential)
            #expect(try last(station)["body"]["fingerprint"].string == digest)
            try station.json(credential + ["--fingerprint", digest])
            #expect(
                try station.refusal(credential + ["--fingerprint", String(repeating: "0", count: 64)]).contains("fingerprint"))
            let two = ["--participant", "examiner=甲", "--participant", "examiner=乙"]
            try station.json(
                ["seize", "E1", "--case", "C1", "--name", "n", "--kind", "chip", "--custodian", "甲", "--location", "l"] + two)
            try station.json("case", "person", "丁", "--case", "C1", "--capacity", "holder")
            try station.json(["return", "E1", "--to", "丁", "--reason", "与案件无关"] + two)
            #expect(try station.json("medium", "show", "E1")["state"].string == "returned")
            #expect(try station.refusal("move", "E1", "--location", "x", "--reason", "r").contains("returned"))
            let data = try station.folder.write("数据".utf8, to: "数据.zip").string
            try station.json(
                [
                    "collect", "D1", "--case", "C1", "--way", "online", "--source", "https://example.org/", "--custodian", "甲",
                    "--location", "l", "--file", data,
                ] + two)
            #expect(try last(station)["body"]["files"][0]["bytes"].int == 6)
            try station.exportAndVerify()
        }

        /// Every refusal in both languages: the rule in English, and in Chinese.
        @Test func refusalsNameTheRuleInBothLanguages() throws {
            let station = try station()
            let two = ["--participant", "examiner=甲", "--participant", "examiner=乙"]
            func seize(_ exhibit: String) -> [String] {
                ["seize", exhibit, "--case", "C1", "--name", "n", "--kind", "chip", "--custodian", "甲", "--location", "l"]
            }
            try station.json(seize("E1") + two)
            try station.json(
                "case", "document", "D1", "--case", "C1", "--kind", "search", "--date", "2020-01-01", "--organ", "o", "--until",
                "2020-02-01")
            let identity = "张三 11010519491231002X"
            let refused: [(arguments: [String], english: String, chinese: String)] = [
                (seize("E2"), "(R25, O18)", "2 名以上不同人员"),
                (seize("E2") + two + ["--participant", "witness=丁"], "not registered in case C1", "未在案件 C1 中登记"),
                (seize("E2") + two + ["--participant", "witness=甲"], "two slots that exclude", "不得由一人兼任"),
                (seize("E2") + two + ["--time", "2099-01-01T00:00:00Z"], "lies in the future", "晚于当前时间"),
                (seize("E2") + two + ["--photo", "/nonexistent.jpg"], "(R34.2)", "（R34.2）"),
                (seize("E2") + two + ["--document", "D1"], "ran out on 2020-02-01 (R32.2)", "已于 2020-02-01 到期（R32.2）"),
                (["term", "set", "T", "--case", "C1", "--what", "w", "--until", "2020-01-01"], "(R38)", "（R38）"),
                (["handover", "receive", "E1", "--to", "乙", "--location", "l"], "(R53)", "（R53）"),
                (["examine", "end", "E1", "--process", "p", "--result", "r"] + two, "(R40)", "（R40）"),
                (["certificate", "check", "E1"], "no data from a provider (O17)", "不是调取的电子数据（O17）"),
                (["edition", "decide"] + edition + ["--entries", "0"], "entry 0 must stay", "第 0 条不能略去"),
                (["edition", "decide"] + edition + ["--entries", "99999"], "99999", "99999"),
                (["edition", "decide"] + edition, "leaves nothing out (O19)", "未略去任何内容（O19）"),
                (["edition", "decide"] + edition + ["--entries", "7-3"], "such as 3-17,20", "条目范围"),
                (
                    ["edition", "decide"] + edition + ["--leave-file", String(repeating: "0", count: 64)], "must stay", "不能略去"
                ),
                (["ledger", "export", station.folder("no").string, "--edition", "1"], "decides no edition", "不是版本决定"),
                (
                    ["move", "E9", "--case", "C1", "--location", "l", "--reason", "r"],
                    "there is no exhibit C1/E9; 'fengcun case show'",
                    "没有检材 C1/E9；fengcun case show"
                ),
                (seize("E2") + two + ["--kind", "fridge"], "(R62.2)", "（R62.2"),
                (
                    seize("E2") + two + ["--networkable", "perhaps"], "networkable must be yes or no (R15.2",
                    "networkable 应为“是”或“否”（yes、no）（R15.2"
                ),
                (
                    ["case", "document", "D9", "--case", "C1", "--kind", "filing", "--date", "heute", "--organ", "o"],
                    "date must be a day, YYYY-MM-DD (R32.2", "date 应为日期 YYYY-MM-DD（R32.2"
                ),
                (
                    ["certificate", "issue", "E1", "--recipient", "r"],
                    "an attachment of type electronicCertificate is missing (O14)", "缺少 electronicCertificate 类附件（O14）"
                ),
                (["seal", "E1", "--number", "F1", "--method", identity], "full identity number", "完整的身份证件号码"),
                (["case", "open", "C9", "--cause", identity, "--unit", "u"], "full identity number", "完整的身份证件号码"),
                (["sign", "7", "--as", "holder", "--name", identity, "--reason", "r"], "full identity number", "完整的身份证件号码"),
            ]
            for (arguments, english, chinese) in refused {
                let size = try station.json("ledger", "show").array.count
                #expect(try station.refusal(arguments).contains(english), "\(arguments)")
                let outcome = try station.fengcun(["--lang", "zh"] + arguments)
                #expect(outcome.status == 1 && outcome.errors.contains(chinese), "\(arguments): \(outcome.errors)")
                // Nothing was recorded.
                #expect(try station.json("ledger", "show").array.count == size)
            }
            try station.json("case", "close", "C1", "--reason", "r")
            let closed = try station.refusal(seize("E3") + two)
            #expect(closed.contains("case C1 is closed") && closed.contains("(R32.2)"))
            let chinese = try station.fengcun(["--lang", "zh"] + seize("E3") + two).errors
            #expect(chinese.contains("案件 C1 已结案") && chinese.contains("（R32.2）"))
        }

        private let edition = [
            "--case", "C1", "--recipient", "辩护人", "--basis", "personal-data", "--reason", "r", "--decided-by", "甲",
        ]

        /// Two operators at once: one of them is first, and the other is told why his act may not follow.
        @Test func twoOperatorsActOnOneMedium() throws {
            let station = try station()
            let two = ["--participant", "examiner=甲", "--participant", "examiner=乙"]
            try station.json(
                ["seize", "E1", "--case", "C1", "--name", "n", "--kind", "chip", "--custodian", "甲", "--location", "l"] + two)
            for round in 0..<5 {
                let program = "\(try find("fengcun")) --socket \(station.socket.string)"
                let offers = ["乙", "丙"].map {
                    "\(program) handover offer E1 --deliverer 甲 --to \($0) --contents c --reason r > \(station.folder.path)/\($0) 2>&1 & "
                }
                let outcome = try run(
                    "bash", ["-c", offers.joined() + "a=0; for p in $(jobs -p); do wait $p || a=$((a + 1)); done; exit $a"],
                    environment: ["LANG": "C.UTF-8", "LC_ALL": ""])
                #expect(outcome.status == 1, "exactly one of two offers is refused")
                let words = try ["乙", "丙"].map { String(decoding: try contents(station.folder($0)), as: UTF8.self) }
                #expect(words.contains { $0.contains("is on its way to") && $0.contains("(R53)") }, "\(words)")
                let open = try station.json("ledger", "show").array.filter { $0["act"].string == "handover.offered" }
                #expect(open.count == round + 1)
                try station.json("handover", "withdraw", "E1", "--reason", "r")
            }
        }

        /// Two cases in one ledger: the edition of one holds nothing of the other, and nothing that was named.
        @Test func anEditionOfOneCaseOnly() throws {
            let station = try station()
            try station.json("case", "open", "C2", "--cause", "另一案件的案由", "--unit", "z")
            try station.json("case", "person", "戊秘密", "--case", "C2", "--capacity", "victim")
            let secret = try station.folder.write("技术侦查说明".utf8, to: "说明.pdf").string
            try station.json(
                "case", "document", "侦1", "--case", "C1", "--kind", "technical-investigation", "--date", "2026-01-01", "--organ",
                "o", "--document-file", secret)
            let warrant = try last(station)["seq"].int
            try station.json(
                ["edition", "decide"] + edition + ["--entries", "\(warrant)", "--other-cases", "yes"])
            let decision = try last(station)
            #expect(decision["body"]["withheld"].array.map(\.string) == ["\(warrant - 2)-\(warrant)"])
            let folder = station.folder("辩护版")
            let written = try station.json("ledger", "export", folder.string, "--edition", "\(decision["seq"].int)")
            #expect(written["withheld"].int == 3 && written["entries"].int == decision["seq"].int + 1)
            let key = try station.json("ledger", "key")["verifierKey"].string
            let words = try run("fengcun-verify", [folder.string, "--key", key, "--lang", "zh"])
            #expect(words.status == 0)
            #expect(words.output.contains("第 \(warrant - 2)-\(warrant) 条"))
            #expect(words.output.contains("个人信息；r；决定人 甲，提供对象 辩护人"))
            #expect(words.output.contains("核验通过（未展示的内容除外"))
            let script = try run("python3", [folder.appending("verify.py").string, folder.string, "--key", key])
            #expect(
                script.status == 0 && script.output.contains("WITHHELD     entries \(warrant - 2)-\(warrant), by entry"),
                "\(script.output)")
            for text in ["另一案件的案由", "戊秘密", "technical-investigation", "技术侦查说明"] {
                #expect(try run("grep", ["-raF", text, folder.string]).status == 1, "\(text)")
            }
            #expect(try run("grep", ["-raqF", "辩护人", folder.string]).status == 0)
            #expect(try last(station)["body"]["edition"].int == decision["seq"].int)
            // The whole is still whole.
            try station.exportAndVerify()

            // It ends before a change of the key, and is written with the key of then.
            try station.json("ledger", "rotate-key", "--reason", "r")
            let later = station.folder("再次输出").string
            let again = try station.json("ledger", "export", later, "--edition", "\(decision["seq"].int)")
            #expect(again["verifierKey"].string == key && again["root"].string == written["root"].string)
            #expect(try run("fengcun-verify", [later, "--key", key]).status == 0)
        }
    }
}
