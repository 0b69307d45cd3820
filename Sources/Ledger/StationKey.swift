import DurableFiles
import Integrity
import SystemPackage
import TransparencyLog

/// The station's private key with the name under which it signs.
struct StationKey: Sendable {
    let origin: Origin
    let signing: SigningKey
    var verifier: VerifierKey { VerifierKey(origin: origin, key: signing.verifyingKey) }

    /// Makes a key in memory.
    static func make(_ origin: Origin) throws -> StationKey { StationKey(origin: origin, signing: try .generate()) }

    /// Reads the key.
    ///
    /// - Throws: `LedgerError.keyMissing`; `LedgerError.keyExposed` where the group or others have any right to the file.
    static func read(_ directory: StateDirectory, origin: Origin) throws -> StationKey {
        let path = directory.signingKey
        guard directory.hasKey else { throw LedgerError.keyMissing(path) }
        let mode = try status(of: path).st_mode
        guard mode & 0o077 == 0 else { throw LedgerError.keyExposed(path, mode: UInt32(mode & 0o7777)) }
        return StationKey(origin: origin, signing: try SigningKey(pem: try readFile(path, limit: 64 * 1024)))
    }

    /// Writes the public half for handing out, and the private half where there is none yet: the last step of a new
    /// station, so that a key never stands beside an unfinished ledger.
    func write(to directory: StateDirectory) throws {
        let text = verifier.text + "\n"
        if (try? readFile(directory.verifierKey, limit: 4096)) != Array(text.utf8) {
            try writeDurably(
                text.utf8, to: directory.verifierKey, permissions: [.ownerReadWrite, .groupRead, .otherRead], existing: .replace)
        }
        if !directory.hasKey {
            try writeDurably(try signing.pem(), to: directory.signingKey, permissions: [.ownerReadWrite], existing: .keep)
        }
    }
}
