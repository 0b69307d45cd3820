import Custody
import TransparencyLog

/// What a bundle leaves out (an edition for court or for the other side, O19), and who decided it.
public struct EditionReport: Sendable {
    /// The entries that are left out, with the roots of the trees before them: only their leaf hashes are there.
    public internal(set) var roots: [Int: LogHash] = [:]
    /// The decisions in the record, with the positions of their entries.
    public internal(set) var decisions: [(entry: Int, body: EditionDecided)] = []
    /// Files of entries that are shown which are left out, by their SHA-256.
    public internal(set) var absentFiles: [String] = []

    /// The entries that are left out.
    public var withheld: EntrySet { EntrySet(roots.keys) }

    /// Whether nothing is left out.
    public var isWhole: Bool { roots.isEmpty && absentFiles.isEmpty }

    /// Files that a decision lets be absent.
    var filesLeftOut: Set<String> { Set(decisions.flatMap { $0.body.files ?? [] }) }

    /// Checks that every entry which is left out is named by a decision that stands behind it.
    func check() throws(BundleError) {
        let decided = decisions.flatMap { decision in
            decision.body.withheld.compactMap { EntryRange($0.first, min($0.last, decision.entry - 1)) }
        }
        if let entry = withheld.first(notIn: EntrySet(decided)) {
            throw .altered(place: "entry \(entry)", reason: "is left out, and no decision in the record names it")
        }
    }
}
