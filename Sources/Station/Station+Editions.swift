import Control
import Custody
import Ledger

// What an edition of the ledger may leave out (O19).
extension LedgerReader {
    /// Entries that are read at once.
    private static let piece = 1000

    /// The act as it is recorded: the decision about an edition with every entry that it leaves out. Others are what they are.
    ///
    /// - Throws: `FormRefusal` where an entry or a file must stay, or where nothing is left out.
    func completed(_ act: Act, in caseNumber: String) throws -> Act {
        guard case .editionDecided(var body) = act else { return act }
        let size = try size()
        if let last = body.withheld.last, last.last >= size { throw StationError.unknownEntry(last.last) }
        let asked = body.entries
        var others: [EntryRange] = []
        var shown: Set<String> = []
        try forEachEntry(below: size) { entry in
            let position = entry.sequence
            let isOther = body.otherCases == true && entry.draft.caseNumber.map { $0 != caseNumber } ?? false
            if isOther || asked.contains(position) {
                guard entry.act.kind.canBeWithheld else {
                    // Of another case, only what nobody needs is left out.
                    if asked.contains(position) { throw FormRefusal.mustStay(entry: position) }
                    return
                }
                if isOther, let range = EntryRange(position, position) { others.append(range) }
            } else {
                shown.formUnion(entry.draft.attachments.filter(\.type.canBeWithheld).map(\.sha256))
            }
        }
        body.withheld = EntryRange.joined(body.withheld + others)
        for file in body.files ?? [] where !shown.contains(file) { throw FormRefusal.fileMustStay(file) }
        guard !body.withheld.isEmpty || !(body.files ?? []).isEmpty else { throw FormRefusal.nothingWithheld }
        return .editionDecided(body)
    }

    /// An edition is exported by the entry that decides what it leaves out.
    func mustDecideEdition(_ number: Int) throws {
        guard case .editionDecided? = try entry(at: number)?.act else { throw FormRefusal.noEdition(entry: number) }
    }

    private func forEachEntry(below size: Int, _ body: (Entry) throws -> Void) throws {
        for start in stride(from: 0, to: size, by: Self.piece) {
            for bytes in try entryBytes(start, min(start + Self.piece, size)) { try body(try Entry(bytes: bytes)) }
        }
    }
}
