import TransparencyLog

/// What witnesses say about the log of a bundle.
public struct WitnessReport: Sendable {
    /// One cosignature that verifies.
    public struct Cosigned: Sendable {
        /// Position of the entry that records it.
        public let entry: Int
        /// Number of entries that the witness saw.
        public let size: Int
        /// The cosignature.
        public let cosignature: Cosignature
        /// Whether the auditor's policy knows the witness, and accepts the log.
        public let isKnown: Bool
    }

    /// A policy that the station put into its record: its own claim, whoever wrote it.
    public struct Claim: Sendable {
        /// Position of the newest entry that has one.
        public let entry: Int
        /// The attachment.
        public let sha256: String
        /// Number of entries, from the first, that enough witnesses vouch for; nil where none are.
        public let witnessedSize: Int?
    }

    /// The cosignatures, in the order of the record.
    public internal(set) var cosigned: [Cosigned] = []
    /// What the auditor asks for; nil where he brought no policy.
    public internal(set) var policy: WitnessPolicy?
    /// Number of entries, from the first, that enough witnesses of the auditor's policy vouch for; nil where none are.
    public internal(set) var witnessedSize: Int?
    /// What the bundle says about witnesses.
    public internal(set) var claim: Claim?

    /// Whether the auditor's policy is met, where he brought one. That the ledger was empty once says nothing about it.
    public var isMet: Bool { policy == nil || (witnessedSize ?? 0) > 0 }

    /// The times that witnesses of the auditor's policy vouch for.
    public var times: [ExternalTime] {
        cosigned.filter(\.isKnown).map {
            // A witness gives whole seconds.
            let second = $0.cosignature.time * 1_000_000
            return ExternalTime(
                size: $0.size, earliest: second, latest: second + 999_999, source: "witness \($0.cosignature.key.name)",
                recordedIn: $0.entry)
        }
    }
}
