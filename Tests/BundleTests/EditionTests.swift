import Custody
import Foundation
import Integrity
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Bundle

/// Bundles that leave out what must not be shown (O19).
@Suite("Editions that leave entries out") struct EditionTests {
    private let scratch = TemporaryFolder()
    private static let photo = Array("photo".utf8)
    private static let secret = Array("secret".utf8)

    /// A decision about entries and files.
    private func decision(_ ranges: [String], files: [[UInt8]] = []) throws -> EditionDecided {
        try JSONValue.object([
            "withheld": .array(ranges.map { .string($0) }),
            "files": .array(files.map { .string(Hex.encode(SHA256.digest($0))) }), "recipient": .string("辩护人"),
            "basis": .string("technical-investigation"), "reason": .string("不暴露技术方法"), "decidedBy": .string("承办检察官"),
        ]).decoded(as: EditionDecided.self)
    }

    /// A log whose entry 0 has a photo, entry 4 a secret file and a photo, and whose last entry is the decision.
    private func log(_ decision: EditionDecided) throws -> MemoryLog {
        var log = try MemoryLog(entries: 4, attachments: [Self.photo])
        try log.append(
            .caseOpened(.init(number: "X", cause: "x", unit: "y", note: nil)),
            files: [(Self.secret, .document), (Self.photo, .photo)])
        try log.append(.editionDecided(decision))
        return log
    }

    private func write(_ log: MemoryLog, _ decision: EditionDecided?) async throws -> FilePath {
        let folder = scratch("\(Int.random(in: 0..<1 << 40))")
        _ = try await BundleWriter(source: log).write(
            try log.checkpoint(), key: log.verifierKey, to: folder, leavingOut: decision)
        return folder
    }

    private func verify(_ folder: FilePath, _ log: MemoryLog) throws -> BundleReport {
        try BundleVerifier(folder: folder).verify(trusting: AuditorTrust(key: log.verifierKey))
    }

    private func script(_ folder: FilePath, _ log: MemoryLog) throws -> Outcome {
        try run("python3", [folder.appending("verify.py").string, folder.string, "--key", log.verifierKey.text])
    }

    /// Files of a bundle by name.
    private func files(_ folder: FilePath) throws -> BundleFiles {
        var files: BundleFiles = [:]
        for name in FileManager.default.enumerator(atPath: folder.string)?.compactMap({ $0 as? String }) ?? []
        where !["README", "verify.py"].contains(name) {
            if let bytes = try? contents(folder.pushing(FilePath(name))) { files[name] = bytes }
        }
        return files
    }

    private func holds(_ folder: FilePath, _ text: String) throws -> Bool {
        try files(folder).values.contains { bytes in Data(bytes).range(of: Data(text.utf8)) != nil }
    }

    @Test("program and script accept it, and name what is not there, by whom and why")
    func accepted() async throws {
        let decision = try decision(["1-2", "4"])
        let log = try log(decision)
        let folder = try await write(log, decision)
        let report = try verify(folder, log)
        #expect(report.edition.withheld == EntrySet([1, 2, 4]) && report.edition.absentFiles.isEmpty)
        #expect(report.acts.values.reduce(0, +) == 3 && report.attachments == 1)
        // The secret belongs to an entry that is left out, and nothing of either is there.
        #expect(try !holds(folder, "secret") && !holds(folder, "C-1") && !holds(folder, "C-2"))
        #expect(try holds(folder, "C-0") && holds(folder, "C-3"))
        let words = try run(find("fengcun-verify"), [folder.string, "--key", log.verifierKey.text, "--lang", "en"])
        #expect(words.status == 0)
        #expect(words.output.contains("WITHHELD: 3 entries, of which only the hashes are here, and 0 files\n"))
        #expect(words.output.contains("technical-investigation; 不暴露技术方法; decided by 承办检察官, for 辩护人\n    entries 1-2, 4\n"))
        #expect(words.output.contains("\nVERIFIED but for what is withheld"))
        let outcome = try script(folder, log)
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.contains("WITHHELD     entries 1-2, 4, by entry 5: technical-investigation"))
        #expect(outcome.output.contains("BUT FOR WHAT IS WITHHELD"))
        let whole = try await write(log, nil)
        #expect(try verify(whole, log).edition.isWhole)
        #expect(try !run(find("fengcun-verify"), [whole.string, "--lang", "en"]).output.contains("WITHHELD"))
        #expect(try script(whole, log).output.contains("WITHHELD") == false)
    }

    @Test("a file alone can be left out")
    func files() async throws {
        let decision = try decision([], files: [Self.secret])
        let log = try log(decision)
        let folder = try await write(log, decision)
        let report = try verify(folder, log)
        #expect(report.edition.roots.isEmpty && report.edition.absentFiles == [Hex.encode(SHA256.digest(Self.secret))])
        #expect(report.attachments == 1)
        let outcome = try script(folder, log)
        #expect(outcome.status == 0 && outcome.output.contains("WITHHELD     blob \(Hex.encode(SHA256.digest(Self.secret)))"))
        // Where it is there all the same, it is checked.
        let path = folder.appending("blobs").appending(Hex.encode(SHA256.digest(Self.secret)))
        try Data("forged".utf8).write(to: URL(fileURLWithPath: path.string))
        #expect(throws: BundleError.self) { try verify(folder, log) }
        #expect(try script(folder, log).status == 1)
    }

    @Test("nobody can leave out more than was decided")
    func undecided() async throws {
        let decision = try decision(["1"])
        let log = try log(decision)
        let folder = try await write(log, decision)
        let tile = Tile(.entries, index: 0, width: 6)
        let path = URL(fileURLWithPath: folder.pushing(FilePath(tile.path)).string)
        let sound = try tile.decodeEntries(Array(Data(contentsOf: path)))
        for place in [0, 2, 3, 4, 5] {
            var entries = sound
            entries[place] = []
            try Data(Tile.encode(entries: entries)).write(to: path)
            let error = #expect(throws: BundleError.self) { try verify(folder, log) }
            #expect(
                error?.description.contains(place == 5 ? "entry 1" : "entry \(place)") == true, "\(String(describing: error))")
            let outcome = try script(folder, log)
            #expect(outcome.status == 1 && outcome.output.contains("no decision in the record names it"), "\(outcome.output)")
        }
        try Data(Tile.encode(entries: sound)).write(to: path)
        #expect(try verify(folder, log).edition.withheld == EntrySet([1]))
        // A decision does not reach what comes after it.
        var later = try MemoryLog(entries: 1)
        try later.append(.editionDecided(try self.decision(["0", "2"])))
        try later.append(.caseOpened(.init(number: "X", cause: "x", unit: "y", note: nil)))
        await #expect(throws: BundleError.self) { try await write(later, try self.decision(["2"])) }
    }

    @Test("several decisions name what is left out together, in any order, and each says its own part")
    func decisions() async throws {
        var log = try MemoryLog(entries: 40)
        for ranges in [["5-9", "30"], ["8-20"], ["1", "21-25"], ["2-39"]] {
            try log.append(.editionDecided(try decision(ranges)))
        }
        let left = try decision(["1", "5-25", "30"])
        let folder = try await write(log, left)
        let outcome = try script(folder, log)
        #expect(outcome.status == 0, "\(outcome.output)")
        let words = try run(find("fengcun-verify"), [folder.string, "--key", log.verifierKey.text, "--lang", "en"]).output
        for (entry, ranges) in [(40, "5-9, 30"), (41, "8-20"), (42, "1, 21-25"), (43, "5-25, 30")] {
            #expect(outcome.output.contains("WITHHELD     entries \(ranges), by entry \(entry): "), "\(outcome.output)")
            #expect(words.contains("by entry \(entry): ") && words.contains("\n    entries \(ranges)\n"), "\(words)")
        }
        // Without the last one, entry 1 is the first that nobody named.
        var less = try MemoryLog(entries: 40)
        for ranges in [["5-9", "30"], ["8-20"]] { try less.append(.editionDecided(try decision(ranges))) }
        for (left, missing) in [(["5-20", "30"], nil), (["5-21"], 21), (["4-9"], 4), (["29-30"], 29), (["30-31"], 31)] {
            let left = try decision(left)
            guard let missing else {
                _ = try await write(less, left)
                continue
            }
            let error = await #expect(throws: BundleError.self) { try await write(less, left) }
            #expect(error?.description.contains("entry \(missing)") == true, "\(String(describing: error))")
            let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path.string)
            for partial in names where partial.contains(".partial") {
                let outcome = try script(scratch(partial), less)
                #expect(outcome.status == 1 && outcome.output.contains("entry \(missing): is withheld"), "\(outcome.output)")
                try FileManager.default.removeItem(atPath: scratch(partial).string)
            }
        }
    }

    @Test("every change of a hash that stands for an entry, and of everything else, is found")
    func mutations() async throws {
        let decision = try decision(["1-2", "4"], files: [Self.photo])
        let log = try log(decision)
        let folder = try await write(log, decision)
        let all = try files(folder)
        let bytes = Mutations.ofBytes(all, with: [0x01, 0x80])
        let found = try Mutations.unnoticed(bytes, in: all)
        #expect(found.isEmpty && bytes.count > 2000, "\(found.prefix(20).joined(separator: "\n"))")
        let names = all.keys.sorted().map { folder.pushing(FilePath($0)).string }
        let outcome = try run(
            "python3", [Checkout.path + "/Tests/BundleTests/Independent/mutate.py", folder.string, "7"] + names)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test("entries over several tiles are left out, with samples and times that still follow")
    func large() async throws {
        var log = try MemoryLog(entries: 300)
        try log.append(.populationFixed(.init(population: "P", what: "w", members: Array(0..<40), note: nil)))
        let fixed = log.entries.count - 1
        try log.append(.caseOpened(.init(number: "hidden", cause: "x", unit: "y", note: nil)))
        let root = try #require(LogHash(base64: try Entry(bytes: log.entries[fixed + 1]).tree.root))
        let places = SampleDraw(root: root.bytes, entry: fixed).places(population: 40, count: 4)
        try log.append(
            .sampleDrawn(
                .init(
                    population: "P", fixed: fixed, root: root.base64, algorithm: SampleDraw.algorithm, members: places,
                    reason: "r", method: "m", confidence: SampleDraw.confidence,
                    bound: SampleDraw.bound(population: 40, sample: 4, bad: 0))))
        let decision = try decision(["3-260", "\(fixed + 1)"])
        try log.append(.editionDecided(decision))
        let folder = try await write(log, decision)
        let report = try verify(folder, log)
        #expect(report.edition.withheld == EntrySet(Array(3...260) + [fixed + 1]))
        #expect(report.samplesStand && report.samples.populations.first?.draws.first?.follows == true)
        #expect(report.time.claimed.count == 304 && report.time.claimed.filter { $0 == nil }.count == 259)
        #expect(try script(folder, log).status == 0)
        // It is of the same history as the whole.
        let whole = try await write(log, nil)
        let comparison = try BundleComparison((folder, report), (whole, try verify(whole, log)))
        #expect(comparison.finding == .identical)
    }

    @Test("a sample whose population is left out is said not to be drawn again, and program and script accept the edition")
    func samples() async throws {
        var log = try MemoryLog(entries: 2)
        try log.append(.populationFixed(.init(population: "P", what: "w", members: [0, 1], note: nil)))
        try log.append(.caseOpened(.init(number: "X", cause: "x", unit: "y", note: nil)))
        func draw(from fixed: Int) throws -> Act {
            .sampleDrawn(
                .init(
                    population: "P", fixed: fixed, root: try Entry(bytes: log.entries[3]).tree.root,
                    algorithm: SampleDraw.algorithm, members: [0, 1], reason: "r", method: "m",
                    confidence: SampleDraw.confidence, bound: 0))
        }
        let decision = try decision(["2"])
        // Whether the draw stands before the decision or after it.
        for isLater in [false, true] {
            var log = log
            if isLater { try log.append(.editionDecided(decision)) }
            try log.append(draw(from: 2))
            if !isLater { try log.append(.editionDecided(decision)) }
            let folder = try await write(log, decision)
            let report = try verify(folder, log)
            #expect(report.samplesStand && report.samples.strays.map(\.fixed) == [2])
            let words = try run(find("fengcun-verify"), [folder.string, "--key", log.verifierKey.text, "--lang", "en"])
            #expect(words.status == 0 && words.output.contains("\nVERIFIED but for what is withheld"), "\(words.output)")
            #expect(
                words.output.contains(
                    "entry \(isLater ? 5 : 4): NOT drawn again, for entry 2 with its population is withheld\n"))
            #expect(try script(folder, log).status == 0)
        }
        // What is shown, comes later or is not there is no population that was left out.
        for fixed in [1, 4, 5, 7, -1] {
            var log = log
            try log.append(draw(from: fixed))
            try log.append(.caseOpened(.init(number: "Y", cause: "x", unit: "y", note: nil)))
            let decision = try self.decision(["2", "5"])
            try log.append(.editionDecided(decision))
            let folder = try await write(log, decision)
            #expect(try !verify(folder, log).samplesStand, "\(fixed)")
            let words = try run(find("fengcun-verify"), [folder.string, "--key", log.verifierKey.text, "--lang", "en"])
            #expect(words.status == 1 && words.output.contains("entry 4: from NO population on record"), "\(words.output)")
        }
    }

    @Test("a person's signature of an entry that is left out is checked as far as it goes")
    func signatures() async throws {
        let sample = try EvidenceSample(entries: 2)
        var log = sample.log
        let decision = try decision(["0-1"])
        try log.append(.editionDecided(decision))
        let folder = try await write(log, decision)
        let report = try verify(folder, log)
        #expect(report.signatures.map(\.act) == [nil, nil, nil, nil])
        #expect(report.signatures.first?.signers == ["CN=张三"])
        // A proof that somebody kept of an entry that is left out still fits.
        let proof = try log.proof(of: 1)
        let kept = KeptReceipt(name: "kept", bytes: Array(proof.encoded.utf8))
        let finding = try BundleVerifier(folder: folder).verify(trusting: AuditorTrust(key: log.verifierKey, receipts: [kept]))
        #expect(finding.receipts.first?.verdict.isGood == true)
        // A statement about another entry is refused.
        var forged = try MemoryLog(entries: 2)
        let step = try sample.signature(of: 0, .cms)
        try forged.append(step.act, files: step.files)
        try forged.append(.editionDecided(decision))
        await #expect(throws: BundleError.self) { try await write(forged, decision) }
    }

    @Test("the steps by hand in the bundle's README lead to the same root, in both languages")
    func byHand() async throws {
        let decision = try decision(["1-2", "4"])
        let log = try log(decision)
        for (folder, left) in [(try await write(log, decision), ["2:", "3:", "5:"]), (try await write(log, nil), [])] {
            let readme = String(decoding: try contents(folder.appending("README")), as: UTF8.self)
            for (start, end) in [("(4) All entries", "(6) Attachments"), ("4. 取出全部条目", "6. 附件")] {
                let steps = try #require(readme.components(separatedBy: start).last?.components(separatedBy: end).first)
                let lines = steps.split(separator: "\n").filter { $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
                let script = "cd \"$1\"; T=$(mktemp -d)\n\(lines.joined(separator: "\n"))\n"
                let outcome = try run("bash", ["-c", script, "bash", folder.string])
                let words = outcome.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
                try #require(words.count == 5 + left.count, "\(outcome.output)\(outcome.errors)")
                #expect(words[0] == "6" && words[1] == "6")
                #expect(words[2] == words[3] && LogHash(base64: words[2]) != nil)
                #expect(Array(words[4..<4 + left.count]) == left)
                #expect(words.last?.contains("\"edition.decided\"") == true)
            }
        }
    }
}
