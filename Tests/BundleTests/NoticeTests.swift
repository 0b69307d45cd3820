import Custody
import SystemPackage
import TestSupport
import Testing

@testable import Bundle

/// What an auditor must not overlook in acts of custody is told in both languages; what is in order is not.
@Suite("Notices about acts of custody") struct NoticeTests {
    private let scratch = TemporaryFolder()

    private func notices(_ acts: [Act]) async throws -> [BundleReport.Notice] {
        var log = try MemoryLog(entries: 1)
        for act in acts { try log.append(act) }
        let folder = scratch("\(Int.random(in: 0..<1 << 40))")
        try await log.write(to: folder)
        return try BundleVerifier(folder: folder).verify(trusting: AuditorTrust()).notices
    }

    private func act<Body: RecordedAct>(_ type: Body.Type, _ members: [String: JSONValue]) throws -> Body {
        let exhibit: JSONValue = .object(["case": .string("C-0"), "number": .string("E1")])
        return try JSONValue.object(members.merging(["exhibit": exhibit]) { $1 }).decoded(as: type)
    }

    private func acts(seal: String?) throws -> [Act] {
        let state: [String: JSONValue] = seal.map { ["seal": .string($0)] } ?? [:]
        func members(_ more: [String: JSONValue]) -> [String: JSONValue] { state.merging(more) { $1 } }
        let exhibit = ExhibitID(caseNumber: "C-0", number: "E1")
        var acts: [Act] = [
            .handoverOffered(
                try act(
                    HandoverOffered.self,
                    members(["from": .string("甲"), "to": .string("乙"), "contents": .string("c"), "reason": .string("r")]))),
            .handoverReceived(try act(HandoverReceived.self, members(["to": .string("乙"), "location": .string("l")]))),
            .mediumMoved(try act(MediumMoved.self, members(["location": .string("l"), "reason": .string("r")]))),
        ]
        if let condition = seal.flatMap({ MediumUnsealed.Condition(rawValue: $0) }) {
            acts.append(
                .mediumUnsealed(
                    .init(
                        exhibit: exhibit, number: "F1", condition: condition, reason: "r", place: nil, present: [], note: nil)))
        }
        return acts
    }

    @Test("seals that were broken or missing, and hand-overs without one", arguments: ["intact", "broken", "missing", nil])
    func seals(_ seal: String?) async throws {
        let found = try await notices(try acts(seal: seal))
        // A move of what carries no seal says nothing.
        #expect(found.map(\.entry) == (seal == "intact" ? [] : seal == nil ? [1, 2] : [1, 2, 3, 4]))
        let words: (String, String) =
            switch seal {
            case "broken": ("with a broken seal", "封条破损")
            case "missing": ("seal was missing", "封条缺失")
            default: ("unsealed", "未封存")
            }
        #expect(found.allSatisfy { $0.english.contains(words.0) && $0.chinese.contains(words.1) })
    }

    @Test("corrections")
    func corrections() async throws {
        let body = try JSONValue.object([
            "entry": .integer(0), "member": .string("cause"), "was": .string("x"), "now": .string("y"), "reason": .string("抄错"),
        ]).decoded(as: EntryCorrected.self)
        let found = try await notices([.entryCorrected(body)])
        #expect(found.map(\.english) == ["entry 0 was corrected: cause is y, not x (抄错)"])
        #expect(found.map(\.chinese) == ["第 0 条已更正：cause 由 x 更正为 y（抄错）"])
    }
}
