/// Reads the grammar of `StrictJSON` in one pass over bytes that are UTF-8.
struct StrictJSONParser {
    typealias Node = StrictJSON.Node
    typealias Violation = StrictJSON.Violation

    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0
    /// What was read so far.
    private(set) var nodes: [Node] = []

    /// - Parameter bytes: UTF-8; must outlive the parser.
    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    func violation(_ reason: String) -> Violation { Violation(position: position, reason: reason) }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpaces() {
        while current == UInt8(ascii: " ") { position += 1 }
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    /// Consumes a value.
    mutating func value(depth: Int) throws(Violation) {
        guard depth < StrictJSON.depthLimit else { throw violation("nested too deeply") }
        switch current {
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try literal("true", .true)
        case UInt8(ascii: "f"): try literal("false", .false)
        case UInt8(ascii: "n"): try literal("null", .null)
        default: try integer()
        }
    }

    private mutating func object(depth: Int) throws(Violation) {
        let object = nodes.count
        nodes.append(Node(kind: .object))
        var names = MemberNames()
        position += 1
        skipSpaces()
        if !take("}") {
            repeat {
                skipSpaces()
                guard current == UInt8(ascii: "\"") else { throw violation("a member's name is missing") }
                let start = position
                guard names.insert(try string(), self, since: object + 1) else {
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
        nodes[object].payload = nodes.count
    }

    private mutating func array(depth: Int) throws(Violation) {
        let array = nodes.count
        nodes.append(Node(kind: .array))
        position += 1
        skipSpaces()
        if !take("]") {
            repeat {
                skipSpaces()
                try value(depth: depth + 1)
                skipSpaces()
            } while take(",")
            guard take("]") else { throw violation("an array is not closed") }
        }
        nodes[array].payload = nodes.count
    }

    private mutating func literal(_ word: StaticString, _ kind: Node.Kind) throws(Violation) {
        for index in 0..<word.utf8CodeUnitCount {
            guard current == word.utf8Start[index] else { throw violation("not a value") }
            position += 1
        }
        nodes.append(Node(kind: kind))
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
        guard !leadingZero, magnitude <= StrictJSON.integerLimit else { throw violation("a number is not in its plain form") }
        if let next = current, next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") {
            throw violation("a number is not an integer")
        }
        nodes.append(Node(kind: .integer, payload: negative ? -magnitude : magnitude))
    }

    /// Consumes a string.
    private mutating func string() throws(Violation) -> Node {
        var kind = Node.Kind.string
        position += 1
        let start = position
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                let node = Node(kind: kind, start: start, end: position - 1)
                nodes.append(node)
                return node
            case UInt8(ascii: "\\"):
                kind = .stringWithEscapes
                _ = try escape()
            case 0..<0x20: throw violation("a control character stands in a string")
            default: break
            }
        }
        throw violation("a string is not closed")
    }

    /// Consumes what follows a backslash.
    ///
    /// - Returns: the character that it stands for.
    private mutating func escape() throws(Violation) -> Unicode.Scalar {
        guard let kind = current else { throw violation("an escape is cut off") }
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(kind)
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
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
        return scalar
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

    /// What a string means that was read before.
    func text(_ node: Node) -> String {
        let content = bytes[node.start..<node.end]
        guard node.kind == .stringWithEscapes else { return String(decoding: content, as: UTF8.self) }
        var text = ""
        var reader = StrictJSONParser(bytes: UnsafeBufferPointer(rebasing: content))
        while let byte = reader.current {
            if byte == UInt8(ascii: "\\") {
                reader.position += 1
                // Reading it the first time would have thrown.
                guard let scalar = try? reader.escape() else { return text }
                text.unicodeScalars.append(scalar)
            } else {
                let start = reader.position
                while let byte = reader.current, byte != UInt8(ascii: "\\") { reader.position += 1 }
                text += String(decoding: reader.bytes[start..<reader.position], as: UTF8.self)
            }
        }
        return text
    }

    /// The names of one object's members: finds one that stands twice.
    private struct MemberNames {
        /// The last name, while all of them are ASCII without escapes, each greater than the one before it, as we write
        /// them: then none can stand twice.
        private var last: Node?
        /// All names, once they are not. Strings and not bytes: a reader in Swift holds canonically equivalent names for
        /// one, other readers for two.
        private var all: Set<String>?

        /// - Parameter first: the first member's name among the nodes; the last node is the new name.
        /// - Returns: false where the name is there already.
        mutating func insert(_ name: Node, _ parser: borrowing StrictJSONParser, since first: Int) -> Bool {
            if all == nil {
                if parser.isPlain(name), last.map({ parser.isLess($0, name) }) ?? true {
                    last = name
                    return true
                }
                all = parser.names(from: first)
            }
            return all?.insert(parser.text(name)).inserted ?? false
        }
    }

    private func isPlain(_ name: Node) -> Bool {
        name.kind == .string && bytes[name.start..<name.end].allSatisfy { $0 < 0x80 }
    }

    private func isLess(_ left: Node, _ right: Node) -> Bool {
        bytes[left.start..<left.end].lexicographicallyPrecedes(bytes[right.start..<right.end])
    }

    /// The names of an object's members from the first one on, without the one that was read last.
    private func names(from first: Int) -> Set<String> {
        var names: Set<String> = []
        var index = first
        while index < nodes.count - 1 {
            names.insert(text(nodes[index]))
            let value = nodes[index + 1]
            index = value.kind == .object || value.kind == .array ? value.payload : index + 2
        }
        return names
    }
}
