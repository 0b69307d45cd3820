import COpenSSL

/// The signature of a time-stamp token. Lives only as long as the token that it looks at.
struct TimestampSignature {
    /// Digests over which a signature is believed.
    private static let digests = [NID_sha256, NID_sha384, NID_sha512, NID_sm3]

    private let token: UnsafeMutablePointer<PKCS7>
    private let signer: OpaquePointer

    /// Finds the one signer and his certificate.
    init(_ token: UnsafeMutablePointer<PKCS7>) throws(TimestampError) {
        let signers = PKCS7_get0_signers(token, nil, 0)
        defer { OPENSSL_sk_free(signers) }
        guard let signers else {
            ERR_clear_error()
            throw .noCertificate
        }
        guard let signer = DER.elements(signers).first, OPENSSL_sk_num(signers) == 1 else {
            throw .malformed(what: "the time-stamp", reason: "it has several signers")
        }
        self.token = token
        self.signer = OpaquePointer(signer)
    }

    /// The signer's certificate.
    func certificate() throws(TimestampError) -> Certificate { try Self.read(signer) }

    /// The other certificates, in the token's order.
    func others() throws(TimestampError) -> [Certificate] {
        var others: [Certificate] = []
        for certificate in DER.elements(token.pointee.d.sign?.pointee.cert) where OpaquePointer(certificate) != signer {
            others.append(try Self.read(OpaquePointer(certificate)))
        }
        return others
    }

    private static func read(_ pointer: OpaquePointer) throws(TimestampError) -> Certificate {
        do throws(CertificateError) {
            return try Certificate(copying: pointer)
        } catch {
            throw .malformed(what: "the time-stamp", reason: "a certificate in it is malformed")
        }
    }

    /// Checks the signature, the certificate's digest in the signed attributes (RFC 2634, RFC 5816), that the certificate is
    /// for time-stamping and nothing else (a critical extended key usage, RFC 3161 §2.3), and that it was valid at the
    /// token's time. Who issued it is not asked here.
    ///
    /// - Parameter time: in microseconds since the epoch.
    func verify(at time: Int) throws(TimestampError) {
        try checkDigest()
        let store = X509_STORE_new()
        defer { X509_STORE_free(store) }
        let parameters = X509_STORE_get0_param(store)
        X509_VERIFY_PARAM_set_time(parameters, time_t(time / 1_000_000))
        // The signer's own certificate ends the chain.
        guard X509_STORE_add_cert(store, signer) == 1,
            X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN)) == 1
        else { throw .library(.last("check a time-stamp")) }
        ERR_clear_error()
        guard TS_RESP_verify_signature(token, nil, store, nil) == 1 else { throw .badSignature(Self.reason()) }
    }

    private func checkDigest() throws(TimestampError) {
        guard let info = DER.elements(PKCS7_get_signer_info(token)).first else { throw .noCertificate }
        var algorithm: UnsafeMutablePointer<X509_ALGOR>?
        PKCS7_SIGNER_INFO_get0_algs(info.assumingMemoryBound(to: PKCS7_SIGNER_INFO.self), nil, &algorithm, nil)
        let nid = OBJ_obj2nid(algorithm?.pointee.algorithm)
        guard Self.digests.contains(nid) else {
            throw .weakDigest(OBJ_nid2sn(nid).map { String(cString: $0) } ?? "unknown")
        }
    }

    /// libcrypto's words for the failure: the first error, with the data that it attached (which names the fault of a
    /// certificate).
    private static func reason() -> String {
        var data: UnsafePointer<CChar>?
        var flags: CInt = 0
        let code = ERR_peek_error_all(nil, nil, nil, &data, &flags)
        let words = ERR_reason_error_string(code).map { String(cString: $0) } ?? "no reason given"
        let detail = flags & ERR_TXT_STRING != 0 ? data.map { String(cString: $0) } ?? "" : ""
        ERR_clear_error()
        return detail.isEmpty ? words : "\(words) (\(detail))"
    }
}
