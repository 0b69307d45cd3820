import Integrity

/// A node of the Merkle tree: 32 bytes of SHA-256 (RFC 6962 §2.1).
public struct LogHash: Hashable, Sendable, CustomStringConvertible {
    /// Length in bytes.
    public static let byteCount = SHA256.byteCount
    /// The root of the tree without entries: SHA-256 of nothing.
    public static let emptyTree = LogHash(unchecked: SHA256.digest())

    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Wraps a stored hash; nil where it is not 32 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// Reads canonical base64; nil for anything else.
    public init?(base64: some StringProtocol) {
        guard let bytes = Base64.decode(base64) else { return nil }
        self.init(bytes: bytes)
    }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// The hash of a leaf: SHA-256(0x00 ‖ entry).
    public static func leaf(_ entry: [UInt8]) -> LogHash { LogHash(unchecked: SHA256.digest([0x00], entry)) }

    /// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
    public static func node(_ left: LogHash, _ right: LogHash) -> LogHash {
        LogHash(unchecked: SHA256.digest([0x01], left.bytes, right.bytes))
    }

    /// Base64, as checkpoints and proofs write it.
    public var base64: String { Base64.encode(bytes) }

    /// Base64.
    public var description: String { base64 }
}
