import Custody
import Testing

@testable import Review

/// Something that is taken from the clean case, and the row under which the articles make it a defect.
struct DefectCase: Sendable, CustomTestStringConvertible {
    let rule: String
    let name: String
    var exhibit: String? = "E1"
    var isFinal = false
    /// The row under which it is answered for; nil: its own.
    var answeredUnder: String?
    let spoil: @Sendable (inout CaseFacts) -> Void

    var testDescription: String { "\(rule): \(name)" }

    /// The clean case without it.
    var facts: CaseFacts {
        var facts = CleanCase.facts()
        spoil(&facts)
        return facts
    }

    private static func phone(
        _ rule: String, _ name: String, final isFinal: Bool = false, _ spoil: @escaping @Sendable (inout ExhibitFacts) -> Void
    ) -> DefectCase {
        DefectCase(rule: rule, name: name, isFinal: isFinal) { $0.withExhibit(CleanCase.phone, spoil) }
    }

    private static func data(
        _ rule: String, _ name: String, of id: ExhibitID = CleanCase.requested, final isFinal: Bool = false,
        _ spoil: @escaping @Sendable (inout ExhibitFacts.Data) -> Void
    ) -> DefectCase {
        DefectCase(rule: rule, name: name, exhibit: id.number, isFinal: isFinal) { facts in
            facts.withExhibit(id) { exhibit in
                guard var data = exhibit.data else { return }
                spoil(&data)
                exhibit.data = data
            }
        }
    }

    private static func whole(
        _ rule: String, _ name: String, final isFinal: Bool = false, _ spoil: @escaping @Sendable (inout CaseFacts) -> Void
    ) -> DefectCase { DefectCase(rule: rule, name: name, exhibit: nil, isFinal: isFinal, spoil: spoil) }

    /// Every defect, row by row.
    static let all: [DefectCase] = medium + image + record + dataCases + concluded

    private static let medium: [DefectCase] = [
        phone("R34.1", "no serial number") {
            $0.reported?.serial = nil
            $0.label.serial = nil
        },
        phone("R34.1", "no user identification") { $0.label.owner = nil },
        phone("R34.1", "the label has another brand") { $0.label.make = "Other" },
        phone("R34.1", "the label has another model") { $0.label.model = "P10" },
        phone("R34.1", "the label has another capacity") { $0.label.capacity = "128 GB" },
        phone("R34.1", "the label has another serial number") { $0.label.serial = "SN-2" },
        phone("R15.1", "no seizure") { $0.seizure = nil },
        phone("R15.1", "seized and not sealed") { $0.sealings = [] },
        phone("R15.1", "sealed three days later") { $0.sealings[0].act.time = CleanCase.hours(73) },
        phone("R15.2", "networkable and not cut off") { $0.isolations = [] },
        phone("R15.2", "the measure is none") { $0.isolations = [(entry: 11, measure: "none")] },
        phone("R15.3", "nothing about passwords") { $0.particulars.credentials = nil },
        phone("R15.3", "live data taken by nobody") { $0.particulars.liveData?.by = nil },
        phone("R34.2", "no photo after sealing") { $0.sealings[0].act.files = [.photoBefore] },
        phone("R34.2", "neither seal nor integrity value") { ($0.sealings, $0.images) = ([], []) },
        DefectCase(rule: "R34.3", name: "no witness at the sealing") { facts in
            facts.aftermath[20]?.slots.removeAll { $0.role == .witness }
        },
        DefectCase(rule: "R34.3", name: "no holder at the image") { facts in
            facts.aftermath[60]?.files = []
            facts.aftermath[60]?.slots.removeAll { $0.role == .holder }
        },
        phone("R31.1", "seal broken at the hand-over") { $0.sealChecks[1].condition = .broken },
        phone("R31.1", "seal missing at the opening") { $0.sealChecks[0].condition = .missing },
        phone("R31.1", "handed over unsealed") { $0.sealChecks[1].expected = nil },
        phone("R31.1", "seal not looked at") { $0.sealChecks[1].condition = nil },
        phone("R31.1", "another number on the seal") { $0.sealChecks[0].read = "F9" },
        phone("R31.1", "plugged in while sealed") { $0.attachedSealed = [200] },
        phone("R35.place", "no user") { $0.particulars.user = nil },
        phone("R35.place", "no place") { $0.keepings[1].location = "" },
        phone("R33.2", "nobody named") {
            ($0.particulars.owner, $0.particulars.holder, $0.particulars.user) = (nil, nil, nil)
        },
        phone("R33.2", "no basis") { $0.particulars.basis = nil },
        phone("R62.2", "no kind") { $0.particulars.kind = nil },
    ]

    private static let image: [DefectCase] = [
        phone("R62.8", "shorter than the medium", final: true) { $0.images[0].bytes = 63 },
        phone("R62.8", "bad places not listed") { $0.images[0].unreadableBytes = 512 },
        phone("R35.1", "no start on record") { $0.images[0].start = nil },
        phone("R35.2", "no integrity value") {
            $0.images[0].digests = []
            $0.images[0].hasBlockTree = false
        },
        phone("R31.2", "never read again") { $0.images[0].verifications = [] },
        phone("R31.2", "differs", final: true) { $0.images[0].verifications.append((entry: 300, matches: false)) },
        phone("R31.2", "differed once, agrees since") {
            $0.images[0].verifications = [(entry: 65, matches: false), (entry: 68, matches: true)]
        },
        phone("R31.3", "the copy differs", final: true) { $0.copies[0].isSame = false },
        phone("R31.3", "the copy was not compared") { $0.copies[0].isSame = nil },
        phone("R31.3", "a restored device differs") { $0.restored[0].isSame = false },
        phone("R30.3", "no parameters") { $0.images[0].start?.isComplete = false },
        phone("R59", "the conversion differs", final: true) { $0.conversions[0].isSame = false },
        phone("R59", "the conversion has no values") { $0.conversions[0].isSame = nil },
        DefectCase(rule: "O18", name: "one maker") { facts in
            facts.withExhibit(CleanCase.phone) { $0.images[0].act.participants = [:] }
            facts.aftermath[60]?.slots.removeAll { $0.role == .examiner }
        },
        DefectCase(rule: "O18", name: "no sheet with the unit's seal") { $0.aftermath[60]?.files = [(504, .document)] },
    ]

    private static let record: [DefectCase] = [
        DefectCase(rule: "R30.2", name: "a certificate that leads to nobody") { facts in
            facts.aftermath[60]?.slots[0].trustedByStation = false
        },
        phone("R30.4", "writes were counted") { $0.writes = [210] },
        phone("R32.1", "another had it") { $0.breaks = [.init(entry: 80, what: Words("x", "x"))] },
        phone("R32.1", "never arrived") { $0.handovers[0].received = nil },
        phone("R32.1", "nobody had it on the way") { $0.breaks = [.init(entry: 90, what: Words("x", "x"), isGap: true)] },
        whole("R32.2", "no document of seizure") { $0.documents.removeAll { ["seizure", "search"].contains($0.kind) } },
        whole("R32.2", "the document had run out") { $0.documents[2].end = CleanCase.hours(-1) },
        whole("R32.2", "the document came after the seizure") { $0.documents[2].start = CleanCase.hours(1) },
        whole("R32.2", "the notice came after the data") { $0.documents[4].start = CleanCase.hours(51) },
        DefectCase(rule: "R32.5", name: "no recording and no reason") { $0.aftermath[20]?.recordings = [] },
        DefectCase(rule: "R25", name: "one person alone") { facts in
            facts.withExhibit(CleanCase.phone) { $0.seizure?.participants = [.examiner: ["甲"]] }
            facts.aftermath[10]?.slots.removeAll { $0.role == .examiner }
        },
        phone("R40", "the examination has no end") { $0.examinations[0].ended = nil },
        phone("R40", "not sealed again") { $0.sealings.removeLast() },
        DefectCase(rule: "R40", name: "not signed by the examiner") { facts in
            facts.aftermath[50]?.slots.removeAll { $0.role == .examiner }
        },
        phone("R47", "where it comes from is not said") { $0.particulars.source = nil },
        whole("R22", "nothing drawn") { $0.populations[0].draws = [] },
        whole("R22", "other members than follow", final: true) { $0.populations[0].draws[0].follows = false },
        whole("R22", "a member not examined") { $0.populations[0].draws[0].checked.removeLast() },
        whole("R22", "a member is otherwise") { $0.populations[0].draws[0].checked[0].isGood = false },
        whole("R22", "no reason why not all") { $0.populations[0].draws[0].isReasoned = false },
        DefectCase(rule: "R53", name: "the receiver did not sign") { facts in
            facts.aftermath[90]?.slots.removeAll { $0.role == .receiver }
        },
        phone("R53", "nothing about the contents") { $0.handovers[0].contents = nil },
        whole("R38", "ran out") { $0.terms[0].end = CleanCase.hours(999) },
        whole("R38", "frozen without a term") { facts in
            facts.withExhibit(CleanCase.online) { $0.data?.way = .frozen }
        },
    ]

    private static let dataCases: [DefectCase] = [
        data("R30.1", "taken on site without the medium", of: CleanCase.online) { $0.way = .onSite },
        data("R27", "no format") { $0.format = nil },
        data("R27", "a category that says nothing") { $0.category = "其他" },
        data("R28", "no address", of: CleanCase.online) { $0.source = nil },
        data("R28", "receipt not signed") { $0.receiptSigned = false },
        data("R35.1", "no tool", of: CleanCase.online) { $0.tool = nil },
        data("O14", "no certificate") { $0.certificate = nil },
        data("O14", "no seal of the unit") { $0.certificate?.isSealed = false },
        data("O17", "another document number") { $0.checks[0].number = .wrong },
        data("O17", "another document number, read by a person") {
            $0.checks = []
            $0.certificate?.documentNumber = "〔2026〕44"
        },
        data("O17", "a file of the certificate is missing") { $0.checks[0].values = .incomplete },
        data("O17", "a file of the certificate is missing, read by a person") { ($0.checks, $0.files) = ([], []) },
        data("O17", "another value", final: true) { $0.checks[0].values = .wrong },
        data("O17", "another value, read by a person", final: true) {
            $0.checks = []
            $0.files[0].digests = [.sha256: "ff"]
        },
        data("O17", "the signature is wrong", final: true) { $0.checks[0].signature = .wrong },
        data("O17", "the signer's certificate leads to nobody") { $0.checks[0].certificate = .wrong },
        data("O17", "a person found another watermark") { $0.checks[0].watermark = .wrong },
        data("O17", "the values were otherwise once") {
            $0.checks.append($0.checks[0])
            $0.checks[0].values = .wrong
            $0.checks[1].entry = 102
        },
    ]

    private static let concluded: [DefectCase] = [
        phone("R30.5", "a check of integrity failed", final: true) {
            $0.images[0].verifications.append((entry: 300, matches: false))
        },
        DefectCase(rule: "R30.5", name: "a defect of integrity is open", answeredUnder: "R31.1") { facts in
            facts.withExhibit(CleanCase.phone) { $0.sealChecks[1].condition = .broken }
        },
        phone("R44", "the image differs", final: true) { $0.images[0].verifications.append((entry: 300, matches: false)) },
        DefectCase(rule: "R43", name: "a defect is open", exhibit: nil, answeredUnder: "R62.2") { facts in
            facts.withExhibit(CleanCase.phone) { $0.particulars.kind = nil }
        },
    ]
}
