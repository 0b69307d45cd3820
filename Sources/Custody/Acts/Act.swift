import FoundationEssentials

/// Everything that can stand in the ledger: a closed set, so that a reader knows every kind.
///
/// A new act is a type that conforms to `ActBody`, and a line in each of the three lists here.
public enum Act: Sendable, Equatable {
    case stationStarted(StationStarted)
    case stationStopped(StationStopped)
    case accessRefused(AccessRefused)
    case mediumAttached(MediumAttached)
    case mediumDetached(MediumDetached)
    case sealedMediumAttached(SealedMediumAttached)
    case protectionLost(ProtectionLost)
    case writeCounted(WriteCounted)
    case diskPassedOver(DiskPassedOver)
    case caseOpened(CaseOpened)
    case mediumRegistered(MediumRegistered)
    case acquisitionStarted(AcquisitionStarted)
    case acquisitionPaused(AcquisitionPaused)
    case acquisitionResumed(AcquisitionResumed)
    case acquisitionFinished(AcquisitionFinished)
    case acquisitionEnded(AcquisitionEnded)
    case imageVerified(ImageVerified)
    case populationFixed(PopulationFixed)
    case sampleDrawn(SampleDrawn)
    case sampleChecked(SampleChecked)
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
    case imageCopied(ImageCopied)
    case imagesCompared(ImagesCompared)
    case jobStopped(JobStopped)
    case restorationStarted(RestorationStarted)
    case restorationFinished(RestorationFinished)
    case restorationEnded(RestorationEnded)
    case caseClosed(CaseClosed)
    case caseReopened(CaseReopened)
    case documentAdded(DocumentAdded)
    case personRegistered(PersonRegistered)
    case credentialRegistered(CredentialRegistered)
    case termSet(TermSet)
    case termEnded(TermEnded)
    case mediumSeized(MediumSeized)
    case mediumLeft(MediumLeft)
    case mediumIsolated(MediumIsolated)
    case sealChecked(SealChecked)
    case mediumMoved(MediumMoved)
    case handoverOffered(HandoverOffered)
    case handoverReceived(HandoverReceived)
    case handoverWithdrawn(HandoverWithdrawn)
    case examinationBegun(ExaminationBegun)
    case examinationEnded(ExaminationEnded)
    case dataCollected(DataCollected)
    case dataReceived(DataReceived)
    case mediumReturned(MediumReturned)
    case mediumArchived(MediumArchived)
    case fileAttached(FileAttached)
    case recordingNoted(RecordingNoted)
    case entryCorrected(EntryCorrected)
    case defectAnswered(DefectAnswered)
    case certificateIssued(CertificateIssued)
    case certificateChecked(CertificateChecked)
    case editionDecided(EditionDecided)

    /// What the act says.
    public var body: any ActBody {
        switch self {
        case .stationStarted(let body): body
        case .stationStopped(let body): body
        case .accessRefused(let body): body
        case .mediumAttached(let body): body
        case .mediumDetached(let body): body
        case .sealedMediumAttached(let body): body
        case .protectionLost(let body): body
        case .writeCounted(let body): body
        case .diskPassedOver(let body): body
        case .caseOpened(let body): body
        case .mediumRegistered(let body): body
        case .acquisitionStarted(let body): body
        case .acquisitionPaused(let body): body
        case .acquisitionResumed(let body): body
        case .acquisitionFinished(let body): body
        case .acquisitionEnded(let body): body
        case .imageVerified(let body): body
        case .populationFixed(let body): body
        case .sampleDrawn(let body): body
        case .sampleChecked(let body): body
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
        case .imageCopied(let body): body
        case .imagesCompared(let body): body
        case .jobStopped(let body): body
        case .restorationStarted(let body): body
        case .restorationFinished(let body): body
        case .restorationEnded(let body): body
        case .caseClosed(let body): body
        case .caseReopened(let body): body
        case .documentAdded(let body): body
        case .personRegistered(let body): body
        case .credentialRegistered(let body): body
        case .termSet(let body): body
        case .termEnded(let body): body
        case .mediumSeized(let body): body
        case .mediumLeft(let body): body
        case .mediumIsolated(let body): body
        case .sealChecked(let body): body
        case .mediumMoved(let body): body
        case .handoverOffered(let body): body
        case .handoverReceived(let body): body
        case .handoverWithdrawn(let body): body
        case .examinationBegun(let body): body
        case .examinationEnded(let body): body
        case .dataCollected(let body): body
        case .dataReceived(let body): body
        case .mediumReturned(let body): body
        case .mediumArchived(let body): body
        case .fileAttached(let body): body
        case .recordingNoted(let body): body
        case .entryCorrected(let body): body
        case .defectAnswered(let body): body
        case .certificateIssued(let body): body
        case .certificateChecked(let body): body
        case .editionDecided(let body): body
        }
    }

    /// How the body of each kind is read. An act that is missing here cannot be written either (`Entry.bytes()`).
    private static let readers: [Reader] = [
        Reader(StationStarted.self, Act.stationStarted),
        Reader(StationStopped.self, Act.stationStopped),
        Reader(AccessRefused.self, Act.accessRefused),
        Reader(MediumAttached.self, Act.mediumAttached),
        Reader(MediumDetached.self, Act.mediumDetached),
        Reader(SealedMediumAttached.self, Act.sealedMediumAttached),
        Reader(ProtectionLost.self, Act.protectionLost),
        Reader(WriteCounted.self, Act.writeCounted),
        Reader(DiskPassedOver.self, Act.diskPassedOver),
        Reader(CaseOpened.self, Act.caseOpened),
        Reader(MediumRegistered.self, Act.mediumRegistered),
        Reader(AcquisitionStarted.self, Act.acquisitionStarted),
        Reader(AcquisitionPaused.self, Act.acquisitionPaused),
        Reader(AcquisitionResumed.self, Act.acquisitionResumed),
        Reader(AcquisitionFinished.self, Act.acquisitionFinished),
        Reader(AcquisitionEnded.self, Act.acquisitionEnded),
        Reader(ImageVerified.self, Act.imageVerified),
        Reader(PopulationFixed.self, Act.populationFixed),
        Reader(SampleDrawn.self, Act.sampleDrawn),
        Reader(SampleChecked.self, Act.sampleChecked),
        Reader(MediumSealed.self, Act.mediumSealed),
        Reader(MediumUnsealed.self, Act.mediumUnsealed),
        Reader(LedgerExported.self, Act.ledgerExported),
        Reader(ActSigned.self, Act.actSigned),
        Reader(CheckpointTimestamped.self, Act.checkpointTimestamped),
        Reader(CheckpointCosigned.self, Act.checkpointCosigned),
        Reader(WitnessDisputed.self, Act.witnessDisputed),
        Reader(ClockStepped.self, Act.clockStepped),
        Reader(KeyRotated.self, Act.keyRotated),
        Reader(LedgerBackedUp.self, Act.ledgerBackedUp),
        Reader(LedgerRestored.self, Act.ledgerRestored),
        Reader(LedgerDamaged.self, Act.ledgerDamaged),
        Reader(MediumTransferred.self, Act.mediumTransferred),
        Reader(ImageCopied.self, Act.imageCopied),
        Reader(ImagesCompared.self, Act.imagesCompared),
        Reader(JobStopped.self, Act.jobStopped),
        Reader(RestorationStarted.self, Act.restorationStarted),
        Reader(RestorationFinished.self, Act.restorationFinished),
        Reader(RestorationEnded.self, Act.restorationEnded),
        Reader(CaseClosed.self, Act.caseClosed),
        Reader(CaseReopened.self, Act.caseReopened),
        Reader(DocumentAdded.self, Act.documentAdded),
        Reader(PersonRegistered.self, Act.personRegistered),
        Reader(CredentialRegistered.self, Act.credentialRegistered),
        Reader(TermSet.self, Act.termSet),
        Reader(TermEnded.self, Act.termEnded),
        Reader(MediumSeized.self, Act.mediumSeized),
        Reader(MediumLeft.self, Act.mediumLeft),
        Reader(MediumIsolated.self, Act.mediumIsolated),
        Reader(SealChecked.self, Act.sealChecked),
        Reader(MediumMoved.self, Act.mediumMoved),
        Reader(HandoverOffered.self, Act.handoverOffered),
        Reader(HandoverReceived.self, Act.handoverReceived),
        Reader(HandoverWithdrawn.self, Act.handoverWithdrawn),
        Reader(ExaminationBegun.self, Act.examinationBegun),
        Reader(ExaminationEnded.self, Act.examinationEnded),
        Reader(DataCollected.self, Act.dataCollected),
        Reader(DataReceived.self, Act.dataReceived),
        Reader(MediumReturned.self, Act.mediumReturned),
        Reader(MediumArchived.self, Act.mediumArchived),
        Reader(FileAttached.self, Act.fileAttached),
        Reader(RecordingNoted.self, Act.recordingNoted),
        Reader(EntryCorrected.self, Act.entryCorrected),
        Reader(DefectAnswered.self, Act.defectAnswered),
        Reader(CertificateIssued.self, Act.certificateIssued),
        Reader(CertificateChecked.self, Act.certificateChecked),
        Reader(EditionDecided.self, Act.editionDecided),
    ]

    private struct Reader: Sendable {
        let type: any ActBody.Type
        let read: @Sendable (any Decoder) throws -> Act
        let readJSON: @Sendable (Data) throws -> Act

        init<Body: ActBody>(_ type: Body.Type, _ act: @escaping @Sendable (Body) -> Act) {
            self.type = type
            read = { act(try Body(from: $0)) }
            readJSON = { act(try JSONDecoder().decode(Body.self, from: $0)) }
        }
    }

    private static let readersByKind: [String: Reader] = Dictionary(
        uniqueKeysWithValues: readers.map { ($0.type.kind, $0) })

    /// Which act this is.
    public var kind: Kind { Kind(type(of: body)) }

    /// Reads the body of an act.
    init(_ kind: Kind, body: any Decoder) throws {
        guard let reader = Self.readersByKind[kind.rawValue] else { throw EntryError("the act is unknown") }
        self = try reader.read(body)
    }

    /// Reads the body of an act that is not part of an entry yet.
    init(_ kind: Kind, json: Data) throws {
        guard let reader = Self.readersByKind[kind.rawValue] else { throw EntryError("the act is unknown") }
        self = try reader.readJSON(json)
    }
}

extension Act {
    /// The kind of an act, by the name that stands in an entry's `act` member. There is none but the ones listed.
    public struct Kind: RawRepresentable, Hashable, Sendable, Codable, CaseIterable {
        /// The kind's body.
        let type: any ActBody.Type

        /// The name, such as `medium.sealed`.
        public var rawValue: String { type.kind }

        /// The kind of a body.
        public init(_ type: any ActBody.Type) { self.type = type }

        /// The kind of a name; nil where there is none.
        public init?(rawValue: String) {
            guard let reader = readersByKind[rawValue] else { return nil }
            type = reader.type
        }

        /// All kinds.
        public static var allCases: [Kind] { readers.map { Kind($0.type) } }

        /// Two kinds are the same where their names are.
        public static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }
        /// Hashes the name.
        public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

        /// See `ActBody.closesOrObserves`.
        public var closesOrObserves: Bool { type.closesOrObserves }
        /// See `ActBody.isEvidence`.
        public var isEvidence: Bool { type.isEvidence }
        /// See `ActBody.examined`.
        public var examined: Set<Attachment.Kind> { type.examined }
        /// See `ActBody.canBeSigned`.
        public var canBeSigned: Bool { type.canBeSigned }
        /// See `ActBody.canBeWithheld`.
        public var canBeWithheld: Bool { type.canBeWithheld }
    }
}
