import COpenSSL

/// Private keys as they lie in files: PEM of PKCS#8 (RFC 5958), plain or encrypted with a passphrase (PBES2 with scrypt and
/// AES-256-CBC; RFC 8018, RFC 7914).
public enum PrivateKeyPEM {
    /// Longest passphrase in bytes (PEM_BUFSIZE of libcrypto).
    public static let passphraseLimit = 1024

    /// Whether a file says that a passphrase is needed to read it.
    public static func isEncrypted(_ pem: [UInt8]) -> Bool {
        String(decoding: pem.prefix(64), as: UTF8.self).hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    }

    /// Reads a key; the caller frees it.
    ///
    /// - Returns: nil where the file holds no private key, or where the passphrase does not open it.
    static func read(_ pem: [UInt8], passphrase: [UInt8]?) -> OpaquePointer? {
        defer { ERR_clear_error() }
        // libcrypto takes a C string where it gets no callback.
        var secret = (passphrase ?? []) + [0]
        defer { secret.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        return pem.withUnsafeBytes { buffer -> OpaquePointer? in
            guard let input = BIO_new_mem_buf(buffer.baseAddress, CInt(clamping: buffer.count)) else { return nil }
            defer { BIO_free(input) }
            if passphrase != nil {
                return secret.withUnsafeMutableBytes { PEM_read_bio_PrivateKey(input, nil, nil, $0.baseAddress) }
            }
            // The callback answers "no passphrase"; without one libcrypto would ask on the terminal.
            return PEM_read_bio_PrivateKey(input, nil, { _, _, _, _ in -1 }, nil)
        }
    }

    /// Writes a key.
    static func write(_ key: OpaquePointer, passphrase: [UInt8]?) throws(IntegrityError) -> [UInt8] {
        guard let output = BIO_new(BIO_s_secmem()) else { throw IntegrityError.last("write a key") }
        defer { BIO_free(output) }
        if let passphrase {
            try writeEncrypted(key, passphrase, to: output)
        } else if PEM_write_bio_PKCS8PrivateKey(output, key, nil, nil, 0, nil, nil) != 1 {
            throw IntegrityError.last("write a key")
        }
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(output))
        guard BIO_read(output, &bytes, CInt(bytes.count)) == CInt(bytes.count) else {
            throw IntegrityError.last("write a key")
        }
        return bytes
    }

    /// scrypt with N = 2^14, r = 8, p = 1, as `openssl pkcs8 -topk8 -scrypt` has it.
    private static func writeEncrypted(_ key: OpaquePointer, _ passphrase: [UInt8], to output: OpaquePointer)
        throws(IntegrityError)
    {
        guard let info = EVP_PKEY2PKCS8(key) else { throw IntegrityError.last("encrypt a key") }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        guard let scheme = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nil, 16, nil, 1 << 14, 8, 1) else {
            throw IntegrityError.last("encrypt a key")
        }
        let encrypted = passphrase.withUnsafeBytes {
            PKCS8_set0_pbe($0.baseAddress?.assumingMemoryBound(to: CChar.self), CInt($0.count), info, scheme)
        }
        // On success the scheme belongs to what was made.
        guard let encrypted else {
            X509_ALGOR_free(scheme)
            throw IntegrityError.last("encrypt a key")
        }
        defer { X509_SIG_free(encrypted) }
        guard PEM_write_bio_PKCS8(output, encrypted) == 1 else { throw IntegrityError.last("write a key") }
    }
}
