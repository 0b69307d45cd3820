import Custody
import Foundation
import TestSupport
import Testing

@testable import Report

/// Drawings of what was read, and how fast.
@Suite struct PictureTests {
    private static let map = RegionOverview(
        bytes: 4000, cells: String(repeating: "+", count: 3990) + "?*/------+",
        totals: .init(finished: 3991, untried: 1, untrimmed: 1, unscraped: 1, bad: 6), badAreas: 1)

    private static var curve: RateCurve {
        var curve = RateCurve(capacity: 10 << 20)
        for index in 0..<10 where index != 5 { curve.add(1 << 20, at: index << 20, microseconds: 10_000 + 1000 * index) }
        return curve
    }

    @Test func aHealthyLineIsOneShapeAndEveryStateHasItsColour() {
        let svg = RegionPicture(Self.map, title: "t").svg(in: .english)
        let rectangles = svg.split(separator: "\n").filter { $0.hasPrefix("<rect") }
        // Background, 40 lines of which the last has 5 further runs, and 5 signs of the legend.
        #expect(rectangles.count == 1 + 40 + 5 + 5)
        for state in ["#bcd9ea", "#c8c8c8", "#f2c14e", "#e07a1f", "#8b0000"] { #expect(svg.contains(state)) }
        #expect(svg.contains("cannot be read: 6 bytes"))
    }

    @Test func onlyStatesThatOccurAreExplained() {
        let healthy = RegionOverview(
            bytes: 1024, cells: "++", totals: .init(finished: 1024, untried: 0, untrimmed: 0, unscraped: 0, bad: 0), badAreas: 0)
        #expect(RegionState.legend(healthy.totals, .chinese).map(\.text) == ["已读出：1024 字节（1 KiB）"])
    }

    @Test func aCurveIsBrokenWhereNothingIsKnown() {
        let svg = RateChart(Self.curve, title: "t").svg(in: .english)
        #expect(svg.split(separator: "\n").count { $0.contains("#1f6fb2") } == 2)
        #expect(svg.contains("rate, MiB/s<"))
    }

    @Test func onePeakDoesNotFlattenTheRest() {
        var curve = RateCurve(capacity: 100 << 20)
        for index in 0..<100 { curve.add(1 << 20, at: index << 20, microseconds: index == 7 ? 100 : 10_000) }
        let svg = RateChart(curve, title: "t").svg(in: .english)
        #expect(svg.contains("rate, MiB/s; peaks are cut off<"))
        // A quarter of the scale up to 120 MiB/s.
        #expect(svg.contains(">30<"))
    }

    @Test(arguments: [Language.english, .chinese]) func titlesCannotBecomeMarkup(language: Language) {
        let title = "<script>&\"\u{1B}"
        for svg in [
            RateChart(Self.curve, title: title).svg(in: language), RegionPicture(Self.map, title: title).svg(in: language),
        ] {
            #expect(svg.contains("&lt;script&gt;&amp;&quot;\\u{1b}"))
            #expect(!svg.contains("<script"))
        }
    }

    @Test(.enabled(if: (try? find("rsvg-convert")) != nil, "needs the Debian package librsvg2-bin"))
    func aStrangersProgramDrawsThem() throws {
        let folder = TemporaryFolder()
        let drawings = [
            RateChart(Self.curve, title: "检材 1").svg(in: .chinese), RegionPicture(Self.map, title: "检材 1").svg(in: .chinese),
            RateChart(RateCurve(capacity: 0), title: "").svg(in: .english),
        ]
        for (index, svg) in drawings.enumerated() {
            let file = try folder.write(svg.utf8, to: "\(index).svg")
            let outcome = try run("rsvg-convert", [file.string, "-o", folder("\(index).png").string])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
    }
}
