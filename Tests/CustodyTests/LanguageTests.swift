import Testing

@testable import Custody

@Suite("The language of messages")
struct LanguageTests {
    @Test(
        "the first language that is spoken",
        arguments: [
            ("zh_CN.UTF-8", .chinese), ("zh", .chinese), ("zh-Hans-CN", .chinese), ("ZH_tw", .chinese), ("en_US.UTF-8", .english),
            ("de_DE:zh_CN:en_US", .chinese), ("de_DE:en_US:zh_CN", .english), ("fr-CH, fr;q=0.9, zh;q=0.8", .chinese),
            ("en-GB,zh;q=0.5", .english), ("C", .english), ("C.UTF-8", .english), ("POSIX", .english), ("", .english),
            (",,:", .english),
            ("tlh", .english), ("\u{1B}[31m", .english),
        ] as [(String, Language)])
    func preferred(_ list: String, _ language: Language) {
        #expect(Language(preferred: list) == language)
    }

    @Test("words in two languages")
    func words() {
        #expect(Language.english("yes", "是") == "yes")
        #expect(Language.chinese("yes", "是") == "是")
    }
}
