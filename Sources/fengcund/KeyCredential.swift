import Custody
import DurableFiles
import Glibc
import Integrity
import SystemPackage

/// The passphrase of the private keys, which systemd hands over as a credential (systemd.exec(5), LoadCredentialEncrypted=).
enum KeyCredential {
    private static let name = "fengcun-key-passphrase"
    /// What names of credentials for this daemon begin with.
    private static let prefix = "fengcun"

    /// Reads the passphrase: one line, its newline left out.
    ///
    /// - Returns: nil where the unit offers none.
    /// - Throws: `ConfigurationError` where it is empty, longer than 1,024 bytes, or holds a zero byte; also where a credential
    ///   has nearly its name: a misspelt one would leave the keys in the clear without a word.
    static func read() throws(ConfigurationError) -> [UInt8]? {
        guard let variable = getenv("CREDENTIALS_DIRECTORY") else { return nil }
        let folder = FilePath(platformString: variable)
        let path = folder.appending(name)
        let names: [String]
        do throws(FileError) {
            names = try listDirectory(folder)
        } catch {
            throw .unreadable(error)
        }
        if let other = names.first(where: { $0.hasPrefix(prefix) && $0 != name }) {
            throw .unknownCredential(folder.appending(other).string, expected: name)
        }
        guard names.contains(name) else { return nil }
        var bytes: [UInt8]
        do throws(FileError) {
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
