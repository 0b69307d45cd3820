/// The modules of a QR code while it is drawn (ISO/IEC 18004:2015, 6.3 and 7.7 to 7.10).
struct QRMatrix {
    private let symbol: QRSymbol
    private let width: Int
    private var dark: [Bool]
    /// Modules that carry no codewords, and are never masked.
    private var isFunction: [Bool]

    /// Draws the patterns and places the codewords, without a mask.
    init(_ symbol: QRSymbol, _ codewords: [UInt8]) {
        self.symbol = symbol
        width = symbol.width
        dark = Array(repeating: false, count: width * width)
        isFunction = dark
        drawPatterns()
        // Their places are taken before the codewords are placed; what they say depends on the mask.
        drawFormat(mask: 0)
        drawVersion()
        place(codewords)
    }

    /// The modules, row by row, with the mask under which the code is easiest to read.
    func masked() -> [Bool] {
        let candidates = (0..<8).map { mask in
            var candidate = self
            candidate.apply(mask)
            candidate.drawFormat(mask: mask)
            return (modules: candidate.dark, penalty: candidate.penalty)
        }
        return candidates.min { $0.penalty < $1.penalty }?.modules ?? dark
    }

    // MARK: What says that this is a code

    private mutating func set(_ row: Int, _ column: Int, _ isDark: Bool) {
        dark[row * width + column] = isDark
        isFunction[row * width + column] = true
    }

    private mutating func drawPatterns() {
        for index in 0..<width {
            set(6, index, index.isMultiple(of: 2))
            set(index, 6, index.isMultiple(of: 2))
        }
        // With the separator around them; what lies outside of the code is left out.
        for (row, column) in [(3, 3), (3, width - 4), (width - 4, 3)] { drawSquares(row, column, radius: 4, light: [2, 4]) }
        let centres = symbol.alignment
        for row in centres {
            for column in centres {
                let isCorner = (row == 6 && column == 6) || (row == 6 && column == width - 7) || (row == width - 7 && column == 6)
                if !isCorner { drawSquares(row, column, radius: 2, light: [1]) }
            }
        }
    }

    /// Squares around a centre, one in the other, some of them light.
    private mutating func drawSquares(_ row: Int, _ column: Int, radius: Int, light: Set<Int>) {
        for (y, x) in (-radius...radius).flatMap({ y in (-radius...radius).map { (y, $0) } }) {
            guard (0..<width).contains(row + y), (0..<width).contains(column + x) else { continue }
            set(row + y, column + x, !light.contains(max(abs(x), abs(y))))
        }
    }

    /// Level of correction and mask, twice (7.9): five bits and ten of a BCH code.
    private mutating func drawFormat(mask: Int) {
        let data = symbol.correction.indicator << 3 | mask
        let bits = Self.withRemainder(data, 10, 0x537) ^ 0x5412
        for index in 0..<15 {
            let isDark = bits >> index & 1 == 1
            switch index {
            case 0..<6: set(index, 8, isDark)
            case 6..<8: set(index + 1, 8, isDark)
            case 8: set(8, 7, isDark)
            default: set(8, 14 - index, isDark)
            }
            if index < 8 { set(8, width - 1 - index, isDark) } else { set(width - 15 + index, 8, isDark) }
        }
        set(width - 8, 8, true)
    }

    /// From version 7 on the version, twice (7.10): six bits and twelve of a BCH code.
    private mutating func drawVersion() {
        guard symbol.version >= 7 else { return }
        let bits = Self.withRemainder(symbol.version, 12, 0x1F25)
        for index in 0..<18 {
            let isDark = bits >> index & 1 == 1
            set(index / 3, width - 11 + index % 3, isDark)
            set(width - 11 + index % 3, index / 3, isDark)
        }
    }

    /// A number and the remainder of its division by a polynomial of a degree.
    private static func withRemainder(_ number: Int, _ degree: Int, _ polynomial: Int) -> Int {
        var remainder = number
        for _ in 0..<degree { remainder = remainder << 1 ^ (remainder >> (degree - 1) & 1 == 1 ? polynomial : 0) }
        return number << degree | remainder & (1 << degree - 1)
    }

    // MARK: What it says

    /// In pairs of columns from the right, up and down by turns (7.7.3). What is left stays light.
    private mutating func place(_ codewords: [UInt8]) {
        var next = 0
        var isUpward = true
        // The column of the timing pattern belongs to no pair.
        for right in Array(stride(from: width - 1, to: 6, by: -2)) + [5, 3, 1] {
            for step in 0..<width {
                let row = isUpward ? width - 1 - step : step
                for column in [right, right - 1] where !isFunction[row * width + column] && next < 8 * codewords.count {
                    dark[row * width + column] = codewords[next / 8] << UInt8(next % 8) & 0x80 != 0
                    next += 1
                }
            }
            isUpward.toggle()
        }
    }

    private mutating func apply(_ mask: Int) {
        for row in 0..<width {
            for column in 0..<width where !isFunction[row * width + column] && Self.inverts(mask, row, column) {
                dark[row * width + column].toggle()
            }
        }
    }

    /// Whether a mask inverts a module (table 10).
    private static func inverts(_ mask: Int, _ row: Int, _ column: Int) -> Bool {
        switch mask {
        case 0: (row + column) % 2 == 0
        case 1: row % 2 == 0
        case 2: column % 3 == 0
        case 3: (row + column) % 3 == 0
        case 4: (row / 2 + column / 3) % 2 == 0
        case 5: row * column % 2 + row * column % 3 == 0
        case 6: (row * column % 2 + row * column % 3) % 2 == 0
        default: ((row + column) % 2 + row * column % 3) % 2 == 0
        }
    }

    // MARK: How well it reads

    /// What makes a code hard to read, in points (7.8.3.1).
    private var penalty: Int {
        var points = 0
        for index in 0..<width {
            points += Self.penalty(of: (0..<width).map { dark[index * width + $0] })
            points += Self.penalty(of: (0..<width).map { dark[$0 * width + index] })
        }
        for row in 0..<width - 1 {
            for place in row * width..<(row + 1) * width - 1 {
                let colour = dark[place]
                if dark[place + 1] == colour, dark[place + width] == colour, dark[place + width + 1] == colour { points += 3 }
            }
        }
        // Ten for each full 5 % by which the share of dark modules is off a half.
        let count = dark.count(where: { $0 })
        return points + abs(20 * count - 10 * dark.count) / dark.count * 10
    }

    /// Of a row or a column: runs of one colour, and what looks like a finder pattern.
    private static func penalty(of line: [Bool]) -> Int {
        var points = 0
        var run = 0
        var window = 0
        for (index, isDark) in line.enumerated() {
            run = index > 0 && line[index - 1] == isDark ? run + 1 : 1
            if run == 5 { points += 3 } else if run > 5 { points += 1 }
            window = (window << 1 | (isDark ? 1 : 0)) & 0x7FF
            // 1:1:3:1:1 with four light modules before or behind it.
            if index >= 10, window == 0b0000_1011101 || window == 0b1011101_0000 { points += 40 }
        }
        return points
    }
}
