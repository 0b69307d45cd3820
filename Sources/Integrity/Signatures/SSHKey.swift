import COpenSSL

/// A person's public SSH key (RFC 4253 §6.6, RFC 5656, RFC 8709; PROTOCOL.u2f of OpenSSH for keys on tokens).
public struct SSHKey: Hashable, Sendable {
    /// The key in the SSH wire format.
    public let blob: [UInt8]
    /// The kind, such as `ssh-ed25519`.
    public let type: String

    /// Its name as `ssh-keygen -l` prints it: `SHA256:` and base64 without padding.
    public var fingerprint: String { "SHA256:" + Base64.encode(SHA256.digest(blob)).prefix { $0 != "=" } }

    private let material: Material

    private enum Material: Hashable, Sendable {
        case ed25519(VerifyingKey)
        case ecdsa(Curve, point: [UInt8])
        case rsa(modulus: [UInt8], exponent: [UInt8])
    }

    private enum Curve: String, Hashable, Sendable {
        case nistp256, nistp384, nistp521

        var identifier: [UInt8] {
            switch self {
            case .nistp256: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
            case .nistp384: [0x2B, 0x81, 0x04, 0x00, 0x22]
            case .nistp521: [0x2B, 0x81, 0x04, 0x00, 0x23]
            }
        }

        var digest: OpaquePointer? {
            switch self {
            case .nistp256: EVP_sha256()
            case .nistp384: EVP_sha384()
            case .nistp521: EVP_sha512()
            }
        }
    }

    /// The application of a key on a token; nil for others.
    private let application: [UInt8]?

    /// Reads a key in the wire format.
    ///
    /// - Throws: `SignatureError.unsupported` for a kind that is not accepted, a certificate among them; `malformed`.
    public init(blob: [UInt8]) throws(SignatureError) {
        var reader = SSHReader(blob)
        guard blob.count <= PersonSignature.byteLimit, let type = reader.text() else {
            throw .malformed("the SSH key cannot be read")
        }
        self.blob = blob
        self.type = type
        material = try Self.material(type, &reader)
        if type.hasPrefix("sk-") {
            guard let application = reader.string() else { throw .malformed("the SSH key cannot be read") }
            self.application = application
        } else {
            application = nil
        }
        guard reader.isAtEnd else { throw .malformed("the SSH key cannot be read") }
    }

    private static func material(_ type: String, _ reader: inout SSHReader) throws(SignatureError) -> Material {
        switch type {
        case "ssh-ed25519", "sk-ssh-ed25519@openssh.com":
            if let bytes = reader.string(), let key = try? VerifyingKey(bytes: bytes) { return .ed25519(key) }
        case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "sk-ecdsa-sha2-nistp256@openssh.com":
            if let name = reader.text(), let curve = Curve(rawValue: name), type.contains(name), let point = reader.string(),
                point.first == 4
            {
                return .ecdsa(curve, point: point)
            }
        case "ssh-rsa":
            if let exponent = reader.magnitude(), let modulus = reader.magnitude() {
                guard (256...2048).contains(modulus.count), exponent.count <= 8 else {
                    throw .unsupported("an RSA key of less than 2,048 or more than 16,384 bits")
                }
                return .rsa(modulus: modulus, exponent: exponent)
            }
        default: throw .unsupported("an SSH key of the kind \(type.prefix(100))")
        }
        throw .malformed("the SSH key cannot be read")
    }

    /// Whether a signature in the SSH wire format is this key's over a message.
    func verifies(_ signature: [UInt8], over message: [UInt8]) throws(SignatureError) -> Bool {
        var reader = SSHReader(signature)
        guard let algorithm = reader.text(), let value = reader.string() else { throw .malformed("the SSH signature is cut") }
        var message = message
        if let application {
            // A token signs what it was asked for, whether somebody touched it, and how often it signed.
            guard algorithm == type, let flags = reader.byte(), let counter = reader.number() else {
                throw .malformed("the SSH signature is cut")
            }
            message =
                SHA256.digest(application) + [flags] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: counter >> $0) }
                + SHA256.digest(message)
        }
        guard reader.isAtEnd else { throw .malformed("something follows the SSH signature") }
        switch material {
        case .ed25519(let key):
            guard algorithm == type else { throw .unsupported("the SSH algorithm \(algorithm.prefix(100))") }
            return key.verifies(value, over: message)
        case .ecdsa(let curve, let point):
            guard algorithm == type else { throw .unsupported("the SSH algorithm \(algorithm.prefix(100))") }
            return try verifiesECDSA(curve, point, value, over: message)
        case .rsa(let modulus, let exponent):
            let digest: OpaquePointer? =
                switch algorithm {
                case "rsa-sha2-256": EVP_sha256()
                case "rsa-sha2-512": EVP_sha512()
                default: throw .unsupported("the SSH algorithm \(algorithm.prefix(100))")
                }
            let rsa: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
            let key = DERWriter.sequence([DERWriter.integer(modulus), DERWriter.integer(exponent)])
            let info = DERWriter.sequence([
                DERWriter.sequence([DERWriter.identifier(rsa), DERWriter.null]), DERWriter.bitString(key),
            ])
            return PublicKeyVerification.plain(info, value, over: message, digest: digest)
        }
    }

    private func verifiesECDSA(_ curve: Curve, _ point: [UInt8], _ value: [UInt8], over message: [UInt8])
        throws(SignatureError) -> Bool
    {
        var reader = SSHReader(value)
        guard let r = reader.magnitude(), let s = reader.magnitude(), reader.isAtEnd else {
            throw .malformed("the SSH signature is cut")
        }
        let ecPublicKey: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
        let algorithm = DERWriter.sequence([DERWriter.identifier(ecPublicKey), DERWriter.identifier(curve.identifier)])
        return PublicKeyVerification.plain(
            DERWriter.sequence([algorithm, DERWriter.bitString(point)]),
            DERWriter.sequence([DERWriter.integer(r), DERWriter.integer(s)]), over: message,
            digest: curve.digest)
    }
}
