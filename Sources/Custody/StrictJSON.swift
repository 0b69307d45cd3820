/// The JSON that entries are written in: RFC 8259 without what two readers could read in two ways.
///
/// Duplicate member names, floating-point numbers, numbers beyond ±(2^53−1), a byte order mark, lone surrogates and
/// anything outside ASCII white space are refused (compare I-JSON, RFC 7493). An opponent must not be able to hold a
/// second reading of a signed entry against us.
public struct StrictJSON {
    /// Deepest nesting; the innermost value counts as a level.
    public static let depthLimit = 16
    /// Largest magnitude of a number: every reader holds it exactly.
    public static let integerLimit = 1 << 53 - 1

    /// Where and why a text was refused.
    public struct Violation: Error, Equatable, CustomStringConvertible {
        /// Byte position of the fault.
        public let position: Int
        /// What is wrong there.
        public let reason: String
        /// One line in English.
        public var description: String { "byte \(position): \(reason)" }
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// Checks that `bytes` are one object in strict JSON, on one line.
    public static func check(_ bytes: [UInt8]) throws(Violation) {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw Violation(position: 0, reason: "not UTF-8")
        }
        try bytes.withUnsafeBufferPointer { (buffer) throws(Violation) in
            var parser = StrictJSON(bytes: buffer)
            guard buffer.first == UInt8(ascii: "{") else { throw Violation(position: 0, reason: "not an object") }
            try parser.value(depth: 0)
            guard parser.position == buffer.count else { throw parser.violation("something follows the object") }
        }
    }

    private func violation(_ reason: String) -> Violation { Violation(position: position, reason: reason) }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpaces() {
        while current == UInt8(ascii: " ") { position += 1 }
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Violation) {
        guard depth < Self.depthLimit else { throw violation("nested too deeply") }
        switch current {
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: try integer()
        }
    }

    private mutating func object(depth: Int) throws(Violation) {
        // Strings and not bytes: a reader in Swift holds canonically equivalent names for one, other readers for two.
        var names: Set<String> = []
        position += 1
        skipSpaces()
        if take("}") { return }
        repeat {
            skipSpaces()
            guard current == UInt8(ascii: "\"") else { throw violation("a member's name is missing") }
            let start = position
            guard names.insert(String(decoding: try string(), as: UTF8.self)).inserted else {
                throw Violation(position: start, reason: "a member's name stands twice")
            }
            skipSpaces()
            guard take(":") else { throw violation("a colon is missing") }
            skipSpaces()
            try value(depth: depth + 1)
            skipSpaces()
        } while take(",")
        guard take("}") else { throw violation("an object is not closed") }
    }

    private mutating func array(depth: Int) throws(Violation) {
        position += 1
        skipSpaces()
        if take("]") { return }
        repeat {
            skipSpaces()
            try value(depth: depth + 1)
            skipSpaces()
        } while take(",")
        guard take("]") else { throw violation("an array is not closed") }
    }

    private mutating func literal(_ word: StaticString) throws(Violation) {
        for index in 0..<word.utf8CodeUnitCount {
            guard current == word.utf8Start[index] else { throw violation("not a value") }
            position += 1
        }
    }

    private mutating func integer() throws(Violation) {
        let negative = take("-")
        let start = position
        var magnitude = 0
        while let digit = current, (0x30...0x39).contains(digit) {
            guard position - start < 16 else { throw violation("a number is too large") }
            magnitude = magnitude * 10 + Int(digit - 0x30)
            position += 1
        }
        guard position > start else { throw violation("not a value") }
        let leadingZero = bytes[start] == 0x30 && (position - start > 1 || negative)
        guard !leadingZero, magnitude <= Self.integerLimit else { throw violation("a number is not in its plain form") }
        if let next = current, next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") {
            throw violation("a number is not an integer")
        }
    }

    /// Consumes a string and returns what it means, so that `"a"` and `"\u0061"` count as one name.
    private mutating func string() throws(Violation) -> [UInt8] {
        var meaning: [UInt8] = []
        position += 1
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return meaning
            case UInt8(ascii: "\\"): meaning += try escape()
            case 0..<0x20: throw violation("a control character stands in a string")
            default: meaning.append(byte)
            }
        }
        throw violation("a string is not closed")
    }

    private mutating func escape() throws(Violation) -> [UInt8] {
        guard let kind = current else { throw violation("an escape is cut off") }
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [kind]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): break
        default: throw violation("an unknown escape")
        }
        var code = try fourHexDigits()
        if (0xD800..<0xDC00).contains(code) {
            guard take("\\"), take("u") else { throw violation("a lone surrogate") }
            let low = try fourHexDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw violation("a lone surrogate") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw violation("a lone surrogate") }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func fourHexDigits() throws(Violation) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw violation("an escape is malformed")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
