/// The two lines between which a receipt holds its proof file. Each stands alone on its line, so that no text of a person
/// inside the receipt can be taken for one.
public enum ProofMarkers {
    private static let begin = "-----BEGIN FENGCUN PROOF-----"
    private static let end = "-----END FENGCUN PROOF-----"

    /// Puts a proof file between the lines.
    public static func wrap(_ proof: String) -> String { begin + "\n" + proof + end + "\n" }

    /// The lines between the markers; nil where there are none.
    ///
    /// - Throws: `LogError.malformed` where there is more than one pair, or half of one.
    static func find(in lines: [ArraySlice<UInt8>]) throws(LogError) -> [ArraySlice<UInt8>]? {
        let begins = lines.indices.filter { lines[$0].elementsEqual(begin.utf8) }
        let ends = lines.indices.filter { lines[$0].elementsEqual(end.utf8) }
        if begins.isEmpty, ends.isEmpty { return nil }
        guard begins.count == 1, ends.count == 1, begins[0] < ends[0] else {
            throw .malformed("the receipt does not hold exactly one proof")
        }
        return Array(lines[(begins[0] + 1)..<ends[0]])
    }
}
