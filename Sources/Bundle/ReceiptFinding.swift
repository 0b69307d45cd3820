import Custody
import TransparencyLog

/// A file that somebody kept: a receipt in any form, a proof, or a checkpoint.
public struct KeptReceipt: Sendable {
    /// What the reader calls it.
    public let name: String
    /// Its content, as it is: what it is worth is found out later.
    public let bytes: [UInt8]

    /// Names a file.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// The proof in it; nil where it holds none of an entry.
    var proof: ReceiptProof? {
        guard case .entry(let proof) = try? KeptProof(parsing: bytes) else { return nil }
        return proof
    }
}

/// What a receipt says about a bundle.
public struct ReceiptFinding: Sendable {
    /// The verdict.
    public enum Verdict: Sendable, Equatable {
        /// The bundle holds the very history that the receipt saw, all of it.
        case continues
        /// Two histories were signed. `entry` is the entry of the receipt where the bundle has another in its place.
        case forked(entry: Int?)
        /// The receipt proves more entries than the bundle has. What can be compared is the same: the bundle is cut off, or
        /// older than the receipt.
        case cut
        /// The receipt proves nothing: it is malformed, or was not signed by this station, or its proof is wrong.
        case worthless(String)

        /// Whether nothing is wrong.
        public var isGood: Bool { self == .continues }
    }

    /// What the reader calls the receipt.
    public let name: String
    /// Number of entries that the receipt's checkpoint covers; nil where it could not be checked.
    public let size: Int?
    /// Position of the entry that it is about; nil for a checkpoint alone.
    public let index: Int?
    /// That entry, where receipt or bundle proves it.
    public let entry: Entry?
    /// What follows.
    public let verdict: Verdict
    /// The changes of keys that lead from a key of the bundle to the one that signed the receipt, or to those that signed the two
    /// checkpoints of a consistency file; none where that is a key of the bundle.
    public var keyChanges: [KeyChange] = []
    /// Keys on whose word the receipt rests, and since when they are not believed: whoever had one of them since then can have
    /// made the receipt, too.
    public var revoked: [Revocation] = []
}
