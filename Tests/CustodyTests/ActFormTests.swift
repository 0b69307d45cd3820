import Foundation
import Testing

@testable import Custody

@Suite("Forms of acts")
struct ActFormTests {
    private let now = Sample.late

    private func fill(_ kind: any ActBody.Type, _ members: [String: JSONValue]) throws -> ActForm.Filled {
        try ActForm.fill(Act.Kind(kind), .object(members), case: "2026-001", now: now)
    }

    private var isolation: [String: JSONValue] {
        ["exhibit": .string("E1"), "measure": .string("shielded"), "how": .string("袋")]
    }

    @Test("the page of the forms is the one in the documentation")
    func page() throws {
        let path = ProcessInfo.processInfo.environment["FENGCUN_CHECKOUT"] ?? "."
        let url = URL(fileURLWithPath: path + "/docs/acts.md")
        if ProcessInfo.processInfo.environment["FENGCUN_WRITE_DOCS"] != nil { try Data(ActForm.page.utf8).write(to: url) }
        #expect(try String(contentsOf: url, encoding: .utf8) == ActForm.page, "FENGCUN_WRITE_DOCS=1 writes it anew")
    }

    @Test("options, members and commands of the forms are unambiguous")
    func unambiguous() {
        for (kind, form) in ActForm.all {
            #expect(Set(form.allFields.map(\.option)).count == form.allFields.count, "\(kind.rawValue)")
            #expect(Set(form.allFields.map(\.name)).count == form.allFields.count, "\(kind.rawValue)")
        }
        #expect(Set(ActForm.all.map { $0.form.command.joined(separator: " ") }).count == ActForm.all.count)
    }

    @Test("a form that is filled in becomes the act")
    func filled() throws {
        var members = isolation
        members["circumstances"] = .object([
            "participants": .array([.string("examiner=张三"), .string("witness=周敏")]), "absent": .array([.string("photo=夜间")]),
        ])
        let filled = try fill(MediumIsolated.self, members)
        guard case .mediumIsolated(let body) = filled.act else { throw EntryError("another act") }
        #expect(body.exhibit == Sample.exhibit && body.measure == .shielded)
        #expect(filled.people == ["张三", "周敏"] && filled.exhibits == [Sample.exhibit])
        #expect(filled.circumstances.absent == ["photo": "夜间"])
    }

    @Test(
        "what is wrong with a form is refused by name",
        arguments: [
            ("how", JSONValue.null, "missing-field"), ("measure", .string("x"), "bad-field"),
            ("other", .string("x"), "unknown-field"),
            ("how", .string("a\nb"), "bad-text"), ("how", .string("身份证 11010519491231002X"), "identity-in-clear"),
            ("circumstances", .object(["time": .string("2099-01-01T00:00:00Z")]), "in-the-future"),
            ("circumstances", .object(["absent": .string("nothing=x")]), "bad-field"),
            ("circumstances", .object(["participants": .array([.string("examiner=甲"), .string("witness=甲")])]), "two-slots"),
        ])
    func refused(_ name: String, _ value: JSONValue, _ code: String) throws {
        var members = isolation
        members[name] = value
        let error = try #require(throws: (any Error).self) { try fill(MediumIsolated.self, members) }
        #expect((error as? any Explained)?.code == code)
    }

    @Test("an act that needs two people gets two different ones, or a reason")
    func twoPeople() throws {
        func begin(_ circumstances: [String: JSONValue]) throws {
            _ = try fill(
                ExaminationBegun.self,
                [
                    "exhibit": .string("E1"), "purpose": .string("p"), "equipment": .string("e"),
                    "circumstances": .object(circumstances),
                ])
        }
        #expect(throws: FormRefusal.tooFewPeople(2)) { try begin(["participants": .string("examiner=甲")]) }
        #expect(throws: FormRefusal.twoSlots("甲")) {
            try begin(["participants": .array([.string("examiner=甲"), .string("examiner=甲")])])
        }
        try begin(["participants": .array([.string("examiner=甲"), .string("examiner=乙")])])
        try begin(["participants": .string("examiner=甲"), "absent": .string("secondPerson=r")])
    }

    @Test("what the law asks for and nobody said or explained is found")
    func missing() throws {
        let seized = try fill(
            MediumSeized.self,
            [
                "exhibit": .string("E1"), "custodian": .string("甲"), "location": .string("l"),
                "particulars": .object(["name": .string("n"), "kind": .string("phone")]),
                "circumstances": .object([
                    "participants": .array([.string("examiner=甲"), .string("examiner=乙")]), "absent": .string("make=磨损"),
                ]),
            ])
        let names = Set(ActForm.missing(in: seized.act, attachments: []).map(\.name))
        #expect(names.isSuperset(of: ["model", "serial", "witness", "holder", "networkable"]))
        #expect(names.isDisjoint(with: ["make", "examiner", "name"]))
    }

    @Test(
        "every image file stands in the chain of custody: the image, its second copy, a later copy, an export; one that failed does not"
    )
    func imageFiles() {
        func finished(_ number: Int) -> Timestamp { Timestamp(microseconds: number * 1_000_000) }
        func copied(_ path: String, matches: Bool) -> Act {
            func side(_ path: String) -> ImageDescription {
                ImageDescription(path: path, format: .raw, files: 1, bytes: 1, digests: [.sha256: "01"])
            }
            return .imageCopied(
                .init(
                    copy: "c", purpose: .copy, exhibit: Sample.exhibit, medium: Sample.registered.medium, from: side("/d/x.dd"),
                    to: side(path), matches: matches, problem: matches ? nil : "p", startedAt: finished(5),
                    finishedAt: finished(6)))
        }
        let made = AcquisitionFinished(
            acquisition: "a", exhibit: Sample.exhibit, medium: Sample.registered.medium, image: "/d/x.dd",
            copies: [.init(image: "/d/x.dd"), .init(image: "/e/x.dd"), .init(image: "/f/x.dd", problem: "full")], bytes: 1,
            digests: [.sha256: "01"], unreadableBytes: 0, unreadable: [], startedAt: finished(2), finishedAt: finished(3),
            protection: nil)
        let verified = ImageVerified(
            acquisition: "a", exhibit: Sample.exhibit, image: "/e/x.dd", matches: false, bytes: 1, digests: [.sha256: "02"],
            problem: nil, reading: "direct", startedAt: finished(4), finishedAt: finished(5))
        let acts: [Act] = [
            .mediumRegistered(Sample.registered), .acquisitionFinished(made), .imageVerified(verified),
            copied("/g/x.E01", matches: true), copied("/h/x.dd", matches: false),
        ]
        let timeline = CustodyTimeline(acts.enumerated().map { Sample.entry($1, sequence: $0) })
        #expect(timeline.images.map(\.image) == ["/d/x.dd", "/e/x.dd", "/g/x.E01"])
        #expect(timeline.images.map { $0.periods.map(\.state) } == [[.imaged], [.imaged, .imageDiffers], [.verified]])
        #expect(timeline.images.map(\.entry) == [1, 1, 3])
        #expect(timeline.images.allSatisfy { $0.periods.allSatisfy { !$0.custodian.isEmpty } })
    }

    @Test("what the law asks for depends on the way of collection (R28)")
    func ways() throws {
        for (way, asked) in [
            ("on-site", ["taken-from", "source", "related"]), ("online", ["source", "access", "related"]), ("frozen", []),
        ] {
            let collected = try fill(
                DataCollected.self,
                [
                    "exhibit": .string("D1"), "way": .string(way), "custodian": .string("甲"), "location": .string("l"),
                    "circumstances": .object(["participants": .array([.string("examiner=甲"), .string("examiner=乙")])]),
                ])
            let names = Set(ActForm.missing(in: collected.act, attachments: []).map(\.name))
            #expect(names.intersection(["taken-from", "source", "access", "related"]) == Set(asked), "\(way)")
            #expect(names.isSuperset(of: ["tool", "method", "process", "name", "files"]))
        }
    }

    @Test("the chain of custody has no hole, and shows gap, overlap and unchecked seal")
    func timeline() throws {
        func entry(_ number: Int, _ act: Act) -> Entry {
            var entry = Sample.entry(act, sequence: number)
            entry.time = Timestamp(microseconds: number * 1_000_000)
            return entry
        }
        let offered = HandoverOffered(
            exhibit: Sample.exhibit, from: "保管员", to: "乙", contents: "c", reason: "r", seal: .intact, sealNumber: "F-1")
        let received = HandoverReceived(exhibit: Sample.exhibit, to: "乙", location: "邻省", seal: .broken)
        let early = Circumstances(time: Timestamp(microseconds: 500_000))
        let moved = MediumMoved(exhibit: Sample.exhibit, location: "柜 9", reason: "r", circumstances: early)
        let timeline = CustodyTimeline([
            entry(0, .mediumRegistered(Sample.registered)), entry(1, try Sample.act(MediumSealed.self)),
            entry(2, .handoverOffered(offered)), entry(3, .handoverReceived(received)), entry(4, .mediumMoved(moved)),
        ])
        #expect(timeline.periods.map(\.state) == [.registered, .sealed, .inTransit, .sealed, .sealed])
        #expect(timeline.periods.map(\.custodian) == ["保管员", "保管员", nil, "乙", "乙"])
        for (period, next) in zip(timeline.periods, timeline.periods.dropFirst()) { #expect(period.until == next.since) }
        #expect(timeline.breaks.map(\.kind) == [.badSeal, .gap, .uncheckedSeal, .overlap])
        #expect(timeline.breaks.map(\.entry) == [3, 3, 4, 4])
    }
}
