import SafeText
import Testing

@testable import Custody

@Suite("Words that a person gave")
struct FieldTextTests {
    @Test(
        "a line is taken as it is",
        arguments: [
            "a", "证物室 3 柜", "O'Brien \"quoted\" <b>", "../../etc/passwd", "é e\u{301}", "🔒", ".hidden", "tab-less", "ＡＢＣ", "عربي",
        ])
    func goodLine(_ text: String) throws {
        #expect(try FieldText.line(text, field: "place") == text)
    }

    @Test(
        "white space around a line is dropped, and inside it stays",
        arguments: [(" a ", "a"), ("\u{3000}证物\u{3000}室 ", "证物\u{3000}室")])
    func trimming(_ text: String, _ trimmed: String) throws {
        #expect(try FieldText.line(text, field: "place") == trimmed)
    }

    @Test("nothing is no line", arguments: ["", " ", "\u{3000} "])
    func empty(_ text: String) {
        #expect(throws: Refusal.badText(field: "place", fault: .empty)) { try FieldText.line(text, field: "place") }
    }

    static let hostile = [
        "a\nb", "a\rb", "a\r\nb", "\n", "a\n", "a\tb", "a\0b", "a\u{7F}", "\u{1B}[2J", "\u{1B}]0;title\u{7}", "a\u{8}b",
        "a\u{85}b",
        "a\u{9B}31m", "a\u{2028}b", "a\u{2029}b", "a\u{202E}b", "a\u{202A}b", "a\u{2066}b", "a\u{2069}b", "a\u{200E}b",
        "a\u{200F}b",
        "a\u{200B}b", "a\u{FEFF}b", "a\u{AD}b", "a\u{E000}b", "a\u{FFFF}b", "a\u{E0041}b", "a\u{1B}\u{301}b",
    ]

    @Test("what breaks a line, moves a cursor or turns the reading direction is refused", arguments: hostile)
    func hostileLine(_ text: String) {
        #expect(throws: Refusal.badText(field: "place", fault: .controlCharacter)) { try FieldText.line(text, field: "place") }
        #expect(throws: Refusal.badText(field: "place", fault: .controlCharacter)) {
            try FieldText.optionalLine(text, field: "place")
        }
    }

    @Test("a thousand characters and 4,000 bytes are the most")
    func length() throws {
        let tooLong = Refusal.badText(field: "note", fault: .tooLong(limit: 1000))
        #expect(try FieldText.line(String(repeating: "封", count: 1000), field: "note").count == 1000)
        #expect(throws: tooLong) { try FieldText.line(String(repeating: "a", count: 1001), field: "note") }
        #expect(throws: tooLong) { try FieldText.line("e" + String(repeating: "\u{301}", count: 2000), field: "note") }
        #expect(
            try FieldText.line(String(repeating: "a", count: 1000) + String(repeating: " ", count: 5000), field: "note").count
                == 1000)
    }

    @Test("a text that was left out stays out")
    func leftOut() throws {
        #expect(try FieldText.optionalLine(nil, field: "note") == nil)
        #expect(throws: Refusal.badText(field: "note", fault: .empty)) { try FieldText.optionalLine(" ", field: "note") }
    }

    @Test(
        "a number of a case, an exhibit or a seal",
        arguments: [
            "1", "E1", "2026-001", "F-0001", "京检网〔2026〕1号", "（2026）京0105刑初12号", "A.1", "a_b", "#7", "[1]", "【1】", "甲·乙", "é",
            String(repeating: "封", count: 64),
        ])
    func identifier(_ text: String) throws {
        #expect(try FieldText.identifier(text, field: "case") == text)
    }

    @Test(
        "what could leave a folder, hide a file, pass for an option or break a line is no number",
        arguments: hostile + [
            "..", "../x", "a/b", "/", "a\\b", ".", ".a", "-", "-rf", "--case", " a", "a ", "a b", "\u{3000}", "a:b", "a*b", "a?b",
            "a\"b", "a'b",
            "a;b", "a|b", "a&b", "$(a)", "`a`", "<a>", "~", "a,b", "a=b", "a+b", "a%2Fb", "\u{FF0E}\u{FF0E}\u{FF0F}", "\u{2215}",
            "\u{2024}",
        ])
    func hostileIdentifier(_ text: String) {
        #expect(throws: Refusal.badText(field: "case", fault: .notAnIdentifier)) { try FieldText.identifier(text, field: "case") }
    }

    @Test(
        "a dot or hyphen at the front is found behind a combining vowel sign too",
        arguments: [".\u{93E}", "-\u{93E}rf", ".\u{345}a"])
    func combinedDot(_ text: String) {
        #expect(throws: Refusal.badText(field: "case", fault: .notAnIdentifier)) { try FieldText.identifier(text, field: "case") }
    }

    @Test("a number has one to 64 characters", arguments: [65, 300, 100_000])
    func identifierLength(_ count: Int) {
        #expect(throws: Refusal.badText(field: "case", fault: .tooLong(limit: 64))) {
            try FieldText.identifier(String(repeating: "1", count: count), field: "case")
        }
        #expect(throws: Refusal.badText(field: "case", fault: .empty)) { try FieldText.identifier("", field: "case") }
    }
}

@Suite("Printable text")
struct PrintableTests {
    @Test("what could do something to a terminal is spelled out", arguments: FieldTextTests.hostile)
    func hostile(_ text: String) {
        #expect(text.printable != text)
        #expect(text.printable.contains("\\u{"))
        #expect(text.printable.printable == text.printable)
    }

    @Test("other text stays", arguments: ["", "a b", "封存 🔒", "é e\u{301}", "\\u{1b}"])
    func harmless(_ text: String) {
        #expect(Array(text.printable.utf8) == Array(text.utf8))
    }

    @Test("spelled out in lower-case hexadecimal")
    func spelling() {
        #expect("\u{1B}[2J\u{202E}\r\n".printable == #"\u{1b}[2J\u{202e}\u{d}\u{a}"#)
    }
}
