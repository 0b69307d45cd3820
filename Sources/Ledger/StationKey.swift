import Integrity
import TransparencyLog

/// The station's private keys with the name under which they sign.
struct StationKey: Sendable {
    let origin: Origin
    let signing: SigningKey
    /// Signs checkpoints with SM2, too, where the station is set up for it.
    var second: SM2SigningKey?
    var verifier: VerifierKey { VerifierKey(origin: origin, key: signing.verifyingKey) }
    var secondVerifier: SM2NoteKey? { second.map { SM2NoteKey(origin: origin, key: $0.verifyingKey) } }

    /// Makes a key in memory.
    static func make(_ origin: Origin) throws -> StationKey { StationKey(origin: origin, signing: try .generate()) }

    /// Signs a checkpoint.
    ///
    /// - Parameter next: the key that takes this one's place with just this checkpoint, and signs it, too.
    func sign(_ checkpoint: Checkpoint, with next: StationKey? = nil) throws -> SignedNote {
        var note = try checkpoint.signed(with: signing)
        if let next { note = try note.signed(with: next.signing, as: origin) }
        if let second { note = try note.signed(with: second, as: origin) }
        return note
    }
}

/// How the station keeps its keys.
public struct KeyOptions: Sendable {
    /// Opens and encrypts the private keys; nil leaves them plain. 1 to 1,024 bytes, none of them 0.
    public var passphrase: [UInt8]?
    /// Whether checkpoints get a second signature line by an SM2 key.
    public var sm2: Bool

    /// Says how keys are kept.
    public init(passphrase: [UInt8]? = nil, sm2: Bool = false) {
        self.passphrase = passphrase
        self.sm2 = sm2
    }
}
