import DurableFiles
import Glibc
import Integrity
import SystemPackage
import TransparencyLog

/// The names in a witness's state directory.
struct WitnessFolder {
    let root: FilePath

    /// The private key in PEM.
    var key: FilePath { root.appending("witness.pem") }
    /// The verifier key, for handing out. Its name is the witness's.
    var verifierKey: FilePath { root.appending("witness.vkey") }
    /// For each log the newest checkpoint that was cosigned.
    var logs: FilePath { root.appending("logs") }
    /// Checkpoints that contradict what was cosigned.
    var disputes: FilePath { root.appending("disputes") }
    /// Held by the process that works with the folder.
    var lock: FilePath { root.appending("lock") }

    /// Where the newest cosigned checkpoint of a log stands.
    func checkpoint(of log: Origin) -> FilePath { logs.appending(Hex.encode(SHA256.digest(Array(log.name.utf8)))) }

    /// Makes a witness. The key is written last: where it is, the folder is complete.
    ///
    /// - Throws: `WitnessError.exists` where there is a key already; a second history under one key must not begin.
    func create(name: Origin) throws -> CosignerKey {
        do {
            try makeDirectory(root, mode: 0o700)
            let held = try lockFolder()
            defer { withExtendedLifetime(held) {} }
            guard try !exists(key) else { throw WitnessError.exists(root) }
            for folder in [logs, disputes] { try makeDirectory(folder, mode: 0o700) }
            guard try listDirectory(logs).isEmpty else { throw WitnessError.exists(root) }
            let signing = try SigningKey.generate()
            let verifier = CosignerKey(name: name, key: signing.verifyingKey)
            try writeDurably(
                (verifier.text + "\n").utf8, to: verifierKey, permissions: [.ownerReadWrite, .groupRead, .otherRead],
                existing: .replace)
            try writeDurably(try signing.pem(), to: key, permissions: [.ownerReadWrite], existing: .keep)
            try syncDirectory(root.removingLastComponent())
            return verifier
        } catch let error as FileError {
            throw WitnessError.file(error)
        }
    }

    /// Keeps every other process out.
    func lockFolder() throws -> FileLock {
        do {
            return try FileLock(lock)
        } catch {
            throw error.errno == .wouldBlock ? WitnessError.inUse(root) : WitnessError.file(error)
        }
    }

    /// Reads the key and the name.
    ///
    /// - Throws: `WitnessError`, also where others than the owner have any right to the key.
    func readKey() throws -> (name: Origin, key: SigningKey) {
        let signing: SigningKey
        let known: CosignerKey
        do {
            guard try exists(key) else { throw WitnessError.noWitness(root) }
            guard try status(of: key).st_mode & 0o077 == 0 else { throw WitnessError.keyExposed(key) }
            signing = try SigningKey(pem: try readFile(key, limit: 64 * 1024))
            known = try CosignerKey(parsing: String(decoding: try readFile(verifierKey, limit: 4096).dropLast(), as: UTF8.self))
        } catch let error as FileError {
            throw WitnessError.file(error)
        } catch let error as WitnessError {
            throw error
        } catch {
            throw WitnessError.damaged(key, reason: "\(error)")
        }
        guard known.key == signing.verifyingKey else {
            throw WitnessError.damaged(verifierKey, reason: "it is not the public half of \(key)")
        }
        return (known.name, signing)
    }
}
