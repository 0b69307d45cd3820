import Custody
import TransparencyLog

/// What a bundle shows about the station's keys.
public struct StationKeys: Sendable {
    /// The keys, each with the size from which on it signed.
    public let history: KeyHistory
    /// The key that the reader brought: one of them, or one that took their place after the bundle ends. Nil where he brought none.
    public let given: VerifierKey?
    /// Where receipts lead to from these keys.
    let trail: KeyTrail
    /// The second key that signed the checkpoint; nil where the station has none.
    public let second: SM2NoteKey?
    /// Keys that the reader does not believe and that the station never had.
    public internal(set) var strangers: [VerifierKey] = []
    /// Entries that rest on a key which is not believed.
    public internal(set) var revoked: [RevokedRange] = []

    /// Follows the keys through the entries and checks the bundle's checkpoint with them.
    ///
    /// - Parameter receipts: what people kept, with the changes of keys that it holds.
    /// - Throws: `LogError` where the checkpoint lacks a signature that it must have, or the reader's key is none of them.
    init(
        _ record: KeyRecord, endingWith own: VerifierKey, given: VerifierKey?, checkpoint note: SignedNote,
        receipts: [ReceiptProof]
    ) throws(LogError) {
        history = try record.history(endingWith: own)
        trail = KeyTrail(from: history.keys.map(\.key), over: receipts)
        if let given, !trail.reaches(given) {
            throw .unproved("neither this key nor one that it took the place of is the key that was given")
        }
        self.given = given
        _ = try history.verify(note)
        second = record.sm2Key
        if let second { try second.verify(note) }
    }

    /// Whether the reader's key began after the bundle ends.
    public var givenIsLater: Bool { given.map { given in !history.keys.contains { $0.key == given } } ?? false }
}
