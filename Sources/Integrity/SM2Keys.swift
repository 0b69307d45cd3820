import COpenSSL

/// The identity of a signer that GB/T 35276 prescribes where none was agreed on; it is part of what SM2 signs.
private let defaultIdentity = Array("1234567812345678".utf8)

/// A private SM2 key (GB/T 32918) that signs with SM3.
public final class SM2SigningKey: @unchecked Sendable {
    // As with `SigningKey`: never changed after it was made.
    private let key: OpaquePointer
    /// The public half.
    public let verifyingKey: SM2VerifyingKey

    private init(taking key: OpaquePointer) throws(IntegrityError) {
        self.key = key
        self.verifyingKey = try SM2VerifyingKey(publicHalfOf: key)
    }

    deinit { EVP_PKEY_free(key) }

    /// Makes a new key from the library's random generator.
    public static func generate() throws(IntegrityError) -> SM2SigningKey {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "SM2", nil) else { throw IntegrityError.last("make an SM2 key") }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_keygen(context, &key) == 1, let key else {
            throw IntegrityError.last("make an SM2 key")
        }
        return try SM2SigningKey(taking: key)
    }

    /// Reads a key in PEM (PKCS#8).
    ///
    /// - Throws: `IntegrityError.notAnSM2Key` for anything else, also where the passphrase does not open it.
    public convenience init(pem: [UInt8], passphrase: [UInt8]? = nil) throws(IntegrityError) {
        guard let key = PrivateKeyPEM.read(pem, passphrase: passphrase) else { throw .notAnSM2Key }
        guard EVP_PKEY_is_a(key, "SM2") == 1 else {
            EVP_PKEY_free(key)
            throw .notAnSM2Key
        }
        try self.init(taking: key)
    }

    /// The key in PEM (PKCS#8), encrypted where there is a passphrase.
    public func pem(passphrase: [UInt8]? = nil) throws(IntegrityError) -> [UInt8] {
        try PrivateKeyPEM.write(key, passphrase: passphrase)
    }

    /// The signature over a message: SM2 with SM3 and the default identity, in DER (GB/T 35276, a SEQUENCE of r and s).
    public func sign(_ message: [UInt8]) throws(IntegrityError) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: Int(EVP_PKEY_get_size(key)))
        var length = signature.count
        let isSigned = withSM2Context(key) { digest in
            EVP_DigestSignInit(digest, nil, EVP_sm3(), nil, key) == 1
                && EVP_DigestSign(digest, &signature, &length, message, message.count) == 1
        }
        guard isSigned else { throw IntegrityError.last("sign with SM2") }
        return Array(signature.prefix(length))
    }
}

/// A public SM2 key (GB/T 32918).
public struct SM2VerifyingKey: Hashable, Sendable {
    /// Length of the encoded key.
    public static let byteCount = 65
    /// The uncompressed point: 04 ‖ x ‖ y, 65 bytes.
    public let bytes: [UInt8]

    /// Wraps an encoded key.
    ///
    /// - Throws: `IntegrityError.notAnSM2Key` where it is no point of the curve in its only spelling.
    public init(bytes: [UInt8]) throws(IntegrityError) {
        guard bytes.count == Self.byteCount, let key = Self.parse(bytes) else { throw .notAnSM2Key }
        EVP_PKEY_free(key)
        self.bytes = bytes
    }

    fileprivate init(publicHalfOf key: OpaquePointer) throws(IntegrityError) {
        var point: UnsafeMutablePointer<UInt8>?
        let length = EVP_PKEY_get1_encoded_public_key(key, &point)
        defer { CRYPTO_free(point, #file, #line) }
        guard let point, length == Self.byteCount else { throw IntegrityError.last("read an SM2 public key") }
        try self.init(bytes: Array(UnsafeBufferPointer(start: point, count: length)))
    }

    /// What stands before the point in a SubjectPublicKeyInfo (RFC 5280): id-ecPublicKey on the curve 1.2.156.10197.1.301.
    private static let prefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55,
        0x01, 0x82, 0x2D, 0x03, 0x42, 0x00,
    ]

    private static func parse(_ bytes: [UInt8]) -> OpaquePointer? {
        defer { ERR_clear_error() }
        guard bytes.first == 0x04 else { return nil }
        let der = prefix + bytes
        return der.withUnsafeBufferPointer { buffer in
            var position = buffer.baseAddress
            return d2i_PUBKEY(nil, &position, buffer.count)
        }
    }

    /// True when `signature` (DER) is this key's over `message`.
    public func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard let key = Self.parse(bytes) else { return false }
        defer { EVP_PKEY_free(key) }
        return withSM2Context(key) { digest in
            EVP_DigestVerifyInit(digest, nil, EVP_sm3(), nil, key) == 1
                && EVP_DigestVerify(digest, signature, signature.count, message, message.count) == 1
        }
    }
}

/// Runs an operation with the identity set: without it libcrypto signs with an empty one, which nobody else does.
private func withSM2Context(_ key: OpaquePointer, _ body: (OpaquePointer) -> Bool) -> Bool {
    guard let context = EVP_PKEY_CTX_new(key, nil) else { return false }
    defer { EVP_PKEY_CTX_free(context) }
    guard EVP_PKEY_CTX_set1_id(context, defaultIdentity, CInt(defaultIdentity.count)) == 1, let digest = EVP_MD_CTX_new() else {
        return false
    }
    defer { EVP_MD_CTX_free(digest) }
    EVP_MD_CTX_set_pkey_ctx(digest, context)
    return body(digest)
}
