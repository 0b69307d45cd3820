import DurableFiles
import SystemPackage
import Testing

@Suite("Messages about files")
struct FileErrorTests {
    @Test("one line: the attempt, the path, the kernel's answer")
    func wording() {
        #expect(
            FileError("open", "/a b", .noSuchFileOrDirectory).description == "cannot open \"/a b\": No such file or directory")
    }

    @Test(
        "a path cannot break the line, move a cursor or turn the reading direction",
        arguments: [
            "a\nb", "a\rb", "\u{1B}[2J", "\u{9B}2J", "a\u{85}b", "a\u{2028}b", "a\u{202E}b", "a\u{2066}b", "a\u{7F}b", "a\"b",
        ])
    func hostilePath(_ path: String) {
        let message = FileError("open", FilePath(path), .badFileDescriptor).description
        for scalar in message.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                Issue.record("U+\(String(scalar.value, radix: 16)) in the message")
            default: break
            }
        }
        #expect(message.hasPrefix("cannot open \"") && message.hasSuffix("\": Bad file descriptor"))
    }

    @Test("the result of a shim below zero is an error, any other is none")
    func shimResult() throws {
        try FileError.check(0, "try", "f")
        try FileError.check(5, "try", "f")
        #expect(throws: FileError("try", "f", .noSpace)) { try FileError.check(-Errno.noSpace.rawValue, "try", "f") }
    }

    @Test("an error of swift-system gets the attempt and the path, any other becomes an I/O error")
    func naming() throws {
        struct Other: Error {}
        #expect(try FileError.naming("read", "f") { 7 } == 7)
        #expect(throws: FileError("read", "f", .badFileDescriptor)) {
            try FileError.naming("read", "f") { throw Errno.badFileDescriptor }
        }
        #expect(throws: FileError("read", "f", .ioError)) { try FileError.naming("read", "f") { throw Other() } }
    }
}
