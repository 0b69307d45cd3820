import Custody

/// What was read of a medium, as a drawing: one square for each cell of the overview, line by line.
public struct RegionPicture: Sendable {
    /// Cells that are asked for: a hundred in each line.
    public static let cellCount = 4000
    private static let perLine = 100
    private static let side = 8.0
    private static let margin = 20.0

    private let map: RegionOverview
    private let title: String

    /// Prepares a drawing.
    ///
    /// - Parameter title: what was read, in one line.
    public init(_ map: RegionOverview, title: String) {
        self.map = map
        self.title = title
    }

    /// The colour of a state: told apart in print and by people who do not tell red from green.
    private static func colour(_ state: Character) -> String {
        switch state {
        case "+": "#bcd9ea"
        case "?": "#c8c8c8"
        case "*": "#f2c14e"
        case "/": "#e07a1f"
        default: "#8b0000"
        }
    }

    /// The drawing as a file.
    public func svg(in language: Language) -> String {
        let lines = (map.cells.count + Self.perLine - 1) / Self.perLine
        let legend = RegionState.legend(map.totals, language)
        let top = 44.0
        let bottom = top + Double(lines) * Self.side
        var svg = SVG(
            width: Int(2 * Self.margin + Double(Self.perLine) * Self.side), height: Int(bottom) + 20 + 20 * legend.count)
        svg.text(title, x: Self.margin, y: 24, size: 14)
        // One shape for each run of cells in one state and line: a healthy medium is a handful of shapes.
        var start = 0
        let cells = Array(map.cells)
        while start < cells.count {
            let line = start / Self.perLine
            let end =
                cells[start..<min(cells.count, (line + 1) * Self.perLine)].firstIndex { $0 != cells[start] }
                ?? min(cells.count, (line + 1) * Self.perLine)
            svg.rectangle(
                x: Self.margin + Double(start % Self.perLine) * Self.side, y: top + Double(line) * Self.side,
                width: Double(end - start) * Self.side, height: Self.side - 1, fill: Self.colour(cells[start]))
            start = end
        }
        for (index, item) in legend.enumerated() {
            let y = bottom + 24 + 20 * Double(index)
            svg.rectangle(x: Self.margin, y: y - 10, width: 12, height: 12, fill: Self.colour(item.state))
            svg.text(item.text, x: Self.margin + 20, y: y)
        }
        return svg.file
    }
}

/// The states of a region in words.
public enum RegionState {
    /// Each state that occurs, with its length in bytes and what it means, in one line.
    public static func legend(_ totals: RegionOverview.Totals, _ language: Language) -> [(state: Character, text: String)] {
        let all: [(Character, Int, String)] = [
            ("+", totals.finished, language("read", "已读出")),
            ("?", totals.untried, language("not tried", "未尝试")),
            ("*", totals.untrimmed, language("failed in a large read, not tried alone", "大块读取失败，未单独尝试")),
            ("/", totals.unscraped, language("between bad sectors, not tried alone", "坏扇区之间，未单独尝试")),
            ("-", totals.bad, language("cannot be read", "无法读取")),
        ]
        return all.filter { $0.1 > 0 }.map { state, bytes, words in
            let unit = ByteUnit(for: Double(bytes))
            let short =
                unit.name == "B"
                ? "" : language(" (\(unit.text(Double(bytes))) \(unit.name))", "（\(unit.text(Double(bytes))) \(unit.name)）")
            return (state, language("\(words): \(bytes) bytes", "\(words)：\(bytes) 字节") + short)
        }
    }
}
