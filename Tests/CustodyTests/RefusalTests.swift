import SafeText
import Testing

@testable import Custody

@Suite("Refusals")
struct RefusalTests {
    /// A text with all that a message must not pass on: a line break, an escape sequence, a C1 control, a bidi override.
    static let hostile = "a\n\u{1B}[31m\u{9B}2J\u{202E}\u{2028}b"
    static let exhibit = ExhibitID(caseNumber: hostile, number: hostile)

    /// One refusal for each case; a new case does not compile until it stands in `number(of:)`.
    static func all(_ text: String, _ exhibit: ExhibitID) -> [Refusal] {
        [
            .badText(field: text, fault: .empty), .caseExists(text), .unknownCase(text), .exhibitExists(exhibit),
            .unknownExhibit(text),
            .ambiguousExhibit(text, cases: [text, text]), .unknownDevice(text), .notEvidence(text), .notIdentified(text),
            .alreadyRegistered(device: text, exhibit: exhibit), .notAttached(exhibit), .severalAttached(exhibit),
            .otherContent(exhibit, device: text), .sealed(exhibit, number: text), .notSealed(exhibit),
            .sealNumberUsed(text, by: exhibit),
            .otherSeal(exhibit, number: text), .busy(exhibit), .notWriteProtected(device: text), .noDigest, .unknownDigest(text),
            .noImage(exhibit), .unknownBlob(text), .notAPhoto(text), .beingVerified(exhibit), .notAPath(text),
            .otherCustodian(exhibit, custodian: text), .alreadyKept(exhibit, custodian: text),
            .sealNotChecked(exhibit, number: text), .notSignable(entry: 1), .alreadySigned(entry: 1, person: text),
            .badSignature(.malformed(text)), .notOneManner,
            .noBlockTree(exhibit), .badRanges(bytes: 5), .badSample(limit: 100),
        ]
    }

    static func number(of refusal: Refusal) -> Int {
        switch refusal {
        case .badText: 0
        case .caseExists: 1
        case .unknownCase: 2
        case .exhibitExists: 3
        case .unknownExhibit: 4
        case .ambiguousExhibit: 5
        case .unknownDevice: 6
        case .notEvidence: 7
        case .notIdentified: 8
        case .alreadyRegistered: 9
        case .notAttached: 10
        case .severalAttached: 11
        case .otherContent: 12
        case .sealed: 13
        case .notSealed: 14
        case .sealNumberUsed: 15
        case .otherSeal: 16
        case .busy: 17
        case .notWriteProtected: 18
        case .noDigest: 19
        case .unknownDigest: 20
        case .noImage: 21
        case .unknownBlob: 22
        case .notAPhoto: 23
        case .beingVerified: 24
        case .notAPath: 25
        case .otherCustodian: 26
        case .alreadyKept: 27
        case .sealNotChecked: 28
        case .notSignable: 29
        case .alreadySigned: 30
        case .badSignature: 31
        case .notOneManner: 32
        case .noBlockTree: 33
        case .badRanges: 34
        case .badSample: 35
        }
    }

    static let faults: [Refusal.TextFault] = [.empty, .tooLong(limit: 7), .controlCharacter, .notAnIdentifier]

    @Test("the list holds every case once")
    func complete() {
        #expect(Self.all("x", Self.exhibit).map(Self.number) == Array(0...35))
    }

    @Test("every refusal has a code of its own, in small letters")
    func codes() {
        let codes = Self.all("x", Self.exhibit).map(\.code)
        #expect(Set(codes).count == codes.count)
        for code in codes { #expect(code.allSatisfy { $0.isASCII && ($0.isLowercase || $0 == "-") }, "\(code)") }
    }

    @Test("every message exists in both languages and they differ")
    func bothLanguages() {
        let exhibit = ExhibitID(caseNumber: "2026-001", number: "E1")
        let refusals = Self.all("F-1", exhibit) + Self.faults.map { .badText(field: "place", fault: $0) }
        for refusal in refusals {
            let (english, chinese) = (refusal.message(in: .english), refusal.message(in: .chinese))
            #expect(english.unicodeScalars.allSatisfy { $0.isASCII || "·〔〕【】（）".unicodeScalars.contains($0) }, "\(english)")
            #expect(chinese.unicodeScalars.contains { $0.properties.isIdeographic }, "\(chinese)")
            #expect(refusal.description == english)
        }
        #expect(Set(refusals.map { $0.message(in: .chinese) }).count == refusals.count)
    }

    @Test("no message passes on what could do something to a terminal", arguments: Language.allCases)
    func hostileText(_ language: Language) {
        let refusals = Self.all(Self.hostile, Self.exhibit) + Self.faults.map { .badText(field: Self.hostile, fault: $0) }
        for refusal in refusals {
            let message = refusal.message(in: language)
            #expect(message == message.printable, "\(refusal.code)")
        }
    }
}
