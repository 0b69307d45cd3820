import Testing

@testable import Custody

@Suite("What is wrong with a command line") struct UsageMessageTests {
    @Test(
        "the parser's phrases in Chinese",
        arguments: [
            ("Error: Missing expected argument '--number <number>'", "错误：缺少参数“--number <number>”"),
            ("Error: Missing value for '--number <number>'", "错误：“--number <number>”缺少取值"),
            ("Error: Unknown option '--numbr'. Did you mean '--number'?", "错误：没有选项“--numbr”，是否为“--number”？"),
            ("Error: Unknown option '--x'", "错误：没有选项“--x”"), ("Error: Unexpected argument 'E2'", "错误：多余的参数“E2”"),
            ("Error: 2 unexpected arguments: 'E2', 'E3'", "错误：有 2 个多余的参数：“E2', 'E3”"),
            (
                "Error: The value 'soon' is invalid for '<priority>'. Please provide one of 'high', 'normal' or 'low'.",
                "错误：取值“soon”不适用于“<priority>”，可用：'high', 'normal' or 'low'"
            ),
            ("Error: The value 'x' is invalid for '--from <number>'", "错误：取值“x”不适用于“--from <number>”"),
            ("Help:  --number <number>  封条编号。", "说明：--number <number>  封条编号。"),
            (
                "Usage: fengcun seal <exhibit>\n  See 'fengcun seal --help' for more information.",
                "用法：fengcun seal <exhibit>\n  详见 fengcun seal --help"
            ),
            ("Error: --seal 只能是 intact", "错误：--seal 只能是 intact"), ("", ""), ("'", "'"), ("  See '", "  See '"),
        ])
    func phrases(english: String, chinese: String) {
        #expect(Language.chinese.usage(english) == chinese)
        #expect(Language.english.usage(english) == english)
    }
}
