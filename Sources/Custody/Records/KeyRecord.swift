import TransparencyLog

/// The keys that a station signed with, read from its entries: who follows whom, and that both said so.
public struct KeyRecord: Sendable {
    /// A change of keys that was declared because the old key was in other hands.
    public struct Revocation: Sendable, Equatable {
        /// The key that is no longer believed.
        public let key: VerifierKey
        /// Since when.
        public let since: Timestamp
    }

    private var keys: [(firstSize: Int, key: VerifierKey)] = []
    /// What the newest start says about a second key.
    public private(set) var sm2Key: SM2NoteKey?
    /// What the station itself revoked.
    public private(set) var revocations: [Revocation] = []

    /// The record of no entries.
    public init() {}

    /// Takes in the next entry.
    ///
    /// - Throws: `LogError` where an entry names a key that is not in force, or changes keys without the signatures of both.
    public mutating func add(_ entry: Entry) throws(LogError) {
        switch entry.act {
        case .stationStarted(let body):
            let key = try VerifierKey(parsing: body.verifierKey)
            guard try inForce(else: key) == key else { throw .unproved("the station started with a key that is not in force") }
            sm2Key = nil
            guard let text = body.sm2Key else { return }
            let second = try SM2NoteKey(parsing: text)
            guard second.origin == key.origin else { throw .unproved("the station's second key has another name") }
            sm2Key = second
        case .keyRotated(let body):
            let change = try KeyChange(body, in: entry)
            guard try inForce(else: change.old) == change.old else { throw .unproved("a key is replaced that is not in force") }
            guard !keys.contains(where: { $0.key == change.new }) else { throw .unproved("a key takes its own place") }
            keys.append((firstSize: entry.sequence + 1, key: change.new))
            if let since = change.compromisedSince { revocations.append(Revocation(key: change.old, since: since)) }
        default: break
        }
    }

    /// The key that the entries so far leave in force; the first one that is named begins.
    private mutating func inForce(else first: VerifierKey) throws(LogError) -> VerifierKey {
        if let newest = keys.last?.key { return newest }
        keys = [(firstSize: 0, key: first)]
        return first
    }

    /// Which key signed what, once all entries are in.
    ///
    /// - Parameter key: the key that the reader holds to be in force; the only one where no entry names any.
    /// - Throws: `LogError.unproved` where the entries say otherwise.
    public func history(endingWith key: VerifierKey) throws(LogError) -> KeyHistory {
        guard let newest = keys.last?.key else { return KeyHistory(keys: [(firstSize: 0, key: key)]) }
        guard newest == key else { throw .unproved("the key is not the one that the entries leave in force") }
        return KeyHistory(keys: keys)
    }
}
