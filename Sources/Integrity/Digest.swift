/// A finished digest: the integrity value (完整性校验值) of a stream of bytes.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
    /// How it was computed.
    public let algorithm: DigestAlgorithm
    /// The value, `algorithm.byteCount` bytes.
    public let bytes: [UInt8]

    /// Wraps a value that was computed or read; nil where the length does not fit the algorithm.
    public init?(_ algorithm: DigestAlgorithm, bytes: [UInt8]) {
        guard bytes.count == algorithm.byteCount else { return nil }
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// Reads a lower-case hexadecimal value; nil where it is none of this algorithm.
    public init?(_ algorithm: DigestAlgorithm, hex: String) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(algorithm, bytes: bytes)
    }

    /// Lower-case hexadecimal, as entries hold it.
    public var hex: String { Hex.encode(bytes) }

    /// Algorithm and value, such as `SHA-256 e3b0c442…`.
    public var description: String { "\(algorithm.displayName) \(hex)" }
}
