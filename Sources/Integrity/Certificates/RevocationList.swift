import COpenSSL

/// A list of revoked certificates (CRL, RFC 5280 §5), kept in DER.
struct RevocationList: Sendable {
    private let der: [UInt8]

    /// Nil where the bytes are not exactly one list.
    init?(der: [UInt8]) {
        self.der = der
        guard parsed({ _ in true }) == true else { return nil }
    }

    /// Since when the list says that a certificate is revoked, in seconds since 1970; nil where it does not, or where the list is
    /// not the issuer's own.
    func revocation(of certificate: Certificate, issuedBy issuer: Certificate) -> Int? {
        guard let issuer = try? CertificateHandle(der: issuer.der), let certificate = try? CertificateHandle(der: certificate.der)
        else { return nil }
        defer { ERR_clear_error() }
        return parsed { list -> Int? in
            guard let key = X509_get0_pubkey(issuer.pointer), Self.isSigned(list, by: key),
                X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(issuer.pointer)) == 0
            else { return nil }
            var entry: OpaquePointer?
            guard X509_CRL_get0_by_cert(list, &entry, certificate.pointer) == 1, let entry else { return nil }
            return ASN1Times.seconds(X509_REVOKED_get0_revocationDate(entry))
        } ?? nil
    }

    /// libcrypto cannot be told the identity for a list that is signed with SM2; so that signature is checked here.
    private static func isSigned(_ list: OpaquePointer, by key: OpaquePointer) -> Bool {
        guard X509_CRL_get_signature_nid(list) == NID_SM2_with_SM3 else { return X509_CRL_verify(list, key) == 1 }
        var signature: UnsafePointer<ASN1_BIT_STRING>?
        X509_CRL_get0_signature(list, &signature, nil)
        guard let signature, let start = ASN1_STRING_get0_data(signature) else { return false }
        let bytes = Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(signature))))
        let signed = OpenSSLBytes.written { i2d_re_X509_CRL_tbs(list, $0) }
        return PublicKeyVerification.sm2(key, bytes, over: signed)
    }

    private func parsed<Result>(_ body: (OpaquePointer) -> Result) -> Result? {
        der.withUnsafeBufferPointer { buffer -> Result? in
            var cursor = buffer.baseAddress
            guard let list = d2i_X509_CRL(nil, &cursor, buffer.count) else { return nil }
            defer { X509_CRL_free(list) }
            guard cursor == buffer.baseAddress.map({ $0 + buffer.count }) else { return nil }
            return body(list)
        }
    }
}
