import COpenSSL

/// Whether a certificate's key may sign for a person.
enum SignatureUsage {
    /// Extended key usages that go with it: any (RFC 5280), document signing (RFC 9336), e-mail protection, client authentication.
    private static let fitting: Set<String> = ["2.5.29.37.0", "1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.2"]

    static func allows(_ certificate: Certificate) throws(CertificateError) -> Bool {
        defer { ERR_clear_error() }
        let handle = try CertificateHandle(der: certificate.der)
        let flags = X509_get_extension_flags(handle.pointer)
        guard flags & UInt32(EXFLAG_INVALID) == 0 else { return false }
        if flags & UInt32(EXFLAG_KUSAGE) != 0,
            X509_get_key_usage(handle.pointer) & UInt32(KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION) == 0
        {
            return false
        }
        guard flags & UInt32(EXFLAG_XKUSAGE) != 0 else { return true }
        guard let raw = X509_get_ext_d2i(handle.pointer, NID_ext_key_usage, nil, nil) else { return false }
        let usages = OpaquePointer(raw)
        defer { EXTENDED_KEY_USAGE_free(usages) }
        return (0..<fc_extended_usage_count(usages)).contains { index in
            var text = [CChar](repeating: 0, count: 80)
            guard OBJ_obj2txt(&text, CInt(text.count), fc_extended_usage(usages, index), 1) > 0 else { return false }
            return fitting.contains(text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" })
        }
    }
}
