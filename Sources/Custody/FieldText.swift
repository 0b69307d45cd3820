import SafeText

/// Words that a person gave, checked before they become part of the record.
public enum FieldText {
    /// Longest free text in characters.
    public static let lengthLimit = 1000
    /// Longest case or exhibit number in characters.
    public static let identifierLengthLimit = 64

    /// Checks one line of free text that people gave: not empty, at most 1,000 characters and 4,000 bytes, nothing that could break
    /// a line or move a cursor, no full identity number. White space around it is dropped.
    ///
    /// - Throws: `Refusal.badText`, naming the field.
    public static func line(_ text: String, field: String) throws(Refusal) -> String {
        let line = try foreignLine(text, field: field)
        guard !line.holdsIdentityNumber else { throw .badText(field: field, fault: .identityNumber) }
        return line
    }

    /// The same for what came from elsewhere, and is recorded whatever it holds.
    ///
    /// - Throws: `Refusal.badText`, naming the field.
    public static func foreignLine(_ text: String, field: String) throws(Refusal) -> String {
        let trimmed = text.trimmingSpaces
        guard !trimmed.isEmpty else { throw .badText(field: field, fault: .empty) }
        guard trimmed.count <= lengthLimit, trimmed.utf8.count <= 4 * lengthLimit else {
            throw .badText(field: field, fault: .tooLong(limit: lengthLimit))
        }
        guard trimmed == trimmed.printable else { throw .badText(field: field, fault: .controlCharacter) }
        return trimmed
    }

    /// Checks a free text that may be left out.
    public static func optionalLine(_ text: String?, field: String) throws(Refusal) -> String? {
        guard let text else { return nil }
        return try line(text, field: field)
    }

    /// Letters and digits that have one spelling only: no combining marks, no compatibility ideographs, none of the three
    /// letter-like symbols that are canonically equal to letters. Two numbers that look equal are equal.
    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return false
        default: break
        }
        switch scalar.value {
        case 0xF900...0xFAFF, 0x2F800...0x2FA1F, 0x2126, 0x212A, 0x212B: return false
        default: return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
    }

    /// Checks the number of a case, an exhibit or a seal: 1 to 64 letters, digits and `-_.·#()（）[]【】〔〕`, such as
    /// `2026-001`, `E1` or `京检网〔2026〕1号`. It becomes part of file names, so it holds no slash and starts with no dot.
    ///
    /// - Throws: `Refusal.badText`, naming the field.
    public static func identifier(_ text: String, field: String) throws(Refusal) -> String {
        guard !text.isEmpty else { throw .badText(field: field, fault: .empty) }
        guard text.unicodeScalars.count <= identifierLengthLimit else {
            throw .badText(field: field, fault: .tooLong(limit: identifierLengthLimit))
        }
        let allowed = text.unicodeScalars.allSatisfy { isLetterOrDigit($0) || "-_.·#()（）[]【】〔〕".unicodeScalars.contains($0) }
        // The first scalar and not the first character, of which a dot with a combining mark is another than a dot.
        guard allowed, text.unicodeScalars.first != ".", text.unicodeScalars.first != "-" else {
            throw .badText(field: field, fault: .notAnIdentifier)
        }
        guard !text.holdsIdentityNumber else { throw .badText(field: field, fault: .identityNumber) }
        return text
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var view = self[...]
        while let first = view.first, first == " " || first == "\u{3000}" { view.removeFirst() }
        while let last = view.last, last == " " || last == "\u{3000}" { view.removeLast() }
        return String(view)
    }
}
