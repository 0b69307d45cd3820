import COpenSSL

/// A digest over a stream of any length, fed piece by piece. Belongs to one thread at a time.
public struct StreamingDigest: ~Copyable {
    /// What is computed.
    public let algorithm: DigestAlgorithm
    private let context: OpaquePointer

    /// Starts an empty stream.
    ///
    /// - Throws: `IntegrityError.openSSL` where the library's configuration forbids the algorithm (MD5 under FIPS).
    public init(_ algorithm: DigestAlgorithm) throws(IntegrityError) {
        guard let context = EVP_MD_CTX_new() else { throw IntegrityError.last("allocate a digest") }
        guard EVP_DigestInit_ex(context, algorithm.implementation, nil) == 1 else {
            EVP_MD_CTX_free(context)
            throw IntegrityError.last("start \(algorithm.displayName)")
        }
        self.algorithm = algorithm
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Appends bytes to the stream.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) throws(IntegrityError) {
        guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else {
            throw IntegrityError.last("continue \(algorithm.displayName)")
        }
    }

    /// Ends the stream.
    public consuming func finish() throws(IntegrityError) -> Digest {
        var bytes = [UInt8](repeating: 0, count: algorithm.byteCount)
        guard EVP_DigestFinal_ex(context, &bytes, nil) == 1, let digest = Digest(algorithm, bytes: bytes) else {
            throw IntegrityError.last("finish \(algorithm.displayName)")
        }
        return digest
    }
}

extension Digest {
    /// The digest of bytes in memory.
    public static func of(_ bytes: [UInt8], _ algorithm: DigestAlgorithm) throws(IntegrityError) -> Digest {
        var stream = try StreamingDigest(algorithm)
        try bytes.withUnsafeBufferPointer { (buffer) throws(IntegrityError) in try stream.update(UnsafeRawBufferPointer(buffer)) }
        return try stream.finish()
    }
}
