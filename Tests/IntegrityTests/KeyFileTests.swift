import Foundation
import Integrity
import TestSupport
import Testing

@Suite("Key files")
struct KeyFileTests {
    @Test("a key that was written is the same key when it is read")
    func roundTrip() throws {
        let key = try SigningKey.generate()
        let again = try SigningKey(pem: key.pem())
        #expect(again.verifyingKey == key.verifyingKey)
        #expect(try again.sign([1, 2, 3]) == key.sign([1, 2, 3]))
        #expect(try again.pem() == key.pem())
    }

    @Test("two new keys differ")
    func newKeysDiffer() throws {
        #expect(try SigningKey.generate().verifyingKey != SigningKey.generate().verifyingKey)
    }

    @Test("openssl verifies our signature with a key that openssl made")
    func opensslVerifies() throws {
        let folder = TemporaryFolder()
        let (keyFile, publicFile) = (folder("key.pem").string, folder("public.pem").string)
        try #require(run("openssl", ["genpkey", "-algorithm", "ed25519", "-out", keyFile]).status == 0)
        try #require(run("openssl", ["pkey", "-in", keyFile, "-pubout", "-out", publicFile]).status == 0)
        let key = try SigningKey(pem: Array(Data(contentsOf: URL(filePath: keyFile))))
        let message = (0..<1000).map { _ in UInt8.random(in: 0...255) }
        let signature = try folder.write(key.sign(message), to: "signature").string
        func verify(_ message: [UInt8]) throws -> Int32 {
            try run(
                "openssl",
                [
                    "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", publicFile, "-sigfile", signature, "-in",
                    folder.write(message, to: "message").string,
                ]
            ).status
        }
        #expect(try verify(message) == 0)
        #expect(try verify(message + [0]) != 0)
    }

    @Test("we verify openssl's signature with a key that we made")
    func opensslSigns() throws {
        let folder = TemporaryFolder()
        let key = try SigningKey.generate()
        let signed = try run(
            "openssl",
            [
                "pkeyutl", "-sign", "-rawin", "-inkey", folder.write(key.pem(), to: "key.pem").string, "-in",
                folder.write(Array("封存".utf8), to: "message").string, "-out", folder("signature").string,
            ])
        try #require(signed.status == 0, "\(signed.errors)")
        let signature = Array(try Data(contentsOf: URL(filePath: folder("signature").string)))
        #expect(key.verifyingKey.verifies(signature, over: Array("封存".utf8)))
    }

    @Test(
        "a key of another kind is refused",
        arguments: [
            ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
            ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
            ["genpkey", "-algorithm", "ed448"],
            ["genpkey", "-algorithm", "x25519"],
            ["genpkey", "-algorithm", "ed25519", "-aes-256-cbc", "-pass", "pass:secret"],
        ])
    func otherKinds(_ arguments: [String]) throws {
        let folder = TemporaryFolder()
        let file = folder("key.pem").string
        let made = try run("openssl", arguments + ["-out", file])
        try #require(made.status == 0, "\(made.errors)")
        let pem = Array(try Data(contentsOf: URL(filePath: file)))
        #expect(throws: IntegrityError.notAnEd25519Key) { try SigningKey(pem: pem) }
    }

    @Test("a public key is no private key")
    func publicKey() throws {
        let folder = TemporaryFolder()
        let file = try folder.write(SigningKey.generate().pem(), to: "key.pem").string
        let pem = try run("openssl", ["pkey", "-in", file, "-pubout"]).output
        try #require(pem.hasPrefix("-----BEGIN PUBLIC KEY-----"))
        #expect(throws: IntegrityError.notAnEd25519Key) { try SigningKey(pem: Array(pem.utf8)) }
    }

    @Test("a damaged key file is refused")
    func damagedFile() throws {
        let pem = try SigningKey.generate().pem()
        for cut in 0..<pem.count - 26 {
            #expect(throws: IntegrityError.notAnEd25519Key, "cut to \(cut) bytes") { try SigningKey(pem: Array(pem[..<cut])) }
        }
    }

    @Test(
        "what is no PEM is refused",
        arguments: [
            "", "\n", "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", String(repeating: "A", count: 100_000), "\0\0\0\0",
        ])
    func garbage(_ text: String) {
        #expect(throws: IntegrityError.notAnEd25519Key) { try SigningKey(pem: Array(text.utf8)) }
    }
}
