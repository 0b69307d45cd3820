import Testing

@testable import Custody

/// The cases follow Nicolas Seriot's JSONTestSuite ("Parsing JSON is a Minefield"), in the object that an entry is.
@Suite("Strict JSON")
struct StrictJSONTests {
    static func check(_ text: String) throws { try StrictJSON.check(Array(text.utf8)) }

    @Test(
        "is read",
        arguments: [
            "{}", "{ }", #"{"a":1}"#, #"{ "a" : 1 , "b" : [ ] }"#, #"{"":0}"#, #"{"a":null,"b":true,"c":false}"#,
            #"{"a":[1,"2",{"b":[]},null]}"#, #"{"a":0,"b":-1,"c":9007199254740991,"d":-9007199254740991}"#,
            #"{"a":"\"\\\/\b\f\n\r\t"}"#, #"{"a":"\u0000\u001f\u007f"}"#, #"{"a":"\uD834\uDD1E\ud834\udd1e"}"#,
            #"{"a":"封存 🔒 é"}"#, #"{"a":"\uFFFF\uFFFE"}"#, "{\"a\":\"\u{2028}\u{2029}\"}", "{\"a\":\"\u{7F}\"}",
            #"{"a":{"a":{"a":1}}}"#, #"{"a":1,"A":2,"á":3}"#, #"{"\u0061":1,"b":2}"#,
        ])
    func accepted(_ text: String) throws {
        try Self.check(text)
    }

    @Test(
        "is refused: no single object",
        arguments: [
            "", " ", "null", "1", "\"a\"", "[]", "[{}]", " {}", "{} ", "{}\n", "\n{}", "{}{}", "{}x", "{},", "\u{FEFF}{}", "{",
            "}",
            "{{}}", "{\"a\":1}}", "{\"a\":1", "{\"a\":1}//", "{\"a\":1}#", "/**/{}", "{\"a\":/*c*/1}",
        ])
    func notOneObject(_ text: String) {
        #expect(throws: StrictJSON.Violation.self) { try Self.check(text) }
    }

    @Test(
        "is refused: structure",
        arguments: [
            #"{"a"}"#, #"{"a":}"#, #"{"a" 1}"#, #"{"a"::1}"#, #"{"a":1,}"#, #"{,"a":1}"#, #"{"a":1,,"b":2}"#, #"{"a":1 "b":2}"#,
            #"{a:1}"#, #"{'a':1}"#, #"{1:1}"#, #"{null:1}"#, #"{"a":'b'}"#, #"{"a":[1,]}"#, #"{"a":[,1]}"#, #"{"a":[1 2]}"#,
            #"{"a":[1}"#, #"{"a":[}"#, #"{"a":[1,,2]}"#, #"{"a":[1]]}"#, #"{"a":["x"]"#, #"{"a":x}"#, #"{"a":nul}"#,
            #"{"a":nulll}"#,
            #"{"a":True}"#, #"{"a":NaN}"#, #"{"a":Infinity}"#, #"{"a":-Infinity}"#, #"{"a":tru"#, #"{"a":"b""#, #"{"a":"b"#,
            "{\"a\":\t1}", "{\n\"a\":1}", "{\"a\":1\r}", "{\u{A0}\"a\":1}", "{\u{3000}\"a\":1}", "{\u{C}\"a\":1}", "{\0}",
            "{\"a\":1\0}",
        ])
    func structure(_ text: String) {
        #expect(throws: StrictJSON.Violation.self) { try Self.check(text) }
    }

    @Test(
        "is refused: a number that is not a plain integer in ±(2^53−1)",
        arguments: [
            "9007199254740992", "-9007199254740992", "9999999999999999", "10000000000000000", "123456789012345678901234567890",
            "-0", "00", "01", "-01", "1.0", "0.1", ".1", "1.", "-1.5", "1e3", "1E3", "1e+3", "0e0", "0.0", "-", "+1", "--1", "1-",
            "0x1",
            "1_000", "1,000", "１", "٣", "1a", "- 1",
        ])
    func numbers(_ number: String) {
        #expect(throws: StrictJSON.Violation.self) { try Self.check("{\"a\":\(number)}") }
        #expect(throws: StrictJSON.Violation.self) { try Self.check("{\"a\":[\(number)]}") }
    }

    @Test(
        "is refused: a string with a fault",
        arguments: [
            #"\x"#, #"\u"#, #"\u1"#, #"\u12"#, #"\u123"#, #"\u12G4"#, #"\u 123"#, #"\u+123"#, #"\U1234"#, #"\'"#, #"\0"#, #"\a"#,
            #"\v"#,
            #"\e"#, #"\ud834"#, #"\ud834x"#, #"\ud834\u0041"#, #"\ud834\n"#, #"\udd1e"#, #"\udd1e\ud834"#, #"\ud834\ud834"#,
            #"\ud834\\udd1e"#, "\n", "\t", "\r", "\0", "\u{1}", "\u{1B}[31m", "\u{1F}", #"\u００４１"#,
        ])
    func strings(_ content: String) {
        #expect(throws: StrictJSON.Violation.self) { try Self.check("{\"a\":\"\(content)\"}") }
        #expect(throws: StrictJSON.Violation.self) { try Self.check("{\"\(content)\":1}") }
    }

    @Test(
        "is refused: bytes that are no UTF-8",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ] as [[UInt8]])
    func invalidUTF8(_ bytes: [UInt8]) {
        #expect(throws: StrictJSON.Violation(position: 0, reason: "not UTF-8")) {
            try StrictJSON.check(Array("{\"a\":\"".utf8) + bytes + Array("\"}".utf8))
        }
    }

    @Test(
        "is refused: a name that stands twice, however it is spelled",
        arguments: [
            #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"a":3}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"\u0061":2}"#, #"{"/":1,"\/":2}"#,
            #"{"\n":1,"\u000a":2}"#, #"{"\n":1,"\u000A":2}"#, #"{"𝄞":1,"\ud834\udd1e":2}"#, #"{"":1,"":2}"#,
            #"{"x":{"a":1,"a":2}}"#, #"{"x":[{"a":1,"a":2}]}"#,
        ])
    func duplicates(_ text: String) throws {
        let violation = try #require(throws: StrictJSON.Violation.self) { try Self.check(text) }
        #expect(violation.reason == "a member's name stands twice")
    }

    @Test(
        "is refused: two names that are one to a reader that compares characters and two to one that compares bytes",
        arguments: ["{\"\u{E9}\":1,\"e\u{301}\":2}", #"{"\u00e9":1,"e\u0301":2}"#, "{\"K\":1,\"\u{212A}\":2}"])
    func equivalentNames(_ text: String) {
        #expect(throws: StrictJSON.Violation.self) { try Self.check(text) }
    }

    @Test("one name in two objects is no duplicate")
    func sameNameElsewhere() throws {
        try Self.check(#"{"a":{"a":1},"b":{"a":[{"a":1},{"a":1}]}}"#)
    }

    @Test("objects and arrays may be nested to the limit and no deeper")
    func depth() throws {
        func nested(_ open: String, _ close: String, _ count: Int) -> String {
            String(repeating: open, count: count) + String(repeating: close, count: count)
        }
        // The object itself is the first level.
        try Self.check("{\"a\":" + nested("[", "]", StrictJSON.depthLimit - 1) + "}")
        #expect(throws: StrictJSON.Violation.self) { try Self.check("{\"a\":" + nested("[", "]", StrictJSON.depthLimit) + "}") }
        try Self.check(nested("{\"a\":", "}", StrictJSON.depthLimit - 1).replacing(":}", with: ":1}", maxReplacements: 1))
        for deep in ["[", "{\"a\":"] {
            #expect(throws: StrictJSON.Violation.self) { try Self.check("{\"a\":" + String(repeating: deep, count: 100_000)) }
        }
    }

    @Test("a violation names the byte at which it stands")
    func position() throws {
        let violation = try #require(throws: StrictJSON.Violation.self) { try Self.check(#"{"a":1,"b":01}"#) }
        #expect(violation.position == 13)
        #expect(violation.description == "byte 13: a number is not in its plain form")
    }
}
