import DurableFiles
import SystemPackage
import TransparencyLog

/// Two bundles that say they are of one ledger: whether one continues the other.
public struct BundleComparison: Sendable, Equatable {
    /// What two bundles are to each other.
    public enum Finding: Sendable, Equatable {
        /// Both hold the same entries.
        case identical
        /// The other one begins with all entries of the first and goes on.
        case continued
        /// The first one begins with all entries of the other and goes on.
        case isContinuation
        /// From this entry on they differ, and the station's keys signed both.
        case forked(entry: Int)
        /// They have no key in common, whatever their entries are: who copies entries can sign them with a key of his own.
        case unrelated
    }

    /// What they are to each other.
    public let finding: Finding
    /// Number of entries that both begin with.
    public let common: Int
    /// Number of entries of the first and of the other.
    public let sizes: [Int]

    /// Compares two bundles that verify. Reads a few tiles of each: the roots over the first m entries are in both, and are
    /// equal just where these entries are.
    public init(_ first: (folder: FilePath, report: BundleReport), _ other: (folder: FilePath, report: BundleReport))
        throws(BundleError)
    {
        let logs = [first, other].map { bundle in
            BundleLog(
                folder: BundleFolder(bundle.folder), checkpoint: bundle.report.checkpoint,
                keys: bundle.report.keys?.history ?? KeyHistory(keys: []), withheld: bundle.report.edition.roots)
        }
        sizes = logs.map(\.checkpoint.size)
        // The roots are equal at `low` (0 entries are always the same) and differ above `high`.
        var low = 0
        var high = min(sizes[0], sizes[1])
        while low < high {
            let middle = (low + high + 1) / 2
            if try logs[0].root(at: middle) == logs[1].root(at: middle) { low = middle } else { high = middle - 1 }
        }
        common = low
        let keys = logs.map { Set($0.keys.keys.map(\.key)) }
        if keys[0].isDisjoint(with: keys[1]) {
            finding = .unrelated
        } else if common == sizes[0] {
            finding = common == sizes[1] ? .identical : .continued
        } else if common == sizes[1] {
            finding = .isContinuation
        } else {
            finding = .forked(entry: common)
        }
    }
}
