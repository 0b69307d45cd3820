import Foundation
import SystemPackage
import TestSupport
import Testing

/// What a review must find about something: read off the articles, not off the program.
struct Expected: Sendable {
    /// Id of the row.
    let row: String
    /// Number of the exhibit; nil: the case as a whole.
    let exhibit: String?
    /// The verdicts, whatever their number.
    let verdicts: Set<String>
    /// Why the articles lead there.
    let why: String

    init(_ row: String, _ exhibit: String?, _ verdicts: Set<String>, _ why: String) {
        self.row = row
        self.exhibit = exhibit
        self.verdicts = verdicts
        self.why = why
    }
}

extension System {
    /// Whole cases by commands only, each with the review that the articles lead to.
    @Suite struct Procedures {
        /// Verdicts of a review by row and exhibit.
        private func findings(_ review: JSON) -> [String: Set<String>] {
            var found: [String: Set<String>] = [:]
            for rule in review["cases"].array.last?["rules"].array ?? [] {
                for finding in rule["findings"].array {
                    found["\(rule["id"].string) \(finding["exhibit"].string)", default: []].insert(finding["verdict"].string)
                }
            }
            return found
        }

        private func review(_ station: TestStation, _ caseNumber: String, open: Bool) throws -> JSON {
            let outcome = try station.fengcun("review", "--case", caseNumber, "--json")
            #expect(outcome.status == (open ? 2 : 0), "\(outcome.errors)")
            return try JSON(outcome.output)
        }

        private func compare(_ review: JSON, _ expected: [Expected], sourceLocation: SourceLocation = #_sourceLocation) {
            let found = findings(review)
            for one in expected {
                let verdicts = found["\(one.row) \(one.exhibit ?? "")"] ?? ["not-applicable"]
                #expect(
                    verdicts == one.verdicts, "\(one.row) \(one.exhibit ?? ""): \(one.why)", sourceLocation: sourceLocation)
            }
        }

        /// The bundle's review by the auditor's program finds the same.
        private func compareBundle(_ station: TestStation, _ review: JSON, open: Bool) throws {
            let bundle = try station.exportAndVerify()
            let outcome = try run("fengcun-verify", [bundle.string, "--review", "--json"])
            #expect(outcome.status == (open ? 2 : 0), "\(outcome.errors)")
            #expect(findings(try JSON(outcome.output)) == findings(review))
        }

        // MARK: (a) A network intrusion

        /// The rows that every exhibit of the kind fulfils in the same way.
        private static func intrusion(_ exhibit: String) -> [Expected] {
            let isPhone = exhibit == "P1"
            let isStick = exhibit == "U1"
            let isServer = exhibit.hasPrefix("S")
            let image: Set<String> = isPhone ? ["not-applicable"] : ["shown"]
            return [
                Expected(
                    "R34.1", exhibit, isPhone ? ["explained"] : ["shown"],
                    "R34(1): all six are read off it; the phone shows no capacity and no label, and the reason is noted"),
                Expected(
                    "R15.1", exhibit, isServer ? ["explained"] : ["shown"],
                    "R15(1): seized and sealed at once; a server in use was not, and R30(1) asks for the reason, which is there"),
                Expected(
                    "R15.2", exhibit, isStick || isServer ? ["not-applicable"] : ["shown"],
                    "R15(2) is about networkable devices that are seized: shielded, or cut from power"),
                Expected(
                    "R15.3", exhibit, isStick ? ["not-applicable"] : isPhone || isServer ? ["explained"] : ["shown"],
                    "R15(3)–(5): passwords of the laptops were taken by 李四; the phone's were refused, the servers need none"),
                Expected(
                    "R34.2", exhibit, ["shown"], "R34(2): sealed with photos before and after, or an integrity value (servers)"),
                Expected(
                    "R34.3", exhibit, isServer ? ["explained"] : ["shown"],
                    "R34(3): all signed; at the servers the holder did not, and the reason is noted"),
                Expected(
                    "R31.1", exhibit, isServer ? ["not-applicable"] : ["shown"],
                    "R31(1): each seal was looked at, whole, at opening and hand-over; servers carry none"),
                Expected(
                    "R30.1", exhibit, isServer ? ["explained"] : ["shown"],
                    "R30(1): the original is there; the servers stay for the reason noted"),
                Expected("R35.place", exhibit, ["shown"], "R35(1): place, user and custodian are recorded"),
                Expected("R33.2", exhibit, ["shown"], "R33(2): the link to a person has its basis"),
                Expected("R62.2", exhibit, ["shown"], "R62(2): the kind is recorded"),
                Expected(
                    "R62.8", exhibit, isPhone ? ["not-applicable"] : isStick ? ["explained"] : ["shown"],
                    "R62(8): the same bits; what the stick did not give is declared place by place"),
                Expected("R35.1", exhibit, image, "R35(2): tool, method, course"),
                Expected("R35.2", exhibit, image, "R35(3): integrity values"),
                Expected("R31.2", exhibit, image, "R31(2): read again and the same"),
                Expected(
                    "R31.3", exhibit, isPhone ? ["not-applicable"] : isStick ? ["not-judged"] : ["shown"],
                    "R31(3): compared with what the medium gave; the rescue's values are of the image and not of the medium"),
                Expected(
                    "R30.3", exhibit, isPhone ? ["not-applicable"] : isStick ? ["explained"] : ["shown"],
                    "R30(3): anyone can repeat it, but for what the stick does not give any more"),
                Expected("R59", exhibit, ["not-applicable"], "nothing was converted"),
                Expected("O18", exhibit, ["not-applicable"], "no technical investigation"),
                Expected(
                    "R30.2", exhibit, isPhone ? ["not-applicable"] : ["explained"],
                    "R30(2) asks whether there are digital signatures: the station's, and none by a person"),
                Expected(
                    "R30.4", exhibit, isPhone ? ["shown"] : ["not-applicable"],
                    "R30(4): the one correction says why; no writes to any medium"),
                Expected("R32.1", exhibit, ["shown"], "R32(1): every keeper follows the one before"),
                Expected(
                    "R32.5", exhibit, isServer ? ["explained"] : ["shown"],
                    "R32(5): recorded on video, or the reason why not"),
                Expected("R25", exhibit, ["shown"], "R25: two investigators at every act"),
                Expected(
                    "R40", exhibit, isPhone || isServer ? ["not-applicable"] : ["shown"],
                    "R40: what was opened was sealed again; nothing was examined"),
                Expected(
                    "R45", exhibit, isPhone ? ["not-applicable"] : ["not-judged"],
                    "R45: whether an explanation is needed, people must say"),
                Expected("R47", exhibit, ["shown"], "R47: where it comes from, and how it was made"),
                Expected(
                    "R53", exhibit, isServer ? ["not-applicable"] : ["shown"], "R53: both sides signed, the contents are named"),
                Expected("R27", exhibit, ["not-applicable"], "a medium, not data without one"),
                Expected("R28", exhibit, ["shown"], "R28: seized, or left in place"),
                Expected("O14", exhibit, ["not-applicable"], "not from a provider"),
                Expected("O17", exhibit, ["not-applicable"], "not from a provider"),
                Expected("R30.5", exhibit, ["shown"], "R30(5): everything under integrity is in order"),
                Expected(
                    "R44", exhibit, isPhone ? ["not-judged"] : ["shown"],
                    "R44: values agree; of the phone nothing was copied, so there is nothing to compare"),
            ]
        }

        private static let intrusionCase = [
            Expected("R32.2", nil, ["shown"], "R32(2): filing, seizure, search are there"),
            Expected("R22", nil, ["shown"], "R22, O20: population, ratio, reason, method, and every result"),
            Expected("R38", nil, ["shown"], "R38: the term is far off"),
            Expected("R43", nil, ["shown"], "R43: no defect"),
        ]

        /// What the dying stick does not give: a sector, two with one between them, and the end.
        private static let badPlaces: [(offset: Int, length: Int)] = [
            (129 * 512, 512), (1024 * 512, 512), (1026 * 512, 512), (2045 * 512, 3 * 512),
        ]

        /// The record and the mapfile name exactly the sectors that the stick did not give, and everything else is there.
        private func compareStick(_ stick: LoopDevice, _ station: TestStation) throws {
            let entry = try #require(
                station.json("ledger", "show").array.last {
                    $0["act"].string == "acquisition.finished" && $0["body"]["exhibit"]["number"].string == "U1"
                })
            let body = entry["body"]
            #expect(body["unreadableBytes"].int == 6 * 512)
            #expect(body["unreadable"].array.map { $0["offset"].int } == Self.badPlaces.map(\.offset))
            #expect(body["unreadable"].array.map { $0["length"].int } == Self.badPlaces.map(\.length))
            #expect(entry["blobs"].array.contains { $0["type"].string == "errorMap" })
            let image = body["image"].string
            let bad = try run("ddrescuelog", ["--list-blocks=-", "--block-size=512", image + ".map"])
            #expect(bad.output.split(separator: "\n").compactMap { Int($0) } == [129, 1024, 1026, 2045, 2046, 2047])
            var content = try contents(stick.file)
            for place in Self.badPlaces {
                content.replaceSubrange(
                    place.offset..<place.offset + place.length, with: [UInt8](repeating: 0, count: place.length))
            }
            #expect(try contents(FilePath(image)) == content)
        }

        /// The walkthrough for technicians is the case: its commands run word for word.
        @Test func theIntrusionOfTheWalkthrough() throws {
            let folder = TemporaryFolder()
            let laptops = try [1 << 20, 1 << 20].map { try LoopDevice(folder, bytes: $0) }
            let stick = try LoopDevice(folder, bytes: 1 << 20)
            let badSectors = try BadSectors(in: stick, folder)
            let servers = try (1...40).map { _ in try LoopDevice(folder, bytes: 1 << 16) }
            let drives = laptops + [stick] + servers
            let station = try TestStation(evidence: drives.map(\.node))
            try station.waitUntilItAnswers()
            for drive in drives { try drive.plugIn() }
            try station.json("devices")
            // Another case of the station, in which the same kinds of acts stand.
            try station.json("case", "open", "2025-001", "--cause", "x", "--unit", "y")
            try station.json("case", "person", "郑十", "--case", "2025-001", "--capacity", "investigator")
            try station.json(
                "case", "document", "立〔2025〕1号", "--case", "2025-001", "--kind", "filing", "--date", "2025-01-02", "--organ", "o")
            // The stick was recorded while it still gave everything; now it dies.
            try badSectors.fail(Self.badPlaces)
            let page = String(decoding: try contents(FilePath(Checkout.path + "/docs/walkthrough.zh-CN.md")), as: UTF8.self)
            let blocks = page.components(separatedBy: "```sh\n").dropFirst().map {
                $0.components(separatedBy: "\n```").first ?? ""
            }
            #expect(blocks.count == 8)
            let script =
                """
                set -euo pipefail
                cd "$1"
                program=$2 socket=$3 verifier=$4
                fengcun() { "$program" --socket "$socket" "$@"; }
                fengcun-verify() { "$verifier" "$@"; }

                """ + blocks.joined(separator: "\n")
            let file = try station.folder.write(script.utf8, to: "walkthrough.sh")
            let work = try station.folder.folder("work")
            let outcome = try run(
                "bash", [file.string, work.string, try find("fengcun"), station.socket.string, try find("fengcun-verify")],
                environment: [
                    "LANG": "C.UTF-8", "LC_ALL": "", "LAPTOP1": laptops[0].node, "LAPTOP2": laptops[1].node,
                    "STICK": stick.node, "SERVERS": servers.map(\.node).joined(separator: " "), "IMAGES": station.images.string,
                ])
            let defects = outcome.output.split(separator: "\n").filter { $0.contains("DEFECT") }
            try #require(outcome.status == 0, "\(defects)\(outcome.errors)\(outcome.output.suffix(500))")
            try compareStick(stick, station)
            let shown = try station.json("medium", "show", "P1", "--case", "2026-088")
            #expect(shown["state"].string == "archived" && shown["custody"]["breaks"].array.isEmpty)
            #expect(shown["custody"]["periods"].array.map { $0["custodian"].string }.contains("钱八"))
            let review = try review(station, "2026-088", open: false)
            let exhibits = ["P1", "L1", "L2", "U1"] + (1...40).map { "S" + String("0\($0)".suffix(2)) }
            compare(review, exhibits.flatMap(Self.intrusion) + Self.intrusionCase)
            #expect(Set(review["cases"][0]["rules"].array.map { $0["id"].string }).count == 38)
            let bundle = try station.exportAndVerify()
            // Neither the record nor the edition for the defence holds the identity number, and the edition no person's
            // registration but that of the other case, of which this decision does not speak.
            let grep = try run("grep", ["-rlaF", "11010519491231002X", bundle.string, work.appending("辩护版").string])
            #expect(grep.status == 1 && grep.output.isEmpty, "\(grep.output)")
            for (text, isThere) in [("\"commitment\":", false), ("\"position\":\"机房值班员\"", false), ("郑十", true)] {
                let found = try run("grep", ["-rlaF", text, work.appending("辩护版").string])
                #expect(found.status == (isThere ? 0 : 1), "\(text)")
            }
            try compareBundle(station, review, open: false)
        }

        // MARK: (b) A flawed case

        /// Two disks with the same four flaws: no witness, a late seal, a photo that is missing, a hash that differs once. For the
        /// first each is remedied or explained, for the second none, and its image stays different.
        private static let flawed: [Expected] = [
            Expected("R34.3", "H1", ["explained"], "R34(3), R43(2): nobody could be a witness, and that is explained"),
            Expected("R34.3", "H2", ["defect"], "R34(3), R43(2): no witness, and not a word about it"),
            Expected("R15.1", "H1", ["explained"], "R15(1): sealed three days later, with a reason"),
            Expected("R15.1", "H2", ["defect"], "R15(1): sealed three days later"),
            Expected("R34.2", "H1", ["remedied", "shown"], "R34(2): the photo came later; the second seal has both"),
            Expected("R34.2", "H2", ["defect", "shown"], "R34(2): no photo after the first seal"),
            Expected("R31.2", "H1", ["explained"], "R31(2): differed once, agrees since, and why is explained"),
            Expected("R31.2", "H2", ["defect"], "R31(2), R44: differs"),
            Expected("R31.3", "H1", ["shown"], "R31(3): what was read back last is what the medium gave"),
            Expected("R31.3", "H2", ["defect"], "R31(3), R44: the image differs from what the medium gave"),
            Expected("R30.5", "H1", ["explained"], "R30(5): with what was explained"),
            Expected("R30.5", "H2", ["defect"], "R30(5): an integrity check failed"),
            Expected("R44", "H1", ["shown"], "R44: it agrees in the end"),
            Expected("R44", "H2", ["defect"], "R44: cannot be relied on"),
            Expected("R25", "H1", ["shown"], "R25: two investigators"),
            Expected("R31.1", "H1", ["shown"], "R31(1): the seal was whole at its opening"),
            Expected("R32.5", "H1", ["explained"], "R32(5): the reason why there is no recording"),
            Expected("R62.8", "H2", ["shown"], "R62(8): as long as the medium"),
            Expected("R43", nil, ["defect"], "R43: H2's defects are open"),
            Expected("R32.2", nil, ["shown"], "R32(2): filing and seizure are there"),
        ]

        private func last(_ act: String, _ station: TestStation) throws -> String {
            let entries = try station.json("ledger", "show").array.filter { $0["act"].string == act }
            return "\(try #require(entries.last)["seq"].int)"
        }

        /// Turns the first byte of a file over; once more, and it is as it was.
        private func turnOver(_ file: String) throws {
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file))
            let byte = try #require(try handle.read(upToCount: 1)?.first)
            try handle.seek(toOffset: 0)
            try handle.write(contentsOf: Data([byte ^ 0xFF]))
            try handle.close()
        }

        private func flawedExhibit(_ exhibit: String, _ drive: LoopDevice, _ station: TestStation, agreesInTheEnd: Bool) throws {
            let sheet = try station.folder.write("签名页".utf8, to: "笔录.pdf").string
            let photo = try station.folder.write("照片".utf8, to: "照片.jpg").string
            let people = ["examiner=甲", "examiner=乙", "holder=丁"].flatMap { ["--participant", $0] }
            let threeDaysAgo = Date(timeIntervalSinceNow: -3 * 86400).formatted(.iso8601)
            let common = people + ["--absent", "recording=执法记录仪故障"]
            try station.json(
                [
                    "seize", exhibit, "--case", "2026-102", "--name", "硬盘", "--kind", "hard-disk", "--make", "m", "--model", "m",
                    "--capacity", "1 MB", "--serial", "s", "--identification", "i", "--owner-label", "无", "--source", "丁家中",
                    "--owner", "丁", "--user", "丁", "--basis", "供述", "--networkable", "no", "--custodian", "丙", "--location", "柜",
                    "--time", threeDaysAgo, "--sheet", sheet,
                ] + common)
            func seal(_ number: String, _ more: String...) throws {
                try station.json(
                    ["seal", exhibit, "--number", number, "--method", "封条", "--photo-before", photo] + more + common)
                try station.json("attach", try last("medium.sealed", station), "--what", "签名页", "--sheet", sheet)
            }
            try seal("\(exhibit)-1")
            try station.json("unseal", exhibit, "--condition", "intact", "--reason", "制作镜像")
            try station.json(
                "medium", "register", drive.node, "--case", "2026-102", "--exhibit", exhibit, "--location", "柜", "--custodian",
                "丙")
            let image = try station.image(exhibit)
            for slot in ["examiner=甲", "examiner=乙", "holder=丁"] {
                let parts = slot.split(separator: "=").map(String.init)
                try station.json("sign", "\(image["entry"].int)", "--as", parts[0], "--name", parts[1], "--sheet", sheet)
            }
            try turnOver(image["image"].string)
            #expect(try station.fengcun("image", "verify", exhibit, "--json").status == 1)
            if agreesInTheEnd {
                try turnOver(image["image"].string)
                try station.json("image", "verify", exhibit)
            }
            try seal("\(exhibit)-2", "--photo-after", photo)
        }

        @Test func flawsThatAreRemediedAndFlawsThatAreNot() throws {
            let folder = TemporaryFolder()
            let drives = try (0..<2).map { _ in try LoopDevice(folder, bytes: 1 << 20) }
            let station = try TestStation(evidence: drives.map(\.node))
            try station.waitUntilItAnswers()
            for drive in drives { try drive.plugIn() }
            try station.json("case", "open", "2026-102", "--cause", "x", "--unit", "y")
            for (name, capacity) in [("甲", "investigator"), ("乙", "investigator"), ("丙", "custodian"), ("丁", "holder")] {
                try station.json("case", "person", name, "--case", "2026-102", "--capacity", capacity)
            }
            for kind in ["filing", "seizure"] {
                try station.json(
                    "case", "document", kind, "--case", "2026-102", "--kind", kind, "--date", "2026-01-02", "--organ", "o")
            }
            try flawedExhibit("H1", drives[0], station, agreesInTheEnd: true)
            try flawedExhibit("H2", drives[1], station, agreesInTheEnd: false)
            func answer(_ row: String, _ exhibit: String, _ text: String) throws {
                try station.json(
                    "answer", row, "--case", "2026-102", "--exhibit", exhibit, "--manner", "explained", "--text", text)
            }
            let firstSeal = try station.json("ledger", "show").array.first { $0["act"].string == "medium.sealed" }
            let photo = try station.folder.write("补拍".utf8, to: "补拍.jpg").string
            try station.json("attach", "\(firstSeal?["seq"].int ?? -1)", "--what", "封后照片", "--photo-after", photo)
            try answer("R34.3", "H1", "深夜，无符合条件的见证人")
            try answer("R15.1", "H1", "封条用尽，由两人看守至封存")
            try answer("R31.2", "H1", "存储盘有坏扇区，更换后一致")
            // What is final, no answer takes away.
            try answer("R31.2", "H2", "不清楚")
            let review = try review(station, "2026-102", open: true)
            compare(review, Self.flawed)
            let rules = review["cases"][0]["rules"].array
            let final = try #require(rules.first { $0["id"].string == "R31.2" })["findings"].array.filter {
                $0["exhibit"].string == "H2"
            }
            #expect(final.map { $0["isFinal"].bool } == [true] && final[0]["answer"]["text"].string == "不清楚")
            let chinese = try station.fengcun("--lang", "zh", "review", "--exhibit", "H2").output
            #expect(chinese.contains("不能补正（第四十四条）") && chinese.contains("补正办法：说明未及时封存的原因（R43）"))
            #expect(try station.fengcun("review", "--exhibit", "H1").status == 0)
            // The bundle holds an image that differs: the verdict is 1, and the review is the same.
            let bundle = station.folder("flawed")
            try station.json("ledger", "export", bundle.string)
            let outcome = try run("fengcun-verify", [bundle.string, "--review", "--json"])
            #expect(outcome.status == 1)
            #expect(findings(try JSON(outcome.output)) == findings(review))
        }

        // MARK: (c) Data from a provider

        /// Before the provider corrected its certificate; `after` says what changes then.
        private static let wrongNumber: [Expected] = [
            Expected("O17", "D1", ["defect"], "O17: the certificate names another document"),
            Expected("O14", "D1", ["shown"], "O14: number, seal and values stand in the certificate"),
            Expected("R27", "D1", ["shown"], "R27: name, category, format"),
            Expected("R28", "D1", ["shown"], "R39(2): the receipt of the notice is signed"),
            Expected("R35.2", "D1", ["shown"], "R39(4): integrity values"),
            Expected("R34.3", "D1", ["shown"], "R34(3): investigators and provider signed"),
            Expected("R25", "D1", ["shown"], "R25: two investigators"),
            Expected("R30.2", "D1", ["shown"], "R30(2): signed by the provider"),
            Expected("R32.5", "D1", ["explained"], "R32(5): nothing to film, and that is noted"),
            Expected("R47", "D1", ["shown"], "R47: from the provider"),
            Expected("R32.2", nil, ["shown"], "R32(2): filing, and the notice"),
            Expected("R30.5", "D1", ["defect"], "R30(5): the certificate does not fit"),
            Expected("R44", "D1", ["not-judged"], "R44: nothing agrees yet that could be compared"),
            Expected("R43", nil, ["defect"], "R43: one defect is open"),
            Expected("R34.1", "D1", ["not-applicable"], "no medium"),
            Expected("R62.8", "D1", ["not-applicable"], "no image"),
        ]

        private static let corrected: [Expected] = [
            Expected("O17", "D1", ["remedied", "shown"], "O17: the provider corrected it; a person saw no watermark"),
            Expected("R30.5", "D1", ["explained"], "R30(5): with what was remedied"),
            Expected("R44", "D1", ["shown"], "R44: the values agree"),
            Expected("R43", nil, ["remedied"], "R43: the one defect was remedied"),
        ]

        @Test func aProvidersCertificateWithAnotherNumber() throws {
            let station = try TestStation(evidence: [])
            try station.waitUntilItAnswers()
            let provider = try TestAuthority()
            try provider.issue("unit", subject: "/CN=某网络公司电子公章")
            let folder = station.folder
            let data = try folder.write("time,ip\n".utf8, to: "登录日志.csv").string
            func certificate(_ name: String, _ number: String) throws -> (document: String, signature: String) {
                let (document, signature) = (folder(name).string, folder(name + ".cms").string)
                try station.json(
                    "certificate", "write", document, "--document-number", number, "--unit", "某网络公司", "--file", data)
                try provider.openssl([
                    "cms", "-sign", "-binary", "-in", document, "-signer", provider.path("unit.pem"), "-inkey",
                    provider.path("unit.key"), "-outform", "DER", "-out", signature,
                ])
                return (document, signature)
            }
            let wrong = try certificate("wrong.json", "调证〔2026〕40号")
            let sheet = try folder.write("签名页".utf8, to: "清单.pdf").string
            try station.json("case", "open", "2026-103", "--cause", "x", "--unit", "y")
            for (name, capacity) in [("甲", "investigator"), ("乙", "investigator"), ("丙", "custodian"), ("陈十", "provider")] {
                try station.json("case", "person", name, "--case", "2026-103", "--capacity", capacity)
            }
            for (number, kind) in [("立〔2026〕1号", "filing"), ("调证〔2026〕4号", "evidence-request")] {
                try station.json(
                    "case", "document", number, "--case", "2026-103", "--kind", kind, "--date", "2026-01-02", "--organ", "o")
            }
            try station.json(
                "take-in", "D1", "--case", "2026-103", "--name", "登录日志", "--category", "系统日志", "--format", "CSV", "--provider",
                "某网络公司", "--request", "调证〔2026〕4号", "--receipt-signed", "yes", "--certificate-sealed", "yes", "--file", data,
                "--custodian", "丙", "--location", "服务器", "--electronic-certificate", wrong.document, "--signature-file",
                wrong.signature, "--sheet", sheet, "--participant", "examiner=甲", "--participant", "examiner=乙", "--participant",
                "holder=陈十", "--absent", "recording=线上调取")
            // What a program can read of the certificate stands in the record.
            let received = try #require(station.json("ledger", "show").array.last { $0["act"].string == "data.received" })
            #expect(received["body"]["certificate"]["documentNumber"].string == "调证〔2026〕40号")
            #expect(received["body"]["certificate"]["files"].array.count == 1)
            compare(try review(station, "2026-103", open: true), Self.wrongNumber)
            let roots = ["--roots", provider.path("root.pem")]
            try station.json(["certificate", "check", "D1", "--file", data] + roots)
            let check = try #require(station.json("ledger", "show").array.last)["body"]
            #expect(
                ["signature", "values", "number", "certificate"].map { check[$0].string } == ["good", "good", "wrong", "good"])
            #expect(check["problems"]["number"].string.contains("调证〔2026〕40号"))
            let open = try review(station, "2026-103", open: true)
            compare(open, Self.wrongNumber)
            try compareBundle(station, open, open: true)
            let right = try certificate("right.json", "调证〔2026〕4号")
            try station.json(
                [
                    "certificate", "check", "D1", "--electronic-certificate", right.document, "--signature-file", right.signature,
                    "--watermark", "absent",
                ] + roots)
            let closed = try review(station, "2026-103", open: false)
            compare(closed, Self.wrongNumber.filter { one in !Self.corrected.contains { $0.row == one.row } } + Self.corrected)
            try compareBundle(station, closed, open: false)
            #expect(try station.refusal("certificate", "check", "D9").contains("D9"))
        }
    }
}
