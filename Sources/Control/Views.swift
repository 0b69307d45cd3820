import Custody
import Integrity

/// A disk as `devices` shows it.
public struct DeviceView: Codable, Sendable {
    /// Device node.
    public var device: String
    /// The medium's identity; null for disks that are not evidence.
    public var medium: String?
    /// See `MediumDescription`.
    public var make, model, serial, wwn, firmware, bus, partitionTable: String?
    /// See `MediumDescription`.
    public var capacity, logicalSectorSize, physicalSectorSize: Int
    /// See `MediumDescription`.
    public var removable: Bool
    /// See `MediumDescription`.
    public var partitions: [MediumDescription.Partition]
    /// See `MediumDescription`.
    public var diskSequence: Int
    /// The kernel's read-only flag of the disk and all its partitions at this moment.
    public var readOnly: Bool
    /// Write and discard requests that the kernel has counted.
    public var writeRequests: Int
    /// What the disk itself answered, why it was not asked, and where its bridge, udev or the kernel contradict it.
    public var disk: DiskAnswers?
    /// See `MediumDescription`.
    public var unasked: String?
    /// See `MediumDescription`.
    public var differences: [IdentityDifference]?
    /// See `MediumDescription`.
    public var encryption: [EncryptionHint]?
    /// How it was when it was last asked, at the beginning or end of an image during this stay.
    public var health: DriveHealth?
    /// Where what was read off its label at the registration differs from what it says; null where nothing was compared.
    public var labelDifferences: [LabelDifference]?
    /// Where the medium stands.
    public var state: MediumState
    /// Case and exhibit, once registered.
    public var caseNumber, exhibit: String?
    /// Position of the attach entry.
    public var entry: Int?

    private enum CodingKeys: String, CodingKey {
        case device, medium, make, model, serial, wwn, firmware, bus, partitionTable, capacity, logicalSectorSize
        case physicalSectorSize, removable, partitions, diskSequence, readOnly, writeRequests, state
        case disk, unasked, differences, encryption, health, labelDifferences
        case caseNumber = "case"
        case exhibit, entry
    }

    /// Shows a disk.
    public init(device: String, description: MediumDescription, protection: Protection?, state: MediumState) {
        self.device = device
        make = description.make
        model = description.model
        serial = description.serial
        wwn = description.wwn
        firmware = description.firmware
        bus = description.bus
        partitionTable = description.partitionTable
        capacity = description.capacity
        logicalSectorSize = description.logicalSectorSize
        physicalSectorSize = description.physicalSectorSize
        removable = description.removable
        partitions = description.partitions
        diskSequence = description.diskSequence
        readOnly = protection?.readOnly ?? false
        writeRequests = (protection?.writeRequests ?? 0) + (protection?.discardRequests ?? 0)
        disk = description.disk
        unasked = description.unasked
        differences = description.differences
        encryption = description.encryption
        self.state = state
    }

    /// Writes every member, with null for what is not known, so that a program finds the same members for each disk.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(device, forKey: .device)
        try container.encode(medium, forKey: .medium)
        try container.encode(make, forKey: .make)
        try container.encode(model, forKey: .model)
        try container.encode(serial, forKey: .serial)
        try container.encode(wwn, forKey: .wwn)
        try container.encode(firmware, forKey: .firmware)
        try container.encode(bus, forKey: .bus)
        try container.encode(partitionTable, forKey: .partitionTable)
        try container.encode(capacity, forKey: .capacity)
        try container.encode(logicalSectorSize, forKey: .logicalSectorSize)
        try container.encode(physicalSectorSize, forKey: .physicalSectorSize)
        try container.encode(removable, forKey: .removable)
        try container.encode(partitions, forKey: .partitions)
        try container.encode(diskSequence, forKey: .diskSequence)
        try container.encode(readOnly, forKey: .readOnly)
        try container.encode(writeRequests, forKey: .writeRequests)
        try container.encode(disk, forKey: .disk)
        try container.encode(unasked, forKey: .unasked)
        try container.encode(differences, forKey: .differences)
        try container.encode(encryption, forKey: .encryption)
        try container.encode(health, forKey: .health)
        try container.encode(labelDifferences, forKey: .labelDifferences)
        try container.encode(state, forKey: .state)
        try container.encode(caseNumber, forKey: .caseNumber)
        try container.encode(exhibit, forKey: .exhibit)
        try container.encode(entry, forKey: .entry)
    }
}

/// The state of the station.
public struct StatusView: Codable, Sendable {
    /// Version of the daemon.
    public var version: String
    /// The station's name.
    public var origin: String
    /// The public key that checks its ledger.
    public var verifierKey: String
    /// Number of entries.
    public var entries: Int
    /// Number of evidence disks attached.
    public var media: Int
    /// Number of jobs that run, that wait for their turn, and that stand still.
    public var running, queued, paused: Int
    /// What the asking user may do.
    public var role: String
    /// The time-stamping authority that the command line asks; nil where none is configured.
    public var timeServer: String?
    /// How far the check of the whole ledger has come in this run of the daemon.
    public var check: CheckProgressView

    /// Shows a state.
    public init(
        version: String, origin: String, verifierKey: String, entries: Int, media: Int, running: Int, queued: Int, paused: Int,
        role: String, timeServer: String?, check: CheckProgressView
    ) {
        self.timeServer = timeServer
        self.check = check
        self.version = version
        self.origin = origin
        self.verifierKey = verifierKey
        self.entries = entries
        self.media = media
        self.running = running
        self.queued = queued
        self.paused = paused
        self.role = role
    }
}

/// A case with its exhibits.
public struct CaseView: Codable, Sendable {
    /// See `CaseOpened`.
    public var number, cause, unit: String
    /// See `CaseOpened`.
    public var note: String?
    /// When it was opened.
    public var openedAt: Timestamp
    /// Position of the entry that opened it.
    public var entry: Int
    /// Whether it was closed.
    public var isClosed: Bool
    /// Its exhibits.
    public var exhibits: [ExhibitView]
    /// Its terms.
    public var terms: [TermRecord]

    /// Shows a case.
    public init(
        _ body: CaseOpened, openedAt: Timestamp, entry: Int, isClosed: Bool, exhibits: [ExhibitView], terms: [TermRecord]
    ) {
        self.terms = terms
        self.isClosed = isClosed
        number = body.number
        cause = body.cause
        unit = body.unit
        note = body.note
        self.openedAt = openedAt
        self.entry = entry
        self.exhibits = exhibits
    }
}

/// An exhibit with its images.
public struct ExhibitView: Codable, Sendable {
    /// Number of the case.
    public var caseNumber: String
    /// Number of the exhibit.
    public var exhibit: String
    /// The medium's identity; absent before it was registered from a port.
    public var medium: String?
    /// What the medium said about itself at registration.
    public var description: MediumDescription?
    /// What a person read off it.
    public var label: MediumLabel
    /// What a person recorded when it was seized or left where it was.
    public var particulars: MediumParticulars?
    /// Where it is kept and who has it now; see `ExhibitRecord`.
    public var location, custodian: String
    /// Where it stands.
    public var state: MediumState
    /// Number of the seal that it carries.
    public var seal: String?
    /// Its finished images.
    public var images: [ImageView]
    /// Who had it, where, in what state, since it is an exhibit; only where one exhibit was asked for.
    public var custody: CustodyTimeline?

    private enum CodingKeys: String, CodingKey {
        case caseNumber = "case"
        case exhibit, medium, description, label, particulars, location, custodian, state, seal, images, custody
    }

    /// Shows an exhibit.
    public init(_ record: ExhibitRecord) {
        caseNumber = record.id.caseNumber
        exhibit = record.id.number
        medium = record.registration?.medium.text
        description = record.registration?.description
        label = record.registration?.label ?? record.particulars?.label ?? MediumLabel()
        particulars = record.particulars
        location = record.location
        custodian = record.custodian
        state = record.state
        seal = record.seal
        images = record.images.map { ImageView($0.made, entry: $0.entry, verified: $0.verified) }
    }
}

/// A finished image.
public struct ImageView: Codable, Sendable {
    /// Path on the station: of its only file, or its first segment.
    public var image: String
    /// Its segments; absent where it is one file.
    public var layout: ImageLayout?
    /// The other images that were to be made at the same time, and what became of them.
    public var copies: [ImageCopy]?
    /// The medium's identity.
    public var medium: String
    /// Case and exhibit.
    public var caseNumber, exhibit: String
    /// Length in bytes.
    public var bytes: Int
    /// Digests by algorithm, lower-case hexadecimal.
    public var digests: DigestTable
    /// The fs-verity digest, and whether the kernel enforces it; see `AcquisitionFinished`.
    public var blockTree, fsverity: String?
    /// What the digests were computed from: the stream, or the image read back after a rescue.
    public var digestSource: DigestSource
    /// Bytes that were not read, and are zero in the image or hold the fill pattern.
    public var unreadableBytes: Int
    /// The work on a medium that failed.
    public var rescue: RescueSummary?
    /// How the medium was afterwards, and what of it had changed meanwhile.
    public var health: DriveHealth?
    /// See `health`.
    public var healthChanges: [HealthChange]?
    /// Times of the first read and of the final name.
    public var startedAt, finishedAt: Timestamp
    /// Position of the entry.
    public var entry: Int
    /// Result of the newest verification.
    public var verified: Bool?

    private enum CodingKeys: String, CodingKey {
        case image, layout, copies, medium
        case caseNumber = "case"
        case exhibit, bytes, digests, blockTree, fsverity, digestSource, unreadableBytes, rescue, startedAt, finishedAt, entry
        case health, healthChanges, verified
    }

    /// Shows an image.
    public init(_ body: AcquisitionFinished, entry: Int, verified: Bool?) {
        image = body.image
        layout = body.layout
        copies = body.copies
        medium = body.medium.text
        caseNumber = body.exhibit.caseNumber
        exhibit = body.exhibit.number
        bytes = body.bytes
        digests = body.digests
        blockTree = body.blockTree
        fsverity = body.fsverity
        digestSource = body.digestSource ?? .stream
        unreadableBytes = body.unreadableBytes
        rescue = body.rescue
        health = body.health
        healthChanges = body.healthChanges
        startedAt = body.startedAt
        finishedAt = body.finishedAt
        self.entry = entry
        self.verified = verified
    }
}

/// The result of reading an image back.
public struct VerificationView: Codable, Sendable {
    /// Path on the station.
    public var image: String
    /// Case and exhibit.
    public var caseNumber, exhibit: String
    /// Whether length and digests are what was recorded.
    public var matches: Bool
    /// The length that was read.
    public var bytes: Int
    /// What was computed now.
    public var digests: DigestTable
    /// What was recorded when the image was made.
    public var recorded: DigestTable
    /// What the block tree says; absent where the record has none.
    public var tree: BlockTreeCheck?
    /// The fs-verity digest that was recorded when the image was made.
    public var recordedTree: String?
    /// Why the image could not be read to its end.
    public var problem: String?
    /// Times of the first and the last read.
    public var startedAt, finishedAt: Timestamp
    /// Position of the entry.
    public var entry: Int

    private enum CodingKeys: String, CodingKey {
        case image
        case caseNumber = "case"
        case exhibit, matches, bytes, digests, recorded, tree, recordedTree, problem, startedAt, finishedAt, entry
    }

    /// Shows a result.
    public init(_ body: ImageVerified, of made: AcquisitionFinished, entry: Int) {
        image = body.image
        caseNumber = body.exhibit.caseNumber
        exhibit = body.exhibit.number
        matches = body.matches
        bytes = body.bytes
        digests = body.digests
        recorded = made.digests
        tree = body.tree
        recordedTree = made.blockTree
        problem = body.problem
        startedAt = body.startedAt
        finishedAt = body.finishedAt
        self.entry = entry
    }
}

/// Long work.
public struct JobView: Codable, Sendable {
    /// What is done.
    public enum Kind: String, Codable, Sendable {
        case acquisition, verification, copy, export, `import`, comparison, restoration
    }

    /// How it stands.
    public enum State: String, Codable, Sendable {
        case queued, running, paused, finished, failed, cancelled

        /// Whether nothing more will happen.
        public var isEnd: Bool {
            switch self {
            case .queued, .running, .paused: false
            case .finished, .failed, .cancelled: true
            }
        }
    }

    /// Which of the jobs that wait for their turn begins first.
    public enum Priority: String, Codable, Sendable, CaseIterable {
        case high, normal, low
    }

    /// Id of the job; for an acquisition also its id in the ledger.
    public var job: String
    /// What is done.
    public var kind: Kind
    /// How it stands.
    public var state: State
    /// Case and exhibit.
    public var caseNumber, exhibit: String
    /// Bytes read so far, and in all.
    public var bytesDone, bytesTotal: Int
    /// Bytes that could not be read so far.
    public var unreadableBytes: Int
    /// Its place among jobs that wait.
    public var priority: Priority
    /// Seconds since it began; as long as it never did, since it came.
    public var seconds: Double
    /// The image, once it is finished.
    public var image: ImageView?
    /// The result, once the image was read back.
    public var verification: VerificationView?
    /// What came of a copy, an export or an import.
    public var copy: RecordedBody<ImageCopied>?
    /// What a comparison found.
    public var comparison: RecordedBody<ImagesCompared>?
    /// What a device was found to hold that an image was written to.
    public var restoration: RecordedBody<RestorationFinished>?
    /// Why it ended early, or why it stands still.
    public var error: ErrorView?
    /// The work on a medium that fails; absent as long as everything could be read in order.
    public var rescue: RescueView?
    /// Seconds for which the medium has not answered; absent below ten.
    public var waitingSeconds: Int?
    /// Degrees Celsius of the medium when it was last asked.
    public var temperature: Int?

    private enum CodingKeys: String, CodingKey {
        case job, kind, state
        case caseNumber = "case"
        case exhibit, bytesDone, bytesTotal, unreadableBytes, seconds, priority, image, verification, copy, comparison,
            restoration, error, rescue, waitingSeconds, temperature
    }

    /// Shows a job that has not ended.
    public init(
        job: String, kind: Kind, exhibit: ExhibitID, bytesDone: Int, bytesTotal: Int, unreadableBytes: Int, seconds: Double
    ) {
        self.job = job
        self.kind = kind
        self.state = .running
        self.priority = .normal
        self.caseNumber = exhibit.caseNumber
        self.exhibit = exhibit.number
        self.bytesDone = bytesDone
        self.bytesTotal = bytesTotal
        self.unreadableBytes = unreadableBytes
        self.seconds = seconds
    }
}

/// What a rescue is doing, and what it found so far.
public struct RescueView: Codable, Sendable {
    /// What is done.
    public enum Phase: String, Codable, Sendable {
        case checking
        case takingOver = "taking-over"
        case copying, trimming, scraping, retrying
        case readingBack = "reading-back"
    }

    /// What is done.
    public var phase: Phase
    /// Number of the pass in the phase, from 1.
    public var pass: Int
    /// Whether the pass goes from the end to the beginning.
    public var backward: Bool
    /// Byte of the medium that was asked for last.
    public var position: Int
    /// Bytes that were read, that nobody tried yet, and that failed on their own.
    public var rescuedBytes, untriedBytes, badBytes: Int
    /// Runs of bad sectors; reads that failed; slow ones.
    public var badAreas, readErrors, slowReads: Int

    /// Shows a rescue.
    public init(
        phase: Phase, pass: Int, backward: Bool, position: Int, rescuedBytes: Int, untriedBytes: Int, badBytes: Int,
        badAreas: Int, readErrors: Int, slowReads: Int
    ) {
        self.phase = phase
        self.pass = pass
        self.backward = backward
        self.position = position
        self.rescuedBytes = rescuedBytes
        self.untriedBytes = untriedBytes
        self.badBytes = badBytes
        self.badAreas = badAreas
        self.readErrors = readErrors
        self.slowReads = slowReads
    }
}

/// An act that was recorded.
public struct RecordedView: Codable, Sendable {
    /// Position of the entry.
    public var entry: Int
    /// Its time.
    public var time: Timestamp
    /// What was recorded, such as `medium.sealed`.
    public var act: Act.Kind
    /// Case and exhibit, where the act has them.
    public var caseNumber, exhibit: String?
    /// The number of the seal, where the act has one.
    public var number: String?
    /// The medium's identity, where the act has one.
    public var medium: String?
    /// Where the label and the medium differ; at a registration with a label.
    public var labelDifferences: [LabelDifference]?
    /// The signed checkpoint that covers the entry.
    public var checkpoint: String

    private enum CodingKeys: String, CodingKey {
        case entry, time, act
        case caseNumber = "case"
        case exhibit, number, medium, labelDifferences, checkpoint
    }

    /// Shows an act.
    public init(
        entry: Entry, checkpoint: String, exhibit: ExhibitID? = nil, number: String? = nil, medium: MediumID? = nil
    ) {
        self.entry = entry.sequence
        time = entry.time
        act = entry.act.kind
        caseNumber = exhibit?.caseNumber ?? entry.draft.caseNumber
        self.exhibit = exhibit?.number
        self.number = number
        self.medium = medium?.text
        if case .mediumRegistered(let body) = entry.act { labelDifferences = body.labelDifferences }
        self.checkpoint = checkpoint
    }
}

/// An uploaded file.
public struct BlobView: Codable, Sendable {
    /// Its digest.
    public var sha256: String
    /// Its length in bytes.
    public var size: Int

    /// Shows a file.
    public init(sha256: String, size: Int) {
        self.sha256 = sha256
        self.size = size
    }
}

/// Entries of the ledger.
public struct EntriesView: Codable, Sendable {
    /// Number of entries in the ledger.
    public var size: Int
    /// The entries asked for.
    public var entries: [Entry]

    /// Shows entries.
    public init(size: Int, entries: [Entry]) {
        self.size = size
        self.entries = entries
    }
}

/// How far the check of the whole ledger has come that every start begins.
public struct CheckProgressView: Codable, Sendable, Equatable {
    /// Number of entries that were compared with everything that follows from them.
    public var checked: Int
    /// Number of entries that were there when the check began; 0 before it began.
    public var entries: Int
    /// When a check of this run last ended without finding the record changed; nil where none did yet.
    public var finished: Timestamp?
    /// Number of attachments that it found missing or altered; `fengcun ledger check` names them.
    public var damagedAttachments: Int

    /// Shows a progress.
    public init(checked: Int, entries: Int, finished: Timestamp?, damagedAttachments: Int) {
        self.checked = checked
        self.entries = entries
        self.finished = finished
        self.damagedAttachments = damagedAttachments
    }
}

/// The ledger was read from the first entry to the last.
public struct CheckView: Codable, Sendable {
    /// An attachment that is not what was recorded.
    public struct Damage: Codable, Sendable {
        /// SHA-256 by which the entries name it.
        public var sha256: String
        /// Whether there is no such file; else its content or its length is another.
        public var isMissing: Bool
        /// Positions of the entries that name it.
        public var entries: [Int]

        /// Names an attachment.
        public init(sha256: String, isMissing: Bool, entries: [Int]) {
            self.sha256 = sha256
            self.isMissing = isMissing
            self.entries = entries
        }

        /// One line.
        public func message(in language: Language) -> String {
            let places = entries.prefix(10).map(String.init).joined(separator: ", ") + (entries.count > 10 ? ", …" : "")
            return isMissing
                ? language("the attachment \(sha256) of entry \(places) is missing", "第 \(places) 条的附件 \(sha256) 缺失")
                : language("the attachment \(sha256) of entry \(places) was altered", "第 \(places) 条的附件 \(sha256) 已被改动")
        }
    }

    /// Number of entries; all are sound, or there is an error instead.
    public var entries: Int
    /// Every attachment that is missing or altered.
    public var damaged: [Damage]
    /// Number of stored files that no entry names.
    public var unreferenced: Int

    /// Shows a result.
    public init(entries: Int, damaged: [Damage], unreferenced: Int) {
        self.entries = entries
        self.damaged = damaged
        self.unreferenced = unreferenced
    }
}

/// What every refused request is answered with, below `error`.
public struct ErrorView: Codable, Sendable, Equatable {
    /// See `Explained.code`.
    public var code: String
    /// One line in the language of the request.
    public var message: String

    /// Shows an error.
    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

/// The body of a refused request.
public struct ErrorBody: Codable, Sendable {
    /// The error.
    public var error: ErrorView

    /// Wraps an error.
    public init(_ error: ErrorView) { self.error = error }
}
