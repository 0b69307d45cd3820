extension ActForm {
    /// The table of all forms as a page (`docs/acts.md`), which a reader can hold against the law.
    public static var page: String {
        var lines = [
            "# Acts and what they must say 行为与记载事项", "",
            "Generated from the forms in `Sources/Custody/Acts`; a test compares it. `!`: without it the station refuses.",
            "`=`: the station works it out by itself.",
            "`?`: the law asks for it; what is missing without a reason (`--absent NAME=REASON`) is for the review to find. `? online`: only with this way",
            "of collection (R28). The rest is optional.",
            "Every form also has the fields at the end. The last column names the duties that a field serves.", "",
        ]
        for (kind, form) in all {
            lines += [
                "## `\(kind.rawValue)` \(form.title.chinese)", "",
                "`fengcun \(form.command.joined(separator: " "))`: \(form.title.english)", "",
                "Follows: \(form.follows.english). 前提：\(form.follows.chinese)。", "",
            ]
            if form.workers > 0 { lines += ["Different people who do the work: at least \(form.workers) (R25, O18).", ""] }
            if !form.slots.isEmpty {
                lines += ["Slots (R34.3): " + form.slots.map { "`\($0.rawValue)` \($0.chinese)" }.joined(separator: ", "), ""]
            }
            lines += table(form.fields)
            lines += ["", "Files: " + form.files.map { "`\($0.type.rawValue)`" + mark($0.need) }.joined(separator: ", "), ""]
        }
        lines += ["## In every form 共同事项", ""] + table(common)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func table(_ fields: [Field]) -> [String] {
        ["| | member | option | what | 名称 | duties |", "|---|---|---|---|---|---|"]
            + fields.map {
                "|\($0.content == .computed ? " =" : mark($0.need) + ($0.condition.map { " " + $0.values.joined(separator: ", ") } ?? "")) | `\($0.name)` | `--\($0.option)` | \($0.label.english) | \($0.label.chinese) | \($0.rows.joined(separator: ", ")) |"
            }
    }

    private static func mark(_ need: Need) -> String {
        switch need {
        case .always: " !"
        case .orReason: " ?"
        case .optional: ""
        }
    }
}
