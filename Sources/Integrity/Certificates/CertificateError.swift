/// Why a certificate, or the chain that it belongs to, cannot be relied on.
public enum CertificateError: Error, Equatable, CustomStringConvertible {
    /// The bytes hold no certificate in DER or PEM, or something beside it; in a file with several, the place counted from 1.
    case notACertificate(place: Int)
    /// More certificates or bytes than are read.
    case tooLarge
    /// No chain leads to a trusted certificate.
    case untrusted(subject: String, reason: String)
    /// A certificate was not valid at the time in question; seconds since 1970.
    case notValid(subject: String, notBefore: Int, notAfter: Int, at: Int)
    /// A certificate was revoked at or before the time in question; seconds since 1970.
    case revoked(subject: String, since: Int)
    /// A certificate was revoked after the time in question, but nothing shows that what it signed is that old; seconds since 1970.
    case revokedLater(subject: String, since: Int)
    /// The certificate says that its key is for something else.
    case otherPurpose(subject: String)

    /// One line in English. Names of certificates in it are printed as they are: `printable` is for who shows it.
    public var description: String {
        switch self {
        case .notACertificate(let place): "certificate \(place) of the file is no X.509 certificate in DER or PEM"
        case .tooLarge: "the file holds more than \(Certificate.countLimit) certificates or \(Certificate.byteLimit) bytes"
        case .untrusted(let subject, let reason): "no chain of certificates leads from \(subject) to a trusted one: \(reason)"
        case .notValid(let subject, let notBefore, let notAfter, let time):
            "the certificate of \(subject) is valid from \(UTCSeconds.text(notBefore)) to \(UTCSeconds.text(notAfter)), "
                + "not at \(UTCSeconds.text(time))"
        case .revoked(let subject, let since): "the certificate of \(subject) was revoked at \(UTCSeconds.text(since))"
        case .revokedLater(let subject, let since):
            "the certificate of \(subject) was revoked at \(UTCSeconds.text(since)), and nothing proves that the signature is older"
        case .otherPurpose(let subject): "the certificate of \(subject) is for another purpose"
        }
    }
}
