import COpenSSL

/// The libcrypto that does the work.
public enum OpenSSLLibrary {
    /// Its own name and version, such as `OpenSSL 3.0.17 1 Jul 2025`.
    public static var version: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }
}
