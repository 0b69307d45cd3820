import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// Receipts as people get them, and what they show about a ledger that was put back.
    @Suite struct Receipts {
        private let folder = TemporaryFolder()

        /// What the verifier says to a bundle and receipts.
        private func verify(_ bundle: FilePath, _ key: String, _ receipts: [String]) throws -> Outcome {
            try run("fengcun-verify", [bundle.string, "--key", key] + receipts.flatMap { ["--receipt", $0] })
        }

        private func export(_ station: TestStation, _ name: String) throws -> FilePath {
            try station.json("ledger", "export", folder(name).string)
            return folder(name)
        }

        @Test func aHandOverWithItsReceipt() throws {
            let drive = try LoopDevice(folder, bytes: 1 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let image = folder("image.txt").string
            try station.json(
                "image", "start", "E1", "--to", station.images.string, "--hash", "sha256,sm3", "--wait", "--receipt", image)
            try station.json("seal", "E1", "--number", "F-1", "--method", "防拆封条", "--receipt", folder("seal.html").string)

            #expect(
                try station.refusal("transfer", "E1", "--to", "李四", "--location", "库 1", "--reason", "x", "--seal", "none")
                    .contains(
                        "carries the seal F-1"))
            #expect(
                try station.refusal(
                    "transfer", "E1", "--deliverer", "赵六", "--to", "李四", "--location", "库 1", "--reason", "x", "--seal", "intact"
                ).contains("custodian of exhibit 2026-001/E1 on record is 保管员"))
            let before = try station.acts().count
            #expect(
                try station.refusal(
                    "transfer", "E1", "--to", "李四", "--location", "库 1", "--reason", "x", "--seal", "intact", "--receipt", image
                ).contains("cannot create"))
            #expect(try station.acts().count == before, "a receipt that cannot be written is noticed before the act")

            let transferred = try station.json(
                "transfer", "E1", "--deliverer", "保管员", "--to", "李四", "--location", "库 1", "--reason", "移送审查", "--seal", "broken",
                "--seal-number", "F-1", "--place", "一层大厅", "--present", "王五", "--receipt", folder("transfer.txt").string)
            #expect(transferred["act"].string == "medium.transferred")
            #expect(transferred["number"].string == "F-1")
            let shown = try station.json("medium", "show", "E1")
            #expect(shown["custodian"].string == "李四")
            #expect(shown["location"].string == "库 1")
            #expect(shown["state"].string == "sealed")

            let entry = "\(transferred["entry"].int)"
            for (format, language) in [("text", "zh"), ("html", "zh"), ("html", "en")] {
                let file = folder("\(language).\(format)").string
                try station.json("receipt", entry, "--format", format, "--lang", language, "--output", file)
                let page = String(decoding: try contents(FilePath(file)), as: UTF8.self)
                for text in ["李四", "移送审查", "F-1", language == "zh" ? "移交回执" : "Receipt of hand-over"] {
                    #expect(page.contains(text), "\(text)")
                }
            }
            #expect(try station.json("receipt", entry)["receipt"].string.contains("BEGIN FENGCUN PROOF"))
            #expect(try station.refusal("receipt", "0").contains("there is no receipt for station.started"))
            #expect(try station.refusal("receipt", "9999").contains("no entry 9999"))

            let key = try station.json("ledger", "key")["verifierKey"].string
            let receipts = ["image.txt", "seal.html", "transfer.txt", "zh.html", "en.html"].map { folder($0).string }
            let outcome = try verify(try export(station, "bundle"), key, receipts)
            #expect(outcome.status == 0, "\(outcome.output)")
            #expect(outcome.output.split(separator: "\n").count { $0.contains("the ledger continues what the receipt saw") } == 5)
            #expect(outcome.output.contains("handed over with a broken seal"))
            for receipt in receipts { #expect(try run("fengcun-verify", ["--proof", receipt, "--key", key]).status == 0) }
        }

        @Test(.requiresCodeReader) func aLedgerThatWasPutBackIsShownByTheReceipt() throws {
            let drive = try LoopDevice(folder, bytes: 1 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let key = try station.json("ledger", "key")["verifierKey"].string
            let early = folder("early").string
            _ = try station.fengcun("ledger", "checkpoint").output.write(toFile: early, atomically: true, encoding: .utf8)

            // The operator keeps the state directory of before, and what follows is forgotten.
            drive.unplug()
            #expect(station.stop() == 0)
            let kept = folder("kept")
            #expect(try run("cp", ["-a", station.state.string, kept.string]).status == 0)
            try station.start()
            try station.waitUntilItAnswers()
            for number in 1...20 { try station.openCaseQuickly(number) }
            let receipt = folder("receipt.html")
            try station.json("seal", "E1", "--number", "F-1", "--method", "防拆封条", "--receipt", receipt.string)
            let late = folder("late").string
            _ = try station.fengcun("ledger", "checkpoint").output.write(toFile: late, atomically: true, encoding: .utf8)
            let code = folder("code").string
            try readCode(receipt, to: code)
            let all = [receipt.string, code, early, late]
            let good = try verify(try export(station, "good"), key, all)
            #expect(good.status == 0, "\(good.output)")

            #expect(station.stop() == 0)
            #expect(try run("rm", ["-r", station.state.string]).status == 0)
            #expect(try run("cp", ["-a", kept.string, station.state.string]).status == 0)
            try station.start()
            try station.waitUntilItAnswers()
            try station.json("ledger", "check")
            // Nothing in the ledger itself shows that it was put back, as long as it is short…
            let cut = try export(station, "cut")
            #expect(try verify(cut, key, []).status == 0)
            #expect(try verify(cut, key, [early]).status == 0)
            let short = try verify(cut, key, [late])
            #expect(short.status == 1)
            #expect(short.output.contains("CUT: the receipt proves at least"), "\(short.output)")
            for file in [receipt.string, code] {
                let outcome = try verify(cut, key, [file])
                #expect(outcome.status == 1)
                #expect(outcome.output.contains("CUT: ") || outcome.output.contains("FORKED: "), "\(outcome.output)")
                #expect(outcome.output.contains("NOT VERIFIED"))
            }
            // … and when it is long enough again, another entry stands in the place of the sealing.
            for number in 1...30 { try station.openCaseQuickly(number) }
            let forked = try export(station, "forked")
            #expect(try verify(forked, key, [early]).status == 0)
            for file in [receipt.string, code] {
                let outcome = try verify(forked, key, [file])
                #expect(outcome.status == 1)
                #expect(outcome.output.contains("is another than in the receipt"), "\(outcome.output)")
            }
            let outcome = try verify(forked, key, [late])
            #expect(outcome.status == 1)
            #expect(outcome.output.contains("FORKED: two histories"), "\(outcome.output)")
        }

        @Test func aReceiptFromAfterTheKeyWasChanged() throws {
            let drive = try LoopDevice(folder, bytes: 1 << 20)
            let station = try TestStation(evidence: [drive.node])
            try drive.plugIn()
            try station.register(drive, as: "E1")
            let old = try station.json("ledger", "key")["verifierKey"].string
            let short = try export(station, "short")
            var changes: [Int] = []
            for reason in ["每年更换", "遗失"] {
                let since = reason == "遗失" ? ["--revoke-since", "2026-01-01T00:00:00Z"] : []
                changes.append(try station.json(["ledger", "rotate-key", "--reason", reason] + since)["entry"].int)
            }
            let receipts = ["seal.html", "seal.txt"].map { folder($0).string }
            let sealed = try station.json("seal", "E1", "--number", "F-1", "--method", "防拆封条", "--receipt", receipts[0])["entry"]
                .int
            try station.json("receipt", "\(sealed)", "--output", receipts[1])
            let new = try station.json("ledger", "key")["verifierKey"].string
            for receipt in receipts {
                for key in [old, new] {
                    let outcome = try verify(short, key, [receipt])
                    #expect(outcome.status == 1)
                    #expect(outcome.output.contains("CUT: the receipt proves at least"), "\(outcome.output)")
                    #expect(outcome.output.contains("entries \(changes[0]), \(changes[1])"), "\(outcome.output)")
                    #expect(outcome.output.contains("RESTS ON A REVOKED KEY"), "\(outcome.output)")
                    #expect(outcome.output.contains("it proves entry \(sealed): medium.sealed"), "\(outcome.output)")
                    #expect(outcome.output.contains("began after the bundle ends") == (key == new))
                    let alone = try run("fengcun-verify", ["--proof", receipt, "--key", key])
                    #expect(alone.status == 0 && alone.output.contains("in the place of") == (key == old), "\(alone.output)")
                }
            }
            #expect(try verify(short, new, []).status == 1)
            let whole = try verify(try export(station, "whole"), new, receipts)
            #expect(whole.output.split(separator: "\n").count { $0.contains("the ledger continues what the receipt saw") } == 2)
        }

        /// Draws the QR code of an HTML receipt and has another program read it.
        private func readCode(_ receipt: FilePath, to file: String) throws {
            let page = String(decoding: try contents(receipt), as: UTF8.self)
            let start = try #require(page.range(of: "<svg"))
            let end = try #require(page.range(of: "</svg>"))
            let svg = try folder.write(page[start.lowerBound..<end.upperBound].utf8, to: "code.svg")
            #expect(try run("rsvg-convert", ["-w", "1000", svg.string, "-o", folder("code.png").string]).status == 0)
            let outcome = try run("zbarimg", ["-q", "--raw", folder("code.png").string])
            try outcome.output.write(toFile: file, atomically: true, encoding: .utf8)
        }

        @Test func consistencyOfAnyTwoCheckpoints() throws {
            let station = try TestStation(evidence: [])
            try station.waitUntilItAnswers()
            for number in 1...20 { try station.openCaseQuickly(number) }
            let key = try station.json("ledger", "key")["verifierKey"].string
            for (from, to) in [(1, 21), (7, 8), (8, 16), (21, 21), (5, nil)] as [(Int, Int?)] {
                let file = folder("\(from)-\(to ?? 0)").string
                try station.json(
                    ["ledger", "prove", "--from", "\(from)", "--output", file] + (to.map { ["--to", "\($0)"] } ?? []))
                let outcome = try run("fengcun-verify", ["--proof", file, "--key", key])
                #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
                #expect(outcome.output.contains("the \(from) entries of the first stand unchanged in the second"))
            }
            for (from, to) in [("0", "5"), ("9", "8"), ("1", "22")] {
                #expect(try station.refusal("ledger", "prove", "--from", from, "--to", to).contains("sizes go from 1 to 21"))
            }
            #expect(try station.fengcun("ledger", "prove", "3", "--from", "2").status == 64)
            #expect(try station.fengcun("ledger", "prove").status == 64)
            #expect(try station.fengcun("ledger", "prove", "--to", "2").status == 64)
            // A checkpoint is something that can be kept, too.
            let note = folder("note").string
            try station.fengcun("ledger", "checkpoint").output.write(toFile: note, atomically: true, encoding: .utf8)
            #expect(try run("fengcun-verify", ["--proof", note, "--key", key]).status == 0)
            #expect(try run("fengcun-verify", ["--receipt", note, "--key", key]).status == 64)
        }
    }
}
