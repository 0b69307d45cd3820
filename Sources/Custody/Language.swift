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

extension Language {
    /// The words of this language.
    public func callAsFunction(_ english: @autoclosure () -> String, _ chinese: @autoclosure () -> String) -> String {
        switch self {
        case .english: english()
        case .chinese: chinese()
        }
    }
}
