import Custody
import TransparencyLog

/// An entry that its proof file proves to stand in the ledger of a key, and that a receipt can be about.
public struct ProvedEntry: Sendable {
    /// The station's key.
    public let key: VerifierKey
    /// The proof, which holds the entry.
    public let proof: ProofFile
    /// The changes of keys that lead to the station's.
    let receiptProof: ReceiptProof
    /// The checkpoint that the proof leads to.
    public let checkpoint: Checkpoint
    /// The entry.
    public let entry: Entry
    /// Its leaf hash.
    public let leaf: LogHash
    /// The exhibit that it is about.
    public let exhibit: ExhibitID

    /// Checks the proof, and that the changes of keys lead to the key.
    ///
    /// - Throws: `ReceiptError`, also where the act is none that has a receipt.
    public init(_ receiptProof: ReceiptProof, key: VerifierKey) throws(ReceiptError) {
        let proof = receiptProof.proof
        guard let bytes = proof.extra else { throw .unproved("the proof does not hold the entry") }
        do throws(LogError) {
            checkpoint = try proof.verify(entry: bytes, key: key)
            if let first = try receiptProof.oldestKey, !KeyTrail(from: [first], over: [receiptProof]).reaches(key) {
                throw .unproved("the changes of keys do not lead to the station's key")
            }
        } catch {
            throw .unproved(error.description)
        }
        do throws(EntryError) {
            entry = try Entry(bytes: bytes)
        } catch {
            throw .unproved(error.description)
        }
        guard let exhibit = entry.act.exhibitOfReceipt else { throw .noReceipt(entry.act.kind) }
        self.exhibit = exhibit
        self.key = key
        self.proof = proof
        self.receiptProof = receiptProof
        leaf = .leaf(bytes)
    }
}

extension Act {
    /// The exhibit of an act that has a receipt; nil for every other act.
    fileprivate var exhibitOfReceipt: ExhibitID? {
        switch self {
        case .mediumSealed(let body): body.exhibit
        case .mediumUnsealed(let body): body.exhibit
        case .mediumTransferred(let body): body.exhibit
        case .handoverOffered(let body): body.exhibit
        case .handoverReceived(let body): body.exhibit
        case .handoverWithdrawn(let body): body.exhibit
        case .mediumSeized(let body): body.exhibit
        case .mediumReturned(let body): body.exhibit
        case .acquisitionFinished(let body): body.exhibit
        case .acquisitionEnded(let body): body.exhibit
        default: nil
        }
    }
}

/// What the ledger says elsewhere about the medium of a receipt.
public struct ReceiptMedium: Sendable {
    /// A finished image.
    public struct Image: Sendable {
        /// Position of the entry that records it.
        public var entry: Int
        /// Its path on the station.
        public var path: String
        /// Its length in bytes.
        public var bytes: Int
        /// Its digests in hexadecimal.
        public var digests: DigestTable
        /// Its fs-verity digest; nil where none was computed.
        public var blockTree: String?

        /// Describes an image.
        public init(entry: Int, path: String, bytes: Int, digests: DigestTable, blockTree: String?) {
            self.blockTree = blockTree
            self.entry = entry
            self.path = path
            self.bytes = bytes
            self.digests = digests
        }
    }

    /// The station's name for it; nil before it was registered from a port.
    public var id: String?
    /// What it said about itself when it was registered.
    public var description: MediumDescription?
    /// What a person read off it.
    public var label: MediumLabel
    /// The images of it, oldest first.
    public var images: [Image]

    /// Describes a medium.
    public init(id: String?, description: MediumDescription?, label: MediumLabel, images: [Image]) {
        self.id = id
        self.description = description
        self.label = label
        self.images = images
    }
}

/// A page about one act that somebody takes away (回执). Whoever has it can show later that a ledger without this act, or
/// with another one in its place, was cut or forked.
public struct Receipt: Sendable {
    let proved: ProvedEntry
    let medium: ReceiptMedium

    /// Puts a receipt together. Images that were recorded after the act are left out.
    public init(_ proved: ProvedEntry, medium: ReceiptMedium) {
        self.proved = proved
        self.medium = medium
    }

    /// The text of the QR code: the compact proof, or the checkpoint alone where that would be too large. The changes of keys
    /// stand in the file only: with them the code would be too fine for a phone.
    var codeText: String {
        guard let compact = CompactProof(proved.proof)?.encoded, compact.utf8.count <= QRCode.byteLimit else {
            return proved.proof.checkpoint.encoded
        }
        return compact
    }
}
