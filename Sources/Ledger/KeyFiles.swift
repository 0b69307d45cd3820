import DurableFiles
import Glibc
import Integrity
import SystemPackage
import TransparencyLog

/// The private keys in the folder `keys`, and how one takes another's place whatever happens in between.
///
/// A change of keys goes through these steps; each is on stable storage before the next begins:
///
/// 1. the new private key is written to `station-next.pem`;
/// 2. the entry `key.rotated`, its checkpoint with both signatures, and the new public key are committed to the database;
/// 3. the anchor is replaced by that checkpoint;
/// 4. `station.pem` gets a second name, `station-retired.pem`;
/// 5. `station-next.pem` is renamed to `station.pem`;
/// 6. `station-retired.pem` is overwritten and removed.
///
/// The database alone says which key is in force: the newest that it names. A crash before 2 leaves a `station-next.pem` that
/// the database does not name, and `settle` destroys it; never without having asked the database. After 2 the new key is in one
/// of two places, and `settle` goes on at step 4. Between 4 and 6 the old key has a name under which it is found and destroyed.
struct KeyFiles: Sendable {
    let directory: StateDirectory
    let options: KeyOptions

    private var current: FilePath { directory.signingKey }
    private var next: FilePath { directory.nextKey }
    private var retired: FilePath { directory.retiredKey }

    // MARK: Reading

    /// The key in force, with whatever a crash left half done completed.
    ///
    /// - Parameter inForce: the newest public key that the database names; nil where it was not asked: then `station.pem` is taken,
    ///   and a `station-next.pem` stays, for it may be the one.
    /// - Throws: `LedgerError.keyMissing`, `.keyExposed`, `.keyLocked`, `.keyUnreadable`; `.otherStation` where the key in
    ///   force is not there. No file is changed then.
    func settle(inForce: VerifierKey?, origin: Origin) throws -> StationKey {
        guard try directory.hasKey || exists(next) else { throw LedgerError.keyMissing(current) }
        let known = try directory.hasKey ? StationKey(origin: origin, signing: try load(current)) : nil
        if let known, inForce == nil || known.verifier == inForce {
            if inForce != nil { try destroy(next) }
        } else {
            let other = try exists(next) ? StationKey(origin: origin, signing: try load(next)) : nil
            guard let other, other.verifier == inForce else {
                guard let found = known ?? other else { throw LedgerError.keyMissing(current) }
                throw LedgerError.otherStation(expected: inForce?.text ?? "", found: found.verifier.text)
            }
            try install()
        }
        try destroy(retired)
        var key = StationKey(origin: origin, signing: try load(current))
        try encryptWherePlain(current) { try key.signing.pem(passphrase: $0) }
        if options.sm2 { key.second = try secondKey() }
        return key
    }

    private func secondKey() throws -> SM2SigningKey {
        let path = directory.secondKey
        guard try exists(path) else {
            let key = try SM2SigningKey.generate()
            try write(try key.pem(passphrase: options.passphrase), to: path)
            return key
        }
        let key: SM2SigningKey
        do {
            key = try SM2SigningKey(pem: try contents(path), passphrase: options.passphrase)
        } catch let error as IntegrityError {
            throw LedgerError.keyUnreadable(path, reason: error.description)
        }
        try encryptWherePlain(path) { try key.pem(passphrase: $0) }
        return key
    }

    private func load(_ path: FilePath) throws -> SigningKey {
        let pem = try contents(path)
        do {
            return try SigningKey(pem: pem, passphrase: options.passphrase)
        } catch {
            let reason = PrivateKeyPEM.isEncrypted(pem) ? "the passphrase does not open it" : error.description
            throw LedgerError.keyUnreadable(path, reason: reason)
        }
    }

    /// The bytes of a key file that nobody else can read.
    private func contents(_ path: FilePath) throws -> [UInt8] {
        let mode = try status(of: path).st_mode
        guard mode & 0o077 == 0 else { throw LedgerError.keyExposed(path, mode: UInt32(mode & 0o7777)) }
        let pem = try readFile(path, limit: 64 * 1024)
        guard options.passphrase != nil || !PrivateKeyPEM.isEncrypted(pem) else { throw LedgerError.keyLocked(path) }
        return pem
    }

    /// A passphrase that was given to a station with plain keys encrypts them.
    private func encryptWherePlain(_ path: FilePath, _ pem: ([UInt8]) throws -> [UInt8]) throws {
        guard let passphrase = options.passphrase, !PrivateKeyPEM.isEncrypted(try contents(path)) else { return }
        try retire(path)
        try writeDurably(try pem(passphrase), to: path, permissions: [.ownerReadWrite], existing: .replace)
        try destroy(retired)
    }

    // MARK: Writing

    /// Writes the private half of a new station's key: the last step of its beginning, so that a key never stands beside an
    /// unfinished ledger. Nothing happens where there is a key.
    func create(_ key: StationKey) throws {
        guard try !directory.hasKey else { return }
        try write(try key.signing.pem(passphrase: options.passphrase), to: current)
    }

    /// Writes the public half for handing out.
    func writePublic(_ key: StationKey) throws {
        let text = key.verifier.text + "\n"
        guard (try? readFile(directory.verifierKey, limit: 4096)) != Array(text.utf8) else { return }
        try writeDurably(
            text.utf8, to: directory.verifierKey, permissions: [.ownerReadWrite, .groupRead, .otherRead], existing: .replace)
    }

    /// Step 1: makes a key that may take the present one's place.
    func prepareNext(after key: StationKey) throws -> StationKey {
        try destroy(next)
        var made = try StationKey.make(key.origin)
        made.second = key.second
        try write(try made.signing.pem(passphrase: options.passphrase), to: next)
        return made
    }

    /// Undoes step 1.
    func discardNext() throws { try destroy(next) }

    /// Steps 4 to 6.
    func install() throws {
        if try directory.hasKey { try retire(current) }
        try publish(next, as: current, existing: .replace)
        try destroy(retired)
    }

    private func write(_ pem: [UInt8], to path: FilePath) throws(FileError) {
        try writeDurably(pem, to: path, permissions: [.ownerReadWrite], existing: .keep)
    }

    /// Gives a key that ends a name under which it will be found after a crash.
    private func retire(_ path: FilePath) throws {
        try destroy(retired)
        guard link(path.string, retired.string) == 0 else { throw FileError("link to", retired, Errno(rawValue: errno)) }
        try syncDirectory(directory.keys)
    }

    /// Overwrites a key's file and removes it. A name beside one that is still in use is only taken away. What flash storage,
    /// snapshots or backups keep of it is out of reach.
    private func destroy(_ path: FilePath) throws {
        guard try exists(path) else { return }
        if try status(of: path).st_nlink == 1 {
            let file = try OwnedDescriptor(opening: path, .writeOnly, options: .noFollow)
            let zeros = [UInt8](repeating: 0, count: Int(try status(of: path).st_size))
            try zeros.withUnsafeBufferPointer { (buffer) throws(FileError) in try file.write(UnsafeRawBufferPointer(buffer)) }
            try file.sync()
        }
        guard unlink(path.string) == 0 else { throw FileError("remove", path, Errno(rawValue: errno)) }
        try syncDirectory(directory.keys)
    }
}
