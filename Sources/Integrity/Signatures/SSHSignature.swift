import COpenSSL

/// A signature of `ssh-keygen -Y sign` (PROTOCOL.sshsig of OpenSSH) in our namespace that fits a statement. Whose key it is, is
/// another question: `AllowedSigners`.
public struct SSHSignature: Sendable {
    /// The namespace (`-n`) that signatures must be made for, so that one for another purpose is never taken for ours.
    public static let namespace = "fengcun"
    private static let label = "SSH SIGNATURE"
    private static let magic = Array("SSHSIG".utf8)

    /// Whose signature it is.
    public let key: SSHKey

    /// Whether bytes begin as such a signature does.
    public static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: "-----BEGIN \(label)-----".utf8) }

    /// Reads a signature and checks it against a statement.
    ///
    /// - Throws: `SignatureError`.
    public init(_ bytes: [UInt8], over statement: [UInt8]) throws(SignatureError) {
        guard bytes.count <= PersonSignature.byteLimit else { throw .tooLarge }
        let blocks = Array(PEMBlocks(bytes))
        guard let blob = blocks.first?.bytes, blocks.count == 1, blocks[0].label == Self.label, blob.starts(with: Self.magic)
        else { throw .malformed("it is not one block 'SSH SIGNATURE'") }
        var reader = SSHReader(Array(blob.dropFirst(Self.magic.count)))
        guard reader.number() == 1, let keyBlob = reader.string(), let namespace = reader.string(),
            let reserved = reader.string(), let algorithm = reader.text(), let signature = reader.string(), reader.isAtEnd
        else { throw .malformed("the SSH signature is cut") }
        guard namespace == Array(Self.namespace.utf8) else {
            throw .unsupported("another namespace than '\(Self.namespace)' (ssh-keygen -Y sign -n \(Self.namespace))")
        }
        let digest: [UInt8]
        switch algorithm {
        case "sha256": digest = SHA256.digest(statement)
        case "sha512":
            guard let value = try? Digest.of(statement, .sha512) else { throw .unsupported("SHA-512") }
            digest = value.bytes
        default: throw .unsupported("the digest \(algorithm.prefix(100))")
        }
        let signed =
            Self.magic + SSHReader.string(namespace) + SSHReader.string(reserved) + SSHReader.string(algorithm.utf8)
            + SSHReader.string(digest)
        key = try SSHKey(blob: keyBlob)
        guard try key.verifies(signature, over: signed) else { throw .wrong }
    }
}
