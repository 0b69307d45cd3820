import COpenSSL

/// What can go wrong in libcrypto or with a key.
public enum IntegrityError: Error, Equatable, CustomStringConvertible {
    /// libcrypto refused an operation; its own words.
    case openSSL(operation: String, reason: String)
    /// A key file that holds no Ed25519 private key in PEM.
    case notAnEd25519Key
    /// A key that is no SM2 key, or a point that is not on its curve.
    case notAnSM2Key
    /// A public key that is not 32 bytes.
    case badPublicKey

    /// One line in English.
    public var description: String {
        switch self {
        case .openSSL(let operation, let reason): "OpenSSL cannot \(operation): \(reason)"
        case .notAnEd25519Key: "the key file holds no Ed25519 private key in PEM (PKCS#8)"
        case .notAnSM2Key: "the key is no SM2 key"
        case .badPublicKey: "an Ed25519 public key is 32 bytes"
        }
    }

    /// The last error on this thread's OpenSSL error queue, which is emptied.
    static func last(_ operation: String) -> IntegrityError {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0, let reason = ERR_reason_error_string(code) else {
            return .openSSL(operation: operation, reason: "no reason given")
        }
        return .openSSL(operation: operation, reason: String(cString: reason))
    }
}
