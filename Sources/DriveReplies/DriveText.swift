/// A text that a drive says about itself: what can be shown of it, and what is odd about the bytes.
public struct DriveText: Sendable, Equatable {
    /// What is odd about a text.
    public enum Oddity: String, Sendable, CaseIterable {
        /// There is nothing in it but spaces and NULs.
        case empty
        /// It begins with spaces, where the standards pad at the end.
        case padded
        /// A NUL stands inside or in the place of padding.
        case nul
        /// A byte outside printable ASCII (20h to 7Eh), as the standards demand for these fields.
        case nonASCII
        /// A control character, such as the beginning of a terminal's escape sequence.
        case control
        /// A text that no vendor gives a single drive: one character over and over, or counting digits.
        case placeholder
    }

    /// The text without spaces around it, every byte that is not printable ASCII written as `\u{…}`; nil where nothing is left.
    public let text: String?
    /// What is odd about it.
    public let oddities: Set<Oddity>

    /// Reads a field of fixed length.
    public init(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        var oddities: Set<Oddity> = []
        // NULs at the end are padding to many drives.
        let meant = bytes.reversed().drop { $0 == 0 || $0 == 0x20 }.reversed()
        if meant.count < bytes.count, bytes.last == 0 { oddities.insert(.nul) }
        let body = meant.drop { $0 == 0x20 || $0 == 0 }
        if body.isEmpty {
            text = nil
            self.oddities = oddities.union([.empty])
            return
        }
        if body.count < meant.count { oddities.insert(meant.first == 0 ? .nul : .padded) }
        var shown = ""
        for byte in body {
            switch byte {
            case 0x20...0x7E: shown.unicodeScalars.append(Unicode.Scalar(byte))
            case 0:
                oddities.insert(.nul)
                shown += "\\u{0}"
            default:
                oddities.insert(byte < 0x80 ? .control : .nonASCII)
                shown += "\\u{\(String(byte, radix: 16))}"
            }
        }
        if Self.isPlaceholder(Array(body)) { oddities.insert(.placeholder) }
        text = shown
        self.oddities = oddities
    }

    /// `000000000000`, `FFFFFFFF`, `0123456789ABCDEF`, `123456789012`.
    private static func isPlaceholder(_ text: [UInt8]) -> Bool {
        guard text.count >= 4 else { return false }
        if Set(text).count == 1 { return true }
        let counting = Array("01234567890123456789".utf8)
        let hexadecimal = Array("0123456789ABCDEF".utf8)
        let upper = text.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }
        return text.count >= 8 && [counting, Array(counting.dropFirst()), hexadecimal].contains { $0.starts(with: upper) }
    }
}
