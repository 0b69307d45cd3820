import COpenSSL

/// SHA-256 of short messages, for the Merkle tree and for names of blobs.
public enum SHA256 {
    /// Length of a digest in bytes.
    public static let byteCount = 32

    // Fetched once: looking an algorithm up by its name costs more than hashing an inner node. Never freed.
    private nonisolated(unsafe) static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

    /// The digest of the parts, one after the other.
    ///
    /// Traps where libcrypto has no SHA-256 or no memory: no input leads there, and without it nothing can be proved.
    public static func digest(_ parts: [UInt8]...) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: byteCount)
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        precondition(EVP_DigestInit_ex(context, algorithm, nil) == 1, "libcrypto cannot compute SHA-256")
        for part in parts {
            precondition(EVP_DigestUpdate(context, part, part.count) == 1, "libcrypto cannot compute SHA-256")
        }
        precondition(EVP_DigestFinal_ex(context, &output, nil) == 1, "libcrypto cannot compute SHA-256")
        return output
    }
}
