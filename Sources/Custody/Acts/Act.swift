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
        }
    }

    /// Whether the act only closes or observes something. Such acts may use the disk space held in reserve, so that a
    /// station whose disk is full can still say what ended.
    public var closesOrObserves: Bool {
        switch self {
        case .stationStopped, .accessRefused, .mediumAttached, .mediumDetached, .sealedMediumAttached, .protectionLost,
            .acquisitionFinished, .acquisitionEnded, .imageVerified:
            true
        case .stationStarted, .caseOpened, .mediumRegistered, .acquisitionStarted, .mediumSealed, .mediumUnsealed,
            .ledgerExported:
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
            }
        try body.encode(to: encoder)
    }
}
