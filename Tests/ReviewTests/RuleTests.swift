import Custody
import Testing

@testable import Review

/// The rules against the articles: what is shown, what is a defect, what an answer makes good.
struct RuleTests {
    private static func findings(_ rule: String, _ exhibit: String?, in facts: CaseFacts) throws -> [Finding] {
        let review = CaseReview(facts, exhibit: nil)
        return try #require(review.rules.first { $0.id == rule }).findings.filter { $0.exhibit == exhibit }
    }

    @Test("In the clean case every rule is shown, and nothing else", arguments: Rule.all.map(\.id))
    func shown(_ rule: String) throws {
        let found = try #require(CaseReview(CleanCase.facts(), exhibit: nil).rules.first { $0.id == rule })
        #expect(!found.findings.isEmpty)
        for finding in found.findings where finding.verdict != .shown {
            // Nothing to compare with: data taken online have no certificate, and no later value.
            #expect(rule == "R44" && finding.exhibit == "D2" && finding.verdict == .notJudged, "\(rule) \(finding)")
        }
    }

    @Test("What the articles ask for and is missing is a defect", arguments: DefectCase.all)
    func defect(_ defect: DefectCase) throws {
        let open = try Self.findings(defect.rule, defect.exhibit, in: defect.facts).filter(\.isOpen)
        let finding = try #require(open.first, "\(defect.rule): \(defect.name)")
        #expect(finding.isFinal == defect.isFinal)
        #expect((finding.remedy == nil) == defect.isFinal, "a defect tells what would remedy it; a final one cannot")
    }

    @Test("An answer remedies or explains a defect (R43), and none takes a final one away (R44)", arguments: DefectCase.all)
    func answered(_ defect: DefectCase) throws {
        for remedies in [true, false] {
            var facts = defect.facts
            let text = "补正说明"
            facts.answer(
                defect.answeredUnder ?? defect.rule, exhibit: defect.answeredUnder == nil ? defect.exhibit : "E1", entries: [],
                .init(entry: 900, remedies: remedies, text: text))
            let found = try Self.findings(defect.rule, defect.exhibit, in: facts)
            if defect.isFinal {
                #expect(found.contains { $0.isFinal == true })
            } else {
                #expect(!found.contains { $0.isOpen }, "\(found)")
                if defect.answeredUnder == nil {
                    #expect(found.contains { $0.verdict == (remedies ? .remedied : .explained) && $0.answer?.text == text })
                } else {
                    #expect(found.contains { $0.verdict == .remedied || $0.verdict == .explained })
                }
            }
        }
    }

    @Test("An answer that is older than what it should answer for does not count")
    func oldAnswer() throws {
        var facts = CleanCase.facts()
        facts.withExhibit(CleanCase.phone) { $0.sealChecks[1].condition = .broken }
        facts.answer("R31.1", exhibit: "E1", entries: [], .init(entry: 79, remedies: false, text: "早于"))
        #expect(try Self.findings("R31.1", "E1", in: facts).contains { $0.isOpen })
    }

    @Test("An answer stands when later entries join that are in order", arguments: ["R31.2", "R35.place", "R34.3", "R25", "O17"])
    func laterGood(_ rule: String) throws {
        var facts = CleanCase.facts()
        let exhibit = rule == "O17" ? "D1" : "E1"
        switch rule {
        case "R31.2": facts.withExhibit(CleanCase.phone) { $0.images[0].verifications.insert((entry: 64, matches: false), at: 0) }
        case "R35.place": facts.withExhibit(CleanCase.phone) { $0.particulars.user = nil }
        case "R34.3": facts.aftermath[20]?.slots.removeAll { $0.role == .witness }
        case "R25":
            facts.withExhibit(CleanCase.phone) { $0.seizure?.participants = [.examiner: ["甲"]] }
            facts.aftermath[10]?.slots.removeAll { $0.role == .examiner }
        default:
            facts.withExhibit(CleanCase.requested) { exhibit in
                guard let good = exhibit.data?.checks[0] else { return }
                exhibit.data?.checks[0].values = .wrong
                exhibit.data?.checks.append(good)
                exhibit.data?.checks[1].entry = 102
            }
        }
        facts.answer(rule, exhibit: exhibit, entries: [], .init(entry: 900, remedies: false, text: "说明"))
        facts.withExhibit(CleanCase.phone) { phone in
            phone.images[0].verifications.append((entry: 901, matches: true))
            phone.keepings.append(.init(entry: 902, time: CleanCase.hours(50), custodian: "戊", location: "他处"))
            phone.sealings.append(phone.sealings[1])
            phone.sealings[2].act.entry = 903
        }
        facts.aftermath[903] = facts.aftermath[70]
        facts.aftermath[20]?.slots.append(
            .init(entry: 904, role: .examiner, person: "乙", manner: .sheet, trustedByStation: nil))
        facts.withExhibit(CleanCase.requested) { exhibit in
            guard var good = exhibit.data?.checks.last else { return }
            good.entry = 905
            exhibit.data?.checks.append(good)
        }
        let found = try Self.findings(rule, exhibit, in: facts)
        #expect(found.contains { $0.verdict == .explained && $0.answer?.entry == 900 })
        #expect(!found.contains { $0.isOpen })
    }

    @Test("An answer that names an entry answers for no other")
    func everyEntry() throws {
        var facts = CleanCase.facts()
        facts.withExhibit(CleanCase.phone) {
            $0.seizure?.participants = [.examiner: ["甲"]]
            $0.images[0].act.participants = [.examiner: ["甲"]]
        }
        for entry in [10, 60] { facts.aftermath[entry]?.slots.removeAll { $0.role == .examiner || $0.role == .maker } }
        func answer(_ entry: Int, _ entries: [Int], remedies: Bool = true) {
            facts.answer("R25", exhibit: "E1", entries: entries, .init(entry: entry, remedies: remedies, text: "\(entry)"))
        }
        answer(900, [10])
        #expect(try Self.findings("R25", "E1", in: facts).map(\.isOpen) == [true])
        answer(901, [60], remedies: false)
        answer(902, [10])
        // As good as the weaker of the two.
        let found = try Self.findings("R25", "E1", in: facts)
        #expect(found.map(\.verdict) == [.explained] && found[0].answer?.entry == 901)
        answer(903, [10, 60])
        #expect(try Self.findings("R25", "E1", in: facts).map(\.verdict) == [.remedied])
    }

    @Test("An answer for the exhibit does not cover what went wrong after it")
    func laterBad() throws {
        var facts = CleanCase.facts()
        facts.withExhibit(CleanCase.phone) { $0.writes = [210] }
        facts.answer("R30.4", exhibit: "E1", entries: [], .init(entry: 900, remedies: false, text: "说明"))
        #expect(try Self.findings("R30.4", "E1", in: facts).first?.verdict == .explained)
        facts.withExhibit(CleanCase.phone) { $0.writes.append(950) }
        #expect(try Self.findings("R30.4", "E1", in: facts).first?.isOpen == true)
        facts.answer("R30.4", exhibit: "E1", entries: [950], .init(entry: 960, remedies: false, text: "说明"))
        #expect(try Self.findings("R30.4", "E1", in: facts).first?.answer?.entry == 960)
    }

    @Test("Every row has its rule, its defect, and where R43 allows a defect that can be remedied")
    func everyRow() {
        let rows = [
            "R34.1", "R15.1", "R15.2", "R15.3", "R34.2", "R34.3", "R31.1", "R30.1", "R35.place", "R33.2", "R62.2", "R62.8",
            "R35.1", "R35.2", "R31.2", "R31.3", "R30.3", "R59", "O18", "R30.2", "R30.4", "R30.5", "R32.1", "R32.2", "R32.5",
            "R25", "R40", "R43", "R44", "R45", "R47", "R22", "O14", "O17", "R53", "R38", "R27", "R28",
        ]
        #expect(Set(Rule.all.map(\.id)) == Set(rows))
        #expect(Rule.all.count == rows.count)
        for rule in Rule.all {
            rule.expectDefects(DefectCase.all.filter { $0.rule == rule.id }.map(\.isFinal))
        }
    }

    @Test("A reason stands for what is missing (说明原因)")
    func reasons() throws {
        var facts = CleanCase.facts()
        facts.withExhibit(CleanCase.phone) {
            $0.sealings[0].act.files = []
            $0.sealings[0].act.absent = ["photoBefore": "相机损坏", "photoAfter": "相机损坏", "recording": "无设备", "witness": "深夜无人"]
            $0.images[0].unreadableBytes = 512
            $0.images[0].hasErrorMap = true
            $0.particulars.credentials = .init(taken: false, reason: "拒不提供")
        }
        facts.aftermath[20]?.slots.removeAll { $0.role == .witness }
        facts.aftermath[20]?.recordings = []
        for rule in ["R34.2", "R34.3", "R32.5", "R62.8", "R15.3", "R30.3"] {
            let found = try Self.findings(rule, "E1", in: facts)
            #expect(found.contains { $0.verdict == .explained }, "\(rule)")
            #expect(!found.contains { $0.isOpen }, "\(rule)")
        }
    }

    @Test("A reason why it was not sealed at once stands for the delay, whether it is sealed in the end or not")
    func lateSeal() throws {
        var facts = CleanCase.facts()
        facts.withExhibit(CleanCase.phone) {
            $0.seizure?.absent = ["seal": "须先送检"]
            $0.sealings[0].act.time = CleanCase.hours(73)
        }
        #expect(try Self.findings("R15.1", "E1", in: facts).map(\.verdict) == [.explained])
        facts.withExhibit(CleanCase.phone) { $0.sealings = [] }
        #expect(try Self.findings("R15.1", "E1", in: facts).map(\.verdict) == [.explained])
    }

    @Test("A photo that is attached later remedies")
    func latePhoto() throws {
        var facts = CleanCase.facts()
        facts.withExhibit(CleanCase.phone) { $0.sealings[0].act.files = [.photoBefore] }
        facts.aftermath[20]?.files = [(510, .photoAfter)]
        let found = try Self.findings("R34.2", "E1", in: facts)
        #expect(found.map(\.verdict) == [.remedied, .shown])
        #expect(found[0].entries == [20, 510])
    }

    @Test("A medium that was left in place with a reason is explained (R30(1))")
    func left() throws {
        var facts = CleanCase.facts()
        facts.withExhibit(CleanCase.phone) {
            $0.left = $0.seizure.map { ($0, "服务器不便移动") }
            $0.seizure = nil
        }
        for rule in ["R30.1", "R15.1"] { #expect(try Self.findings(rule, "E1", in: facts).map(\.verdict) == [.explained]) }
    }

    @Test("A disk that reaches no network needs neither isolation nor live data")
    func disk() throws {
        var facts = CleanCase.facts()
        facts.withExhibit(CleanCase.phone) {
            $0.particulars.kind = "hard-disk"
            $0.particulars.networkable = nil
        }
        let review = CaseReview(facts, exhibit: "E1")
        for rule in ["R15.2", "R15.3"] {
            #expect(review.rules.first { $0.id == rule }?.counts == ["not-applicable": 1])
        }
    }

    @Test("What no program can tell is left to a person")
    func notJudged() throws {
        var facts = CleanCase.facts()
        facts.aftermath[60]?.files = []
        facts.withExhibit(CleanCase.phone) { $0.images[0].digestSource = .readBack }
        facts.terms[0].end = CleanCase.hours(1030)
        facts.withExhibit(CleanCase.requested) { $0.data?.checks[0].signature = .absent }
        #expect(try Self.findings("R45", "E1", in: facts).map(\.verdict) == [.notJudged])
        #expect(try Self.findings("R31.3", "E1", in: facts).contains { $0.verdict == .notJudged })
        #expect(try Self.findings("R38", nil, in: facts).map(\.verdict) == [.notJudged])
        #expect(try Self.findings("O17", "D1", in: facts).map(\.verdict) == [.notJudged, .shown])
    }

    @Test("A digital watermark is for a person to judge, and what he states is shown (O17)")
    func watermark() throws {
        func found(_ change: (inout ExhibitFacts.Check) -> Void) throws -> [Finding] {
            var facts = CleanCase.facts()
            facts.withExhibit(CleanCase.requested) { exhibit in
                guard var check = exhibit.data?.checks.first else { return }
                change(&check)
                exhibit.data?.checks = [check]
            }
            return try Self.findings("O17", "D1", in: facts)
        }
        let silent = try found { $0.watermark = nil }
        #expect(silent.map(\.verdict) == [.shown, .notJudged])
        #expect(silent[1].what?.chinese.contains("数字水印不能由程序判断") == true)
        let stated = try found { $0.watermark = .good }
        #expect(stated.map(\.verdict) == [.shown, .shown] && stated[1].what?.chinese == "经人工核验，数字水印一致")
        let explained = try found { ($0.watermark, $0.noWatermark) = (nil, "无核验工具") }
        #expect(explained.map(\.verdict) == [.shown, .explained] && explained[1].what?.chinese.contains("无核验工具") == true)
        // It may stand for a signature (O14), and never against one that is wrong.
        let unsigned = try found { ($0.watermark, $0.signature, $0.certificate) = (.good, .absent, .absent) }
        #expect(unsigned.map(\.verdict) == [.shown, .shown])
        let forged = try found { ($0.watermark, $0.signature, $0.certificate) = (.good, .wrong, .notJudged) }
        #expect(forged.map(\.verdict) == [.defect] && forged[0].isFinal == true)
    }

    @Test("A corrected certificate remedies what the first one had wrong (O17)")
    func correctedCertificate() throws {
        var facts = CleanCase.facts()
        facts.withExhibit(CleanCase.requested) { exhibit in
            guard let good = exhibit.data?.checks[0] else { return }
            exhibit.data?.checks[0].number = .wrong
            exhibit.data?.checks.append(good)
            exhibit.data?.checks[1].entry = 102
        }
        let found = try Self.findings("O17", "D1", in: facts)
        #expect(found.map(\.verdict) == [.remedied, .shown] && found[0].entries == [100, 101, 102])
    }

    @Test("A certificate that nobody checked is for a person to judge (O17)")
    func uncheckedCertificate() throws {
        var facts = CleanCase.facts()
        facts.withExhibit(CleanCase.requested) { $0.data?.checks = [] }
        #expect(try Self.findings("O17", "D1", in: facts).map(\.verdict) == [.notJudged])
    }

    @Test("The clean case has no open defect, and four points for its image")
    func clean() throws {
        let review = CaseReview(CleanCase.facts(), exhibit: nil)
        #expect(review.openDefects == 0)
        let image = try #require(review.images.first)
        #expect(image.exhibit == "E1" && image.entries == [60])
        #expect(image.points == ["source": .shown, "objectivity": .shown, "integrity": .shown, "legality": .shown])
    }

    @Test("The review of one exhibit leaves the others and the case out")
    func oneExhibit() {
        let review = CaseReview(CleanCase.facts(), exhibit: "D1")
        #expect(review.exhibits == 1)
        #expect(review.rules.flatMap(\.findings).allSatisfy { $0.exhibit == "D1" })
    }
}
