/// A version of QR code 2005 (1 to 40) with a level of error correction: how large it is, and what it holds
/// (ISO/IEC 18004:2015).
struct QRSymbol {
    /// How much of a code may be unreadable.
    enum Correction {
        /// 7 %.
        case low
        /// 15 %.
        case medium

        /// The two bits that say so (table 12).
        var indicator: Int {
            switch self {
            case .low: 0b01
            case .medium: 0b00
            }
        }

        /// Error correction codewords in a block, by version (table 9).
        fileprivate var codewordsInBlock: [Int] {
            switch self {
            case .low:
                [
                    7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30,
                    30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
                ]
            case .medium:
                [
                    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28,
                    28,
                    28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
                ]
            }
        }

        /// Blocks of a code, by version (table 9).
        fileprivate var blocks: [Int] {
            switch self {
            case .low:
                [
                    1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18,
                    19,
                    19, 20, 21, 22, 24, 25,
                ]
            case .medium:
                [
                    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31,
                    33, 35, 37, 38, 40, 43, 45, 47, 49,
                ]
            }
        }
    }

    /// The number that ECI gives to UTF-8 (AIM ITS/04-023).
    private static let utf8 = 26

    /// 1 to 40.
    let version: Int
    let correction: Correction

    /// The smallest that holds a number of bytes; nil where none does.
    init?(holding bytes: Int, _ correction: Correction) {
        func holds(_ version: Int) -> Bool {
            let symbol = QRSymbol(version: version, correction: correction)
            return symbol.headerBits + 8 * bytes <= 8 * symbol.dataCodewords
        }
        guard let version = (1...40).first(where: holds) else { return nil }
        self.init(version: version, correction: correction)
    }

    private init(version: Int, correction: Correction) {
        self.version = version
        self.correction = correction
    }

    /// Modules on each side.
    var width: Int { 17 + 4 * version }

    /// Rows and columns in which alignment patterns are centred (annex E): evenly spaced, the first distance taking the rest.
    var alignment: [Int] {
        guard version > 1 else { return [] }
        let count = version / 7 + 2
        // The one version whose distances the rule below does not give.
        let step = version == 32 ? 26 : (4 * version + 2 * count + 1) / (2 * count - 2) * 2
        return [6] + (0..<count - 1).reversed().map { width - 7 - $0 * step }
    }

    /// Modules that carry codewords: all but finder, timing and alignment patterns, format and version.
    private var dataModules: Int {
        let count = alignment.count
        // Finder patterns with separators and format; timing patterns; then alignment patterns, less where they lie on the timing
        // pattern; version.
        var modules = width * width - 3 * 64 - 31 - 2 * (width - 16)
        if count > 0 { modules -= (count * count - 3) * 25 - (count - 2) * 2 * 5 }
        if version >= 7 { modules -= 36 }
        return modules
    }

    private var blocks: Int { correction.blocks[version - 1] }
    private var correctionInBlock: Int { correction.codewordsInBlock[version - 1] }
    private var codewordCount: Int { dataModules / 8 }
    /// Codewords that hold what is encoded.
    private var dataCodewords: Int { codewordCount - blocks * correctionInBlock }
    /// Bits that say how many bytes follow (table 3).
    private var countBits: Int { version < 10 ? 8 : 16 }
    /// What comes before the bytes: ECI with its number, byte mode with the count (7.4.2, 7.4.5).
    private var headerBits: Int { 4 + 8 + 4 + countBits }

    /// All codewords of a text that fits, in the order in which they are placed (7.4 to 7.6).
    func codewords(_ bytes: [UInt8]) -> [UInt8] {
        var bits = QRBits()
        bits.append(0b0111, 4)
        bits.append(Self.utf8, 8)
        bits.append(0b0100, 4)
        bits.append(bytes.count, countBits)
        for byte in bytes { bits.append(Int(byte), 8) }
        bits.append(0, min(4, 8 * dataCodewords - bits.count))
        var data = bits.bytes
        for index in 0..<dataCodewords - data.count { data.append(index.isMultiple(of: 2) ? 0xEC : 0x11) }

        // The last blocks are longer by one where the codewords do not divide.
        let short = dataCodewords / blocks
        let longer = dataCodewords % blocks
        var parts: [ArraySlice<UInt8>] = []
        var rest = data[...]
        for block in 0..<blocks {
            let length = short + (block < blocks - longer ? 0 : 1)
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        let generator = ReedSolomon(correctionInBlock)
        let corrections = parts.map { generator.remainder(of: $0) }
        let interleavedData = (0...short).flatMap { index in
            parts.compactMap { index < $0.count ? $0[$0.startIndex + index] : nil }
        }
        return interleavedData + (0..<correctionInBlock).flatMap { index in corrections.map { $0[index] } }
    }
}

/// Bits that become bytes, the most significant first.
private struct QRBits {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    mutating func append(_ value: Int, _ length: Int) {
        for bit in (0..<length).reversed() {
            if count.isMultiple(of: 8) { bytes.append(0) }
            if value >> bit & 1 == 1 { bytes[count / 8] |= 0x80 >> UInt8(count % 8) }
            count += 1
        }
    }
}

/// Error correction of QR codes: Reed-Solomon over GF(2⁸) with x⁸ + x⁴ + x³ + x² + 1 (7.5.2).
private struct ReedSolomon {
    /// Coefficients of the generator polynomial below the highest, which is 1: the product of (x − 2ⁱ).
    private let generator: [UInt8]

    /// - Parameter degree: codewords of correction.
    init(_ degree: Int) {
        var generator = [UInt8](repeating: 0, count: degree - 1) + [1]
        var root: UInt8 = 1
        for _ in 0..<degree {
            for index in 0..<degree {
                generator[index] =
                    Self.product(generator[index], root) ^ (index + 1 < degree ? generator[index + 1] : 0)
            }
            root = Self.product(root, 2)
        }
        self.generator = generator
    }

    /// The codewords of correction for a block.
    func remainder(of block: ArraySlice<UInt8>) -> [UInt8] {
        var remainder = [UInt8](repeating: 0, count: generator.count)
        for byte in block {
            let factor = byte ^ remainder.removeFirst()
            remainder.append(0)
            for (index, coefficient) in generator.enumerated() { remainder[index] ^= Self.product(coefficient, factor) }
        }
        return remainder
    }

    private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var product: UInt8 = 0
        for bit in (0..<8).reversed() {
            product = product << 1 ^ (product >> 7 == 1 ? 0x1D : 0)
            if right >> UInt8(bit) & 1 == 1 { product ^= left }
        }
        return product
    }
}
