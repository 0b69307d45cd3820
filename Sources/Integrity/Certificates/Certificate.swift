import COpenSSL

/// An X.509 certificate (数字证书, RFC 5280), as somebody handed it over: nothing about it is trusted yet.
public struct Certificate: Hashable, Sendable {
    /// The most certificates that are read from one file.
    public static let countLimit = 1000
    /// The most bytes of one file of certificates.
    public static let byteLimit = 16 << 20

    /// The certificate in DER, to the bit as it was given.
    public let der: [UInt8]
    /// Whose it is, such as `C=CN, CN=张三`; a text of others, which `printable` makes safe to show.
    public let subject: String
    /// Who issued it; as `subject`.
    public let issuer: String
    /// Serial number in hexadecimal, upper case as `openssl x509 -serial` prints it.
    public let serial: String
    /// Valid from this time on, in seconds since 1970.
    public let notBefore: Int
    /// Valid up to and with this time, in seconds since 1970.
    public let notAfter: Int

    /// SHA-256 of the DER in lower-case hexadecimal.
    public var fingerprint: String { Hex.encode(SHA256.digest(der)) }

    /// Reads one certificate.
    ///
    /// - Throws: `CertificateError.notACertificate` where the bytes are not exactly one in DER.
    public init(der: [UInt8]) throws(CertificateError) {
        guard der.count <= Self.byteLimit else { throw .tooLarge }
        let handle = try CertificateHandle(der: der, place: 1)
        try self.init(handle, der: der, place: 1)
    }

    /// Reads a file of certificates: one in DER, or any number in PEM with comments between them.
    ///
    /// - Throws: `CertificateError.notACertificate` where there is none, or where one is damaged; `tooLarge`.
    public static func read(_ bytes: [UInt8]) throws(CertificateError) -> [Certificate] {
        guard bytes.count <= byteLimit else { throw .tooLarge }
        // A certificate in DER is a SEQUENCE; no PEM text begins with that byte.
        if bytes.first == 0x30 { return [try Certificate(der: bytes)] }
        let blocks = PEMBlocks(bytes).filter { $0.label == "CERTIFICATE" || $0.label == "TRUSTED CERTIFICATE" }
        guard !blocks.isEmpty else { throw .notACertificate(place: 1) }
        return try read(blocks)
    }

    static func read(_ blocks: [PEMBlocks.Block]) throws(CertificateError) -> [Certificate] {
        guard blocks.count <= countLimit else { throw .tooLarge }
        var certificates: [Certificate] = []
        for (index, block) in blocks.enumerated() {
            guard block.label == "CERTIFICATE", let der = block.bytes else { throw .notACertificate(place: index + 1) }
            certificates.append(try Certificate(CertificateHandle(der: der, place: index + 1), der: der, place: index + 1))
        }
        return certificates
    }

    /// Reads what libcrypto parsed already, out of a signature or a time-stamp; the handle stays the caller's.
    init(copying pointer: OpaquePointer) throws(CertificateError) {
        try self.init(der: OpenSSLBytes.written { i2d_X509(pointer, $0) })
    }

    private init(_ handle: CertificateHandle, der: [UInt8], place: Int) throws(CertificateError) {
        let pointer = handle.pointer
        guard let notBefore = ASN1Times.seconds(X509_get0_notBefore(pointer)),
            let notAfter = ASN1Times.seconds(X509_get0_notAfter(pointer))
        else { throw .notACertificate(place: place) }
        self.der = der
        self.notBefore = notBefore
        self.notAfter = notAfter
        subject = DistinguishedName.text(X509_get_subject_name(pointer))
        issuer = DistinguishedName.text(X509_get_issuer_name(pointer))
        serial = Self.serialText(X509_get0_serialNumber(pointer))
    }

    /// Whether another certificate names this one's subject as its issuer and is signed with this one's key.
    func hasIssued(_ other: Certificate) -> Bool {
        guard let own = try? CertificateHandle(der: der), let other = try? CertificateHandle(der: other.der) else { return false }
        defer { ERR_clear_error() }
        guard X509_NAME_cmp(X509_get_subject_name(own.pointer), X509_get_issuer_name(other.pointer)) == 0 else { return false }
        return X509_get0_pubkey(own.pointer).map { X509_verify(other.pointer, $0) == 1 } ?? false
    }

    private static func serialText(_ number: UnsafePointer<ASN1_INTEGER>?) -> String {
        guard let number, let value = ASN1_INTEGER_to_BN(number, nil) else { return "" }
        defer { BN_free(value) }
        guard let text = BN_bn2hex(value) else { return "" }
        defer { CRYPTO_free(text, nil, 0) }
        return String(cString: text)
    }
}
