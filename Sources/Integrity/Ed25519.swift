import COpenSSL

/// A private Ed25519 key (RFC 8032) that signs checkpoints.
public final class SigningKey: @unchecked Sendable {
    // An EVP_PKEY is not changed after it was made, and libcrypto allows its use by several threads at once then
    // (openssl-threads(7)).
    private let key: OpaquePointer
    /// The public half.
    public let verifyingKey: VerifyingKey

    private init(taking key: OpaquePointer) throws(IntegrityError) {
        self.key = key
        self.verifyingKey = try VerifyingKey(publicHalfOf: key)
    }

    deinit { EVP_PKEY_free(key) }

    /// Makes a new key from the library's random generator.
    public static func generate() throws(IntegrityError) -> SigningKey {
        guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil) else { throw IntegrityError.last("make a key") }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_keygen(context, &key) == 1, let key else {
            throw IntegrityError.last("make a key")
        }
        return try SigningKey(taking: key)
    }

    /// Reads a key in PEM (PKCS#8, RFC 5958).
    ///
    /// - Parameter passphrase: at most `PrivateKeyPEM.passphraseLimit` bytes, none of them 0; opens an encrypted key and is
    ///   not looked at for a plain one.
    /// - Throws: `IntegrityError.notAnEd25519Key` for anything else, also where the passphrase does not open the key.
    public convenience init(pem: [UInt8], passphrase: [UInt8]? = nil) throws(IntegrityError) {
        guard let key = PrivateKeyPEM.read(pem, passphrase: passphrase) else { throw .notAnEd25519Key }
        guard EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 else {
            EVP_PKEY_free(key)
            throw .notAnEd25519Key
        }
        try self.init(taking: key)
    }

    /// The key in PEM (PKCS#8), encrypted where there is a passphrase.
    public func pem(passphrase: [UInt8]? = nil) throws(IntegrityError) -> [UInt8] {
        try PrivateKeyPEM.write(key, passphrase: passphrase)
    }

    /// The signature (64 bytes) over a message.
    public func sign(_ message: [UInt8]) throws(IntegrityError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw IntegrityError.last("sign") }
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var length = signature.count
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &length, message, message.count) == 1, length == 64
        else { throw IntegrityError.last("sign") }
        return signature
    }
}

/// A public Ed25519 key (RFC 8032).
public struct VerifyingKey: Hashable, Sendable {
    /// The key as RFC 8032 §5.1.5 encodes it, 32 bytes.
    public let bytes: [UInt8]

    /// Wraps an encoded key.
    ///
    /// - Throws: `IntegrityError.badPublicKey` where it is not 32 bytes.
    public init(bytes: [UInt8]) throws(IntegrityError) {
        guard bytes.count == 32 else { throw .badPublicKey }
        self.bytes = bytes
    }

    fileprivate init(publicHalfOf key: OpaquePointer) throws(IntegrityError) {
        var bytes = [UInt8](repeating: 0, count: 32)
        var length = bytes.count
        guard EVP_PKEY_get_raw_public_key(key, &bytes, &length) == 1 else { throw IntegrityError.last("read a public key") }
        try self.init(bytes: bytes)
    }

    /// True when `signature` is this key's over `message`.
    public func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count) else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
