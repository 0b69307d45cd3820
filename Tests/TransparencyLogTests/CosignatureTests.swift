import Integrity
import Testing

@testable import TransparencyLog

/// The example of c2sp.org/tlog-cosignature has no published keys; these were made here and are checked by Go in the system
/// tests.
@Suite("Cosignatures")
struct CosignatureTests {
    let log: SampleLog
    let witness: SigningKey
    let name: Origin
    let note: SignedNote

    init() throws {
        log = try SampleLog()
        witness = try SigningKey.generate()
        name = try #require(Origin("witness.example/w1"))
        note = try log.checkpoint(NaiveTree(size: 7))
    }

    var key: CosignerKey { CosignerKey(name: name, key: witness.verifyingKey) }

    private func cosigned(at time: Int) throws -> SignedNote {
        try note.adding([try Cosignature(of: note.text, at: time, with: witness, as: name).line])
    }

    @Test("what is signed is the specification's message, byte for byte")
    func message() throws {
        let line = try Cosignature(of: note.text, at: 1_679_315_147, with: witness, as: name).line
        #expect(line.bytes.count == 72)
        #expect(Array(line.bytes.prefix(8)) == [0, 0, 0, 0, 0x64, 0x18, 0x50, 0xCB])
        let message = Array("cosignature/v1\ntime 1679315147\n\(note.text)".utf8)
        #expect(witness.verifyingKey.verifies(Array(line.bytes.dropFirst(8)), over: message))
        let id = SHA256.digest(Array(name.name.utf8), [0x0A, 0x04], witness.verifyingKey.bytes).prefix(4)
        #expect(line.keyID == Array(id))
    }

    @Test("a key round trips and is no log's key")
    func keys() throws {
        #expect(try CosignerKey(parsing: key.text) == key)
        #expect(throws: LogError.self) { try VerifierKey(parsing: key.text) }
        #expect(throws: LogError.self) { try CosignerKey(parsing: log.verifierKey.text) }
        #expect(throws: LogError.self) { try CosignerKey(parsing: "x" + key.text) }
    }

    @Test(
        "cosignatures of known witnesses are found, those of others left alone", arguments: [1, 1_700_000_000, 253_402_300_799])
    func found(_ time: Int) throws {
        let note = try cosigned(at: time)
        #expect(try note.cosignatures(by: [key]).map(\.time) == [time])
        #expect(try note.cosignatures(by: []).isEmpty)
        let other = CosignerKey(name: name, key: try SigningKey.generate().verifyingKey)
        #expect(try note.cosignatures(by: [other]).isEmpty)
        #expect(try SignedNote(parsing: Array(note.encoded.utf8)) == note)
        try note.verify([log.verifierKey])
    }

    @Test("every bit of time and signature counts")
    func everyBit() throws {
        let good = try Cosignature(of: note.text, at: 1_700_000_000, with: witness, as: name).line
        for index in good.bytes.indices {
            for bit in 0..<8 {
                var bytes = good.bytes
                bytes[index] ^= 1 << bit
                let line = SignedNote.Signature(name: good.name, keyID: good.keyID, bytes: bytes)
                #expect(throws: LogError.self) { try note.adding([line]).cosignatures(by: [key]) }
            }
        }
        for bytes in [[], Array(good.bytes.dropLast()), good.bytes + [0], Array(repeating: 0, count: 72)] {
            let line = SignedNote.Signature(name: good.name, keyID: good.keyID, bytes: bytes)
            #expect(throws: LogError.self) { try note.adding([line]).cosignatures(by: [key]) }
        }
    }

    @Test("a cosignature is good for one checkpoint only")
    func otherCheckpoint() throws {
        let line = try Cosignature(of: note.text, at: 5, with: witness, as: name).line
        let other = try log.checkpoint(NaiveTree(size: 8))
        #expect(throws: LogError.self) { try other.adding([line]).cosignatures(by: [key]) }
    }

    @Test("two keys with one id: one of them must have signed")
    func collision() throws {
        let note = try cosigned(at: 9)
        // A collision of 32 bits is made up: the other key is given the id of the first.
        let twin = CosignerKey(name: name, key: try SigningKey.generate().verifyingKey, keyID: key.keyID)
        #expect(try note.cosignatures(by: [twin, key]).map(\.key) == [key])
        #expect(throws: LogError.self) { try note.cosignatures(by: [twin]) }
    }

    @Test("a note takes a hundred lines and no more")
    func limit() throws {
        let lines = try (1...100).map { try Cosignature(of: note.text, at: $0, with: witness, as: name).line }
        #expect(try note.adding(Array(lines.prefix(99))).cosignatures(by: [key]).count == 99)
        #expect(throws: LogError.self) { try note.adding(lines) }
        #expect(try note.adding(note.signatures) == note)
    }

    @Test("signature lines are read as a witness sends them")
    func answer() throws {
        let lines = try (1...3).map { try Cosignature(of: note.text, at: $0, with: witness, as: name).line }
        let text = lines.map(\.text).joined()
        #expect(try SignedNote.signatures(parsing: Array(text.utf8)) == lines)
        for bad in ["", "\n", text + "\n", String(text.dropLast()), "x" + text, text.replacing("—", with: "-")] {
            #expect(throws: LogError.self) { try SignedNote.signatures(parsing: Array(bad.utf8)) }
        }
    }
}

@Suite("Requests to witnesses")
struct WitnessRequestTests {
    @Test("a request round trips", arguments: [0, 1, 2, 63])
    func roundTrip(_ hashes: Int) throws {
        let log = try SampleLog()
        let path = (0..<hashes).map { LogHash.leaf([UInt8($0)]) }
        let request = WitnessRequest(oldSize: hashes, path: path, checkpoint: try log.checkpoint(NaiveTree(size: 64)))
        #expect(try WitnessRequest(parsing: Array(request.encoded.utf8)) == request)
        #expect(request.encoded.hasPrefix("old \(hashes)\n"))
    }

    @Test("what the specification forbids is refused")
    func refused() throws {
        let log = try SampleLog()
        let note = try log.checkpoint(NaiveTree(size: 64)).encoded
        let hash = LogHash.leaf([]).base64 + "\n"
        #expect(try WitnessRequest(parsing: Array("old 3\n\(hash)\n\(note)".utf8)).oldSize == 3)
        for head in [
            "", "\n", "old\n\n", "old 03\n\n", "old -1\n\n", "old  3\n\n", "Old 3\n\n", "old 3\r\n\n", "old 3\n", "old 3 \n\n",
            "old 3\n" + String(repeating: hash, count: 64) + "\n", "old 3\nAAAA\n\n", "old 3\n \n\n",
            "old 9223372036854775808\n\n",
        ] {
            #expect(throws: LogError.self, "\(head.debugDescription)") { try WitnessRequest(parsing: Array((head + note).utf8)) }
        }
    }

    @Test("no mutation of a request crashes the parser, and what it reads it writes again")
    func mutations() throws {
        let log = try SampleLog()
        let path = (0..<5).map { LogHash.leaf([UInt8($0)]) }
        let good = Array(WitnessRequest(oldSize: 9, path: path, checkpoint: try log.checkpoint(NaiveTree(size: 64))).encoded.utf8)
        for _ in 0..<5000 {
            let bytes = mutated(good)
            if let request = try? WitnessRequest(parsing: bytes) { #expect(Array(request.encoded.utf8) == bytes) }
        }
    }
}

/// The bytes with one to three random changes: a byte set, removed, added, or the end cut off.
func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3) where !bytes.isEmpty {
        let index = bytes.indices.randomElement() ?? 0
        switch Int.random(in: 0..<4) {
        case 0: bytes[index] = UInt8.random(in: 0...255)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert([0x0A, 0x20, 0x2B, 0x30, UInt8.random(in: 0...255)].randomElement() ?? 0, at: index)
        default: if Int.random(in: 0..<4) == 0 { bytes.removeSubrange(index...) }
        }
    }
    return bytes
}
