import Integrity

/// An act of people that is recorded by filling in its form.
public protocol RecordedAct: ActBody {
    /// What the form asks for.
    static var form: ActForm { get }
    /// See `Circumstances`.
    var circumstances: Circumstances? { get }
}

extension RecordedAct {
    /// What people record, people sign.
    public static var canBeSigned: Bool { true }
    /// The files of the form belong to the act.
    public static var examined: Set<Attachment.Kind> { Set(form.files.map(\.type)) }
}

/// The form (笔录, 清单) of an act: the fields with what the law asks of each. The table is data: commands, the API, the checks
/// and `docs/acts.md` follow from it.
public struct ActForm: Sendable {
    /// Words in both languages.
    public struct Words: Sendable, Equatable {
        /// In English.
        public let english: String
        /// In Chinese, the legal term where there is one.
        public let chinese: String

        /// The words in a language.
        public func callAsFunction(_ language: Language) -> String { language(english, chinese) }
    }

    /// Whether a field must be filled in.
    public enum Need: String, Sendable, Codable {
        /// Without it the act says nothing: the station refuses.
        case always
        /// The law asks for it: what is missing without a reason is a finding of the review.
        case orReason
        /// Where there is something to say.
        case optional
    }

    /// What a field holds.
    public enum Content: Sendable, Equatable {
        /// One line of text.
        case line
        /// The number of a case, a document, a seal, an exhibit that is new.
        case identifier
        /// One of a few words.
        case choice([String])
        /// Yes or no.
        case yesNo
        /// A whole number from 0.
        case number
        /// A day, `YYYY-MM-DD`.
        case date
        /// A moment in UTC, not in the future.
        case time
        /// Somebody who is registered in the case.
        case person
        /// An exhibit of the case.
        case exhibit
        /// The position of an entry.
        case entry
        /// Positions of entries.
        case entries
        /// Bytes in lower-case hexadecimal.
        case hex(bytes: Int)
        /// Files with their integrity values.
        case files
        /// People with their capacities.
        case participants
        /// Names with reasons.
        case reasons
        /// Bytes in lower-case hexadecimal, several.
        case hexes(bytes: Int)
        /// Ranges of entries, such as `3-17`.
        case ranges
        /// What the station works out by itself; nobody gives it.
        case computed

        /// One of the cases of a type.
        static func choice<Choice: RawRepresentable & CaseIterable>(of type: Choice.Type) -> Content
        where Choice.RawValue == String { .choice(type.allCases.map(\.rawValue)) }
    }

    /// A member and the values of it with which a field is asked for.
    public struct Condition: Sendable, Equatable {
        /// The member.
        public let member: String
        /// The values.
        public let values: [String]

        /// Whether a form is filled in so.
        public func holds(in body: JSONValue) -> Bool {
            if case .string(let value)? = body[path: member] { values.contains(value) } else { false }
        }
    }

    /// One field.
    public struct Field: Sendable {
        /// Path of the member in the body, names joined by dots.
        public let name: String
        /// What it holds.
        public let content: Content
        /// Whether it must be there.
        public let need: Need
        /// Where another member decides whether the law asks for it: the ways of collection (R28); nil: always.
        public let condition: Condition?
        /// What people call it.
        public let label: Words
        /// Ids of the duties that it serves (requirements).
        public let rows: [String]
        /// Name of the option on the command line, without hyphens before it.
        public let option: String

        init(
            _ name: String, _ content: Content, _ need: Need, _ english: String, _ chinese: String, _ rows: String...,
            option: String? = nil, condition: Condition? = nil
        ) {
            self.name = name
            self.content = content
            self.need = need
            self.condition = condition
            label = Words(english: english, chinese: chinese)
            self.rows = rows
            self.option = option ?? Self.option(of: name)
        }

        /// Whether the law asks for it in a form that is filled in so, and a reason may stand for it.
        public func isAskedFor(in body: JSONValue) -> Bool { need == .orReason && condition?.holds(in: body) ?? true }

        /// The last name of a path in lower case with hyphens.
        private static func option(of name: String) -> String {
            (name.split(separator: ".").last ?? "").reduce(into: "") { text, character in
                text += character.isUppercase ? "-" + character.lowercased() : String(character)
            }
        }
    }

    /// A file that belongs to the act.
    public struct File: Sendable {
        /// What it is.
        public let type: Attachment.Kind
        /// Whether it must be there.
        public let need: Need
        /// Ids of the duties that it serves.
        public let rows: [String]

        init(_ type: Attachment.Kind, _ need: Need, _ rows: String...) {
            self.type = type
            self.need = need
            self.rows = rows
        }
    }

    /// Words of the command, such as `["seal", "check"]`.
    public let command: [String]
    /// What the act is.
    public let title: Words
    /// The fields of the act itself; `allFields` has those that every form has, too.
    public let fields: [Field]
    /// The signature slots (R34.3).
    public let slots: [ActSigned.Role]
    /// How many different people must do the work (R25, O18).
    public let workers: Int
    /// The files.
    public let files: [File]
    /// What must stand before it, in words.
    public let follows: Words
    /// For what else a reason may be given than for fields, slots and files.
    private let otherReasons: Set<String>

    init(
        _ command: [String], _ english: String, _ chinese: String, _ fields: [Field], slots: [ActSigned.Role] = [],
        workers: Int = 0, files: [File] = [], follows: (String, String), reasons: Set<String> = []
    ) {
        otherReasons = reasons.union(["recording", "seal"])
        self.command = command
        title = Words(english: english, chinese: chinese)
        self.fields = fields
        self.slots = slots
        self.workers = workers
        let always = [File(.signedSheet, .optional), File(.document, .optional)]
        self.files = files + always.filter { file in !files.contains { $0.type == file.type } }
        self.follows = Words(english: follows.0, chinese: follows.1)
    }

    /// The three slots that the law asks for: who collects, who saw it, who holds or provides (R34.3).
    static let threeSlots: [ActSigned.Role] = [.examiner, .witness, .holder]

    /// The fields that every form has behind its own.
    public static let common: [Field] = [
        Field("place", .line, .optional, "place", "地点"),
        Field("note", .line, .optional, "anything else", "备注"),
        Field("circumstances.time", .time, .optional, "when it happened, where it is recorded later", "发生时间（事后补记时）"),
        Field(
            "circumstances.participants", .participants, .optional, "who took part, as role=name; repeatable",
            "参与人员，写作 身份=姓名，可重复", "R32.4", "R34.3", option: "participant"),
        Field("circumstances.document", .identifier, .optional, "number of the legal document", "法律文书编号", "R32.2"),
        Field(
            "circumstances.absent", .reasons, .optional, "why something is missing, as name=reason; repeatable",
            "缺少某项的原因，写作 名称=原因，可重复", "R30.1", "R34.3", "R32.5"),
    ]

    /// The fields in order.
    public var allFields: [Field] { fields + Self.common }

    /// The fields that people fill in, in order.
    public var givenFields: [Field] { allFields.filter { $0.content != .computed } }

    /// The field behind an option of the command line.
    public func field(option: String) -> Field? { givenFields.first { $0.option == option } }

    /// The names for which a reason may be given: fields, slots, files, a recording, a second person.
    public var reasonNames: Set<String> {
        otherReasons.union(
            fields.filter { $0.need == .orReason }.map(\.option) + slots.map(\.rawValue) + files.map(\.type.rawValue)
                + (workers > 1 ? ["secondPerson"] : []))
    }

    /// The forms of all acts that are recorded by a form.
    public static let all: [(kind: Act.Kind, form: ActForm)] = Act.Kind.allCases.compactMap { kind in
        (kind.type as? any RecordedAct.Type).map { (kind, $0.form) }
    }

    /// The form of a kind; nil where it has none.
    public static func form(of kind: Act.Kind) -> ActForm? { (kind.type as? any RecordedAct.Type)?.form }
}
