import Custody
import TransparencyLog

/// What a bundle shows about the station's keys.
public struct StationKeys: Sendable {
    /// The keys, each with the size from which on it signed.
    public let history: KeyHistory
    /// The key that the reader brought; one of them. Nil where he brought none.
    public let given: VerifierKey?
    /// The second key that signed the checkpoint; nil where the station has none.
    public let second: SM2NoteKey?
    /// Keys that the reader does not believe and that the station never had.
    public internal(set) var strangers: [VerifierKey] = []
    /// Entries that rest on a key which is not believed.
    public internal(set) var revoked: [RevokedRange] = []

    /// Follows the keys through the entries and checks the bundle's checkpoint with them.
    ///
    /// - Throws: `LogError` where the checkpoint lacks a signature that it must have, or the reader's key is none of them.
    init(_ record: KeyRecord, endingWith own: VerifierKey, given: VerifierKey?, checkpoint note: SignedNote) throws(LogError) {
        history = try record.history(endingWith: own)
        if let given, !history.keys.contains(where: { $0.key == given }) {
            throw .unproved("neither this key nor one that it took the place of is the key that was given")
        }
        self.given = given
        _ = try history.verify(note)
        second = record.sm2Key
        if let second { try second.verify(note) }
    }
}
