import Integrity
import TestSupport
import Testing
import TransparencyLog

@testable import Custody
@testable import Report

@Suite("Receipts") struct ReceiptTests {
    static let exhibit = ExhibitID(caseNumber: "2026-001", number: "E1")
    static let hostile = "\"<script>alert(1)</script>&amp; -----BEGIN FENGCUN PROOF----- \u{202E}\u{1B}[31m"
    static let description = MediumDescription(
        make: "ACME", model: hostile, serial: "S/N 1", wwn: "0x5000", firmware: nil, bus: nil, capacity: 1_000_204_886_016,
        logicalSectorSize: 512, physicalSectorSize: 4096, removable: true, partitionTable: nil, partitions: [], diskSequence: 9,
        udev: [:])
    static let images = [2, 9].map {
        ReceiptMedium.Image(
            entry: $0, path: "/srv/image-\($0).dd", bytes: 1024, digests: [.sha256: "ab0\($0)", .sm3: "cd0\($0)"],
            blockTree: nil)
    }
    static let id = MediumID(description, sample: nil, boot: "b")
    static let medium = ReceiptMedium(
        id: id.text, description: description, label: MediumLabel(owner: "张三的盘"), images: images)

    static let acts: [Act] = [
        .mediumSealed(.init(exhibit: exhibit, number: "F-1", method: "防拆封条", place: "室", present: ["甲", "乙"], note: hostile)),
        .mediumUnsealed(
            .init(exhibit: exhibit, number: "F-1", condition: .broken, reason: "r", place: nil, present: [], note: nil)),
        .mediumTransferred(
            .init(
                exhibit: exhibit, from: "赵六", to: "钱七", location: "库房", reason: "移送审查", seal: .intact, sealNumber: "F-1",
                place: nil, present: ["孙八"], note: nil)),
        .acquisitionFinished(
            .init(
                acquisition: "a", exhibit: exhibit, medium: id, image: "/srv/x.dd", bytes: 4096,
                digests: [.sha256: "ffee", .md5: "0a"],
                unreadableBytes: 512, unreadable: [], startedAt: Timestamp(microseconds: 0),
                finishedAt: Timestamp(microseconds: 1),
                protection: nil)),
        .acquisitionEnded(
            .init(
                acquisition: "a", exhibit: exhibit, medium: id, outcome: .failed, reason: "no space", partial: "/srv/x.partial",
                protection: nil)),
        .handoverOffered(
            .init(
                exhibit: exhibit, from: "赵六", to: "钱七", fromUnit: "甲县公安局", toUnit: "乙市检察院", carrier: nil,
                contents: "硬盘一块", reason: "移送审查", seal: .missing, sealNumber: "F-1", place: nil, note: hostile,
                circumstances: Circumstances(
                    participants: [Participant(role: .deliverer, name: "赵六")], absent: ["carrier": "自取"]))),
        .handoverReceived(
            .init(
                exhibit: exhibit, to: "钱七", location: "乙市库房", seal: .broken, sealNumber: "F-1", remarks: "封条破损", place: nil,
                note: nil, circumstances: nil)),
    ]

    /// A log of five entries, the act the fourth; with another key the second changes that to the log's.
    private func prove(
        _ act: Act, origin name: String = "st&ation<1>.example", more: String = "", after old: SigningKey? = nil
    ) throws -> (ProvedEntry, VerifierKey) {
        let origin = try #require(Origin(name))
        let key = try SigningKey.generate()
        let verifier = VerifierKey(origin: origin, key: key.verifyingKey)
        var frontier = Frontier()
        var nodes: [NodeIndex: LogHash] = [:]
        var entries: [[UInt8]] = []
        for number in 0..<5 {
            let opened = Act.caseOpened(.init(number: "\(number)", cause: "x", unit: "y", note: nil))
            let rotated = try old.map { old in
                let before = VerifierKey(origin: origin, key: old.verifyingKey)
                let statement = RotationStatement(
                    before: Checkpoint(origin: origin, size: number, root: frontier.root), old: before, new: verifier)
                return Act.keyRotated(
                    .init(
                        old: before.text, new: verifier.text, statement: try statement.signed(old: old, new: key).encoded,
                        reason: "r", compromisedSince: nil))
            }
            let draft = EntryDraft(
                number == 3 ? act : number == 1 ? rotated ?? opened : opened, case: "2026-001",
                about: [.exhibit(Self.exhibit)],
                by: Actor(kind: .operator, uid: 1000, user: "wang", person: "王五"))
            let entry = Entry(
                sequence: number, time: Timestamp(microseconds: 1_795_325_400_123_456), boot: "b", monotonic: number,
                clockSynchronised: nil, tree: .init(size: number, root: frontier.root.base64), draft: draft)
            entries.append(try entry.bytes())
            for (place, hash) in frontier.append(.leaf(entries[number])) { nodes[place] = hash }
        }
        let own = try Checkpoint(origin: origin, size: 5, root: frontier.root).signed(with: key)
        let note = try SignedNote(parsing: Array((own.encoded + more).utf8))
        func proof(_ index: Int) throws -> ProofFile {
            let proof = try InclusionProof(index: index, treeSize: 5) { try #require(nodes[$0]) }
            return ProofFile(proof, entry: entries[index], checkpoint: note)
        }
        let receipt = ReceiptProof(try proof(3), keyChanges: old == nil ? [] : [try proof(1)])
        return (try ProvedEntry(receipt, key: verifier), verifier)
    }

    private func pages(_ act: Act) throws -> (proved: ProvedEntry, pages: [String]) {
        let (proved, _) = try prove(act)
        let receipt = Receipt(proved, medium: Self.medium)
        return (proved, Language.allCases.flatMap { [receipt.text(in: $0), receipt.html(in: $0)] })
    }

    @Test("every form in every language holds the proof, whole and to be found again", arguments: acts)
    func proofIsFoundAgain(_ act: Act) throws {
        let (proved, pages) = try pages(act)
        for page in pages {
            #expect(try KeptProof(parsing: Array(page.utf8)) == .entry(ReceiptProof(proved.proof, keyChanges: [])))
        }
        #expect(Set(pages).count == 4)
    }

    @Test("a receipt from after a change of the key holds the change, and says that the code does not", arguments: acts)
    func keyChanges(_ act: Act) throws {
        let old = try SigningKey.generate()
        let (proved, key) = try prove(act, after: old)
        let receipt = Receipt(proved, medium: Self.medium)
        for page in Language.allCases.flatMap({ [receipt.text(in: $0), receipt.html(in: $0)] }) {
            guard case .entry(let found) = try KeptProof(parsing: Array(page.utf8)) else {
                Issue.record("another form")
                continue
            }
            #expect(found.proof == proved.proof && found.keyChanges.map(\.index) == [1])
            let trail = KeyTrail(from: [VerifierKey(origin: key.origin, key: old.verifyingKey)], over: [found])
            #expect(trail.reaches(key))
            #expect(page.contains("the code leaves out") || page.contains("二维码不含"))
        }
        #expect(try KeptProof(parsing: Array(receipt.codeText.utf8)) == .leaf(try #require(CompactProof(proved.proof))))
        for page in try pages(act).pages { #expect(!page.contains("the code leaves out") && !page.contains("二维码不含")) }
        // Changes that lead elsewhere are no changes of this station's key.
        let other = try prove(act, after: old).0
        #expect(throws: (any Error).self) {
            try ProvedEntry(ReceiptProof(proved.proof, keyChanges: [proved.proof]), key: key)
        }
        #expect(throws: ReceiptError.self) { try ProvedEntry(other.receiptProof, key: key) }
    }

    @Test("what a receipt must say stands on it", arguments: acts)
    func content(_ act: Act) throws {
        let (proved, pages) = try pages(act)
        for page in pages {
            for text in [
                "2026-001", "E1", "ACME", "S/N 1", "1000204886016", "张三的盘", "2026-11-22T05:30:00.123456Z", "王五",
                act.kind.rawValue,
                proved.leaf.base64, proved.checkpoint.root.base64,
            ] { #expect(page.contains(text), "\(text)") }
        }
    }

    @Test("digests stand in upper case; images that came later do not stand at all")
    func digests() throws {
        for page in try pages(Self.acts[3]).pages {
            #expect(page.contains("FFEE"))
            #expect(page.contains("0A"))
        }
        for page in try pages(Self.acts[0]).pages {
            #expect(page.contains("AB02"))
            #expect(page.contains("CD02"))
            #expect(!page.contains("AB09"))
        }
    }

    @Test("each act's own words")
    func ownWords() throws {
        let expected = [
            ["F-1", "防拆封条", "甲", "乙"], ["F-1", "BROKEN", "破损"], ["赵六", "钱七", "库房", "移送审查", "孙八", "intact", "完好"],
            ["/srv/x.dd", "4096", "512"], ["no space", "/srv/x.partial"],
            ["赵六", "钱七", "甲县公安局", "乙市检察院", "硬盘一块", "MISSING", "缺失", "deliverer 赵六", "carrier 自取"],
            ["钱七", "乙市库房", "BROKEN", "破损", "封条破损"],
        ]
        for (act, words) in zip(Self.acts, expected) {
            let all = try pages(act).pages.joined()
            for word in words { #expect(all.contains(word), "\(act.kind.rawValue): \(word)") }
        }
    }

    @Test("texts of drives and people neither become HTML nor move a cursor")
    func hostileTexts() throws {
        let (proved, _) = try prove(Self.acts[0])
        let receipt = Receipt(proved, medium: Self.medium)
        for language in Language.allCases {
            let html = receipt.html(in: language)
            #expect(!html.contains("<script"))
            #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"))
            for text in [html, receipt.text(in: language)] {
                #expect(!text.unicodeScalars.contains("\u{202E}"))
                #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
            }
        }
    }

    @Test("the page loads nothing")
    func selfContained() throws {
        let html = try pages(Self.acts[2]).pages[1]
        for reference in ["src=", "href=", "url(", "@import", "<link", "<iframe", "<script"] {
            #expect(!html.contains(reference))
        }
        #expect(html.replacing("http://www.w3.org/2000/svg", with: "").firstRange(of: "http") == nil)
    }

    @Test("what another program reads from the printed code proves the entry", .requiresCodeReader)
    func code() throws {
        let (proved, key) = try prove(Self.acts[0], origin: "台站-1.example/封存")
        let html = Receipt(proved, medium: Self.medium).html(in: .chinese)
        let start = try #require(html.firstRange(of: "<svg"))
        let end = try #require(html.firstRange(of: "</svg>"))
        guard
            case .leaf(let proof) = try KeptProof(parsing: Array(try read(String(html[start.lowerBound..<end.upperBound])).utf8))
        else {
            Issue.record("another form")
            return
        }
        try proof.verify(in: Checkpoint(verifying: proof.checkpoint, key: key))
        #expect(proof.leaf == proved.leaf)
        #expect(proof.index == 3)
    }

    @Test("a proof that is too large for a code leaves the checkpoint in it, and one that is larger leaves none")
    func largeProof() throws {
        let cosignature = "— w.example/\(String(repeating: "w", count: 200)) \(Base64.encode([UInt8](repeating: 7, count: 76)))\n"
        for (lines, prefix) in [(7, "fengcun/receipt@v1\n"), (8, "station\n"), (9, "station\n")] {
            let (proved, key) = try prove(Self.acts[0], origin: "station", more: String(repeating: cosignature, count: lines))
            let receipt = Receipt(proved, medium: Self.medium)
            #expect(receipt.codeText.hasPrefix(prefix), "\(lines)")
            #expect((QRCode(receipt.codeText) == nil) == (lines == 9), "\(lines)")
            #expect(receipt.html(in: .english).contains("<svg") == (lines < 9))
            #expect(receipt.text(in: .english).contains("No QR code: what it would have to hold is too large.") == (lines == 9))
            guard case .checkpoint(let note) = try KeptProof(parsing: Array(receipt.codeText.utf8)) else { continue }
            #expect(try Checkpoint(verifying: note, key: key) == proved.checkpoint)
        }
    }

    @Test("there are receipts for acts that hand over or end something, and for proofs that are good")
    func refusals() throws {
        #expect(throws: ReceiptError.noReceipt(Act.Kind(CaseOpened.self))) {
            try prove(.caseOpened(.init(number: "1", cause: "x", unit: "y", note: nil)))
        }
        let (proved, _) = try prove(Self.acts[0])
        let stranger = VerifierKey(origin: proved.key.origin, key: try SigningKey.generate().verifyingKey)
        #expect(throws: ReceiptError.self) { try ProvedEntry(ReceiptProof(proved.proof, keyChanges: []), key: stranger) }
        for error in [ReceiptError.noReceipt(Act.Kind(CaseOpened.self)), .unproved("x\u{1B}")] {
            for language in Language.allCases { #expect(!error.message(in: language).unicodeScalars.contains("\u{1B}")) }
        }
    }
}
