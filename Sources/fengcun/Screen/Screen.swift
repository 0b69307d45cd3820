import Custody
import Glibc
import SafeText
import SystemPackage

/// Writing to the terminal.
enum Screen {
    /// Writes lines to standard output.
    static func print(_ text: String) { write(text + "\n", to: .standardOutput) }

    /// Writes one line to standard error.
    static func error(_ message: String) { write("fengcun: \(message)\n", to: .standardError) }

    /// Whether a person looks at standard error.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes as it is. A reader that went away is not an error.
    static func write(_ text: String, to descriptor: FileDescriptor) { _ = try? descriptor.writeAll(Array(text.utf8)) }
}

/// How many columns of a terminal a text takes: two for each wide character (Unicode Annex #11).
func columns(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { sum, scalar in
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            sum + 2
        default: [.nonspacingMark, .enclosingMark, .format].contains(scalar.properties.generalCategory) ? sum : sum + 1
        }
    }
}

/// Rows in columns. Every text is made safe for the terminal here.
struct Table {
    private var rows: [[String]]

    init(_ headings: String...) { rows = [headings] }

    mutating func add(_ cells: String?...) { rows.append(cells.map { ($0 ?? "—").printable }) }

    var text: String {
        let widths = rows[0].indices.map { column in rows.map { columns($0[column]) }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column + 1 < row.count { line += String(repeating: " ", count: widths[column] - columns(cell) + 2) }
            }
            return line
        }.joined(separator: "\n")
    }
}

/// Names with values, one a line. Every value is made safe for the terminal here.
struct Form {
    private var lines: [(name: String, value: String)] = []

    mutating func add(_ name: String, _ value: String?) {
        if let value { lines.append((name, value.printable)) }
    }

    var text: String {
        let width = lines.map { columns($0.name) }.max() ?? 0
        return lines.map { $0.name + String(repeating: " ", count: width - columns($0.name) + 2) + $0.value }.joined(
            separator: "\n")
    }
}
