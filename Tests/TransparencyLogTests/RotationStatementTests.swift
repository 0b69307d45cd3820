import Integrity
import Testing
import TransparencyLog

@Suite("Rotation statements and second signatures")
struct RotationStatementTests {
    private let origin: Origin = {
        guard let origin = Origin("test.example/log") else { preconditionFailure("a valid name") }
        return origin
    }()

    private func statement(_ old: SigningKey, _ new: SigningKey, size: Int = 7) -> RotationStatement {
        RotationStatement(
            before: Checkpoint(origin: origin, size: size, root: .emptyTree),
            old: VerifierKey(origin: origin, key: old.verifyingKey), new: VerifierKey(origin: origin, key: new.verifyingKey))
    }

    @Test func bothKeysMustHaveSignedJustThis() throws {
        let (old, new, other) = (try SigningKey.generate(), try SigningKey.generate(), try SigningKey.generate())
        let note = try statement(old, new).signed(old: old, new: new)
        try statement(old, new).verify(SignedNote(parsing: Array(note.encoded.utf8)))
        #expect(throws: LogError.self) { try statement(old, new, size: 8).verify(note) }
        #expect(throws: LogError.self) { try statement(new, old).verify(note) }
        #expect(throws: LogError.self) { try statement(old, other).verify(note) }
        let onlyOld = try SignedNote(signing: note.text, with: old, as: origin)
        #expect(throws: LogError.self) { try statement(old, new).verify(onlyOld) }
        let onlyNew = try SignedNote(signing: note.text, with: new, as: origin)
        #expect(throws: LogError.self) { try statement(old, new).verify(onlyNew) }
        #expect(throws: LogError.self) { try statement(old, old).verify(statement(old, old).signed(old: old, new: old)) }
    }

    @Test func anSM2LineStandsBesideTheOther() throws {
        let (key, second) = (try SigningKey.generate(), try SM2SigningKey.generate())
        let verifier = VerifierKey(origin: origin, key: key.verifyingKey)
        let checkpoint = Checkpoint(origin: origin, size: 3, root: .emptyTree)
        let note = try checkpoint.signed(with: key).signed(with: second, as: origin)
        let read = try SignedNote(parsing: Array(note.encoded.utf8))
        #expect(try Checkpoint(verifying: read, key: verifier) == checkpoint)
        let sm2 = SM2NoteKey(origin: origin, key: second.verifyingKey)
        try sm2.verify(read)
        #expect(throws: LogError.self) { try sm2.verify(checkpoint.signed(with: key)) }
        let moved = note.encoded.replacing("\n3\n", with: "\n4\n")
        #expect(throws: LogError.self) { try sm2.verify(SignedNote(parsing: Array(moved.utf8))) }
    }

    @Test func anSM2KeyIsReadInItsOnlySpelling() throws {
        let key = SM2NoteKey(origin: origin, key: try SM2SigningKey.generate().verifyingKey)
        #expect(try SM2NoteKey(parsing: key.text) == key)
        for text in ["", "+", key.text + "=", key.text.uppercased(), String(key.text.dropLast(2)), "x" + key.text] {
            #expect(throws: LogError.self) { try SM2NoteKey(parsing: text) }
        }
        #expect(throws: LogError.self) { try VerifierKey(parsing: key.text) }
    }
}
