import DurableFiles
import Glibc
import Integrity
import SystemPackage
import TransparencyLog

/// The station's private key with the name under which it signs.
struct StationKey: Sendable {
    let origin: Origin
    let signing: SigningKey
    var verifier: VerifierKey { VerifierKey(origin: origin, key: signing.verifyingKey) }

    /// Reads the key, or makes one where there is none and `mayCreate` says that nothing was signed yet.
    ///
    /// - Throws: `LedgerError.keyExposed` where the group or others have any right to the file.
    init(_ directory: StateDirectory, origin: Origin, mayCreate: Bool) throws {
        self.origin = origin
        let path = directory.signingKey
        if access(path.string, F_OK) != 0 {
            guard mayCreate else { throw LedgerError.keyMissing(path) }
            try writeDurably(SigningKey.generate().pem(), to: path, permissions: [.ownerReadWrite], existing: .keep)
        }
        let mode = try status(of: path).st_mode
        guard mode & 0o077 == 0 else { throw LedgerError.keyExposed(path, mode: UInt32(mode & 0o7777)) }
        signing = try SigningKey(pem: try readFile(path, limit: 64 * 1024))
        let text = VerifierKey(origin: origin, key: signing.verifyingKey).text + "\n"
        try writeDurably(
            text.utf8, to: directory.verifierKey, permissions: [.ownerReadWrite, .groupRead, .otherRead], existing: .replace)
    }
}
