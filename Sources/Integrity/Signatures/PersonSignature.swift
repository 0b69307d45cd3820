/// A person's signature of any format that fits a statement, and who made it as far as it says itself.
public struct PersonSignature: Sendable {
    /// The formats.
    public enum Format: String, Sendable, CaseIterable {
        case cms, ssh, sm2
    }

    /// Somebody who signed.
    public enum Signer: Sendable {
        case certificate(Certificate)
        case key(SSHKey)

        /// What certificate or key say; a text of others.
        public var name: String {
            switch self {
            case .certificate(let certificate): certificate.subject
            case .key(let key): "\(key.type) \(key.fingerprint)"
            }
        }
    }

    /// The most bytes of one signature, its certificates included.
    public static let byteLimit = 1 << 20
    /// The least security of a key in bits: RSA of 2,048 bits has 112 (NIST SP 800-57).
    static let securityLimit: CInt = 112

    /// Everybody who signed; at least one.
    public let signers: [Signer]
    /// Certificates for building chains.
    public let certificates: [Certificate]
    /// When it was signed by the clocks of signers whose format has a place for that, in seconds since 1970.
    public let claimedTimes: [Int]

    /// Checks a signature against a statement.
    ///
    /// - Parameter certificates: what did not come with the signature; an SM2 signature needs its signer's, as the first.
    /// - Throws: `SignatureError`.
    public init(_ bytes: [UInt8], _ format: Format, over statement: [UInt8], with certificates: [Certificate])
        throws(SignatureError)
    {
        switch format {
        case .cms:
            let signature = try CMSSignature(bytes, over: statement, with: certificates)
            signers = signature.signers.map { .certificate($0.certificate) }
            self.certificates = signature.certificates
            claimedTimes = signature.signers.compactMap(\.signingTime)
        case .ssh:
            signers = [.key(try SSHSignature(bytes, over: statement).key)]
            (self.certificates, claimedTimes) = ([], [])
        case .sm2:
            guard let certificate = certificates.first else { throw .noCertificate }
            signers = [.certificate(try SM2Signature(bytes, over: statement, certificate: certificate).certificate)]
            (self.certificates, claimedTimes) = (certificates, [])
        }
    }

    /// The format that bytes seem to have.
    ///
    /// - Throws: `SignatureError.malformed` where they begin like none.
    public static func format(of bytes: [UInt8]) throws(SignatureError) -> Format {
        if SSHSignature.isOne(bytes) { return .ssh }
        if SM2Signature.isOne(bytes) { return .sm2 }
        guard bytes.first == 0x30 || bytes.starts(with: "-----BEGIN ".utf8) else {
            throw .malformed("it begins neither as CMS nor as an SSH signature nor as SM2's r and s")
        }
        return .cms
    }
}

/// Whom somebody trusts to sign: his own decision, never taken from what is to be checked.
public struct SignerTrust: Sendable {
    /// Where certificates must lead.
    public let roots: TrustRoots?
    /// SSH keys.
    public let allowed: AllowedSigners?

    /// What became of the question whether the signers are trusted.
    public enum Finding: Sendable, Equatable {
        /// Nothing was brought to judge a signer of this kind by.
        case notChecked
        /// Every signer is trusted; each with what he was found by.
        case trusted([String])
        /// A signer is not trusted, and why.
        case notTrusted(String)
    }

    /// Takes what there is.
    public init(roots: TrustRoots? = nil, allowed: AllowedSigners? = nil) {
        self.roots = roots
        self.allowed = allowed
    }

    /// Judges the signers of a signature.
    ///
    /// - Parameters:
    ///   - time: when it was there, in seconds since 1970.
    ///   - isProved: whether that is proved, and not only what somebody claims.
    public func judge(_ signature: PersonSignature, at time: Int, isProved: Bool = true) -> Finding {
        var found: [String] = []
        for signer in signature.signers {
            switch signer {
            case .certificate(let certificate):
                guard let roots else { return .notChecked }
                do throws(CertificateError) {
                    let chain = try roots.chain(
                        from: certificate, through: signature.certificates, at: time, isProved: isProved,
                        for: .signature)
                    found.append(chain.last?.subject ?? certificate.subject)
                } catch {
                    return .notTrusted(error.description)
                }
            case .key(let key):
                guard let allowed else { return .notChecked }
                do throws(AllowedSigners.Failure) {
                    found.append(try allowed.principals(of: key, at: time))
                } catch {
                    return .notTrusted(error.description)
                }
            }
        }
        return .trusted(found)
    }
}
