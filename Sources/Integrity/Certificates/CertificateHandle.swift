import COpenSSL

/// A certificate as libcrypto holds it; owned, and used by one thread.
final class CertificateHandle {
    let pointer: OpaquePointer

    private init(taking pointer: OpaquePointer) { self.pointer = pointer }

    deinit { X509_free(pointer) }

    /// Parses a certificate and gives it the identity that SM2 signatures of Chinese authorities are made with.
    convenience init(der: [UInt8], place: Int = 1) throws(CertificateError) {
        defer { ERR_clear_error() }
        let parsed = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var cursor = buffer.baseAddress
            guard let certificate = d2i_X509(nil, &cursor, buffer.count) else { return nil }
            guard cursor == buffer.baseAddress.map({ $0 + buffer.count }) else {
                X509_free(certificate)
                return nil
            }
            return certificate
        }
        guard let parsed else { throw .notACertificate(place: place) }
        self.init(taking: parsed)
        SM2Identity.set(on: parsed)
    }
}

/// A list of certificates as libcrypto wants it; keeps them alive.
final class CertificateStack {
    let pointer: OpaquePointer?
    private let handles: [CertificateHandle]

    init(_ certificates: [Certificate]) throws(CertificateError) {
        var handles: [CertificateHandle] = []
        for certificate in certificates { handles.append(try CertificateHandle(der: certificate.der)) }
        self.handles = handles
        pointer = fc_certificates_new()
        for handle in handles { fc_certificates_push(pointer, handle.pointer) }
    }

    deinit { fc_certificates_free(pointer) }
}

/// The identity that enters every SM2 signature (GB/T 32918.2 §5.5) where none was agreed: GB/T 35276 and GM/T 0009.
enum SM2Identity {
    static let bytes = Array("1234567812345678".utf8)

    /// Without it, libcrypto checks a certificate's SM2 signature with an empty identity, which no authority uses.
    static func set(on certificate: OpaquePointer) {
        guard X509_get_signature_nid(certificate) == NID_SM2_with_SM3, let text = ASN1_OCTET_STRING_new() else { return }
        ASN1_OCTET_STRING_set(text, bytes, CInt(bytes.count))
        X509_set0_distinguishing_id(certificate, text)
    }
}
