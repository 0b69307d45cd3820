extension Language {
    /// What the parser of command lines says about a wrong one, in this language. It speaks English alone; what is not among its
    /// usual phrases stays as it is.
    public func usage(_ message: String) -> String {
        guard self == .chinese else { return message }
        return message.split(separator: "\n", omittingEmptySubsequences: false).map { Self.chinese(String($0)) }
            .joined(separator: "\n")
    }

    private static func chinese(_ line: String) -> String {
        for (english, chinese) in [("Error: ", "错误："), ("Help:  ", "说明："), ("Usage: ", "用法：")] where line.hasPrefix(english) {
            return chinese + phrase(String(line.dropFirst(english.count)))
        }
        return phrase(line)
    }

    /// The phrases as the pieces between the texts that stand in them; one that begins like another stands before it.
    private static let phrases: [(english: [String], chinese: [String])] = [
        (["Missing expected argument '", "'"], ["缺少参数“", "”"]),
        (["Missing one of: '", "'"], ["须给出其中之一：“", "”"]),
        (["Missing value for '", "'"], ["“", "”缺少取值"]),
        (["Unknown option '", "'. Did you mean '", "'?"], ["没有选项“", "”，是否为“", "”？"]),
        (["Unknown option '", "'"], ["没有选项“", "”"]),
        (["Unexpected argument '", "'"], ["多余的参数“", "”"]),
        (["", " unexpected arguments: '", "'"], ["有 ", " 个多余的参数：“", "”"]),
        (["The option '", "' does not take any value, but '", "' was specified."], ["选项“", "”不带取值，却给出了“", "”"]),
        (["The value '", "' is invalid for '", "'. Please provide one of ", "."], ["取值“", "”不适用于“", "”，可用：", ""]),
        (["The value '", "' is invalid for '", "': ", ""], ["取值“", "”不适用于“", "”：", ""]),
        (["The value '", "' is invalid for '", "'"], ["取值“", "”不适用于“", "”"]),
        (["  See '", "' for more information."], ["  详见 ", ""]),
        (["Missing required subcommand."], ["缺少子命令"]),
    ]

    private static func phrase(_ text: String) -> String {
        for (english, chinese) in phrases {
            guard let texts = inside(text, between: english) else { continue }
            return zip(chinese, texts + [""]).map { $0 + $1 }.joined()
        }
        return text
    }

    /// The texts between pieces that make up the whole; nil where they do not.
    private static func inside(_ text: String, between pieces: [String]) -> [String]? {
        guard let first = pieces.first, let last = pieces.last, text.hasPrefix(first), text.hasSuffix(last) else { return nil }
        guard pieces.count > 1 else { return text == first ? [] : nil }
        var rest = text.dropFirst(first.count)
        guard rest.count >= last.count else { return nil }
        rest = rest.dropLast(last.count)
        var texts: [String] = []
        for piece in pieces.dropFirst().dropLast() {
            guard let place = rest.firstRange(of: piece) else { return nil }
            texts.append(String(rest[..<place.lowerBound]))
            rest = rest[place.upperBound...]
        }
        return texts + [String(rest)]
    }
}
