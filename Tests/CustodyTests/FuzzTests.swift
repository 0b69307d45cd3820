import TestSupport
import Testing

@testable import Custody

@Suite("Fuzzing entries") struct EntryFuzzTests {
    static let rounds = 12_000

    /// Members may come in any order and strangers among them are left alone, so what is understood need not be written
    /// again to the byte; but it must be written so that it is understood the same.
    @Test("no bytes crash the parser, and what it understands it can write")
    func entries() throws {
        let seeds = try Act.Kind.allCases.map { try Sample.entry(Sample.act($0)).bytes() }
        for seed in seeds { try #require(try Entry(bytes: seed).bytes() == seed) }
        var random = SeededRandom(20)
        var understood = 0
        for round in 0..<Self.rounds {
            let input = round % 6 == 5 ? random.bytes(upTo: 300) : mutate(seeds[round % seeds.count], &random)
            let entry: Entry
            do throws(EntryError) {
                entry = try Entry(bytes: input)
            } catch {
                try #require(!error.description.unicodeScalars.contains { $0.properties.generalCategory == .control })
                continue
            }
            understood += 1
            try #require(try Entry(bytes: entry.bytes()) == entry, "round \(round)")
        }
        #expect(understood > 0)
        #expect(understood < Self.rounds / 2)
    }

    @Test("the grammar alone, on random texts of its own characters")
    func grammar() {
        var random = SeededRandom(21)
        let alphabet = Array(#"{}[]",:\u0123456789abcdefntrl-+.eE "#.utf8) + [0xE5, 0xB0, 0x81, 0xED, 0xA0, 0x80, 0x0A, 0x7F]
        for _ in 0..<Self.rounds {
            let text = (0..<Int.random(in: 0...60, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            try? StrictJSON.check(text)
            try? StrictJSON.check(Array(#"{"a":["#.utf8) + text + Array("]}".utf8))
        }
    }
}
