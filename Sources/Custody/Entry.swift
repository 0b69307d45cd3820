/// Who caused an entry.
public struct Actor: Hashable, Sendable, Codable {
    /// Whether a person asked for the act or the station observed something.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// A person, through the control socket.
        case `operator`
        /// The daemon itself.
        case station
    }

    /// Person or daemon.
    public var kind: Kind
    /// The user id that the kernel reports for the peer of the socket, or the daemon's own.
    public var uid: Int
    /// The name of that user in the account database at that time, `#uid` where it has none.
    public var user: String
    /// The person at the keyboard, where he named himself.
    public var person: String?

    /// Names an actor.
    public init(kind: Kind, uid: Int, user: String, person: String? = nil) {
        self.kind = kind
        self.uid = uid
        self.user = user
        self.person = person
    }
}

/// A file kept beside the ledger under its SHA-256: a photo, a scan, a map of bad sectors.
public struct Attachment: Hashable, Sendable, Codable {
    /// Largest attachment in bytes: enough for a photo or a scan.
    public static let byteLimit = 64 << 20

    /// SHA-256 in lower-case hexadecimal; also the file's name in the store.
    public var sha256: String
    /// Length in bytes.
    public var size: Int
    /// What the person called the file; never used as a path.
    public var name: String
    /// What it shows or is.
    public var type: Kind

    /// The kinds of attachment.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// A photo of the medium or its seal, taken at no stated moment.
        case photo
        /// A photo taken before sealing (封存前).
        case photoBefore
        /// A photo taken after sealing (封存后) that shows the seal.
        case photoAfter
        /// A ddrescue mapfile of what could not be read.
        case errorMap
        /// How fast a medium gave its bytes, place by place (`RateCurve`).
        case rates
        /// What `smartctl --json` printed about a medium.
        case health
        /// The commands that a medium was sent when it was attached, and its replies as they came (`ProbeReport`).
        case replies
        /// The text that a person signs.
        case statement
        /// What a person's key made of it.
        case signature
        /// A certificate of that key.
        case certificate
        /// A scan of a signed sheet of paper.
        case signedSheet
        /// A signed checkpoint (c2sp.org/tlog-checkpoint).
        case checkpoint
        /// An RFC 3161 time-stamp over a signed checkpoint.
        case timestamp
        /// A checkpoint with the signatures of witnesses.
        case cosignedCheckpoint
        /// A policy of witnesses (c2sp.org/tlog-policy).
        case witnessPolicy
        /// A legal document, or a page of the record.
        case document
        /// The electronic certificate (电子证明文件) that comes with data from a provider (O14).
        case electronicCertificate
        /// Certificates that whoever checked something decided to trust.
        case trustRoots

        /// Whether it shows something by itself to who knows how to check it; only acts that say what it is are checked.
        public var isEvidence: Bool {
            [.statement, .signature, .certificate, .signedSheet, .checkpoint, .timestamp, .cosignedCheckpoint].contains(self)
        }

        /// Whether an edition may leave it out while its entry is shown (O19): not what a verifier computes with.
        public var canBeWithheld: Bool {
            switch self {
            case .photo, .photoBefore, .photoAfter, .errorMap, .rates, .health, .replies, .signedSheet, .document,
                .electronicCertificate:
                true
            case .statement, .signature, .certificate, .checkpoint, .timestamp, .cosignedCheckpoint, .witnessPolicy, .trustRoots:
                false
            }
        }

        /// Whether a person may attach it to an act of custody as a picture.
        public var isPhoto: Bool {
            switch self {
            case .photo, .photoBefore, .photoAfter: true
            case .errorMap, .rates, .health, .replies, .statement, .signature, .certificate, .signedSheet, .checkpoint,
                .timestamp,
                .cosignedCheckpoint, .witnessPolicy, .document, .electronicCertificate, .trustRoots:
                false
            }
        }
    }

    /// Describes a stored file.
    public init(sha256: String, size: Int, name: String, type: Kind) {
        self.sha256 = sha256
        self.size = size
        self.name = name
        self.type = type
    }
}

/// What an act has to say before the ledger adds place and time.
public struct EntryDraft: Sendable, Equatable {
    /// What happened.
    public var act: Act
    /// Number of the case it belongs to.
    public var caseNumber: String?
    /// What it is about, for finding it again.
    public var subjects: [Subject]
    /// Files that belong to it.
    public var attachments: [Attachment]
    /// Who caused it.
    public var actor: Actor

    /// Describes an act.
    public init(
        _ act: Act, case caseNumber: String? = nil, about subjects: [Subject], attachments: [Attachment] = [], by actor: Actor
    ) {
        self.act = act
        self.caseNumber = caseNumber
        self.subjects = subjects
        self.attachments = attachments
        self.actor = actor
    }
}

/// One entry of the ledger. Its JSON is described in `docs/ledger-format.md`.
public struct Entry: Sendable, Equatable {
    /// Version of the format that this code writes and reads.
    public static let version = 1
    /// Longest entry in bytes: its length must fit the two bytes that tiles have for it (c2sp.org/tlog-tiles).
    public static let byteLimit = 65_535

    /// The log before this entry.
    public struct Tree: Hashable, Sendable, Codable {
        /// Number of entries before this one.
        public var size: Int
        /// Root over them in base64.
        public var root: String

        /// Describes a state of the log.
        public init(size: Int, root: String) {
            self.size = size
            self.root = root
        }

        /// Byte by byte, as every other reader compares: to Swift's strings a root with the Kelvin sign in place of a K is the same,
        /// and nobody who decodes it finds one there.
        public static func == (left: Tree, right: Tree) -> Bool {
            left.size == right.size && left.root.utf8.elementsEqual(right.root.utf8)
        }

        /// Hashes what `==` compares.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(size)
            for byte in root.utf8 { hasher.combine(byte) }
        }
    }

    /// Position in the log, from 0.
    public var sequence: Int
    /// The station's clock.
    public var time: Timestamp
    /// The kernel's id of this boot.
    public var boot: String
    /// Microseconds since that boot (CLOCK_BOOTTIME).
    public var monotonic: Int
    /// Whether the kernel said that its clock follows a time source; nil where it did not say.
    public var clockSynchronised: Bool?
    /// The log before this entry.
    public var tree: Tree
    /// The act itself.
    public var draft: EntryDraft

    /// Puts an entry together.
    public init(
        sequence: Int, time: Timestamp, boot: String, monotonic: Int, clockSynchronised: Bool?, tree: Tree, draft: EntryDraft
    ) {
        self.sequence = sequence
        self.time = time
        self.boot = boot
        self.monotonic = monotonic
        self.clockSynchronised = clockSynchronised
        self.tree = tree
        self.draft = draft
    }

    /// What happened.
    public var act: Act { draft.act }
}

/// What an entry is about, such as `exhibit:2026-001/E1`.
public struct Subject: Hashable, Sendable, CustomStringConvertible {
    /// Kind and name joined by a colon.
    public let description: String

    /// Byte by byte, as the database compares.
    public static func == (left: Subject, right: Subject) -> Bool { left.description.utf8.elementsEqual(right.description.utf8) }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) { for byte in description.utf8 { hasher.combine(byte) } }

    private init(_ kind: String, _ name: String) { description = "\(kind):\(name)" }

    /// The ledger and the daemon themselves.
    public static let station = Subject("station", "self")
    /// The list of all cases.
    public static let cases = Subject("cases", "all")
    /// The signatures of an entry.
    public static func signed(_ entry: Int) -> Subject { Subject("signed", String(entry)) }
    /// A case by its number.
    public static func caseNumber(_ number: String) -> Subject { Subject("case", number) }
    /// Whether a case is open: its opening, closings and reopenings.
    public static func caseStatus(_ number: String) -> Subject { Subject("case-status", number) }
    /// A person of a case.
    public static func person(_ name: String, of caseNumber: String) -> Subject { Subject("person", "\(caseNumber)/\(name)") }
    /// A legal document of a case.
    public static func document(_ number: String, of caseNumber: String) -> Subject {
        Subject("document", "\(caseNumber)/\(number)")
    }
    /// A term of a case.
    public static func term(_ name: String, of caseNumber: String) -> Subject { Subject("term", "\(caseNumber)/\(name)") }
    /// What was said later about an entry: files, recordings, corrections, answers.
    public static func concerning(_ entry: Int) -> Subject { Subject("concerning", String(entry)) }
    /// An exhibit of a case.
    public static func exhibit(_ exhibit: ExhibitID) -> Subject { Subject("exhibit", exhibit.description) }
    /// An exhibit number whatever its case.
    public static func exhibitNumber(_ number: String) -> Subject { Subject("exhibit-number", number) }
    /// A medium by its identity.
    public static func medium(_ medium: MediumID) -> Subject { Subject("medium", medium.text) }
    /// An identity that a medium goes by at some stays and that is not its name; see `MediumAttached.alias`.
    public static func alias(_ medium: MediumID) -> Subject { Subject("alias", medium.text) }
    /// One stay of a medium on a port.
    public static func attachment(boot: String, diskSequence: Int) -> Subject {
        Subject(attachmentKind, "\(boot)/\(diskSequence)")
    }
    /// A checkpoint by its size.
    public static func checkpoint(_ size: Int) -> Subject { Subject("checkpoint", "\(size)") }
    /// One making of an image.
    public static func acquisition(_ id: String) -> Subject { Subject(acquisitionKind, id) }
    /// One writing of an image to a device.
    public static func restoration(_ id: String) -> Subject { Subject(restorationKind, id) }
    /// A seal by its number.
    public static func seal(_ number: String) -> Subject { Subject("seal", number) }
    /// The samples drawn in a case.
    public static func samples(_ caseNumber: String) -> Subject { Subject("samples", caseNumber) }
    /// A witness by its verifier key.
    public static func witness(_ key: String) -> Subject { Subject("witness", key) }

    /// The kind of `attachment(boot:diskSequence:)`.
    public static let attachmentKind = "attachment"
    /// The kind of `acquisition(_:)`.
    public static let acquisitionKind = "acquisition"
    /// The kind of `restoration(_:)`.
    public static let restorationKind = "restoration"
    /// The kinds whose entries come in pairs: one begins something, the next ends it.
    public static let pairedKinds = [attachmentKind, acquisitionKind, restorationKind]
    /// Whether it is of such a kind.
    public var isPaired: Bool { Self.pairedKinds.contains { description.hasPrefix("\($0):") } }
}

extension Subject: Codable {
    /// Reads the text.
    public init(from decoder: any Decoder) throws {
        description = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
