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

    /// Positions of the entries that are left out, ascending.
    public var withheld: [Int] { roots.keys.sorted() }

    /// Whether nothing is left out.
    public var isWhole: Bool { roots.isEmpty && absentFiles.isEmpty }

    /// Files that a decision lets be absent.
    var filesLeftOut: Set<String> { Set(decisions.flatMap { $0.body.files ?? [] }) }

    /// The entries that are left out and that a decision names, as ranges.
    public func entries(by decision: EditionDecided) -> [EntryRange] {
        EntryRange.joined(withheld.filter { decision.leavesOut($0) }.compactMap { EntryRange($0, $0) })
    }

    /// Checks that every entry which is left out is named by a decision that stands behind it.
    func check() throws(BundleError) {
        for entry in withheld where !decisions.contains(where: { $0.entry > entry && $0.body.leavesOut(entry) }) {
            throw .altered(place: "entry \(entry)", reason: "is left out, and no decision in the record names it")
        }
    }
}
