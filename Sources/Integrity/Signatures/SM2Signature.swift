import COpenSSL

/// A raw signature of SM2 with SM3 (GB/T 32918.2, identity 1234567812345678) that fits a statement and the key in a certificate.
/// Whose certificate it is, is another question: `TrustRoots`.
public struct SM2Signature: Sendable {
    /// Whose signature it is, as the certificate says.
    public let certificate: Certificate

    /// Checks a signature.
    ///
    /// - Parameters:
    ///   - bytes: `SEQUENCE { r, s }` in DER (GB/T 35276), or r and s as 64 bytes.
    ///   - certificate: one with an SM2 key.
    /// - Throws: `SignatureError`.
    public init(_ bytes: [UInt8], over statement: [UInt8], certificate: Certificate) throws(SignatureError) {
        defer { ERR_clear_error() }
        guard let handle = try? CertificateHandle(der: certificate.der), let key = X509_get0_pubkey(handle.pointer),
            EVP_PKEY_is_a(key, "SM2") == 1
        else { throw .unsupported("a certificate without an SM2 key") }
        guard let signature = Self.der(bytes) else { throw .malformed("it is neither 64 bytes nor a DER sequence of r and s") }
        guard PublicKeyVerification.sm2(key, signature, over: statement) else { throw .wrong }
        self.certificate = certificate
    }

    /// Whether bytes have the form of such a signature.
    public static func isOne(_ bytes: [UInt8]) -> Bool { der(bytes) != nil }

    private static func der(_ bytes: [UInt8]) -> [UInt8]? {
        if bytes.count == 64 {
            return DERWriter.sequence([DERWriter.integer(Array(bytes.prefix(32))), DERWriter.integer(Array(bytes.suffix(32)))])
        }
        guard (8...72).contains(bytes.count), bytes[0] == 0x30, Int(bytes[1]) == bytes.count - 2 else { return nil }
        return bytes
    }
}
