/// What drives, files and people say about themselves, made safe to show.
extension String {
    /// The text with everything that could move a terminal's cursor, break a line or turn the reading direction
    /// written as `\u{…}`.
    public var printable: String {
        // Most texts are.
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isPrintable {
                text.unicodeScalars.append(scalar)
            } else {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// False for control and format characters, line and paragraph separators, and whatever has no agreed appearance.
    public var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}
