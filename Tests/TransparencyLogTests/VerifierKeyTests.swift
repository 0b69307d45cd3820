import Integrity
import Testing

@testable import TransparencyLog

@Suite("Verifier keys")
struct VerifierKeyTests {
    @Test("the published key of golang.org/x/mod is read and written")
    func publishedKey() throws {
        let key = try Peter.key()
        #expect(key.origin.name == "PeterNeumann")
        #expect(Hex.encode(key.keyID) == "c74f20a3")
        #expect(key.text == Peter.verifierKey)
        #expect(try VerifierKey(origin: key.origin, key: Peter.signingKey().verifyingKey) == key)
    }

    @Test("no part of the published key is a key")
    func everyPart() {
        let text = Array(Peter.verifierKey.utf8)
        for start in text.indices {
            for end in start...text.count where end - start < text.count {
                #expect(throws: LogError.self) { try VerifierKey(parsing: String(decoding: text[start..<end], as: UTF8.self)) }
            }
        }
    }

    @Test("every bit of the published key counts")
    func everyBit() {
        let text = Array(Peter.verifierKey.utf8)
        for index in text.indices {
            for bit in 0..<7 {
                var altered = text
                altered[index] ^= 1 << bit
                #expect(throws: LogError.self, "byte \(index), bit \(bit)") {
                    try VerifierKey(parsing: String(decoding: altered, as: UTF8.self))
                }
            }
        }
    }

    /// The first two are those of x/mod's own test, their key ids adjusted to the content.
    @Test(
        "a key that fits its id and is no Ed25519 key is refused",
        arguments: [
            "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
            "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW+",
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+", "PeterNeumann+c74f20a3", "+c74f20a3+ARpc", "", "++", "+++",
        ])
    func noKey(_ text: String) {
        #expect(throws: LogError.self) { try VerifierKey(parsing: text) }
    }

    @Test("the key's id depends on the name")
    func idDependsOnName() throws {
        let key = try SigningKey.generate().verifyingKey
        let one = VerifierKey(origin: try #require(Origin("a")), key: key)
        let two = VerifierKey(origin: try #require(Origin("b")), key: key)
        #expect(one.keyID != two.keyID)
        #expect(throws: LogError.malformed("the verifier key's id does not belong to the key")) {
            try VerifierKey(parsing: "b" + one.text.dropFirst())
        }
    }
}

@Suite("Names of logs")
struct OriginTests {
    @Test(
        "a name may hold", arguments: ["a", "fengcun.example/station-1", "封存站", "x:y", "—", String(repeating: "a", count: 255)])
    func allowed(_ name: String) {
        #expect(Origin(name)?.name == name)
    }

    @Test(
        "a name may not hold",
        arguments: [
            "", " ", "a b", "a+b", "a\nb", "a\n", "a\tb", "a\u{A0}b", "a\u{3000}b", "a\u{2028}b", "a\u{85}b", "a\0", "a\u{7F}",
            "a\u{9B}", "a\u{FFFD}", String(repeating: "a", count: 256), String(repeating: "封", count: 86),
        ])
    func refused(_ name: String) {
        #expect(Origin(name) == nil)
    }

    @Test(
        "names that look alike and have other bytes are two names",
        arguments: [("caf\u{E9}", "cafe\u{301}"), ("Kiel", "\u{212A}iel"), ("\u{C5}bo", "\u{212B}bo")])
    func otherBytes(_ one: String, _ other: String) throws {
        try #require(one == other, "to Swift's strings they are one")
        #expect(Origin(one) != Origin(other))
        #expect(Set([Origin(one), Origin(other)]).count == 2)
    }
}
