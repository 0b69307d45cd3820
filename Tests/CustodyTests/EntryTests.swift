import Foundation
import Testing

@testable import Custody

@Suite("Entries as bytes")
struct EntryTests {
    @Test("the bytes of an entry are what they always were", arguments: Act.Kind.allCases)
    func golden(_ kind: Act.Kind) throws {
        let expected = try #require(GoldenEntries.text[kind.rawValue], "a new act needs its line")
        #expect(String(decoding: try Sample.entry(try Sample.act(kind)).bytes(), as: UTF8.self) == expected)
    }

    @Test("an entry that was written is read as the same entry, and written as the same bytes", arguments: Act.Kind.allCases)
    func roundTrip(_ kind: Act.Kind) throws {
        let entry = Sample.entry(
            try Sample.act(kind), note: [Attachment(sha256: "00", size: 1, name: "照片.jpg", type: .photoAfter)])
        #expect(entry.act.kind == kind)
        let bytes = try entry.bytes()
        let again = try Entry(bytes: bytes)
        #expect(again == entry)
        #expect(try again.bytes() == bytes)
    }

    @Test("members that may be missing are left out")
    func leftOut() throws {
        var entry = Sample.entry(.stationStopped(.init(reason: "r")))
        entry.draft.caseNumber = nil
        entry.draft.actor.person = nil
        let text = String(decoding: try entry.bytes(), as: UTF8.self)
        #expect(!text.contains("\"case\":\"") && !text.contains("person") && !text.contains("null"))
        #expect(try Entry(bytes: Array(text.utf8)) == entry)
    }

    @Test("an entry is one line of printable ASCII and UTF-8, whatever a person wrote")
    func oneLine() throws {
        let entry = Sample.entry(.stationStopped(.init(reason: "a\nb\u{1B}\0\"\\/\u{7F}é封\u{2028}")))
        let bytes = try entry.bytes()
        #expect(!bytes.contains { $0 < 0x20 })
        #expect(try Entry(bytes: bytes) == entry)
    }

    /// An entry of exactly `count` bytes.
    static func entry(ofBytes count: Int) throws -> Entry {
        let empty = try Sample.entry(.stationStopped(.init(reason: ""))).bytes().count
        return Sample.entry(.stationStopped(.init(reason: String(repeating: "x", count: count - empty))))
    }

    @Test("65,535 bytes are the most, written and read")
    func longest() throws {
        let longest = try Self.entry(ofBytes: 65_535)
        #expect(try longest.bytes().count == 65_535)
        #expect(try Entry(bytes: longest.bytes()) == longest)
        let error = try #require(throws: EntryError.self) { try Self.entry(ofBytes: 65_536).bytes() }
        #expect(error.description == "the entry has 65536 bytes; 65535 is the most")
        let tooLong = try #require(throws: EntryError.self) {
            try Entry(
                bytes: Array(
                    String(decoding: longest.bytes(), as: UTF8.self).replacing("xx", with: "xxx", maxReplacements: 1).utf8))
        }
        #expect(tooLong.description == "the entry is longer than 65535 bytes")
    }

    @Test("a number that other readers would round is not written")
    func largeNumber() {
        var entry = Sample.entry(.ledgerExported(.init(destination: "d")))
        entry.monotonic = 1 << 53
        #expect(throws: EntryError.self) { try entry.bytes() }
    }
}

@Suite("What is no entry")
struct EntryErrorTests {
    static func altered(_ type: any ActBody.Type, _ good: String, _ bad: String) throws -> [UInt8] {
        let text = String(decoding: try Sample.entry(try Sample.act(type)).bytes(), as: UTF8.self)
        try #require(text.contains(good))
        return Array(text.replacing(good, with: bad, maxReplacements: 1).utf8)
    }

    @Test(
        "the error names the place and repeats nothing",
        arguments: [
            (#""v":1"#, #""v":2"#, "the entry has a version that this program does not know"),
            (#""v":1"#, #""w":1"#, "not an entry: member v"),
            (#""seq":7"#, #""seq":"7""#, "not an entry: member seq"),
            (#""time":"2026-11-22T05:30:00.123456Z""#, #""time":"2026-11-22T05:30:00Z""#, "not an entry: member time"),
            (#""act":"case.opened""#, #""act":"case.lost""#, "not an entry: member act"),
            (#""kind":"operator""#, #""kind":"ghost""#, "not an entry: member actor.kind"),
            (#""tree":{"root":"cm9vdA==","size":7}"#, #""tree":{"root":"cm9vdA=="}"#, "not an entry: member tree.size"),
            (#""unit":"示例检察院""#, #""unit":7"#, "not an entry: member body.unit"),
            (#""subjects":["exhibit"#, #""subjects":[7,"exhibit"#, "not an entry: member subjects.Index 0"),
            (#""clockSynchronised":true"#, #""clockSynchronised":1"#, "not an entry: member clockSynchronised"),
        ])
    func place(_ good: String, _ bad: String, _ description: String) throws {
        let bytes = try Self.altered(CaseOpened.self, good, bad)
        let error = try #require(throws: EntryError.self) { try Entry(bytes: bytes) }
        #expect(error.description == description)
    }

    @Test("an entry without its body is refused", arguments: Act.Kind.allCases)
    func withoutBody(_ kind: Act.Kind) throws {
        let text = String(decoding: try Sample.entry(try Sample.act(kind)).bytes(), as: UTF8.self)
        let start = try #require(text.range(of: #","body":{"#))
        let end = try #require(text.range(of: #","boot":""#))
        var without = text
        without.removeSubrange(start.lowerBound..<end.lowerBound)
        let error = try #require(throws: EntryError.self) { try Entry(bytes: Array(without.utf8)) }
        #expect(error.description.hasPrefix("not an entry: member body"), "\(error)")
    }

    @Test("an entry with the body of another act is refused")
    func otherBody() throws {
        let bytes = try Self.altered(CaseOpened.self, #""act":"case.opened""#, #""act":"medium.sealed""#)
        #expect(throws: EntryError.self) { try Entry(bytes: bytes) }
    }

    @Test(
        "what is no strict JSON is refused with the byte", arguments: ["", "{", "[]", "{}\n", #"{"v":1,"v":1}"#, #"{"v":1.0}"#])
    func notStrict(_ text: String) throws {
        let error = try #require(throws: EntryError.self) { try Entry(bytes: Array(text.utf8)) }
        #expect(error.description.hasPrefix("not strict JSON: byte "))
    }

    @Test("an entry that is cut off anywhere is refused")
    func cutOff() throws {
        let bytes = try Sample.entry(try Sample.act(MediumUnsealed.self)).bytes()
        for end in 0..<bytes.count { #expect(throws: EntryError.self) { try Entry(bytes: Array(bytes[..<end])) } }
    }

    @Test(
        "a reason for being evidence that nobody writes is refused",
        arguments: ["", "udev", "udev-rule ", "Pattern /dev/sd*", "pattern"])
    func unknownEvidenceReason(_ reason: String) throws {
        let bytes = try Self.altered(MediumAttached.self, #""evidence":"pattern /dev/sd*""#, #""evidence":"\#(reason)""#)
        let error = try #require(throws: EntryError.self) { try Entry(bytes: bytes) }
        #expect(error.description == "not an entry: member body.evidence")
    }

    @Test("a rule's evidence round trips too")
    func udevRule() throws {
        var body = Sample.attached
        body.evidence = .udevRule
        let entry = Sample.entry(.mediumAttached(body))
        #expect(try Entry(bytes: entry.bytes()) == entry)
    }
}

@Suite("Subjects of entries")
struct SubjectTests {
    @Test("each kind of subject has its text")
    func texts() {
        let subjects: [Subject] = [
            .station, .cases, .caseNumber("2026-001"), .exhibit(Sample.exhibit), .exhibitNumber("E1"),
            .attachment(boot: "b", diskSequence: 7),
            .acquisition("a"), .seal("F-1"),
        ]
        #expect(
            subjects.map(\.description) == [
                "station:self", "cases:all", "case:2026-001", "exhibit:2026-001/E1", "exhibit-number:E1", "attachment:b/7",
                "acquisition:a",
                "seal:F-1",
            ])
        #expect(Subject.medium(Sample.medium).description == "medium:\(Sample.medium.text)")
    }

    @Test("only acts that close or observe may use the space held in reserve")
    func reserve() {
        let closing = Act.Kind.allCases.filter(\.closesOrObserves).map(\.rawValue)
        #expect(
            Set(closing) == [
                "station.stopped", "access.refused", "medium.attached", "medium.detached",
                "medium.attached-while-sealed", "medium.protection-lost", "medium.write-counted", "disk.passed-over",
                "acquisition.paused",
                "acquisition.finished",
                "acquisition.ended", "image.verified", "witness.disputed", "clock.stepped", "ledger.damaged", "image.copied",
                "image.compared", "job.stopped", "restoration.finished", "restoration.ended",
            ])
    }
}
