import Custody
import TransparencyLog

/// A key that somebody says was in other hands since a time. The station says so of itself when it changes keys; an auditor may
/// say it of any.
public struct Revocation: Sendable, Equatable {
    /// The key; nil means whichever key signs.
    public let key: VerifierKey?
    /// Since when it is not believed.
    public let since: Timestamp

    /// Declares a key compromised.
    public init(key: VerifierKey?, since: Timestamp) {
        self.key = key
        self.since = since
    }
}

/// Entries for which nothing vouches but a key that is not believed.
public struct RevokedRange: Sendable, Equatable {
    /// The key.
    public let key: VerifierKey
    /// Since when it is not believed.
    public let since: Timestamp
    /// Positions of the entries.
    public let entries: Range<Int>

    /// What a revocation leaves without proof.
    ///
    /// What a checkpoint covers that somebody outside saw before the key was lost existed then, and stays believed. After
    /// that, the key's own word is worth nothing: neither on the entries up to the end of its time, nor on the key that it
    /// names as its successor. Entries after the change are believed only where the reader brought a later key himself.
    ///
    /// - Parameters:
    ///   - size: number of entries.
    ///   - given: the key that the reader brought.
    ///   - times: what trusted people outside vouch for.
    static func find(
        _ revocations: [Revocation], in history: KeyHistory, size: Int, given: VerifierKey?, times: [ExternalTime]
    ) -> [RevokedRange] {
        let trusted = history.keys.firstIndex { $0.key == given }
        return revocations.flatMap { revocation in
            let proved = times.filter { $0.latest <= revocation.since.microseconds }.map(\.size).max() ?? 0
            return history.keys.indices.compactMap { place -> RevokedRange? in
                let (first, key) = history.keys[place]
                guard revocation.key == nil || revocation.key == key else { return nil }
                let isLast = place + 1 == history.keys.count
                let succeeded = trusted.map { $0 > place } ?? false
                // The first checkpoint of a key covers one entry more than the last one of the key before it.
                let end = isLast || !succeeded ? size : history.keys[place + 1].firstSize
                let start = max(proved, place == 0 ? 0 : first - 1)
                return start < end ? RevokedRange(key: key, since: revocation.since, entries: start..<end) : nil
            }
        }
    }
}
