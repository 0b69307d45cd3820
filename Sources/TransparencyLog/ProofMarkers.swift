/// The pairs of lines between which a receipt holds what programs read. Each line stands alone, so that no text of a person
/// inside the receipt can be taken for one.
public enum ProofMarkers: String {
    /// A proof file.
    case proof = "PROOF"
    /// Changes of the log's key.
    case keyChanges = "KEY CHANGES"

    private var begin: String { "-----BEGIN FENGCUN \(rawValue)-----" }
    private var end: String { "-----END FENGCUN \(rawValue)-----" }

    /// Puts text between the lines.
    public func wrap(_ text: String) -> String { begin + "\n" + text + end + "\n" }

    /// The lines between the markers; nil where there are none.
    ///
    /// - Throws: `LogError.malformed` where there is more than one pair, or half of one.
    func find(in lines: [ArraySlice<UInt8>]) throws(LogError) -> [ArraySlice<UInt8>]? {
        let begins = lines.indices.filter { lines[$0].elementsEqual(begin.utf8) }
        let ends = lines.indices.filter { lines[$0].elementsEqual(end.utf8) }
        if begins.isEmpty, ends.isEmpty { return nil }
        guard begins.count == 1, ends.count == 1, begins[0] < ends[0] else {
            throw .malformed("the receipt does not hold \(self == .proof ? "exactly one proof" : "its key changes exactly once")")
        }
        return Array(lines[(begins[0] + 1)..<ends[0]])
    }
}
