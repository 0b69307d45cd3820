import COpenSSL

/// A detached CMS signature (RFC 5652), as CAdES (ETSI EN 319 122) and S/MIME have it, whose every signer's signature fits a
/// statement. Whose certificates these are, is another question: `TrustRoots`.
public struct CMSSignature: Sendable {
    /// One signer.
    public struct Signer: Sendable, Equatable {
        /// Whose signature it is, as it says.
        public let certificate: Certificate
        /// Algorithm of the digest, as OpenSSL names it: `SHA256`.
        public let digest: String
        /// When it was signed by the signer's own clock, in seconds since 1970; nil where it does not say.
        public let signingTime: Int?
        /// Whether the signature itself names its certificate (ESS signing-certificate, RFC 5035), as CAdES asks for.
        public let bindsCertificate: Bool
    }

    /// Most signers of one signature.
    public static let signerLimit = 20

    /// Everybody who signed.
    public let signers: [Signer]
    /// All certificates that came with the signature, for building chains.
    public let certificates: [Certificate]

    /// Reads a signature in DER or PEM and checks every signer's against a statement.
    ///
    /// Signed attributes are required, with content type and message digest, as well as SHA-256 or better and RSA of 2,048 bits,
    /// P-256 or better. A signing-certificate attribute must name the signer's certificate where there is one.
    ///
    /// - Parameter others: certificates that did not come with the signature.
    /// - Throws: `SignatureError` for the first signer whose signature cannot be accepted.
    public init(_ bytes: [UInt8], over statement: [UInt8], with others: [Certificate] = []) throws(SignatureError) {
        guard bytes.count <= PersonSignature.byteLimit else { throw .tooLarge }
        defer { ERR_clear_error() }
        let message = try CMSMessage(bytes)
        let candidates = try message.certificates() + others
        guard candidates.count <= Certificate.countLimit else { throw .tooLarge }
        let infos = CMS_get0_SignerInfos(message.pointer)
        let count = fc_signer_count(infos)
        guard count > 0 else { throw .malformed("nobody signed") }
        guard count <= Self.signerLimit else { throw .tooLarge }
        var signers: [Signer] = []
        for index in 0..<count {
            guard let info = fc_signer(infos, index) else { throw .malformed("a signer is missing") }
            signers.append(try CMSSigner(info, statement, candidates).check())
        }
        self.signers = signers
        certificates = candidates
    }
}

/// A parsed CMS message; owned.
private final class CMSMessage {
    let pointer: OpaquePointer

    private init(taking pointer: OpaquePointer) { self.pointer = pointer }

    deinit { CMS_ContentInfo_free(pointer) }

    convenience init(_ bytes: [UInt8]) throws(SignatureError) {
        let der = try Self.der(bytes)
        let parsed = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var cursor = buffer.baseAddress
            guard let message = d2i_CMS_ContentInfo(nil, &cursor, buffer.count) else { return nil }
            guard cursor == buffer.baseAddress.map({ $0 + buffer.count }) else {
                CMS_ContentInfo_free(message)
                return nil
            }
            return message
        }
        guard let parsed else { throw .malformed("it is no CMS message in DER or PEM") }
        self.init(taking: parsed)
        guard OBJ_obj2nid(CMS_get0_type(pointer)) == NID_pkcs7_signed else { throw .malformed("the CMS message is no signature") }
        guard OBJ_obj2nid(CMS_get0_eContentType(pointer)) == NID_pkcs7_data else {
            throw .malformed("the CMS message signs something else than data")
        }
        guard CMS_is_detached(pointer) == 1 else { throw .malformed("the CMS message holds its own text; sign detached") }
    }

    private static func der(_ bytes: [UInt8]) throws(SignatureError) -> [UInt8] {
        if bytes.first == 0x30 { return bytes }
        let blocks = PEMBlocks(bytes).filter { $0.label == "CMS" || $0.label == "PKCS7" }
        guard let only = blocks.first?.bytes, blocks.count == 1 else {
            throw .malformed("it is neither DER nor one PEM block 'CMS' or 'PKCS7'")
        }
        return only
    }

    func certificates() throws(SignatureError) -> [Certificate] {
        let stack = CMS_get1_certs(pointer)
        defer { fc_certificates_pop_free(stack) }
        var certificates: [Certificate] = []
        for index in 0..<fc_certificate_count(stack) {
            guard let one = fc_certificate(stack, index), let certificate = try? Certificate(copying: one) else {
                throw .malformed("a certificate in it cannot be read")
            }
            certificates.append(certificate)
        }
        return certificates
    }
}

/// The check of one signer.
private struct CMSSigner {
    private let info: OpaquePointer
    private let statement: [UInt8]
    private let candidates: [Certificate]

    init(_ info: OpaquePointer, _ statement: [UInt8], _ candidates: [Certificate]) {
        self.info = info
        self.statement = statement
        self.candidates = candidates
    }

    func check() throws(SignatureError) -> CMSSignature.Signer {
        let certificate = try signersCertificate()
        guard let handle = try? CertificateHandle(der: certificate.der) else { throw .noCertificate }
        CMS_SignerInfo_set1_signer_cert(info, handle.pointer)
        let digest = try digestAlgorithm(handle)
        guard CMS_signed_get_attr_count(info) > 0 else { throw .malformed("it has no signed attributes") }
        try checkDigest(digest)
        guard CMS_SignerInfo_verify(info) == 1 else { throw .wrong }
        return CMSSignature.Signer(
            certificate: certificate, digest: String(cString: EVP_MD_get0_name(digest)), signingTime: signingTime(),
            bindsCertificate: try checkBinding(certificate))
    }

    private func signersCertificate() throws(SignatureError) -> Certificate {
        for candidate in candidates {
            guard let handle = try? CertificateHandle(der: candidate.der) else { continue }
            if CMS_SignerInfo_cert_cmp(info, handle.pointer) == 0 { return candidate }
        }
        throw .noCertificate
    }

    private func digestAlgorithm(_ signer: CertificateHandle) throws(SignatureError) -> OpaquePointer {
        var digestIdentifier: UnsafeMutablePointer<X509_ALGOR>?
        CMS_SignerInfo_get0_algs(info, nil, nil, &digestIdentifier, nil)
        var object: OpaquePointer?
        X509_ALGOR_get0(&object, nil, nil, digestIdentifier)
        let name = OBJ_obj2nid(object)
        guard let digest = Self.digest(name) else {
            throw .unsupported(name == NID_undef ? "an unknown digest" : "the digest \(String(cString: OBJ_nid2sn(name)))")
        }
        guard let key = X509_get0_pubkey(signer.pointer) else { throw .unsupported("a key that cannot be read") }
        guard EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "EC") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1 else {
            throw .unsupported("a key that is neither RSA nor ECDSA")
        }
        guard EVP_PKEY_get_security_bits(key) >= PersonSignature.securityLimit else { throw .unsupported("a short key") }
        return digest
    }

    private static func digest(_ name: CInt) -> OpaquePointer? {
        switch name {
        case NID_sha256: EVP_sha256()
        case NID_sha384: EVP_sha384()
        case NID_sha512: EVP_sha512()
        default: nil
        }
    }

    /// The attributes are what is signed; the statement's digest must stand among them, once.
    private func checkDigest(_ digest: OpaquePointer) throws(SignatureError) {
        let only: CInt = -3
        guard let type = CMS_signed_get0_data_by_OBJ(info, OBJ_nid2obj(NID_pkcs9_contentType), only, V_ASN1_OBJECT),
            OBJ_obj2nid(OpaquePointer(type)) == NID_pkcs7_data
        else { throw .malformed("its content type is missing or another one") }
        guard let value = CMS_signed_get0_data_by_OBJ(info, OBJ_nid2obj(NID_pkcs9_messageDigest), only, V_ASN1_OCTET_STRING)
        else { throw .malformed("its message digest is missing") }
        let text = value.assumingMemoryBound(to: ASN1_OCTET_STRING.self)
        let claimed = UnsafeBufferPointer(start: ASN1_STRING_get0_data(text), count: Int(ASN1_STRING_length(text)))
        var computed = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard EVP_Digest(statement, statement.count, &computed, &length, digest, nil) == 1 else {
            throw .unsupported("a digest that cannot be computed")
        }
        guard claimed.elementsEqual(computed.prefix(Int(length))) else { throw .otherStatement }
    }

    private func signingTime() -> Int? {
        let place = CMS_signed_get_attr_by_NID(info, NID_pkcs9_signingTime, -1)
        guard place >= 0, let attribute = CMS_signed_get_attr(info, place), X509_ATTRIBUTE_count(attribute) == 1,
            let value = X509_ATTRIBUTE_get0_type(attribute, 0),
            value.pointee.type == V_ASN1_UTCTIME || value.pointee.type == V_ASN1_GENERALIZEDTIME
        else { return nil }
        return ASN1Times.seconds(value.pointee.value.asn1_string)
    }

    /// Whether the attribute that ties the signature to one certificate is there; another certificate in it is refused.
    private func checkBinding(_ certificate: Certificate) throws(SignatureError) -> Bool {
        let first = ESSAttribute.first(info, NID_id_smime_aa_signingCertificate) { d2i_ESS_SIGNING_CERT(nil, $0, $1) }
        defer { if let parsed = first.parsed { ESS_SIGNING_CERT_free(parsed) } }
        let second = ESSAttribute.first(info, NID_id_smime_aa_signingCertificateV2) { d2i_ESS_SIGNING_CERT_V2(nil, $0, $1) }
        defer { if let parsed = second.parsed { ESS_SIGNING_CERT_V2_free(parsed) } }
        guard first.isThere || second.isThere else { return false }
        guard first.isThere == (first.parsed != nil), second.isThere == (second.parsed != nil) else {
            throw .malformed("its signing-certificate attribute cannot be read")
        }
        let others = candidates.filter { $0 != certificate }
        guard let chain = try? CertificateStack([certificate] + others),
            OSSL_ESS_check_signing_certs(first.parsed, second.parsed, chain.pointer, 1) > 0
        else { throw .malformed("it names another certificate than the signer's") }
        return true
    }
}

/// A signed attribute whose value is a sequence.
private enum ESSAttribute {
    typealias Parse = (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> OpaquePointer?

    static func first(_ info: OpaquePointer, _ name: CInt, _ parse: Parse) -> (isThere: Bool, parsed: OpaquePointer?) {
        let place = CMS_signed_get_attr_by_NID(info, name, -1)
        guard place >= 0 else { return (false, nil) }
        guard let attribute = CMS_signed_get_attr(info, place), X509_ATTRIBUTE_count(attribute) == 1,
            let value = X509_ATTRIBUTE_get0_data(attribute, 0, V_ASN1_SEQUENCE, nil)
        else { return (true, nil) }
        let text = value.assumingMemoryBound(to: ASN1_STRING.self)
        var cursor = ASN1_STRING_get0_data(text)
        return (true, parse(&cursor, Int(ASN1_STRING_length(text))))
    }
}
