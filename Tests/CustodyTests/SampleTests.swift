import Foundation
import Integrity
import TestSupport
import Testing

@testable import Custody

/// The drawing of samples. Expected values come from the Python in `docs/ledger-format.md`, which a test runs, too.
struct SampleTests {
    static let zeros = [UInt8](repeating: 0, count: 32)
    static let root = SHA256.digest([])

    @Test("The members follow from root and entry as the format says")
    func vectors() {
        #expect(SampleDraw(root: Self.zeros, entry: 0).places(population: 10, count: 10) == [9, 7, 0, 3, 5, 2, 8, 4, 6, 1])
        #expect(SampleDraw(root: Self.root, entry: 120).places(population: 40, count: 8) == [12, 0, 6, 9, 1, 3, 32, 16])
        #expect(
            SampleDraw(root: Self.root, entry: 41).places(population: 10000, count: 5) == [3564, 6483, 1328, 8311, 5929])
        #expect(SampleDraw(root: Self.root, entry: 0).places(population: 1, count: 1) == [0])
    }

    @Test("More than there are cannot be drawn, and nobody twice")
    func limits() {
        let all = SampleDraw(root: Self.root, entry: 7).places(population: 100, count: 1000)
        #expect(all.sorted() == Array(0..<100))
        #expect(SampleDraw(root: Self.root, entry: 7).places(population: 0, count: 3) == [])
        #expect(SampleDraw(root: Self.root, entry: 7).places(population: 5, count: -1) == [])
    }

    @Test(
        "The bound is that of the hypergeometric distribution",
        arguments: [
            (40, 8, 0, 11), (40, 8, 1, 17), (10000, 59, 0, 493), (40, 40, 0, 0), (100, 1, 0, 94), (10, 9, 0, 1),
            (500, 50, 2, 58),
        ])
    func bound(population: Int, sample: Int, bad: Int, expected: Int) {
        #expect(SampleDraw.bound(population: population, sample: sample, bad: bad) == expected)
    }

    @Test("The Python of the format draws the same, and has the same bound")
    func python() throws {
        let page = try String(contentsOfFile: Checkout.path + "/docs/ledger-format.md", encoding: .utf8)
        let code = try #require(page.components(separatedBy: "```python\n").dropFirst().first { $0.contains("def draw(") })
            .components(separatedBy: "```")[0]
        let calls = """
            import base64
            root = base64.b64encode(bytes.fromhex("\(Hex.encode(Self.root))"))
            print(draw(root, 120, 40, 8), draw(root, 41, 10000, 5), bound(40, 8, 0), bound(500, 50, 2))
            """
        let text = try run("python3", ["-c", code + "\n" + calls]).output
        #expect(text == "[12, 0, 6, 9, 1, 3, 32, 16] [3564, 6483, 1328, 8311, 5929] 11 58\n")
    }

    // MARK: What a reader of the ledger finds

    private static func entries(_ change: (inout SampleDrawn) -> Void = { _ in }) -> [Entry] {
        let members = Array(100..<140)
        var drawn = SampleDrawn(
            population: "P1", fixed: 120, root: Base64.encode(root), algorithm: "fengcun-sample-v1",
            members: [12, 0, 6, 9, 1, 3, 32, 16].map { members[$0] }, reason: "r", method: "m", confidence: 95, bound: 11)
        change(&drawn)
        let acts: [Act] = [
            .populationFixed(.init(population: "P1", what: "w", members: members, note: nil)),
            .ledgerExported(.init(destination: "/x")), .sampleDrawn(drawn),
            .sampleChecked(.init(population: "P1", draw: 122, member: 112, isGood: false, what: "w")),
            .sampleChecked(.init(population: "P1", draw: 122, member: 101, isGood: true, what: "w")),
            .sampleChecked(.init(population: "P1", draw: 122, member: 139, isGood: true, what: "no member of the sample")),
        ]
        return acts.enumerated().map { index, act in
            var entry = Sample.entry(act, sequence: 120 + index)
            entry.tree.root = index == 1 ? Base64.encode(root) : Base64.encode(zeros)
            return entry
        }
    }

    @Test("A draw is drawn again, and its results are kept by member")
    func record() throws {
        var record = SampleRecord()
        for entry in Self.entries() { record.add(entry) }
        let draw = try #require(record.population("P1", in: "2026-001")?.draws.first)
        #expect(draw.follows)
        #expect(draw.checks.mapValues(\.isGood) == [112: false, 101: true])
        #expect(record.strays.isEmpty)
    }

    @Test("Whatever is otherwise than follows is found")
    func otherwise() throws {
        let changes: [(inout SampleDrawn) -> Void] = [
            { $0.members.swapAt(0, 1) }, { $0.members[0] = 139 }, { $0.root = Base64.encode(Self.zeros) }, { $0.bound = 10 },
            { $0.confidence = 99 }, { $0.algorithm = "x" }, { $0.population = "P2" }, { $0.members.removeLast() },
        ]
        for change in changes {
            var record = SampleRecord()
            for entry in Self.entries(change) { record.add(entry) }
            #expect(record.populations.first?.draws.first?.follows == false)
        }
        var record = SampleRecord()
        for entry in Self.entries({ $0.fixed = 7 }) { record.add(entry) }
        #expect(record.strays.map(\.entry) == [122] && record.strays.map(\.fixed) == [7])
    }
}
