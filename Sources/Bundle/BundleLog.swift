import Custody
import Integrity
import TransparencyLog

/// The log of a bundle whose entries and attachments were checked, to look things up in once more.
struct BundleLog {
    let folder: BundleFolder
    let checkpoint: Checkpoint
    /// Which key signed when.
    let keys: KeyHistory
    /// The entries that are left out, with the roots of the trees before them.
    let withheld: [Int: LogHash]
    private let cache = TileCache()

    /// The bytes of an entry.
    ///
    /// - Precondition: `0 ≤ index < checkpoint.size`, and the entry is not left out.
    func entryBytes(_ index: Int) throws(BundleError) -> [UInt8] {
        let number = index / Tile.fullWidth
        let tile = Tile(.entries, index: number, width: min(Tile.fullWidth, checkpoint.size - number * Tile.fullWidth))
        return try cache.entries(number) { () throws(BundleError) in try folder.entries(of: tile) }[index % Tile.fullWidth]
    }

    /// An entry.
    func entry(_ index: Int) throws(BundleError) -> Entry {
        let bytes = try entryBytes(index)
        do throws(EntryError) {
            return try Entry(bytes: bytes)
        } catch {
            throw .altered(place: "entry \(index)", reason: error.description)
        }
    }

    /// The leaf hash of an entry, whether it is there or left out.
    func leaf(_ index: Int) throws(BundleError) -> LogHash {
        guard withheld[index] != nil else { return .leaf(try entryBytes(index)) }
        let number = index / Tile.fullWidth
        let tile = Tile(
            .hashes(level: 0), index: number, width: min(Tile.fullWidth, checkpoint.size - number * Tile.fullWidth))
        return try folder.hashes(of: tile)[index % Tile.fullWidth]
    }

    /// The root over the first entries; nil where the log has fewer.
    func root(at size: Int) throws(BundleError) -> LogHash? {
        if size == checkpoint.size { return checkpoint.root }
        guard size >= 0, size < checkpoint.size else { return nil }
        if let root = withheld[size] { return root }
        return LogHash(base64: try entry(size).tree.root)
    }

    /// The only attachment of a kind that an entry has, as the entry names it.
    ///
    /// - Throws: `BundleError.altered` where there is none or more than one.
    func named(_ kind: Attachment.Kind, of entry: Entry) throws(BundleError) -> Attachment {
        let found = entry.draft.attachments.filter { $0.type == kind }
        guard let only = found.first, found.count == 1 else {
            throw .altered(place: "entry \(entry.sequence)", reason: "has not one attachment of the kind \(kind.rawValue)")
        }
        return only
    }

    /// The bytes of the only attachment of a kind that an entry has. Any number of entries may name one file: what is longer than
    /// a station takes in is not read.
    ///
    /// - Throws: `BundleError.altered` where there is none or more than one, or where it is too long.
    func attachment(_ kind: Attachment.Kind, of entry: Entry) throws(BundleError) -> [UInt8] {
        let only = try named(kind, of: entry)
        guard only.size <= Self.byteLimit(of: kind) else {
            throw .altered(place: "entry \(entry.sequence)", reason: "its attachment of the kind \(kind.rawValue) is too long")
        }
        return try folder.contents("\(BundleLayout.blobs)/\(only.sha256)", Self.byteLimit(of: kind))
    }

    /// The most bytes of an attachment of a kind.
    static func byteLimit(of kind: Attachment.Kind) -> Int {
        switch kind {
        case .statement, .signature, .certificate: PersonSignature.byteLimit
        case .checkpoint, .cosignedCheckpoint: SignedNote.byteLimit
        case .timestamp: TimestampResponse.byteLimit
        case .witnessPolicy: WitnessPolicy.byteLimit
        case .photo, .photoBefore, .photoAfter, .errorMap, .rates, .health, .replies, .signedSheet, .document,
            .electronicCertificate, .trustRoots:
            Attachment.byteLimit
        }
    }
}

/// The tiles of entries that were asked for last: what is looked up one after the other mostly stands together.
private final class TileCache {
    private var tiles: [(number: Int, entries: [[UInt8]])] = []

    func entries(_ number: Int, _ read: () throws(BundleError) -> [[UInt8]]) throws(BundleError) -> [[UInt8]] {
        if let known = tiles.first(where: { $0.number == number }) { return known.entries }
        let entries = try read()
        tiles = tiles.suffix(1) + [(number, entries)]
        return entries
    }
}

/// A time that somebody outside vouches for: when it was, a checkpoint of this size existed.
public struct ExternalTime: Sendable, Equatable {
    /// Size of the checkpoint.
    public let size: Int
    /// Not before this, in microseconds since 1970.
    public let earliest: Int
    /// Not after this, in microseconds since 1970.
    public let latest: Int
    /// Who vouches.
    public let source: String
    /// Position of the entry that holds the evidence: it and those after it came later.
    public let recordedIn: Int

    /// Describes a time.
    public init(size: Int, earliest: Int, latest: Int, source: String, recordedIn: Int) {
        self.size = size
        self.earliest = earliest
        self.latest = latest
        self.source = source
        self.recordedIn = recordedIn
    }
}
