import Custody
import Testing

@testable import Review

/// A change to the acts of a case, and the row under which the articles make it a defect.
struct RecordedDefect: Sendable, CustomTestStringConvertible {
    let rule: String
    let name: String
    var exhibit: String? = "E1"
    var isFinal = false
    /// The row under which it is answered for; nil: its own.
    var answeredUnder: String?
    let spoil: @Sendable (inout RecordedCase) -> Void

    var testDescription: String { "\(rule): \(name)" }

    private static func of(
        _ rule: String, _ name: String, _ exhibit: String? = "E1", final isFinal: Bool = false, answeredUnder: String? = nil,
        _ spoil: @escaping @Sendable (inout RecordedCase) -> Void
    ) -> RecordedDefect {
        RecordedDefect(
            rule: rule, name: name, exhibit: exhibit, isFinal: isFinal, answeredUnder: answeredUnder, spoil: spoil)
    }

    static let all: [RecordedDefect] = [
        of("R34.1", "no identification code on the label") { $0.set("seize", "particulars.label.identification", .null) },
        of("R34.1", "the label has another brand") { $0.set("seize", "particulars.label.make", "Other") },
        of("R34.1", "the label has another model") { $0.set("seize", "particulars.label.model", "P10") },
        of("R34.1", "the label has another capacity") { $0.set("seize", "particulars.label.capacity", "128") },
        of("R34.1", "the label has another serial number") { $0.set("seize", "particulars.label.serial", "SN-2") },
        of("R15.1", "nobody recorded the seizure") { $0.remove("seize") },
        of("R15.2", "not cut off") { $0.remove("isolate") },
        of("R15.2", "no measure") { $0.set("isolate", "measure", "none") },
        of("R15.3", "passwords neither taken nor a reason") { $0.set("seize", "particulars.credentials", .null) },
        of("R15.3", "live data taken by nobody") { $0.set("seize", "particulars.liveData.by", .null) },
        of("R34.2", "no photo after the first seal") { $0.drop(.photoAfter, from: "seal") },
        of("R34.3", "no witness at the seizure") {
            $0.set("seize", "circumstances.participants", ["examiner=甲", "examiner=乙", "holder=丁"])
        },
        of("R34.3", "nobody signed the seizure") { $0.drop(.signedSheet, from: "seize") },
        of("R34.3", "the holder did not sign for the image") { $0.remove("sign holder") },
        of("R31.1", "the seal was broken when it arrived") { $0.set("receive", "seal", "broken") },
        of("R31.1", "handed over with another number on the seal") { $0.set("offer", "sealNumber", "F9") },
        of("R31.1", "another seal was found at a check") {
            $0.fill(
                "look", SealChecked.self, ["exhibit": "E1", "number": "F9", "condition": "intact", "reason": "清点"])
        },
        of("R31.1", "handed over unsealed") { $0.remove("reseal") },
        of("R30.1", "taken on site without the medium", "D2") { $0.set("online", "way", "on-site") },
        of("R35.place", "no user") { $0.set("seize", "particulars.user", .null) },
        of("R33.2", "no basis") { $0.set("seize", "particulars.basis", .null) },
        of("R62.2", "the medium was only registered") { $0.remove("seize") },
        of("R62.8", "shorter than the medium", final: true) { $0.set("image", "bytes", 63) },
        of("R62.8", "bad places not listed") { $0.set("image", "unreadableBytes", 512) },
        of("R35.1", "no start of the image") { $0.remove("start") },
        of("R31.2", "the image was never read again") { $0.remove("verify") },
        of("R31.2", "differs", final: true) { $0.set("verify", "matches", false) },
        of("R31.2", "differed once, agrees since") {
            $0.set("verify", "matches", false)
            $0.verify("verified since")
        },
        of("R31.2", "one from elsewhere is no longer what was taken in", final: true) {
            $0.takeIn("import")
            $0.verify("verify import", acquisition: "import", image: "/i/import")
            $0.set("verify import", "matches", false)
        },
        of("R31.3", "the image was not compared") { $0.remove("verify") },
        of("R31.3", "the copy differs", final: true) { $0.set("copy", "matches", false) },
        of("R31.3", "the copy has no integrity values") { $0.set("copy", "measured", false) },
        of("R59", "the conversion differs", final: true) { $0.set("convert", "matches", false) },
        of("R59", "the conversion has no integrity values") { $0.set("convert", "measured", false) },
        of("R30.3", "nobody knows with what it was made") { $0.remove("start") },
        of("O18", "no sheet of the makers") { $0.remove("image statement") },
        of("O18", "one maker") { $0.remove("sign maker") },
        of("R30.2", "a certificate that leads to nobody") { $0.set("sign witness", "trusted", false) },
        of("R30.4", "writes were counted") { log in
            log.add("detach") { _, _ in
                .mediumDetached(
                    .init(
                        medium: RecordedCase.medium, device: "/dev/sdb", observed: true,
                        protection: .init(readOnly: false, writeRequests: 3, discardRequests: 0, flushRequests: 0)))
            }
        },
        of("R32.1", "somebody else handed it over") { $0.set("offer", "from", "庚") },
        of("R32.1", "it never arrived") { $0.remove("receive") },
        of("R32.1", "nobody had it on the way") { $0.set("offer", "carrier", .null) },
        of("R32.1", "received before it was kept") {
            $0.set("receive", "circumstances.time", .string(CleanCase.hours(-1).description))
        },
        of("R32.1", "examined before it was seized") {
            $0.set("begin", "circumstances.time", .string(CleanCase.hours(-1).description))
        },
        of("R32.1", "plugged in on its way") { $0.attach(before: "receive") },
        of("R32.2", "no notice for the provider", nil) { $0.remove("调") },
        of("R32.2", "the document was issued later", nil) { $0.set("扣", "date", "2026-12-01") },
        of("R32.2", "the document had run out", nil) { $0.set("扣", "until", "2026-09-02") },
        of("R32.5", "neither film nor reason at the sealing") { $0.remove("seal film") },
        of("R25", "one person alone") {
            $0.set("begin", "circumstances.participants", ["examiner=甲", "witness=丙"])
            $0.set("begin", "circumstances.absent", ["secondPerson": "x"])
            $0.set("seize", "circumstances.participants", ["examiner=甲", "witness=丙", "holder=丁"])
            $0.set("seize", "circumstances.absent", ["recording": "r", "secondPerson": "x"])
            $0.remove("sign maker")
        },
        of("R40", "the examination has no end") { $0.remove("end") },
        of("R40", "not sealed again") { $0.remove("reseal") },
        of("R40", "the examiners did not sign") { $0.drop(.signedSheet, from: "end") },
        of("R47", "where it comes from is not said") { $0.set("seize", "particulars.source", .null) },
        of("R22", "nothing drawn", nil) { $0.remove("draw") },
        of("R22", "other members than follow", nil, final: true) { $0.set("draw", "isChosen", true) },
        of("R22", "a member not examined", nil) { $0.remove("draw check 1") },
        of("R22", "a member is otherwise", nil) { $0.set("draw check 0", "isGood", false) },
        of("R22", "no reason why not all", nil) { $0.set("draw", "reason", "") },
        of("R53", "the receiver did not sign") { $0.drop(.signedSheet, from: "receive") },
        of("R53", "it never arrived") { $0.remove("receive") },
        of("R38", "the term ran out", nil) { $0.set("term", "until", "2026-10-01") },
        of("R38", "frozen without a term", nil) { $0.set("online", "way", "frozen") },
        of("R27", "no format", "D1") { $0.set("received", "format", .null) },
        of("R27", "a category that says nothing", "D2") { $0.set("online", "category", "其他") },
        of("R28", "no address", "D2") { $0.set("online", "source", .null) },
        of("R28", "the receipt is not signed", "D1") { $0.set("received", "receiptSigned", false) },
        of("R35.2", "no values of the files", "D2") { $0.set("online", "files", .null) },
        of("O14", "no seal of the unit", "D1") { $0.set("received", "certificate.sealed", false) },
        of("O14", "no certificate", "D1") { $0.set("received", "certificate", .null) },
        of("O17", "another document number", "D1") { $0.set("check", "computed.number", "wrong") },
        of("O17", "the signer leads to nobody", "D1") { $0.set("check", "computed.certificate", "wrong") },
        of("O17", "a file is missing", "D1") { $0.set("check", "computed.values", "incomplete") },
        of("O17", "a person found another watermark", "D1") { $0.set("check", "watermark", "wrong") },
        of("O17", "another value", "D1", final: true) { $0.set("check", "computed.values", "wrong") },
        of("O17", "the signature is wrong", "D1", final: true) { $0.set("check", "computed.signature", "wrong") },
        of("R30.5", "the signature is wrong", "D1", final: true) { $0.set("check", "computed.signature", "wrong") },
        of("R30.5", "a defect of integrity is open", answeredUnder: "R31.1") { $0.set("receive", "seal", "broken") },
        of("R44", "the signature is wrong", "D1", final: true) { $0.set("check", "computed.signature", "wrong") },
        of("R43", "a defect is open", nil, answeredUnder: "R35.place") { $0.set("seize", "particulars.user", .null) },
    ]
}

/// The rules on entries whose acts were recorded by their forms.
struct RecordedCaseTests {
    private static func findings(_ rule: String, _ exhibit: String?, _ log: RecordedCase) throws -> [Finding] {
        let review = try log.review()
        return try #require(review.rules.first { $0.id == rule }).findings.filter { $0.exhibit == exhibit }
    }

    @Test("A case that was recorded in order has no open defect")
    func clean() throws {
        let review = try RecordedCase.clean().review()
        let open = review.rules.flatMap { rule in rule.findings.filter(\.isOpen).map { "\(rule.id): \($0)" } }
        #expect(open.isEmpty, "\(open)")
        for rule in review.rules {
            #expect(rule.findings.contains { $0.verdict == .shown || $0.verdict == .explained }, "\(rule.id)")
            for finding in rule.findings where finding.verdict == .notJudged {
                // Data taken online have no certificate, and no later value.
                #expect(rule.id == "R44" && finding.exhibit == "D2", "\(rule.id): \(finding)")
            }
        }
    }

    @Test("Every row has acts that make its defect, and where R43 allows a defect that can be remedied")
    func everyRow() {
        for rule in Rule.all {
            rule.expectDefects(RecordedDefect.all.filter { $0.rule == rule.id }.map(\.isFinal))
        }
    }

    @Test("A label that was misread and corrected is remedied; a correction to something wrong is not")
    func correctedLabel() throws {
        for (now, verdicts) in [("SN-1", [Verdict.shown, .remedied]), ("SN-3", [.shown, .defect])] {
            var log = RecordedCase.clean()
            log.set("seize", "particulars.label.serial", "SN-2")
            log.fill(
                "correct serial", EntryCorrected.self,
                [
                    "entry": "@seize", "member": "particulars.label.serial", "was": "SN-2", "now": .string(now),
                    "reason": "抄录错误",
                ])
            #expect(try Self.findings("R34.1", "E1", log).map(\.verdict) == verdicts)
        }
    }

    @Test("An act that is missing or says too little is found under its row", arguments: RecordedDefect.all)
    func defect(_ defect: RecordedDefect) throws {
        var log = RecordedCase.clean()
        defect.spoil(&log)
        let found = try Self.findings(defect.rule, defect.exhibit, log).filter(\.isOpen)
        #expect(!found.isEmpty)
        #expect(found.contains { $0.isFinal == defect.isFinal })
    }

    @Test("An answer that is recorded remedies or explains it, unless it is final", arguments: RecordedDefect.all)
    func answered(_ defect: RecordedDefect) throws {
        for manner in ["remedied", "explained"] {
            var log = RecordedCase.clean()
            defect.spoil(&log)
            var body: JSONValue = [
                "row": .string(defect.answeredUnder ?? defect.rule), "manner": .string(manner), "text": "t",
            ]
            let exhibit = defect.answeredUnder == nil ? defect.exhibit : "E1"
            if let exhibit { body.set("exhibit", .string(exhibit)) }
            log.fill("answer", DefectAnswered.self, body)
            let found = try Self.findings(defect.rule, defect.exhibit, log)
            if defect.isFinal {
                #expect(found.contains { $0.isFinal == true })
            } else {
                #expect(!found.contains { $0.isOpen })
                if defect.answeredUnder == nil {
                    #expect(found.contains { $0.verdict.rawValue == manner && $0.answer?.text == "t" })
                } else {
                    #expect(found.contains { $0.verdict == .remedied || $0.verdict == .explained })
                }
            }
        }
    }

    @Test("The table has the headings, the points of the image, remedies and what is final, in both languages")
    func table() throws {
        var log = RecordedCase.clean()
        log.set("seize", "particulars.user", .null)
        log.set("verify", "matches", false)
        var reviewer = Reviewer()
        for entry in try log.entries() { reviewer.add(entry) }
        let report = reviewer.report(at: CleanCase.hours(1000))
        for (language, headings, image, remedy, final) in [
            (
                Language.english, ["objectivity: DEFECT", "legality: ", "relevance: ", "integrity: DEFECT"],
                "E1  source DEFECT; objectivity shown; integrity DEFECT; legality and regularity shown",
                "to do: find out and record it, or explain (R43)", "no answer takes this away (R44)"
            ),
            (
                .chinese, ["客观性: 瑕疵", "合法性: ", "关联性: ", "完整性: 瑕疵"], "E1  来源 瑕疵；客观性 已载明；完整性 瑕疵；合法性和规范性 已载明",
                "补正办法：查明补记，或者作出合理解释（R43）", "不能补正（第四十四条）"
            ),
        ] {
            let lines = ReviewText(report, in: language).lines
            for heading in headings { #expect(lines.contains { $0.hasPrefix(heading) }, "\(heading)") }
            for text in [image, remedy, final] {
                #expect(lines.contains { $0.trimmed == text }, "\(text): \(lines)")
            }
        }
    }

    @Test("A term that was extended or ended is no longer the old one")
    func terms() throws {
        var log = RecordedCase.clean()
        log.set("term", "until", "2026-10-01")
        log.fill("extend", TermEnded.self, ["term": "T", "outcome": "extended", "until": "2099-01-01", "reason": "r"])
        #expect(try Self.findings("R38", nil, log).map(\.verdict) == [.shown])
        log.fill("end", TermEnded.self, ["term": "T", "outcome": "released", "reason": "r"])
        #expect(try Self.findings("R38", nil, log).map(\.verdict) == [.shown])
    }

    @Test("A freezing has its term where one names its exhibit, whenever it was set")
    func frozen() throws {
        var log = RecordedCase.clean()
        log.set("online", "way", "frozen")
        log.fill("freezing", TermSet.self, ["term": "冻", "what": "冻结期限", "exhibit": "D2", "until": "2099-01-01"])
        #expect(try Self.findings("R38", nil, log).map(\.verdict) == [.shown, .shown])
    }

    @Test("A hand-over that was withdrawn is none, and an archive is a keeping")
    func withdrawn() throws {
        var log = RecordedCase.clean()
        log.remove("receive")
        log.fill("withdraw", HandoverWithdrawn.self, ["exhibit": "E1", "reason": "r", "seal": "intact"])
        log.fill(
            "archive", MediumArchived.self,
            ["exhibit": "E1", "custodian": "戊", "location": "档案室", "reason": "r", "seal": "intact"])
        #expect(try Self.findings("R32.1", "E1", log).map(\.verdict) == [.shown])
        #expect(try Self.findings("R53", "E1", log).isEmpty)
    }

    @Test("A medium that is opened to be given back is neither sealed again nor kept somewhere")
    func returned() throws {
        var log = RecordedCase.clean()
        log.add("open") { _, _ in
            .mediumUnsealed(
                .init(
                    exhibit: ExhibitID(caseNumber: CleanCase.number, number: "E1"), number: "F2", condition: .intact,
                    reason: "发还", place: nil, present: [], note: nil))
        }
        #expect(try Self.findings("R40", "E1", log).contains { $0.isOpen })
        log.fill(
            "return", MediumReturned.self,
            [
                "exhibit": "E1", "to": "丁", "reason": "与案件无关",
                "circumstances": ["participants": ["examiner=甲", "examiner=乙"]],
            ])
        for row in ["R40", "R35.place", "R32.1", "R31.1"] {
            let found = try Self.findings(row, "E1", log)
            #expect(!found.isEmpty && found.allSatisfy { $0.verdict == .shown }, "\(row): \(found)")
        }
    }

    @Test("A medium that was left where it was needs a reason and no seal")
    func left() throws {
        var log = RecordedCase.clean()
        log.fill(
            "leave", MediumLeft.self,
            [
                "exhibit": "E2", "custodian": "己", "location": "机房", "reason": "在用，不便移动",
                "particulars": ["name": "服务器", "kind": "server", "networkable": true],
                "circumstances": ["participants": ["examiner=甲", "examiner=乙"]],
            ])
        for rule in ["R15.1", "R30.1"] { #expect(try Self.findings(rule, "E2", log).map(\.verdict) == [.explained]) }
        // Cutting it off is asked for where it is seized.
        #expect(try Self.findings("R15.2", "E2", log).isEmpty)
    }
}

extension String {
    /// Without the spaces before it.
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
