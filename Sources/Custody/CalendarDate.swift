/// A day as legal documents have it, written `YYYY-MM-DD`: the day at the place where the document holds, Beijing time (UTC+8).
public struct CalendarDate: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
    /// The text.
    public let description: String

    /// Reads a day; nil where the text is none.
    public init?(_ text: String) {
        guard text.utf8.count == 10, Timestamp("\(text)T00:00:00.000000Z") != nil else { return nil }
        description = text
    }

    /// The first moment of the day in Beijing.
    public var start: Timestamp {
        let midnight = Timestamp("\(description)T00:00:00.000000Z")?.microseconds ?? 0
        return Timestamp(microseconds: midnight - (8 * 3600) * 1_000_000)
    }

    /// The last moment of the day in Beijing.
    public var end: Timestamp { Timestamp(microseconds: start.microseconds + (24 * 3600) * 1_000_000 - 1) }

    /// Earlier comes first.
    public static func < (left: Self, right: Self) -> Bool { left.description < right.description }

    /// Reads the text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let date = CalendarDate(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a day")
        }
        self = date
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
