/// The languages in which the programs speak to people.
public enum Language: String, Sendable, CaseIterable, Codable {
    /// Chinese, simplified characters.
    case chinese = "zh"
    /// English.
    case english = "en"

    /// The first language of a list in the manner of `LANG` or `Accept-Language` that is spoken here; English otherwise.
    public init(preferred list: some StringProtocol) {
        let tags = list.split { $0 == "," || $0 == ":" }.map { $0.drop { $0 == " " }.lowercased() }
        self = tags.lazy.compactMap { tag in Language.allCases.first { tag.hasPrefix($0.rawValue) } }.first ?? .english
    }
}

/// An error that is shown to a person: one line in his language, and a code that does not change with the words.
public protocol Explained: Error, CustomStringConvertible {
    /// Lower-case words joined by hyphens; part of the API.
    var code: String { get }
    /// One line: what happened, to what, and where it helps what to do. Holds no raw control character.
    func message(in language: Language) -> String
}

extension Explained {
    /// The English message.
    public var description: String { message(in: .english) }
}

extension String {
    /// The text with everything that could move a terminal's cursor, break a line or turn the reading direction
    /// written as `\u{…}`. For showing what a drive or a file says about itself.
    public var printable: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Language {
    /// The words of this language.
    public func callAsFunction(_ english: @autoclosure () -> String, _ chinese: @autoclosure () -> String) -> String {
        switch self {
        case .english: english()
        case .chinese: chinese()
        }
    }
}
