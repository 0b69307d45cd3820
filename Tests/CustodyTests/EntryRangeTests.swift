import TestSupport
import Testing

@testable import Custody

@Suite("Ranges of entries") struct EntryRangeTests {
    @Test("a range has one spelling")
    func spelling() throws {
        #expect(EntryRange("3-17")?.text == "3-17" && EntryRange("0")?.text == "0")
        for text in ["", "-", "3-", "-3", "3-3", "17-3", "03", "+3", " 3", "3-17-20", "3,4", "1099511627776", "٣"] {
            #expect(EntryRange(text) == nil, "\(text)")
        }
    }

    @Test("ranges are joined where they overlap or touch")
    func joined() throws {
        func ranges(_ texts: String...) throws -> [EntryRange] { try texts.map { try #require(EntryRange($0)) } }
        #expect(EntryRange.joined(try ranges("5-7", "1", "2-3", "6-9", "11")) == (try ranges("1-3", "5-9", "11")))
        #expect(EntryRange.joined([]) == [])
        #expect(EntryRange.joined(try ranges("1-10", "2-3")) == (try ranges("1-10")))
    }

    @Test("sets of entries answer as sets of numbers do")
    func sets() throws {
        var random = SeededRandom(1)
        for _ in 0..<400 {
            func some() -> (EntrySet, Set<Int>) {
                let ranges = (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in
                    let first = Int.random(in: 0..<40, using: &random)
                    return EntryRange(first, first + Int.random(in: 0...6, using: &random))
                }
                return (EntrySet(ranges), Set(ranges.flatMap { Array($0.first...$0.last) }))
            }
            let ((left, leftNumbers), (right, rightNumbers)) = (some(), some())
            for entry in 0..<48 { #expect(left.contains(entry) == leftNumbers.contains(entry)) }
            #expect(left.intersection(right) == EntrySet(leftNumbers.intersection(rightNumbers)))
            #expect(left.first(notIn: right) == leftNumbers.subtracting(rightNumbers).min())
            #expect(EntrySet(leftNumbers) == left)
        }
    }
}
