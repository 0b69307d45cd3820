import Foundation
import Integrity
import TestSupport
import Testing

@Suite("SM2 keys and encrypted keys")
struct SM2KeyTests {
    private let message = Array("封存 checkpoint".utf8)

    @Test func aKeyThatWasWrittenIsTheSameKey() throws {
        let key = try SM2SigningKey.generate()
        let again = try SM2SigningKey(pem: key.pem())
        #expect(again.verifyingKey == key.verifyingKey)
        let signature = try key.sign(message)
        #expect(again.verifyingKey.verifies(signature, over: message))
        #expect(try SM2VerifyingKey(bytes: key.verifyingKey.bytes).verifies(signature, over: message))
        #expect(!again.verifyingKey.verifies(signature, over: message + [0]))
        #expect(try !SM2SigningKey.generate().verifyingKey.verifies(signature, over: message))
    }

    @Test func everyChangedBitOfASignatureIsNoticed() throws {
        let key = try SM2SigningKey.generate()
        let signature = try key.sign(message)
        for bit in 0..<(signature.count * 8) {
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.verifyingKey.verifies(changed, over: message), "bit \(bit)")
        }
        #expect(!key.verifyingKey.verifies([], over: message))
        #expect(!key.verifyingKey.verifies(signature + [0], over: message))
    }

    @Test func aPointOffTheCurveIsNoKey() throws {
        let bytes = try SM2SigningKey.generate().verifyingKey.bytes
        #expect(throws: IntegrityError.notAnSM2Key) { try SM2VerifyingKey(bytes: bytes.dropLast() + [bytes[64] ^ 1]) }
        #expect(throws: IntegrityError.notAnSM2Key) { try SM2VerifyingKey(bytes: Array(bytes.dropLast())) }
        #expect(throws: IntegrityError.notAnSM2Key) { try SM2VerifyingKey(bytes: [0x02] + bytes.dropFirst()) }
    }

    /// gmssl is pure Python and shares no code with libcrypto (pip install gmssl).
    @Test(.enabled(if: hasGMSSL, "needs the Python module gmssl (scripts/prepare)"))
    func anotherImplementationAccepts() throws {
        let key = try SM2SigningKey.generate()
        let signature = try key.sign(message)
        func accepts(_ message: [UInt8]) throws -> Bool {
            let script = """
                import sys
                from gmssl import sm2
                point, der, message = (bytes.fromhex(a) for a in sys.argv[1:])
                def integer(at):
                    end = at + 2 + der[at + 1]
                    return int.from_bytes(der[at + 2:end], "big"), end
                r, at = integer(2)
                s, _ = integer(at)
                key = sm2.CryptSM2(private_key="", public_key=point[1:].hex())
                sys.exit(0 if key.verify_with_sm3(f"{r:064x}{s:064x}", message) else 1)
                """
            return try run(
                "python3", ["-c", script] + [key.verifyingKey.bytes, signature, message].map { Hex.encode($0) }
            ).status == 0
        }
        #expect(try accepts(message))
        #expect(try !accepts(message + [0]))
    }

    static let hasGMSSL = (try? run("python3", ["-c", "from gmssl import sm2"]).status) == 0

    // MARK: Encrypted keys

    @Test func opensslOpensWhatWeEncrypted() throws {
        let folder = TemporaryFolder()
        let key = try SigningKey.generate()
        let pem = try key.pem(passphrase: Array("correct horse".utf8))
        #expect(PrivateKeyPEM.isEncrypted(pem))
        #expect(try !PrivateKeyPEM.isEncrypted(key.pem()))
        let file = try folder.write(pem, to: "key.pem").string
        func open(_ passphrase: String) throws -> Outcome {
            try run("openssl", ["pkey", "-in", file, "-passin", "pass:" + passphrase])
        }
        #expect(try open("correct horse").output == String(decoding: key.pem(), as: UTF8.self))
        #expect(try open("wrong horse").status != 0)
        let asn1 = try run("openssl", ["asn1parse", "-in", file]).output
        #expect(asn1.contains("scrypt") && asn1.contains("aes-256-cbc"))
    }

    @Test func onlyThePassphraseOpensAKey() throws {
        let key = try SigningKey.generate()
        let pem = try key.pem(passphrase: Array("correct horse".utf8))
        #expect(try SigningKey(pem: pem, passphrase: Array("correct horse".utf8)).verifyingKey == key.verifyingKey)
        for wrong in [nil, Array("wrong horse".utf8), []] {
            #expect(throws: IntegrityError.notAnEd25519Key) { try SigningKey(pem: pem, passphrase: wrong) }
        }
        // A plain key needs none.
        #expect(try SigningKey(pem: key.pem(), passphrase: [1]).verifyingKey == key.verifyingKey)
    }
}
