import Custody
import SystemPackage
import TransparencyLog

/// The names in a bundle (docs/ledger-format.md).
public enum BundleLayout {
    /// The signed checkpoint.
    public static let checkpoint = "checkpoint"
    /// The verifier key and a newline.
    public static let verifierKey = "verifier-key"
    /// The folder of attachments.
    public static let blobs = "blobs"
    /// The folder of tiles.
    static let tiles = "tile"
    /// What tells an auditor how to check the bundle; not itself checked.
    static let guides: [(name: String, content: [UInt8])] = [
        ("README", PackageResources.README), ("verify.py", PackageResources.verify_py),
    ]
    /// Largest tile of entries: 256 entries with their lengths.
    static let tileLimit = Tile.fullWidth * (Entry.byteLimit + 2)
}
