import Integrity
import Testing

@testable import TransparencyLog

@Suite("Whose signature a note needs")
struct NoteVerificationTests {
    static func append(_ line: String, to note: String = Peter.note) throws -> SignedNote {
        try SignedNote(parsing: Array((note + line).utf8))
    }

    @Test("a signature by an unknown key is ignored, before or behind the known one")
    func unknownKeyIgnored() throws {
        let unknown = "— witness.example AAAAAAECAwQ=\n"
        try Self.append(unknown).verify([Peter.key()])
        let line = try #require(Peter.note.split(separator: "\n").last)
        try Self.append(unknown + line + "\n", to: Peter.text + "\n").verify([Peter.key()])
    }

    @Test("a bad signature by a known key rejects the note although a good one stands beside it")
    func badBesideGood() throws {
        let line = "— PeterNeumann \(Base64.encode([0xc7, 0x4f, 0x20, 0xa3] + [UInt8](repeating: 0, count: 64)))\n"
        let note = try Self.append(line)
        #expect(throws: LogError.unproved("the signature of the log's key is bad")) { try note.verify([Peter.key()]) }
    }

    @Test("a note without a signature by a known key is rejected")
    func noKnownKey() throws {
        let note = try Self.append("")
        let other = try SampleLog("PeterNeumann").verifierKey
        #expect(throws: LogError.unproved("no signature by the log's key")) { try note.verify([other]) }
        #expect(throws: LogError.unproved("no signature by the log's key")) { try note.verify([]) }
    }

    @Test("the signature of one text does not vouch for another")
    func otherText() throws {
        let line = try #require(Peter.note.split(separator: "\n").last)
        let note = try Self.append("other text\n\n\(line)\n", to: "")
        #expect(throws: LogError.unproved("the signature of the log's key is bad")) { try note.verify([Peter.key()]) }
    }

    @Test("the signer's name spelled with other bytes is another name")
    func otherSpellingOfTheName() throws {
        let log = try SampleLog("Kiel")
        let note = try SignedNote(signing: "text\n", with: log.key, as: log.origin)
        try note.verify([log.verifierKey])
        // U+212A, the kelvin sign, is canonically equivalent to K.
        let altered = try SignedNote(
            parsing: Array(note.encoded.replacing("— Kiel", with: "— \u{212A}iel", maxReplacements: 1).utf8))
        try #require(altered.signatures.map { Array($0.name.utf8) } == [Array("\u{212A}iel".utf8)])
        #expect(throws: LogError.unproved("no signature by the log's key")) { try altered.verify([log.verifierKey]) }
    }
}
