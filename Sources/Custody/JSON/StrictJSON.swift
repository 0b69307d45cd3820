/// The JSON that entries are written in: RFC 8259 without what two readers could read in two ways.
///
/// Duplicate member names, floating-point numbers, numbers beyond ±(2^53−1), a byte order mark, lone surrogates and
/// anything outside ASCII white space are refused (compare I-JSON, RFC 7493). An opponent must not be able to hold a
/// second reading of a signed entry against us.
public struct StrictJSON: Sendable {
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

    /// A value, or the name of a member, and where it stands.
    struct Node {
        enum Kind: UInt8 {
            case object, array, string, stringWithEscapes, integer, `true`, `false`, null
        }

        let kind: Kind
        /// First byte of a string's content.
        var start = 0
        /// The byte after a string's content.
        var end = 0
        /// An integer's value; for an object or array, the node after everything in it.
        var payload = 0
    }

    /// The text.
    let bytes: [UInt8]
    /// Every value and every name in the order of the text: an object is followed by name, value, name, value; an array by
    /// its elements.
    let nodes: [Node]

    /// Reads one object in strict JSON, on one line.
    public init(parsing bytes: [UInt8]) throws(Violation) {
        guard (try? UTF8Span(validating: bytes.span)) != nil else { throw Violation(position: 0, reason: "not UTF-8") }
        self.bytes = bytes
        nodes = try bytes.withUnsafeBufferPointer { (buffer) throws(Violation) in
            guard buffer.first == UInt8(ascii: "{") else { throw Violation(position: 0, reason: "not an object") }
            var parser = StrictJSONParser(bytes: buffer)
            try parser.value(depth: 0)
            guard parser.position == buffer.count else { throw parser.violation("something follows the object") }
            return parser.nodes
        }
    }

    /// Checks that `bytes` are one object in strict JSON, on one line.
    public static func check(_ bytes: [UInt8]) throws(Violation) { _ = try StrictJSON(parsing: bytes) }

    /// The node after a value and everything in it.
    func next(after index: Int) -> Int {
        switch nodes[index].kind {
        case .object, .array: nodes[index].payload
        default: index + 1
        }
    }

    /// What a string means, so that `"a"` and `"\u0061"` are one.
    func text(_ node: Node) -> String {
        bytes.withUnsafeBufferPointer { StrictJSONParser(bytes: $0).text(node) }
    }

    /// Whether a string means this text, byte by byte.
    func isText(_ node: Node, _ expected: String) -> Bool {
        guard node.kind == .string else { return text(node).utf8.elementsEqual(expected.utf8) }
        guard node.end - node.start == expected.utf8.count else { return false }
        var position = node.start
        for byte in expected.utf8 {
            guard bytes[position] == byte else { return false }
            position += 1
        }
        return true
    }
}
