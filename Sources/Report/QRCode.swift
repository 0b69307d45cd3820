import CQRencode
import Foundation

/// A QR code (ISO/IEC 18004) of a text in UTF-8.
public struct QRCode: Sendable, Equatable {
    /// Longest text in bytes: the largest code holds 2,953 bytes, some of which say that the text is UTF-8.
    public static let byteLimit = 2900
    /// Up to this length a code corrects 15 % of errors, above it 7 %: a larger code would be too fine for a phone.
    private static let mediumCorrectionLimit = 1000
    /// White modules that have to surround a code.
    static let quietZone = 4

    /// Modules on each side, the quiet zone not counted.
    public let width: Int
    /// Whether a module is dark, row by row.
    private let dark: [Bool]

    /// Whether this machine can make codes: it needs libqrencode, which no program of ours links.
    public static var isAvailable: Bool { cqrencode_is_available() != 0 }

    /// Encodes a text; nil where it is empty or longer than `byteLimit`, or where there is no library or no memory.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.byteLimit else { return nil }
        var side = 0
        guard let modules = cqrencode_utf8(bytes, bytes.count, bytes.count <= Self.mediumCorrectionLimit ? 1 : 0, &side) else {
            return nil
        }
        defer { free(modules) }
        width = side
        dark = UnsafeBufferPointer(start: modules, count: side * side).map { $0 == 1 }
    }

    /// Whether a module is dark; those outside the code are white.
    func isDark(row: Int, column: Int) -> Bool {
        row >= 0 && row < width && column >= 0 && column < width && dark[row * width + column]
    }

    /// The code as a picture of its own, its quiet zone included. It has no size: who shows it says how large it is.
    public var svg: String {
        let side = width + 2 * Self.quietZone
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                let start = column
                while isDark(row: row, column: column) { column += 1 }
                if column > start {
                    path += "M\(start + Self.quietZone) \(row + Self.quietZone)h\(column - start)v1h-\(column - start)z"
                }
                column += 1
            }
        }
        return #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(side) \#(side)" shape-rendering="crispEdges">"#
            + #"<path fill="white" d="M0 0h\#(side)v\#(side)h-\#(side)z"/><path fill="black" d="\#(path)"/></svg>"#
    }

    /// The code in half blocks of Unicode, two rows of modules in a line, dark on light as on paper.
    public var halfBlocks: String {
        let (low, high) = (-Self.quietZone, width + Self.quietZone)
        return stride(from: low, to: high, by: 2).map { row in
            (low..<high).map { column in
                switch (isDark(row: row, column: column), isDark(row: row + 1, column: column)) {
                case (true, true): "█"
                case (true, false): "▀"
                case (false, true): "▄"
                case (false, false): " "
                }
            }.joined()
        }.joined(separator: "\n")
    }
}
