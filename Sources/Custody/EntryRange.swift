/// Entries of the ledger that follow each other, written `3-17`, or `3` for one.
public struct EntryRange: Hashable, Sendable {
    /// Position of the first.
    public let first: Int
    /// Position of the last, not before the first.
    public let last: Int

    /// The largest position that is read.
    static let limit = 1 << 40

    /// Names entries; nil where the last stands before the first.
    public init?(_ first: Int, _ last: Int) {
        guard first >= 0, last >= first, last < Self.limit else { return nil }
        self.first = first
        self.last = last
    }

    /// Reads what `text` writes; nil for any other spelling.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ $0.utf8.count <= 13 }), let first = Int(parts[0]),
            let last = Int(parts[parts.count - 1])
        else { return nil }
        self.init(first, last)
        guard self.text == text else { return nil }
    }

    /// `3-17`, or `3`.
    public var text: String { first == last ? "\(first)" : "\(first)-\(last)" }

    /// Whether an entry is one of them.
    public func contains(_ entry: Int) -> Bool { (first...last).contains(entry) }

    /// The same entries in ascending ranges that neither overlap nor touch.
    public static func joined(_ ranges: [EntryRange]) -> [EntryRange] {
        var result: [EntryRange] = []
        for range in ranges.sorted(by: { ($0.first, $0.last) < ($1.first, $1.last) }) {
            if let before = result.last, range.first <= before.last + 1 {
                result.removeLast()
                result.append(EntryRange(joining: before, range))
            } else {
                result.append(range)
            }
        }
        return result
    }

    /// The range over two of which the second begins not before the first, and not behind its end.
    private init(joining before: EntryRange, _ range: EntryRange) {
        first = before.first
        last = max(before.last, range.last)
    }
}

extension EntryRange: Codable {
    /// Reads the text.
    public init(from decoder: any Decoder) throws {
        guard let range = EntryRange(try decoder.singleValueContainer().decode(String.self)) else {
            throw EntryError("no range of entries")
        }
        self = range
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
