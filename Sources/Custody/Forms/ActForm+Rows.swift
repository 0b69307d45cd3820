extension ActForm {
    /// What an act that was recorded by its form says, in the order of the fields: for a page that people read. Fields that
    /// were left empty are left out.
    ///
    /// - Returns: the name of each field in a language, and its value; nothing for an act without a form.
    public static func rows(of act: Act, in language: Language) -> [(name: String, value: String)] {
        guard let form = form(of: act.kind), let body = act.body as? any RecordedAct,
            let value = try? JSONValue(encoding: body)
        else { return [] }
        return form.allFields.compactMap { field in
            guard let member = value[path: field.name] else { return nil }
            return (field.label(language), words(for: member, field, language))
        }
    }

    private static func words(for value: JSONValue, _ field: Field, _ language: Language) -> String {
        switch value {
        case .string(let text):
            guard field.content == .choice(of: MediumUnsealed.Condition.self) else { return text }
            return MediumUnsealed.Condition(rawValue: text)?.words(in: language) ?? text
        case .integer(let number): return String(number)
        case .bool(let answer): return answer ? language("yes", "是") : language("no", "否")
        case .null: return ""
        case .array(let values): return values.map { words(for: $0, field, language) }.joined(separator: language("; ", "；"))
        case .object(let members):
            // A participant and an exhibit have their own order; reasons and files are named.
            if case .string(let role)? = members["role"], case .string(let name)? = members["name"] {
                return (ActSigned.Role(rawValue: role).map { language(role, $0.chinese) } ?? role) + " " + name
            }
            if case .string(let number)? = members["number"], members["case"] != nil { return number }
            return members.sorted { $0.key < $1.key }.map { "\($0.key) \(words(for: $0.value, field, language))" }
                .joined(separator: language(", ", "，"))
        }
    }
}

extension MediumUnsealed.Condition {
    /// How a seal was found, for people.
    public func words(in say: Language) -> String {
        switch self {
        case .intact: say("intact", "完好")
        case .broken: say("BROKEN", "破损")
        case .missing: say("MISSING", "缺失")
        }
    }
}
