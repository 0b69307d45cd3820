/// Why a person's signature is not accepted.
public enum SignatureError: Error, Equatable, CustomStringConvertible {
    /// The bytes are no signature of the kind that they claim to be.
    case malformed(String)
    /// More bytes than a signature has.
    case tooLarge
    /// An algorithm or a key that nobody should rely on any more, or that is not known here.
    case unsupported(String)
    /// The certificate of a signer is missing.
    case noCertificate
    /// The signature is over something else than the statement.
    case otherStatement
    /// The signature does not fit statement and key.
    case wrong

    /// One line in English. What comes from the signature in it is printed as it is: `printable` is for who shows it.
    public var description: String {
        switch self {
        case .malformed(let what): "this is no signature that can be read: \(what)"
        case .tooLarge: "a signature has at most \(PersonSignature.byteLimit) bytes"
        case .unsupported(let what): "the signature relies on \(what), which is not accepted"
        case .noCertificate: "the signer's certificate is missing"
        case .otherStatement: "the signature is over another text (with openssl cms, sign with -binary)"
        case .wrong: "the signature does not fit the statement and the signer's key"
        }
    }
}

/// What signatures of all formats have in common.
public enum PersonSignature {
    /// The most bytes of one signature, its certificates included.
    public static let byteLimit = 1 << 20
    /// The least security of a key in bits: RSA of 2,048 bits has 112 (NIST SP 800-57).
    static let securityLimit: CInt = 112
}
