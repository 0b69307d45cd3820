import Custody

/// The rate of a medium over its places, as a drawing.
public struct RateChart: Sendable {
    private static let (width, height) = (900, 320)
    private static let frame = (left: 76.0, right: 880.0, top: 44.0, bottom: 268.0)
    /// Lines of the grid in each direction.
    private static let steps = 4

    private let curve: RateCurve
    private let title: String

    /// Prepares a drawing.
    ///
    /// - Parameter title: what was read, in one line.
    public init(_ curve: RateCurve, title: String) {
        self.curve = curve
        self.title = title
    }

    /// The drawing as a file.
    public func svg(in language: Language) -> String {
        var svg = SVG(width: Self.width, height: Self.height)
        // What a full buffer gives in a moment must not flatten everything else.
        let rates = curve.buckets.compactMap(\.rate).sorted()
        let highest = niceLimit(rates.isEmpty ? 0 : 1.1 * rates[(rates.count - 1) * 95 / 100])
        let isCut = rates.last ?? 0 > highest
        svg.text(title, x: Self.frame.left, y: 24, size: 14)
        drawGrid(&svg, highest, isCut, language)
        for run in runs {
            let points = run.flatMap { index, rate -> [(x: Double, y: Double)] in
                let y = Self.frame.bottom - min(1, rate / highest) * (Self.frame.bottom - Self.frame.top)
                return [(x(index * curve.bucketSize), y), (x(min(curve.capacity, (index + 1) * curve.bucketSize)), y)]
            }
            svg.line(points, stroke: "#1f6fb2", width: 1.5)
        }
        return svg.file
    }

    /// The buckets that something is known of, in unbroken runs.
    private var runs: [[(index: Int, rate: Double)]] {
        var runs: [[(index: Int, rate: Double)]] = []
        for (index, bucket) in curve.buckets.enumerated() {
            guard let rate = bucket.rate else { continue }
            if let last = runs.last?.last, last.index == index - 1 {
                runs[runs.count - 1].append((index, rate))
            } else {
                runs.append([(index, rate)])
            }
        }
        return runs
    }

    private func drawGrid(_ svg: inout SVG, _ highest: Double, _ isCut: Bool, _ language: Language) {
        let (places, rates) = (ByteUnit(for: Double(curve.capacity)), ByteUnit(for: highest))
        for step in 0...Self.steps {
            let share = Double(step) / Double(Self.steps)
            let y = Self.frame.bottom - share * (Self.frame.bottom - Self.frame.top)
            svg.line([(Self.frame.left, y), (Self.frame.right, y)], stroke: step == 0 ? "#222222" : "#dddddd")
            svg.text(rates.text(share * highest), x: Self.frame.left - 8, y: y + 4, anchor: "end")
            let place = share * Double(curve.capacity)
            let across = Self.frame.left + share * (Self.frame.right - Self.frame.left)
            svg.line([(across, Self.frame.top), (across, Self.frame.bottom)], stroke: step == 0 ? "#222222" : "#dddddd")
            svg.text(places.text(place), x: across, y: Self.frame.bottom + 18, anchor: "middle")
        }
        let middle = (Self.frame.left + Self.frame.right) / 2
        svg.text(
            language("place on the medium, \(places.name)", "介质上的位置（\(places.name)）"), x: middle, y: Self.frame.bottom + 38,
            anchor: "middle")
        let note = isCut ? language("; peaks are cut off", "，峰值已截去") : ""
        svg.text(
            language("rate, \(rates.name)/s\(note)", "速率（\(rates.name)/s\(note)）"), x: Self.frame.right, y: 24, anchor: "end")
    }

    private func x(_ offset: Int) -> Double {
        Self.frame.left + Double(offset) / Double(max(1, curve.capacity)) * (Self.frame.right - Self.frame.left)
    }

    /// The end of the scale: a number whose quarters are short.
    private func niceLimit(_ value: Double) -> Double {
        let factor = ByteUnit(for: value).factor
        let steps = [1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 60, 80, 100, 120, 160, 200, 240, 320, 400, 600, 800, 1024]
        return (steps.map(Double.init).first { $0 * factor >= value } ?? 1024) * factor
    }
}
