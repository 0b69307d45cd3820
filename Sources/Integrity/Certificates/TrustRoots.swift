import COpenSSL

/// Certificates that somebody decided to trust (信任根), and lists of those that their issuers revoked. They are the reader's own,
/// never the bundle's.
public struct TrustRoots: Sendable {
    /// What a certificate at the end of a chain must be good for.
    public enum Purpose: Sendable {
        /// A person's signature: digital signature or non-repudiation where key usage is restricted (RFC 5280 §4.2.1.3), and
        /// where extended key usage is, one of: any, document signing (RFC 9336), e-mail protection, client authentication.
        case signature
        /// RFC 3161 time-stamps: time-stamping alone, marked critical (§2.3 there).
        case timeStamping
    }

    /// The most certificates in a chain between the signer's and the trusted one.
    public static let depthLimit = 10

    /// The trusted certificates: roots, or any others that the reader decided on.
    public let certificates: [Certificate]
    let revocations: [RevocationList]

    /// Reads a PEM file of trusted certificates; blocks `X509 CRL` in it are the revocation lists to heed.
    ///
    /// - Throws: `CertificateError.notACertificate` where it holds no certificate, or a damaged one.
    public init(pem: [UInt8]) throws(CertificateError) {
        guard pem.count <= Certificate.byteLimit else { throw .tooLarge }
        if pem.first == 0x30 {
            certificates = [try Certificate(der: pem)]
            revocations = []
            return
        }
        let blocks = PEMBlocks(pem)
        let lists = blocks.filter { $0.label == "X509 CRL" }
        certificates = try Certificate.read(blocks.filter { $0.label != "X509 CRL" })
        guard !certificates.isEmpty else { throw .notACertificate(place: 1) }
        var revocations: [RevocationList] = []
        for (index, block) in lists.enumerated() {
            guard let bytes = block.bytes, let list = RevocationList(der: bytes) else {
                throw .notACertificate(place: certificates.count + index + 1)
            }
            revocations.append(list)
        }
        self.revocations = revocations
    }

    /// Finds the chain from a certificate to a trusted one and checks every signature, validity, constraint and use in it.
    ///
    /// Certificates signed with MD5 or SHA-1, and keys below 112 bits of security, lead nowhere. A certificate is revoked when a
    /// list of its issuer says so for a time not after `time`; lists are heeded whatever their own dates are. Whoever has a
    /// stolen key can name any time, so a later revocation counts, too, where nobody proves `time`; and of time-stamps always,
    /// but for the reasons that leave the earlier ones valid (RFC 3161 §4). That the reader trusts a certificate itself does not
    /// outweigh a list of its issuer among what he brought.
    ///
    /// - Parameters:
    ///   - others: certificates from anywhere that may fill the gap.
    ///   - time: when the chain must hold, in seconds since 1970.
    ///   - isProved: whether somebody else than the signer and who shows the signature proves that it was there by then.
    /// - Returns: the chain, `leaf` first, the trusted certificate last.
    public func chain(
        from leaf: Certificate, through others: [Certificate], at time: Int, isProved: Bool = true, for purpose: Purpose
    ) throws(CertificateError) -> [Certificate] {
        let chain = try builtChain(from: leaf, through: others, at: time, for: purpose)
        if purpose == .signature, try !SignatureUsage.allows(leaf) { throw .otherPurpose(subject: leaf.subject) }
        for (place, certificate) in chain.enumerated() {
            // The chain ends with the first certificate that is trusted: who issued that one need not stand in it.
            func issuers() -> [Certificate] {
                place + 1 < chain.count ? [chain[place + 1]] : (certificates + others).filter { $0.hasIssued(certificate) }
            }
            for list in revocations {
                switch list.finding(on: certificate, issuedBy: issuers) {
                case nil: break
                case .unproved:
                    throw .untrusted(
                        subject: leaf.subject,
                        reason: "a revocation list that names \(certificate.subject) is not signed by its issuer")
                case .revoked(let since, let reason):
                    if since <= time { throw .revoked(subject: certificate.subject, since: since) }
                    let leavesEarlierOnes = purpose == .signature || reason.map(Self.harmlessReasons.contains) ?? false
                    if !isProved || !leavesEarlierOnes {
                        throw .revokedLater(subject: certificate.subject, since: since)
                    }
                }
            }
        }
        return chain
    }

    /// Reasons for which the time-stamps from before a revocation stay valid (RFC 3161 §4): unspecified, affiliationChanged,
    /// superseded, cessationOfOperation.
    private static let harmlessReasons: Set<Int> = [0, 3, 4, 5]

    private func builtChain(
        from leaf: Certificate, through others: [Certificate], at time: Int, for purpose: Purpose
    ) throws(CertificateError) -> [Certificate] {
        defer { ERR_clear_error() }
        let target = try CertificateHandle(der: leaf.der)
        let untrusted = try CertificateStack(others)
        let trusted = try CertificateStack(certificates)
        guard let context = X509_STORE_CTX_new() else { throw .untrusted(subject: leaf.subject, reason: "no memory") }
        defer { X509_STORE_CTX_free(context) }
        guard X509_STORE_CTX_init(context, nil, target.pointer, untrusted.pointer) == 1,
            let parameters = X509_STORE_CTX_get0_param(context)
        else { throw .untrusted(subject: leaf.subject, reason: "no memory") }
        X509_STORE_CTX_set0_trusted_stack(context, trusted.pointer)
        X509_VERIFY_PARAM_set_time(parameters, time)
        X509_VERIFY_PARAM_set_depth(parameters, CInt(Self.depthLimit))
        // Level 2 of openssl's security levels: 112 bits, no MD5 and no SHA-1.
        X509_VERIFY_PARAM_set_auth_level(parameters, 2)
        X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        X509_VERIFY_PARAM_set_purpose(parameters, purpose == .timeStamping ? X509_PURPOSE_TIMESTAMP_SIGN : X509_PURPOSE_ANY)
        guard X509_verify_cert(context) == 1, let found = X509_STORE_CTX_get0_chain(context) else {
            throw Self.error(of: context, leaf, at: time)
        }
        var chain: [Certificate] = []
        for index in 0..<fc_certificate_count(found) {
            guard let certificate = fc_certificate(found, index) else { continue }
            chain.append(try Certificate(copying: certificate))
        }
        return chain
    }

    private static func error(of context: OpaquePointer, _ leaf: Certificate, at time: Int) -> CertificateError {
        let code = X509_STORE_CTX_get_error(context)
        let culprit = X509_STORE_CTX_get_current_cert(context).flatMap { try? Certificate(copying: $0) } ?? leaf
        switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID:
            return .notValid(
                subject: culprit.subject, notBefore: culprit.notBefore, notAfter: culprit.notAfter, at: time)
        case X509_V_ERR_INVALID_PURPOSE: return .otherPurpose(subject: culprit.subject)
        default: return .untrusted(subject: leaf.subject, reason: String(cString: X509_verify_cert_error_string(Int(code))))
        }
    }
}
