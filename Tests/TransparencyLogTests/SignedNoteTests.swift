import Integrity
import Testing

@testable import TransparencyLog

@Suite("Signed notes")
struct SignedNoteTests {
    static func parse(_ text: String) throws -> SignedNote { try SignedNote(parsing: Array(text.utf8)) }

    @Test("the published note of golang.org/x/mod is read, verified and written")
    func publishedNote() throws {
        let note = try Self.parse(Peter.note)
        #expect(note.text == Peter.text)
        #expect(note.signatures.map(\.name) == ["PeterNeumann"])
        #expect(note.signatures.map { Hex.encode($0.keyID) } == ["c74f20a3"])
        #expect(note.encoded == Peter.note)
        try note.verify([Peter.key()])
    }

    @Test("the example of c2sp.org/signed-note is read and written")
    func exampleOfTheSpecification() throws {
        let text = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n"
        let line =
            "— quasimodo.example/salvatore "
            + "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
        let note = try Self.parse(text + "\n" + line)
        #expect(note.text == text)
        #expect(note.signatures.map(\.name) == ["quasimodo.example/salvatore"])
        #expect(note.signatures.map { Hex.encode($0.keyID) } == ["367ba04b"])
        #expect(note.signatures.map(\.bytes.count) == [64])
        #expect(note.encoded == text + "\n" + line)
    }

    @Test("the published key signs the published note")
    func signing() throws {
        let note = try SignedNote(signing: Peter.text, with: Peter.signingKey(), as: Peter.key().origin)
        #expect(note.encoded == Peter.note)
    }

    @Test("every byte of the note counts")
    func everyByte() throws {
        let key = try Peter.key()
        let bytes = Array(Peter.note.utf8)
        for index in bytes.indices {
            for mask in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF] as [UInt8] {
                var altered = bytes
                altered[index] ^= mask
                #expect(throws: LogError.self, "byte \(index) with mask \(mask)") {
                    try SignedNote(parsing: altered).verify([key])
                }
            }
        }
    }

    @Test("a note that is cut, or lengthened by a byte, is refused")
    func otherLength() throws {
        let key = try Peter.key()
        let bytes = Array(Peter.note.utf8)
        for end in 0..<bytes.count {
            #expect(throws: LogError.self, "cut to \(end)") { try SignedNote(parsing: Array(bytes[..<end])).verify([key]) }
        }
        for byte in UInt8.min...UInt8.max {
            #expect(throws: LogError.self, "\(byte) behind it") { try SignedNote(parsing: bytes + [byte]) }
            #expect(throws: LogError.self, "\(byte) before it") { try SignedNote(parsing: [byte] + bytes).verify([key]) }
        }
    }

    @Test(
        "what is no note is refused",
        arguments: [
            "", "\n", "\n\n", "text", "text\n", "text\n\n", "text\n\n\n", "text\n\n— \n", "text\n\n— a\n", "text\n\n— a \n",
            "text\n\n— a AAAAAA==", "text\n\n— a AAAAAA==\n", "text\n\n- a AAAAAAA=\n", "text\n\n—a AAAAAAA=\n",
            "text\n\n— a  AAAAAAA=\n", "text\n\n— a AAAAAAA= \n", "text\n\n— a b AAAAAAA=\n", "text\n\n— a+b AAAAAAA=\n",
            "text\n\n—  AAAAAAA=\n", "text\n\n— a AAAAAAA\n", "text\n\n— a AAAAAAB=\n", "text\n\n— a AAAAAAA=\n\n",
            "text\n\n— a AAAAAAA=\nrest\n", "text\r\n\r\n— a AAAAAAA=\r\n", "te\txt\n\n— a AAAAAAA=\n",
            "te\0xt\n\n— a AAAAAAA=\n",
            "text\n— a AAAAAAA=\n",
        ])
    func noNote(_ text: String) {
        #expect(throws: LogError.self) { try Self.parse(text) }
    }

    @Test("the text ends at the last blank line")
    func lastBlankLine() throws {
        let note = try Self.parse("one\n\ntwo\n\n\n— a AAAAAAA=\n")
        #expect(note.text == "one\n\ntwo\n\n")
    }

    @Test("a combining mark behind a newline does not hide the newline")
    func combiningMark() throws {
        let note = try Self.parse("one\n\u{301}two\n\n— a AAAAAAA=\n")
        #expect(note.text == "one\n\u{301}two\n")
        #expect(throws: LogError.self) { try Self.parse("one\n\n\u{301}— a AAAAAAA=\n") }
    }

    @Test(
        "bytes that are no UTF-8 are refused",
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x80]] as [[UInt8]])
    func invalidUTF8(_ bytes: [UInt8]) {
        #expect(throws: LogError.malformed("the note is not UTF-8")) {
            try SignedNote(parsing: Array("text".utf8) + bytes + Array("\n\n— a AAAAAAA=\n".utf8))
        }
    }

    @Test("a hundred signatures are read and one more is refused; a mebibyte is read and one byte more is refused")
    func limits() throws {
        let line = "— a AAAAAAA=\n"
        #expect(try Self.parse("t\n\n" + String(repeating: line, count: 100)).signatures.count == 100)
        #expect(throws: LogError.malformed("the note has too many signatures")) {
            try Self.parse("t\n\n" + String(repeating: line, count: 101))
        }
        let rest = "\n\n" + line
        let text = String(repeating: "t", count: SignedNote.byteLimit - rest.utf8.count)
        #expect(try Self.parse(text + rest).signatures.count == 1)
        #expect(throws: LogError.malformed("the note is too large")) { try Self.parse(text + "t" + rest) }
    }
}
