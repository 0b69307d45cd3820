import Foundation
import TestSupport
import Testing

@testable import Custody

/// Foundation's decoder reads the same bytes: what ours makes of a text must be what Foundation makes of it.
@Suite("Decoding strict JSON")
struct StrictJSONDecoderTests {
    static let rounds = 12_000

    private static func ours<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
        try StrictJSONDecoder.decode(type, from: StrictJSON(parsing: bytes))
    }

    @Test("an entry is understood as Foundation's decoder understands it, or refused by both")
    func entries() throws {
        let seeds = try Act.Kind.allCases.map { try Sample.entry(Sample.act($0)).bytes() }
        var random = SeededRandom(40)
        var (understood, refused) = (0, 0)
        for round in 0..<Self.rounds {
            let input = mutate(seeds[round % seeds.count], &random)
            guard (try? StrictJSON.check(input)) != nil else { continue }
            let own = try? Self.ours(Entry.self, input)
            let other = try? JSONDecoder().decode(Entry.self, from: Data(input))
            try #require(own == other, "round \(round): \(String(decoding: input, as: UTF8.self))")
            if own == nil { refused += 1 } else { understood += 1 }
        }
        #expect(understood > 100)
        #expect(refused > 100)
    }

    /// Takes any value and writes down what it was asked for.
    private indirect enum Anything: Decodable, Equatable {
        case null, bool(Bool), integer(Int), text(String), list([Anything]), members([String: Anything])

        init(from decoder: any Decoder) throws {
            if let container = try? decoder.container(keyedBy: AnyKey.self) {
                let pairs = try container.allKeys.map { ($0.stringValue, try container.decode(Anything.self, forKey: $0)) }
                self = .members(Dictionary(uniqueKeysWithValues: pairs))
            } else if var container = try? decoder.unkeyedContainer() {
                var list: [Anything] = []
                while !container.isAtEnd { list.append(try container.decode(Anything.self)) }
                self = .list(list)
            } else {
                let container = try decoder.singleValueContainer()
                if container.decodeNil() {
                    self = .null
                } else if let value = try? container.decode(Bool.self) {
                    self = .bool(value)
                } else if let value = try? container.decode(Int.self) {
                    self = .integer(value)
                } else {
                    self = .text(try container.decode(String.self))
                }
            }
        }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// A random value and its text; names and strings with every kind of escape.
    private func value(_ depth: Int, _ random: inout SeededRandom) -> String {
        let words = [
            #""""#, #""a""#, #""b\n\t\r\b\f""#, #""\"\\\/""#, #""封存""#, #""\u5c01\u0000""#, #""\uD834\uDD1E𝄞""#, #""é""#,
        ]
        switch Int.random(in: 0..<(depth > 4 ? 4 : 7), using: &random) {
        case 0: return words.randomElement(using: &random) ?? ""
        case 1: return "\(Int.random(in: -StrictJSON.integerLimit...StrictJSON.integerLimit, using: &random))"
        case 2: return ["true", "false", "null"].randomElement(using: &random) ?? ""
        case 3: return "\(Int.random(in: -3...3, using: &random))"
        case 4:
            let count = Int.random(in: 0...4, using: &random)
            return "[" + (0..<count).map { _ in value(depth + 1, &random) }.joined(separator: " , ") + "]"
        default:
            let members = words.shuffled(using: &random).prefix(Int.random(in: 0...5, using: &random))
            return "{" + members.map { "\($0): \(value(depth + 1, &random))" }.joined(separator: ",") + "}"
        }
    }

    @Test("any value means what Foundation says it means")
    func values() throws {
        var random = SeededRandom(41)
        for round in 0..<Self.rounds {
            let text = #"{"value":\#(value(0, &random))}"#
            let own = try Self.ours(Anything.self, Array(text.utf8))
            let other = try JSONDecoder().decode(Anything.self, from: Data(text.utf8))
            try #require(own == other, "round \(round): \(text)")
        }
    }

    /// One member of each type, absent, null, or of another type.
    private struct Types: Codable, Equatable {
        var text: String?
        var number: Int?
        var flag: Bool?
        var small: UInt8?
        var list: [Int]?
        var table: [String: String]?
    }

    @Test(
        "types are not converted, null is no value, numbers must fit",
        arguments: ["text", "number", "flag", "small", "list", "table"],
        [
            "1", "-1", "255", "256", "9007199254740991", "true", "null", #""x""#, "[]", "[1]", #"["x"]"#, "[null]", "{}",
            #"{"a":"b"}"#,
            #"{"a":1}"#,
        ])
    func types(_ member: String, _ value: String) throws {
        let text = #"{"\#(member)":\#(value)}"#
        let own = try? Self.ours(Types.self, Array(text.utf8))
        #expect(own == (try? JSONDecoder().decode(Types.self, from: Data(text.utf8))))
    }

    @Test(
        "an error names the place",
        arguments: [
            #"{"list":[1,2,"x"]}"#, #"{"table":{"a":"b","c":4}}"#, #"{"text":["x"]}"#,
        ])
    func places(_ text: String) throws {
        func path(_ decode: () throws -> Types) -> [String]? {
            do {
                _ = try decode()
                return nil
            } catch DecodingError.typeMismatch(_, let context), DecodingError.dataCorrupted(let context) {
                return context.codingPath.map(\.stringValue)
            } catch {
                return ["\(error)"]
            }
        }
        let expected = try #require(path { try JSONDecoder().decode(Types.self, from: Data(text.utf8)) })
        #expect(path { try Self.ours(Types.self, Array(text.utf8)) } == expected)
    }

    @Test("of many members each is found, and one that stands twice is found in any order")
    func manyMembers() throws {
        var random = SeededRandom(42)
        for _ in 0..<50 {
            let names = (0..<200).map { "n\($0)" }.shuffled(using: &random)
            let members = names.map { #""\#($0)":"\#($0)""# }
            let table = try Self.ours([String: String].self, Array("{\(members.joined(separator: ","))}".utf8))
            #expect(table == Dictionary(uniqueKeysWithValues: names.map { ($0, $0) }))
            let again = (members + [members[Int.random(in: 0..<200, using: &random)]]).joined(separator: ",")
            #expect(throws: StrictJSON.Violation.self) { try StrictJSON.check(Array("{\(again)}".utf8)) }
        }
    }
}
