import Integrity

/// Computes one digest over a stream.
final class DigestConsumer: StreamConsumer, @unchecked Sendable {
    // Touched by its own thread while the stream runs, and by its creator afterwards.
    private var stream: StreamingDigest?
    private var share = ProcessorShare()
    let threadName: String

    init(_ algorithm: DigestAlgorithm) throws(ImagingError) {
        threadName = "fc-\(algorithm.rawValue)"
        do throws(IntegrityError) {
            stream = try StreamingDigest(algorithm)
        } catch {
            throw .digest(error)
        }
    }

    func consume(_ bytes: UnsafeRawBufferPointer) throws {
        try share.hash(bytes.count) { try stream?.update(bytes) }
    }

    /// The digest of all that was consumed. May be called once.
    func finish() throws -> Digest {
        guard let stream = stream.take() else { throw ImagingError.digest(.openSSL(operation: "finish", reason: "twice")) }
        return try stream.finish()
    }
}

extension [DigestConsumer] {
    /// One consumer for each algorithm.
    static func computing(_ algorithms: some Sequence<DigestAlgorithm>) throws -> [DigestConsumer] {
        try algorithms.map { try DigestConsumer($0) }
    }

    /// The digests of all that was consumed. May be called once.
    func finish() throws -> [Digest] { try map { try $0.finish() } }
}
