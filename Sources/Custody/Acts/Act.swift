/// Everything that can stand in the ledger: a closed set, so that a reader knows every kind.
public enum Act: Sendable, Equatable {
    case stationStarted(StationStarted)
    case stationStopped(StationStopped)
    case accessRefused(AccessRefused)
    case mediumAttached(MediumAttached)
    case mediumDetached(MediumDetached)
    case sealedMediumAttached(SealedMediumAttached)
    case protectionLost(ProtectionLost)
    case caseOpened(CaseOpened)
    case mediumRegistered(MediumRegistered)
    case acquisitionStarted(AcquisitionStarted)
    case acquisitionFinished(AcquisitionFinished)
    case acquisitionEnded(AcquisitionEnded)
    case imageVerified(ImageVerified)
    case mediumSealed(MediumSealed)
    case mediumUnsealed(MediumUnsealed)
    case ledgerExported(LedgerExported)
    case actSigned(ActSigned)
    case checkpointTimestamped(CheckpointTimestamped)
    case checkpointCosigned(CheckpointCosigned)
    case witnessDisputed(WitnessDisputed)
    case clockStepped(ClockStepped)
    case keyRotated(KeyRotated)
    case ledgerBackedUp(LedgerBackedUp)
    case ledgerRestored(LedgerRestored)
    case ledgerDamaged(LedgerDamaged)
    case mediumTransferred(MediumTransferred)

    /// The name of each act in an entry's `act` member.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case stationStarted = "station.started"
        case stationStopped = "station.stopped"
        case accessRefused = "access.refused"
        case mediumAttached = "medium.attached"
        case mediumDetached = "medium.detached"
        case sealedMediumAttached = "medium.attached-while-sealed"
        case protectionLost = "medium.protection-lost"
        case caseOpened = "case.opened"
        case mediumRegistered = "medium.registered"
        case acquisitionStarted = "acquisition.started"
        case acquisitionFinished = "acquisition.finished"
        case acquisitionEnded = "acquisition.ended"
        case imageVerified = "image.verified"
        case mediumSealed = "medium.sealed"
        case mediumUnsealed = "medium.unsealed"
        case ledgerExported = "ledger.exported"
        case actSigned = "act.signed"
        case checkpointTimestamped = "checkpoint.timestamped"
        case checkpointCosigned = "checkpoint.cosigned"
        case witnessDisputed = "witness.disputed"
        case clockStepped = "clock.stepped"
        case keyRotated = "key.rotated"
        case ledgerBackedUp = "ledger.backed-up"
        case ledgerRestored = "ledger.restored"
        case ledgerDamaged = "ledger.damaged"
        case mediumTransferred = "medium.transferred"

        /// Whether the act brings evidence from outside the station, or changes what it is checked with: a verifier looks at
        /// its attachments.
        public var isEvidence: Bool {
            switch self {
            case .actSigned, .checkpointTimestamped, .checkpointCosigned, .keyRotated, .ledgerRestored: true
            default: false
            }
        }
    }

    /// Which act this is.
    public var kind: Kind {
        switch self {
        case .stationStarted: .stationStarted
        case .stationStopped: .stationStopped
        case .accessRefused: .accessRefused
        case .mediumAttached: .mediumAttached
        case .mediumDetached: .mediumDetached
        case .sealedMediumAttached: .sealedMediumAttached
        case .protectionLost: .protectionLost
        case .caseOpened: .caseOpened
        case .mediumRegistered: .mediumRegistered
        case .acquisitionStarted: .acquisitionStarted
        case .acquisitionFinished: .acquisitionFinished
        case .acquisitionEnded: .acquisitionEnded
        case .imageVerified: .imageVerified
        case .mediumSealed: .mediumSealed
        case .mediumUnsealed: .mediumUnsealed
        case .ledgerExported: .ledgerExported
        case .actSigned: .actSigned
        case .checkpointTimestamped: .checkpointTimestamped
        case .checkpointCosigned: .checkpointCosigned
        case .witnessDisputed: .witnessDisputed
        case .clockStepped: .clockStepped
        case .keyRotated: .keyRotated
        case .ledgerBackedUp: .ledgerBackedUp
        case .ledgerRestored: .ledgerRestored
        case .ledgerDamaged: .ledgerDamaged
        case .mediumTransferred: .mediumTransferred
        }
    }

    /// Whether the act only closes or observes something. Such acts may use the disk space held in reserve, so that a
    /// station whose disk is full can still say what ended.
    public var closesOrObserves: Bool {
        switch self {
        case .stationStopped, .accessRefused, .mediumAttached, .mediumDetached, .sealedMediumAttached, .protectionLost,
            .acquisitionFinished, .acquisitionEnded, .imageVerified, .clockStepped, .witnessDisputed, .ledgerDamaged:
            true
        case .stationStarted, .caseOpened, .mediumRegistered, .acquisitionStarted, .mediumSealed, .mediumUnsealed,
            .ledgerExported, .actSigned, .checkpointTimestamped, .checkpointCosigned, .keyRotated, .ledgerBackedUp,
            .ledgerRestored,
            .mediumTransferred:
            false
        }
    }

    init(_ kind: Kind, body: any Decoder) throws {
        self =
            switch kind {
            case .stationStarted: .stationStarted(try StationStarted(from: body))
            case .stationStopped: .stationStopped(try StationStopped(from: body))
            case .accessRefused: .accessRefused(try AccessRefused(from: body))
            case .mediumAttached: .mediumAttached(try MediumAttached(from: body))
            case .mediumDetached: .mediumDetached(try MediumDetached(from: body))
            case .sealedMediumAttached: .sealedMediumAttached(try SealedMediumAttached(from: body))
            case .protectionLost: .protectionLost(try ProtectionLost(from: body))
            case .caseOpened: .caseOpened(try CaseOpened(from: body))
            case .mediumRegistered: .mediumRegistered(try MediumRegistered(from: body))
            case .acquisitionStarted: .acquisitionStarted(try AcquisitionStarted(from: body))
            case .acquisitionFinished: .acquisitionFinished(try AcquisitionFinished(from: body))
            case .acquisitionEnded: .acquisitionEnded(try AcquisitionEnded(from: body))
            case .imageVerified: .imageVerified(try ImageVerified(from: body))
            case .mediumSealed: .mediumSealed(try MediumSealed(from: body))
            case .mediumUnsealed: .mediumUnsealed(try MediumUnsealed(from: body))
            case .ledgerExported: .ledgerExported(try LedgerExported(from: body))
            case .actSigned: .actSigned(try ActSigned(from: body))
            case .checkpointTimestamped: .checkpointTimestamped(try CheckpointTimestamped(from: body))
            case .checkpointCosigned: .checkpointCosigned(try CheckpointCosigned(from: body))
            case .witnessDisputed: .witnessDisputed(try WitnessDisputed(from: body))
            case .clockStepped: .clockStepped(try ClockStepped(from: body))
            case .keyRotated: .keyRotated(try KeyRotated(from: body))
            case .ledgerBackedUp: .ledgerBackedUp(try LedgerBackedUp(from: body))
            case .ledgerRestored: .ledgerRestored(try LedgerRestored(from: body))
            case .ledgerDamaged: .ledgerDamaged(try LedgerDamaged(from: body))
            case .mediumTransferred: .mediumTransferred(try MediumTransferred(from: body))
            }
    }

    func encodeBody(to encoder: any Encoder) throws {
        let body: any Encodable =
            switch self {
            case .stationStarted(let body): body
            case .stationStopped(let body): body
            case .accessRefused(let body): body
            case .mediumAttached(let body): body
            case .mediumDetached(let body): body
            case .sealedMediumAttached(let body): body
            case .protectionLost(let body): body
            case .caseOpened(let body): body
            case .mediumRegistered(let body): body
            case .acquisitionStarted(let body): body
            case .acquisitionFinished(let body): body
            case .acquisitionEnded(let body): body
            case .imageVerified(let body): body
            case .mediumSealed(let body): body
            case .mediumUnsealed(let body): body
            case .ledgerExported(let body): body
            case .actSigned(let body): body
            case .checkpointTimestamped(let body): body
            case .checkpointCosigned(let body): body
            case .witnessDisputed(let body): body
            case .clockStepped(let body): body
            case .keyRotated(let body): body
            case .ledgerBackedUp(let body): body
            case .ledgerRestored(let body): body
            case .ledgerDamaged(let body): body
            case .mediumTransferred(let body): body
            }
        try body.encode(to: encoder)
    }
}
