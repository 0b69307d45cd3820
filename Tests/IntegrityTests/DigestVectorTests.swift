import Integrity
import Testing

/// A value that a standard prints.
struct DigestVector: CustomTestStringConvertible, Sendable {
    let algorithm: DigestAlgorithm
    let name: String
    let message: [UInt8]
    let hex: String

    init(_ algorithm: DigestAlgorithm, _ message: String, _ hex: String, name: String? = nil) {
        self.algorithm = algorithm
        self.name = name ?? "\"\(message)\""
        self.message = Array(message.utf8)
        self.hex = hex
    }

    var testDescription: String { "\(algorithm.displayName) of \(name)" }
}

private let alphabet = "abcdefghijklmnopqrstuvwxyz"
private let digits = "1234567890"
private let longest = String(repeating: "a", count: 1_000_000)
private let fips448 = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
private let fips896 =
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"

/// RFC 1321, appendix A.5.
private let md5 = [
    DigestVector(.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
    DigestVector(.md5, "a", "0cc175b9c0f1b6a831c399e269772661"),
    DigestVector(.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
    DigestVector(.md5, "message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    DigestVector(.md5, alphabet, "c3fcd3d76192e4007dfb496cca67e13b"),
    DigestVector(.md5, alphabet.uppercased() + alphabet + "0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"),
    DigestVector(.md5, String(repeating: digits, count: 8), "57edf4a22be3c955ac49da2e2107b67a"),
    DigestVector(.md5, longest, "7707d6ae4e027c70eea2a935c2296f21", name: "a million a"),
]

/// FIPS 180-4's examples (csrc.nist.gov, "Examples with Intermediate Values") and the long message of FIPS 180-2.
private let sha = [
    DigestVector(.sha1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    DigestVector(.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    DigestVector(.sha1, fips448, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
    DigestVector(.sha1, longest, "34aa973cd4c4daa4f61eeb2bdbad27316534016f", name: "a million a"),
    DigestVector(.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    DigestVector(.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    DigestVector(.sha256, fips448, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    DigestVector(.sha256, longest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", name: "a million a"),
    DigestVector(
        .sha512, "",
        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
            + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"),
    DigestVector(
        .sha512, "abc",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
    DigestVector(
        .sha512, fips896,
        "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
            + "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"),
    DigestVector(
        .sha512, longest,
        "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
            + "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b", name: "a million a"),
]

/// GB/T 32905-2016, appendix A; the others are those that libgcrypt and the Linux kernel publish.
private let sm3 = [
    DigestVector(.sm3, "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    DigestVector(
        .sm3, String(repeating: "abcd", count: 16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    DigestVector(.sm3, "", "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"),
    DigestVector(.sm3, longest, "c8aaf89429554029e231941a2acc0ad61ff2a5acd8fadd25847a3a732b3b02c3", name: "a million a"),
]

/// FIPS 202's examples (csrc.nist.gov, "Examples with Intermediate Values") and the million a of the SHA-3 team's test vectors.
private let sha3 = [
    DigestVector(.sha3_256, "", "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"),
    DigestVector(.sha3_256, "abc", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
    DigestVector(.sha3_256, fips448, "41c0dba2a9d6240849100376a8235e2c82e1b9998a999e21db32dd97496d3376"),
    DigestVector(.sha3_256, longest, "5c8875ae474a3634ba4fd55ec85bffd661f32aca75c6d699d0cdcb6c115891c1", name: "a million a"),
]

/// RFC 7693, appendix A ("abc"); the others are what `b2sum` of coreutils prints.
private let blake2 = [
    DigestVector(
        .blake2b512, "abc",
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
            + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"),
    DigestVector(
        .blake2b512, "",
        "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419"
            + "d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce"),
    DigestVector(
        .blake2b512, longest,
        "98fb3efb7206fd19ebf69b6f312cf7b64e3b94dbe1a17107913975a793f177e1"
            + "d077609d7fba363cbba00d05f7aa4e4fa8715d6428104c0a75643b0ff3fd3eaf", name: "a million a"),
]

@Suite("Digests as the standards print them")
struct DigestVectorTests {
    @Test("a published message has its published digest", arguments: md5 + sha + sm3 + sha3 + blake2)
    func publishedVector(_ vector: DigestVector) throws {
        let digest = try Digest.of(vector.message, vector.algorithm)
        #expect(digest.hex == vector.hex)
        #expect(digest.algorithm == vector.algorithm)
        #expect(digest.description == "\(vector.algorithm.displayName) \(vector.hex)")
    }

    @Test("every algorithm has a vector for nothing, for \"abc\" and for a million a", arguments: DigestAlgorithm.allCases)
    func everyAlgorithmIsCovered(_ algorithm: DigestAlgorithm) {
        let lengths = Set((md5 + sha + sm3 + sha3 + blake2).filter { $0.algorithm == algorithm }.map(\.message.count))
        #expect(lengths.isSuperset(of: [0, 3, 1_000_000]))
    }

    @Test("SHA-256 in parts is SHA-256 of the whole")
    func partsOfAMessage() {
        let whole = Array(fips448.utf8)
        #expect(Hex.encode(SHA256.digest(Array(whole[..<5]), [], Array(whole[5...]))) == sha[6].hex)
        #expect(Hex.encode(SHA256.digest()) == sha[4].hex)
    }
}
