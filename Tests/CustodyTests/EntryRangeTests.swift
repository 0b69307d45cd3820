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
}
