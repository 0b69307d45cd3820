import COpenSSL

/// A list of revoked certificates (CRL, RFC 5280 §5), kept in DER.
struct RevocationList: Sendable {
    private let der: [UInt8]

    /// Nil where the bytes are not exactly one list.
    init?(der: [UInt8]) {
        self.der = der
        guard parsed({ _ in true }) == true else { return nil }
    }

    /// What a list says about a certificate.
    enum Finding: Equatable {
        /// It is revoked. `since` is the date of the revocation, or the earlier one from which on its issuer suspects the key
        /// (RFC 5280 §5.3.2), in seconds since 1970. `reason` is the CRLReason (§5.3.1); nil where there is none.
        case revoked(since: Int, reason: Int?)
        /// A list in the name of its issuer names it, and is not signed with the issuer's key.
        case unproved
    }

    /// What the list says about a certificate; nil where it is another issuer's list, or does not name it.
    ///
    /// - Parameter issuers: the certificates of its issuer; asked for only where the list names it.
    func finding(on certificate: Certificate, issuedBy issuers: () -> [Certificate]) -> Finding? {
        guard let certificate = try? CertificateHandle(der: certificate.der) else { return nil }
        defer { ERR_clear_error() }
        return parsed { list -> Finding? in
            guard X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_issuer_name(certificate.pointer)) == 0 else { return nil }
            var entry: OpaquePointer?
            guard X509_CRL_get0_by_cert(list, &entry, certificate.pointer) == 1, let entry else { return nil }
            guard issuers().contains(where: { Self.isSigned(list, by: $0) }),
                let date = ASN1Times.seconds(X509_REVOKED_get0_revocationDate(entry))
            else { return .unproved }
            return .revoked(since: min(date, Self.invalidityDate(entry) ?? date), reason: Self.reason(entry))
        } ?? nil
    }

    private static func invalidityDate(_ entry: OpaquePointer) -> Int? {
        guard let raw = X509_REVOKED_get_ext_d2i(entry, NID_invalidity_date, nil, nil) else { return nil }
        let time = raw.assumingMemoryBound(to: ASN1_TIME.self)
        defer { ASN1_TIME_free(time) }
        return ASN1Times.seconds(time)
    }

    private static func reason(_ entry: OpaquePointer) -> Int? {
        guard let raw = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nil, nil) else { return nil }
        let value = raw.assumingMemoryBound(to: ASN1_ENUMERATED.self)
        defer { ASN1_ENUMERATED_free(value) }
        return ASN1_ENUMERATED_get(value)
    }

    private static func isSigned(_ list: OpaquePointer, by issuer: Certificate) -> Bool {
        guard let issuer = try? CertificateHandle(der: issuer.der) else { return false }
        return X509_get0_pubkey(issuer.pointer).map { isSigned(list, by: $0) } ?? false
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
