import Custody
import DurableFiles
import Glibc
import Integrity
import SystemPackage

/// The passphrase of the private keys, which systemd hands over as a credential (systemd.exec(5), LoadCredentialEncrypted=).
enum KeyCredential {
    private static let name = "fengcun-key-passphrase"

    /// Reads the passphrase: one line, its newline left out.
    ///
    /// - Returns: nil where the unit offers none.
    /// - Throws: `ConfigurationError` where it is empty, longer than 1,024 bytes, or holds a zero byte.
    static func read() throws(ConfigurationError) -> [UInt8]? {
        guard let folder = getenv("CREDENTIALS_DIRECTORY") else { return nil }
        let path = FilePath(platformString: folder).appending(name)
        var bytes: [UInt8]
        do throws(FileError) {
            guard try exists(path) else { return nil }
            bytes = try readFile(path, limit: PrivateKeyPEM.passphraseLimit + 1)
        } catch {
            throw .unreadable(error)
        }
        if bytes.last == 0x0A { bytes.removeLast() }
        guard !bytes.isEmpty, bytes.count <= PrivateKeyPEM.passphraseLimit, !bytes.contains(0) else {
            throw .malformed(path: path.string, reason: "a passphrase is one line of 1 to \(PrivateKeyPEM.passphraseLimit) bytes")
        }
        return bytes
    }
}
