import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// The workflow of the law by commands only.
    @Suite struct CustodyStories {
        @Test func theWalkthroughWorksWordForWord() throws {
            let station = try TestStation(evidence: [])
            try station.waitUntilItAnswers()
            let page = String(decoding: try contents(FilePath(Checkout.path + "/docs/walkthrough.zh-CN.md")), as: UTF8.self)
            let blocks = page.components(separatedBy: "```sh\n").dropFirst().map {
                $0.components(separatedBy: "\n```").first ?? ""
            }
            #expect(blocks.count == 5)
            let script =
                "set -euo pipefail\ncd \"$1\"\nprogram=$2 socket=$3\n"
                + "fengcun() { \"$program\" --socket \"$socket\" \"$@\"; }\n" + blocks.joined(separator: "\n")
            let file = try station.folder.write(script.utf8, to: "walkthrough.sh")
            let outcome = try run(
                "bash", [file.string, station.folder("").string, try find("fengcun"), station.socket.string])
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)\(station.log)")
            let shown = try station.json("medium", "show", "S1", "--case", "2026-088")
            #expect(shown["state"].string == "archived")
            #expect(shown["custody"]["breaks"].array.isEmpty)
            #expect(shown["custody"]["periods"].array.map { $0["custodian"].string }.contains("钱八"))
            // No entry holds the identity number.
            #expect(!(try station.fengcun("ledger", "show", "--json")).output.contains("11010519491231002X"))
            try station.exportAndVerify()
        }

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
    }
}
