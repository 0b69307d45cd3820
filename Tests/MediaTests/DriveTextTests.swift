import Testing

@testable import Media

@Suite("What a drive says about itself")
struct DriveTextTests {
    @Test(
        "udev's escapes are undone",
        arguments: [
            (#"ACME\x20Disk\x209"#, "ACME Disk 9"), (#"\x5c"#, "\\"), (#"a\x2fb"#, "a/b"), (#"\xe5\xb0\x81"#, "封"),
            ("plain", "plain"), ("", ""),
            (#"\x"#, #"\x"#), (#"\x2"#, #"\x2"#), (#"\xzz"#, #"\xzz"#), (#"\\x20"#, "\\ "), (#"\n"#, #"\n"#), (#"a\"#, #"a\"#),
            (#"\xFF"#, "\u{FFFD}"),
            (#"\x+f"#, #"\x+f"#), (#"\x-0"#, #"\x-0"#),
        ])
    func unescape(_ escaped: String, _ plain: String) {
        #expect(MediumProbe.unescape(escaped) == plain)
    }

    @Test(
        "white space is folded and what is left over is nothing",
        arguments: [
            (" ACME  Disk ", "ACME Disk"), ("ACME    ", "ACME"), ("", nil), ("   ", nil), (nil, nil), ("x", "x"),
        ] as [(String?, String?)])
    func folding(_ text: String?, _ clean: String?) {
        #expect(MediumProbe.clean(text) == clean)
    }

    @Test(
        "hostile text is made visible",
        arguments: [
            ("\u{1B}[2J", #"\u{1b}[2J"#), ("a\nb", #"a\u{a}b"#), ("a\u{202E}b", #"a\u{202e}b"#), ("a\0", #"a\u{0}"#),
            ("a\u{9B}31m", #"a\u{9b}31m"#),
            ("\t", #"\u{9}"#),
        ])
    func hostile(_ text: String, _ clean: String) {
        #expect(MediumProbe.clean(text) == clean)
    }

    @Test("256 characters are the most, counted after they were made visible")
    func length() {
        #expect(MediumProbe.clean(String(repeating: "a", count: 5000))?.count == 256)
        #expect(MediumProbe.clean(String(repeating: "\u{1B}", count: 5000))?.count == 256)
        #expect(MediumProbe.clean(MediumProbe.unescape(String(repeating: #"\x20"#, count: 5000) + "x")) == "x")
    }
}
