import FoundationEssentials
import Integrity

extension ActForm {
    /// A form that was filled in and checked: every text is clean, every field is known, the people and documents are named.
    public struct Filled: Sendable {
        /// The act.
        public let act: Act
        /// Names that must be registered in the case.
        public let people: Set<String>
        /// Exhibits that it names, the one that it is about first.
        public let exhibits: [ExhibitID]
        /// Entries that it names.
        public let entries: [Int]
        /// See `Circumstances`.
        public let circumstances: Circumstances
    }

    /// Reads what a form was filled in with.
    ///
    /// - Parameters:
    ///   - caseNumber: the case that exhibits without one belong to.
    ///   - now: the present; what happened cannot lie behind it.
    ///   - computed: the members that the station works out.
    /// - Throws: `FormRefusal`, `Refusal`, naming the field.
    public static func fill(
        _ kind: Act.Kind, _ value: JSONValue, case caseNumber: String, now: Timestamp, computed: [String: JSONValue] = [:]
    ) throws -> Filled {
        guard let form = form(of: kind) else { throw FormRefusal.noForm(kind.rawValue) }
        var reading = FormReading(caseNumber: caseNumber, now: now, reasons: form.reasonNames)
        var body = try reading.read(form.givenFields, value)
        // An object comes before its members.
        for (name, value) in computed.sorted(by: { $0.key < $1.key }) { body.set(name, value) }
        let act: Act
        do {
            let encoder = JSONEncoder()
            act = try Act(kind, json: try encoder.encode(body))
        } catch let DecodingError.keyNotFound(key, context) {
            let path = (context.codingPath + [key]).map(\.stringValue).joined(separator: ".")
            throw FormRefusal.badValue(field: path, expected: "there", chinese: "必填")
        }
        let circumstances = (act.body as? any RecordedAct)?.circumstances ?? Circumstances()
        try circumstances.check(workers: form.workers)
        return Filled(
            act: act, people: reading.people, exhibits: reading.exhibits, entries: reading.entries, circumstances: circumstances)
    }

    /// Reads the circumstances of an act that has a request of its own.
    ///
    /// - Parameter reasons: the names for which a reason may be given.
    /// - Returns: them, and the names that must be registered in the case.
    /// - Throws: `FormRefusal`, `Refusal`, naming the field.
    public static func circumstances(_ value: JSONValue, reasons: Set<String>, now: Timestamp) throws
        -> (circumstances: Circumstances, people: Set<String>)
    {
        var reading = FormReading(caseNumber: "", now: now, reasons: reasons)
        let fields = common.filter { $0.name.hasPrefix("circumstances.") }
        let read = try reading.read(fields, .object(["circumstances": value]))
        let circumstances = try (read[path: "circumstances"] ?? .object([:])).decoded(as: Circumstances.self)
        try circumstances.check(workers: 0)
        return (circumstances, reading.people)
    }

    /// What the law asks for and the act does not say, without a reason being given: the findings of a review.
    ///
    /// - Returns: names of fields by their options, of slots and of files, with the rows that ask for them.
    public static func missing(in act: Act, attachments: [Attachment]) -> [(name: String, label: Words, rows: [String])] {
        guard let form = form(of: act.kind), let body = act.body as? any RecordedAct,
            let value = try? JSONValue(encoding: body)
        else { return [] }
        let circumstances = body.circumstances ?? Circumstances()
        var missing: [(name: String, label: Words, rows: [String])] = []
        for field in form.fields where field.isAskedFor(in: value) && value[path: field.name] == nil {
            if circumstances.absent[field.option] == nil { missing.append((field.option, field.label, field.rows)) }
        }
        for slot in form.slots where circumstances.people(slot).isEmpty && circumstances.absent[slot.rawValue] == nil {
            missing.append((slot.rawValue, Words(english: slot.rawValue, chinese: slot.chinese), ["R34.3", "R32.4"]))
        }
        for file in form.files where file.need == .orReason && !attachments.contains(where: { $0.type == file.type }) {
            if circumstances.absent[file.type.rawValue] == nil {
                missing.append((file.type.rawValue, Words(english: file.type.rawValue, chinese: file.type.rawValue), file.rows))
            }
        }
        return missing
    }
}

extension Circumstances {
    /// Checks who took part: nobody in two slots, and enough different people for the work.
    ///
    /// - Throws: `FormRefusal`.
    public func check(workers needed: Int) throws(FormRefusal) {
        if let name = participants.inTwoSlots { throw .twoSlots(name) }
        if needed > workers.count, absent["secondPerson"] == nil { throw .tooFewPeople(needed) }
    }
}

extension Act {
    /// The text of a member of the body, by its path; nil where there is none, or where it is no single value.
    public func text(of member: String) -> String? {
        guard let json = try? JSONEncoder().encode(body), let value = try? JSONDecoder().decode(JSONValue.self, from: json)
        else { return nil }
        return switch value[path: member] {
        case .string(let text): text
        case .integer(let number): String(number)
        case .bool(let value): String(value)
        default: nil
        }
    }

    /// Whether the act makes an exhibit of what it names.
    public var beginsExhibit: Bool {
        switch self {
        case .mediumSeized, .mediumLeft, .dataCollected, .dataReceived: true
        default: false
        }
    }
}

/// Reads one form field by field.
private struct FormReading {
    let caseNumber: String
    let now: Timestamp
    let reasons: Set<String>
    var people: Set<String> = []
    var exhibits: [ExhibitID] = []
    var entries: [Int] = []

    init(caseNumber: String, now: Timestamp, reasons: Set<String>) {
        self.caseNumber = caseNumber
        self.now = now
        self.reasons = reasons
    }

    mutating func read(_ known: [ActForm.Field], _ value: JSONValue) throws -> JSONValue {
        guard case .object = value else {
            throw FormRefusal.badValue(field: "body", expected: "an object", chinese: "一个对象")
        }
        try checkNames(value, prefix: "", known: Set(known.map(\.name)))
        var body = JSONValue.object([:])
        for field in known {
            guard let given = value[path: field.name] else {
                guard field.need != .always else {
                    throw FormRefusal.missing(field.label, option: field.option, rows: field.rows)
                }
                continue
            }
            do {
                body.set(field.name, try read(given, field))
            } catch let refusal as FormRefusal {
                throw refusal.under(field.rows)
            }
        }
        return body
    }

    /// Every member must be a field, or an object on the way to fields.
    private func checkNames(_ value: JSONValue, prefix: String, known: Set<String>) throws(FormRefusal) {
        guard case .object(let members) = value else { return }
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            let path = prefix + name
            if known.contains(path) { continue }
            guard !name.contains("."), known.contains(where: { $0.hasPrefix(path + ".") }), case .object = member else {
                throw .unknownMember(path)
            }
            try checkNames(member, prefix: path + ".", known: known)
        }
    }

    private mutating func read(_ value: JSONValue, _ field: ActForm.Field) throws -> JSONValue {
        let name = field.option
        switch field.content {
        case .line: return .string(try line(value, name))
        case .identifier: return .string(try FieldText.identifier(try text(value, name), field: name))
        case .choice(let choices):
            let word = try text(value, name)
            guard choices.contains(word) else { throw FormRefusal.badChoice(field: name, choices: choices) }
            return .string(word)
        case .yesNo: return .bool(try yesNo(value, name))
        case .number: return .integer(try number(value, name))
        case .date:
            guard let date = CalendarDate(try text(value, name)) else {
                throw FormRefusal.badValue(field: name, expected: "a day, YYYY-MM-DD", chinese: "日期 YYYY-MM-DD")
            }
            return .string(date.description)
        case .time: return .string(try time(value, name).description)
        case .person:
            let person = try line(value, name)
            people.insert(person)
            return .string(person)
        case .exhibit: return try exhibit(value, name)
        case .entry:
            let entry = try number(value, name)
            entries.append(entry)
            return .integer(entry)
        case .entries:
            return .array(
                try list(value).map { item in
                    let entry = try number(item, name)
                    entries.append(entry)
                    return .integer(entry)
                })
        case .hex(let bytes): return .string(try hex(value, name, bytes: bytes))
        case .files: return .array(try list(value).map { try file($0, name) })
        case .participants: return .array(try list(value).map { try participant($0, name) })
        case .reasons: return try reasons(value, name)
        case .hexes(let bytes): return .array(try list(value).map { .string(try hex($0, name, bytes: bytes)) })
        case .ranges: return .array(try ranges(value, name).map { .string($0.text) })
        case .computed: throw FormRefusal.unknownMember(name)
        }
    }

    // MARK: Kinds of content

    private func text(_ value: JSONValue, _ name: String) throws(FormRefusal) -> String {
        guard case .string(let text) = value else { throw .badValue(field: name, expected: "a text", chinese: "文本") }
        return text
    }

    private func line(_ value: JSONValue, _ name: String) throws -> String {
        try FieldText.line(try text(value, name), field: name)
    }

    private func yesNo(_ value: JSONValue, _ name: String) throws(FormRefusal) -> Bool {
        switch value {
        case .bool(let value): return value
        case .string("yes"), .string("true"), .string("是"): return true
        case .string("no"), .string("false"), .string("否"): return false
        default: throw .badValue(field: name, expected: "yes or no", chinese: "“是”或“否”（yes、no）")
        }
    }

    private func number(_ value: JSONValue, _ name: String) throws(FormRefusal) -> Int {
        let number: Int? =
            switch value {
            case .integer(let value): value
            case .string(let text): text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
            default: nil
            }
        guard let number, (0...1 << 40).contains(number) else {
            throw .badValue(field: name, expected: "a whole number from 0", chinese: "非负整数")
        }
        return number
    }

    private func time(_ value: JSONValue, _ name: String) throws(FormRefusal) -> Timestamp {
        guard let time = Timestamp(person: try text(value, name)) else {
            throw .badValue(
                field: name, expected: "a time in UTC, such as 2026-11-27T08:30:00Z", chinese: "世界时，例如 2026-11-27T08:30:00Z")
        }
        guard time <= now else { throw .inTheFuture(field: name) }
        return time
    }

    private func hex(_ value: JSONValue, _ name: String, bytes: Int) throws(FormRefusal) -> String {
        let text = try text(value, name)
        guard let decoded = Hex.decode(text), decoded.count == bytes, text == text.lowercased() else {
            throw .badValue(field: name, expected: "\(2 * bytes) digits of lower-case hex", chinese: "\(2 * bytes) 位小写十六进制")
        }
        return text
    }

    private mutating func exhibit(_ value: JSONValue, _ name: String) throws -> JSONValue {
        let number: JSONValue
        if case .object(let members) = value {
            guard Set(members.keys).isSubset(of: ["case", "number"]),
                members["case"] ?? .string(caseNumber) == .string(caseNumber)
            else { throw FormRefusal.badValue(field: name, expected: "an exhibit of this case", chinese: "本案的检材") }
            number = members["number"] ?? .null
        } else {
            number = value
        }
        let id = ExhibitID(
            caseNumber: caseNumber, number: try FieldText.identifier(try text(number, name), field: name))
        exhibits.append(id)
        return .object(["case": .string(id.caseNumber), "number": .string(id.number)])
    }

    /// Ranges in a list, or joined by commas.
    private func ranges(_ value: JSONValue, _ name: String) throws(FormRefusal) -> [EntryRange] {
        var ranges: [EntryRange] = []
        for item in list(value) {
            for part in try text(item, name).split(separator: ",", omittingEmptySubsequences: false) {
                guard let range = EntryRange(part) else {
                    throw .badValue(field: name, expected: "entries such as 3-17,20", chinese: "条目范围，例如 3-17,20")
                }
                ranges.append(range)
            }
        }
        return EntryRange.joined(ranges)
    }

    private func list(_ value: JSONValue) -> [JSONValue] {
        if case .array(let items) = value { return items }
        return [value]
    }

    /// An object, or `role=name`.
    private mutating func participant(_ value: JSONValue, _ name: String) throws -> JSONValue {
        let (role, person): (String, String)
        if case .object(let members) = value {
            guard Set(members.keys) == ["role", "name"] else {
                throw FormRefusal.badValue(field: name, expected: "objects of role and name", chinese: "含 role 和 name 的对象")
            }
            (role, person) = (try text(members["role"] ?? .null, name), try line(members["name"] ?? .null, name))
        } else {
            let pair = try pair(value, name)
            (role, person) = (pair.name, try line(.string(pair.value), name))
        }
        guard ActSigned.Role(rawValue: role) != nil else {
            throw FormRefusal.badChoice(field: name, choices: ActSigned.Role.allCases.map(\.rawValue))
        }
        people.insert(person)
        return .object(["role": .string(role), "name": .string(person)])
    }

    /// An object, or several `name=reason`.
    private func reasons(_ value: JSONValue, _ name: String) throws -> JSONValue {
        var given: [String: JSONValue] = [:]
        if case .object(let members) = value {
            given = members
        } else {
            for item in list(value) {
                let pair = try pair(item, name)
                given[pair.name] = .string(pair.value)
            }
        }
        var result: [String: JSONValue] = [:]
        for (key, reason) in given {
            guard reasons.contains(key) else { throw FormRefusal.unknownReason(key, names: reasons.sorted()) }
            result[key] = .string(try line(reason, "\(name) \(key)"))
        }
        return .object(result)
    }

    private func pair(_ value: JSONValue, _ name: String) throws(FormRefusal) -> (name: String, value: String) {
        let text = try text(value, name)
        guard let equals = text.firstIndex(of: "=") else {
            throw .badValue(field: name, expected: "written NAME=VALUE", chinese: "“名称=内容”的形式")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    private func file(_ value: JSONValue, _ name: String) throws -> JSONValue {
        guard case .object(let members) = value, Set(members.keys) == ["name", "bytes", "digests"],
            case .object(let digests)? = members["digests"], !digests.isEmpty
        else {
            throw FormRefusal.badValue(
                field: name, expected: "objects of name, bytes and digests", chinese: "含 name、bytes、digests 的对象")
        }
        var table: [String: JSONValue] = [:]
        for (key, digest) in digests {
            guard let algorithm = DigestAlgorithm(rawValue: key) else { throw Refusal.unknownDigest(key) }
            table[key] = .string(try hex(digest, "\(name) \(key)", bytes: algorithm.byteCount))
        }
        return .object([
            "name": .string(try line(members["name"] ?? .null, name)),
            "bytes": .integer(try number(members["bytes"] ?? .null, name)), "digests": .object(table),
        ])
    }
}
