import Foundation
import Testing

@testable import Custody

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "a moment is written and read",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (1, "1970-01-01T00:00:00.000001Z"), (-1, "1969-12-31T23:59:59.999999Z"),
            (1_795_325_400_123_456, "2026-11-22T05:30:00.123456Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (1_709_164_800_000_000, "2024-02-29T00:00:00.000000Z"), (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"), (2_147_483_648_000_000, "2038-01-19T03:14:08.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"), (-62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
        ])
    func writtenAndRead(_ microseconds: Int, _ text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(
        "no such moment",
        arguments: [
            "2026-02-29T00:00:00.000000Z", "2026-02-30T00:00:00.000000Z", "2026-02-31T00:00:00.000000Z",
            "2100-02-29T00:00:00.000000Z",
            "1900-02-29T00:00:00.000000Z", "2026-04-31T00:00:00.000000Z", "2026-00-01T00:00:00.000000Z",
            "2026-13-01T00:00:00.000000Z",
            "2026-01-00T00:00:00.000000Z", "2026-01-32T00:00:00.000000Z", "2026-01-01T24:00:00.000000Z",
            "2026-01-01T00:60:00.000000Z",
            "2026-01-01T00:00:60.000000Z", "2016-12-31T23:59:60.000000Z", "2026-99-99T99:99:99.999999Z",
        ])
    func noSuchMoment(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(
        "another spelling of a moment is refused",
        arguments: [
            "", "2026-11-22", "2026-11-22T05:30:00Z", "2026-11-22T05:30:00.123Z", "2026-11-22T05:30:00.1234567Z",
            "2026-11-22T05:30:00.123456", "2026-11-22T05:30:00.123456z", "2026-11-22t05:30:00.123456Z",
            "2026-11-22 05:30:00.123456Z",
            "2026-11-22T05:30:00,123456Z", "2026-11-22T05:30:00.123456+00:00", "2026-11-22T05:30:00.12345+0",
            "2026-11-22T05:30:00.123456Z\n",
            " 026-11-22T05:30:00.123456Z", "+026-11-22T05:30:00.123456Z", "-001-11-22T05:30:00.123456Z",
            "2026-+1-22T05:30:00.123456Z",
            "2026/11/22T05:30:00.123456Z", "20261122T053000.123456ZZZZZ", "12026-11-22T05:30:00.123456Z",
            "2026-11-22T05:30:00.12345\u{301}",
            "２026-11-22T05:30:00.1234Z", "2026-11-22T05-30-00.123456Z", "2026-11-22T05:30:00.123456\0",
        ])
    func otherSpelling(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("every day from 1999 to 2101 round trips")
    func everyDay() {
        let day = 86_400_000_000
        for microseconds in stride(from: 915_148_800_000_000 + 1, to: 4_133_980_800_000_000, by: day) {
            let moment = Timestamp(microseconds: microseconds)
            #expect(Timestamp(moment.description) == moment)
        }
    }

    @Test("the order of moments is the order of their texts")
    func order() {
        let moments = [-1, 0, 1, 999_999, 1_000_000, 1_795_325_400_123_456].map { Timestamp(microseconds: $0) }
        #expect(moments.shuffled().sorted() == moments)
        #expect(moments.map(\.description).sorted() == moments.map(\.description))
    }

    @Test("in JSON it is its text")
    func inJSON() throws {
        let moment = Timestamp(microseconds: 1)
        let json = try JSONEncoder().encode([moment])
        #expect(String(decoding: json, as: UTF8.self) == #"["1970-01-01T00:00:00.000001Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: json) == [moment])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Timestamp].self, from: Data(#"["1970-01-01T00:00:00Z"]"#.utf8))
        }
    }

    @Test("the clock's reading can be written and read")
    func now() {
        let moment = Timestamp.now()
        #expect(Timestamp(moment.description) == moment)
    }

    @Test("a day of a document is one in Beijing")
    func day() throws {
        let day = try #require(CalendarDate("2026-11-20"))
        #expect(day.start.description == "2026-11-19T16:00:00.000000Z")
        #expect(day.end.description == "2026-11-20T15:59:59.999999Z")
    }
}
