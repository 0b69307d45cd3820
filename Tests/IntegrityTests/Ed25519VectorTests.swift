import Integrity
import Testing

/// RFC 8032, section 7.1.
struct Ed25519Vector: CustomTestStringConvertible, Sendable {
    let name: String
    let seed: String
    let publicKey: String
    let message: String
    let signature: String

    var testDescription: String { name }

    /// The private key as PKCS#8 (RFC 8410, section 7) in PEM: a fixed head and the seed.
    func pem() throws -> [UInt8] {
        let der = try #require(Hex.decode("302e020100300506032b657004220420" + seed))
        return Array("-----BEGIN PRIVATE KEY-----\n\(Base64.encode(der))\n-----END PRIVATE KEY-----\n".utf8)
    }
}

private let vectors = [
    Ed25519Vector(
        name: "TEST 1 (no byte)", seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
        signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd"
            + "25bf5f0595bbe24655141438e7a100b"),
    Ed25519Vector(
        name: "TEST 2 (one byte)", seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
        signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c38"
            + "7b2eaeb4302aeeb00d291612bb0c00"),
    Ed25519Vector(
        name: "TEST 3 (two bytes)", seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", message: "af82",
        signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a"
            + "7c15e9716ed28dc027beceea1ec40a"),
    Ed25519Vector(
        name: "TEST SHA(abc)", seed: "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        publicKey: "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        message: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423"
            + "643ce80e2a9ac94fa54ca49f",
        signature: "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303d"
            + "ca179c138ac17ad9bef1177331a704"),
]

@Suite("Ed25519 as RFC 8032 prints it")
struct Ed25519VectorTests {
    @Test("a published key makes the published signature", arguments: vectors)
    func signing(_ vector: Ed25519Vector) throws {
        let key = try SigningKey(pem: vector.pem())
        #expect(Hex.encode(key.verifyingKey.bytes) == vector.publicKey)
        let message = try #require(Hex.decode(vector.message))
        #expect(Hex.encode(try key.sign(message)) == vector.signature)
    }

    @Test("the published signature is that of the published key over nothing else", arguments: vectors)
    func verifying(_ vector: Ed25519Vector) throws {
        let key = try VerifyingKey(bytes: try #require(Hex.decode(vector.publicKey)))
        let message = try #require(Hex.decode(vector.message))
        let signature = try #require(Hex.decode(vector.signature))
        #expect(key.verifies(signature, over: message))
        #expect(!key.verifies(signature, over: message + [0]))
        for index in signature.indices {
            var altered = signature
            altered[index] ^= 1
            #expect(!key.verifies(altered, over: message), "byte \(index)")
        }
        #expect(!key.verifies(Array(signature.dropLast()), over: message))
        #expect(!key.verifies(signature + [0], over: message))
        #expect(!key.verifies([], over: message))
    }

    @Test("another key's signature is refused")
    func otherKey() throws {
        let (one, two) = (try SigningKey(pem: vectors[0].pem()), try SigningKey(pem: vectors[1].pem()))
        #expect(!two.verifyingKey.verifies(try one.sign([1]), over: [1]))
    }

    @Test("a public key has 32 bytes", arguments: [0, 31, 33, 64])
    func publicKeyLength(_ count: Int) {
        #expect(throws: IntegrityError.badPublicKey) { try VerifyingKey(bytes: [UInt8](repeating: 1, count: count)) }
    }
}
