import COpenSSL

/// Checks of signatures with keys of any kind that libcrypto parsed.
enum PublicKeyVerification {
    /// A signature of SM2 with SM3 (GB/T 32918.2) in DER, made with the default identity.
    static func sm2(_ key: OpaquePointer, _ signature: [UInt8], over message: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard EVP_PKEY_is_a(key, "SM2") == 1, let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard let keyContext = EVP_PKEY_CTX_new(key, nil) else { return false }
        defer { EVP_PKEY_CTX_free(keyContext) }
        guard EVP_PKEY_CTX_set1_id(keyContext, SM2Identity.bytes, CInt(SM2Identity.bytes.count)) == 1 else { return false }
        EVP_MD_CTX_set_pkey_ctx(context, keyContext)
        return EVP_DigestVerifyInit(context, nil, EVP_sm3(), nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    /// A signature of another kind, RSA PKCS #1 v1.5 or ECDSA in DER, with a key as SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    static func plain(_ keyInfo: [UInt8], _ signature: [UInt8], over message: [UInt8], digest: OpaquePointer?) -> Bool {
        defer { ERR_clear_error() }
        let key = keyInfo.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_PUBKEY(nil, &cursor, buffer.count)
        }
        guard let key else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, digest, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
