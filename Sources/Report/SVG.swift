import Custody
import SafeText

/// A drawing under construction (SVG 1.1): shapes and texts, nothing that is loaded from elsewhere.
struct SVG {
    private let width, height: Int
    private var parts: [String] = []

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        rectangle(x: 0, y: 0, width: Double(width), height: Double(height), fill: "#ffffff")
    }

    mutating func rectangle(x: Double, y: Double, width: Double, height: Double, fill: String) {
        parts.append(
            #"<rect x="\#(Self.number(x))" y="\#(Self.number(y))" width="\#(Self.number(width))" height="\#(Self.number(height))" fill="\#(fill)"/>"#
        )
    }

    mutating func line(_ points: [(x: Double, y: Double)], stroke: String, width: Double = 1) {
        let path = points.map { Self.number($0.x) + "," + Self.number($0.y) }.joined(separator: " ")
        parts.append(#"<polyline points="\#(path)" fill="none" stroke="\#(stroke)" stroke-width="\#(Self.number(width))"/>"#)
    }

    /// - Parameter anchor: `start`, `middle` or `end`.
    mutating func text(_ text: String, x: Double, y: Double, size: Int = 12, anchor: String = "start", fill: String = "#222222") {
        parts.append(
            #"<text x="\#(Self.number(x))" y="\#(Self.number(y))" font-size="\#(size)" text-anchor="\#(anchor)" fill="\#(fill)">\#(text.printable.escapedForMarkup)</text>"#
        )
    }

    /// The file.
    var file: String {
        let head =
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(width) \#(height)" width="\#(width)" height="\#(height)" font-family="'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', sans-serif">"#
        return ([#"<?xml version="1.0" encoding="UTF-8"?>"#, head] + parts + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    /// At most two digits behind the point, whatever the locale.
    private static func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
        let sign = hundredths < 0 ? "-" : ""
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}

/// Bytes in the largest unit that leaves a number of at least 1.
struct ByteUnit {
    let name: String
    let factor: Double

    /// The unit for values up to `largest`.
    init(for largest: Double) {
        var (name, factor) = ("B", 1.0)
        for next in ["KiB", "MiB", "GiB", "TiB", "PiB"] where largest >= factor * 1024 { (name, factor) = (next, factor * 1024) }
        self.name = name
        self.factor = factor
    }

    /// The value in this unit, without the unit's name; at most one digit behind the point.
    func text(_ bytes: Double) -> String {
        let tenths = Int((bytes / factor * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
