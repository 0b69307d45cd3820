import Bundle
import Custody

/// What the auditor reads about what a bundle leaves out.
struct EditionText {
    private let edition: EditionReport

    init(_ edition: EditionReport) { self.edition = edition }

    /// Prints which entries and files are left out, by whose decision and why; nothing for a whole bundle.
    func print() {
        guard !edition.isWhole else { return }
        let (withheld, absent) = (edition.withheld, Set(edition.absentFiles))
        write(
            say(
                "WITHHELD: \(edition.roots.count) entries, of which only the hashes are here, and \(edition.absentFiles.count) files",
                "未展示：条目 \(edition.roots.count) 条（仅有散列），附件 \(edition.absentFiles.count) 个"))
        for (entry, body) in edition.decisions {
            let ranges = withheld.intersection(body.entries).ranges.map(\.text).joined(separator: ", ")
            let files = absent.intersection(body.files ?? []).sorted()
            guard !ranges.isEmpty || !files.isEmpty else { continue }
            write(
                say(
                    "  by entry \(entry): \(body.basis.rawValue); \(body.reason); decided by \(body.decidedBy), for \(body.recipient)",
                    "  依第 \(entry) 条：\(body.basis.chinese)；\(body.reason)；决定人 \(body.decidedBy)，提供对象 \(body.recipient)"))
            if !ranges.isEmpty { write(say("    entries \(ranges)", "    第 \(ranges) 条")) }
            for file in files { write(say("    file \(file)", "    附件 \(file)")) }
        }
    }
}
