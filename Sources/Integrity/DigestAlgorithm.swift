import COpenSSL

/// The digests (散列算法) that an image or a file can be given.
///
/// The raw value is the name used in entries, in the API and on the command line.
public enum DigestAlgorithm: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable, Comparable {
    /// MD5 (RFC 1321). Broken against collisions; kept because forms and databases still ask for it.
    case md5
    /// SHA-1 (FIPS 180-4). Broken against collisions; kept for the same reason.
    case sha1
    /// SHA-256 (FIPS 180-4).
    case sha256
    /// SHA-512 (FIPS 180-4).
    case sha512
    /// SM3 (GB/T 32905-2016, ISO/IEC 10118-3:2018).
    case sm3
    /// SHA3-256 (FIPS 202).
    case sha3_256 = "sha3-256"
    /// BLAKE2b with 512 bits, no key (RFC 7693); what `b2sum` prints.
    case blake2b512

    /// The name as standards and forms write it.
    public var displayName: String {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA-1"
        case .sha256: "SHA-256"
        case .sha512: "SHA-512"
        case .sm3: "SM3"
        case .sha3_256: "SHA3-256"
        case .blake2b512: "BLAKE2b-512"
        }
    }

    /// Length of the digest in bytes.
    public var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256, .sm3, .sha3_256: 32
        case .sha512, .blake2b512: 64
        }
    }

    /// Alphabetical by raw value, so that lists and JSON have one order.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// OpenSSL's implementation; static, so nothing is fetched or freed here.
    var implementation: OpaquePointer? {
        switch self {
        case .md5: EVP_md5()
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        case .sha512: EVP_sha512()
        case .sm3: EVP_sm3()
        case .sha3_256: EVP_sha3_256()
        case .blake2b512: EVP_blake2b512()
        }
    }
}
