import Testing

@testable import SafeText

@Suite struct PrintableTexts {
    @Test(arguments: ["", "SanDisk 3.2Gen1", "证物室 3 柜", "é", "a\\b", "🙂"])
    func ordinaryTextStaysAsItIs(text: String) {
        #expect(text.printable == text)
    }

    @Test(arguments: [
        ("a\nb", "a\\u{a}b"), ("\u{1B}[2J", "\\u{1b}[2J"), ("\u{202E}abc", "\\u{202e}abc"), ("\u{85}", "\\u{85}"),
        ("a\u{2028}b", "a\\u{2028}b"), ("\u{0}", "\\u{0}"), ("\u{E000}", "\\u{e000}"), ("\r\n", "\\u{d}\\u{a}"),
    ])
    func whatCouldDoSomethingToATerminalIsWrittenOut(text: String, safe: String) {
        #expect(text.printable == safe)
        #expect(safe.printable == safe)
    }
}
