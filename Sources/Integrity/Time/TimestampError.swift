/// Why a time-stamp (RFC 3161) could not be asked for or is not believed.
public enum TimestampError: Error, Equatable, CustomStringConvertible {
    /// Not the DER of what it should be: which thing, and what is wrong with it.
    case malformed(what: String, reason: String)
    /// More bytes than such a thing may have.
    case tooLarge(limit: Int)
    /// The authority refused to stamp; PKIStatus, its words and PKIFailureInfo, all as one printable line.
    case refused(String)
    /// A digest that is not asked for here.
    case unknownImprint
    /// The token is over other bytes.
    case otherData
    /// The token answers another request.
    case otherNonce
    /// The signature, the signer's certificate or the token's own statement about it is bad.
    case badSignature(String)
    /// The signature is made over a digest in which collisions can be found.
    case weakDigest(String)
    /// The token does not hold the certificate of its signer.
    case noCertificate
    /// libcrypto cannot do what is needed.
    case library(IntegrityError)

    /// One line in English.
    public var description: String {
        switch self {
        case .malformed(let what, let reason): "\(what) is malformed: \(reason)"
        case .tooLarge(let limit): "the time-stamp is larger than \(limit) bytes"
        case .refused(let reason): "the time-stamping authority refused: \(reason)"
        case .unknownImprint: "the time-stamp is over a digest other than SHA-256 and SM3"
        case .otherData: "the time-stamp is over other bytes"
        case .otherNonce: "the time-stamp answers another request (its nonce differs)"
        case .badSignature(let reason): "the time-stamp's signature is bad: \(reason)"
        case .weakDigest(let name): "the time-stamp is signed over a broken digest (\(name))"
        case .noCertificate: "the time-stamp does not hold its signer's certificate"
        case .library(let error): error.description
        }
    }

    /// A fault of a thing that libcrypto could not read; its own words.
    static func malformed(_ what: String) -> TimestampError {
        guard case .openSSL(_, let reason) = IntegrityError.last("read") else { return .malformed(what: what, reason: "") }
        return .malformed(what: what, reason: reason)
    }
}
