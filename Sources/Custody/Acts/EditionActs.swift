/// It was decided what an edition of the ledger for court or for the other side leaves out (O19), and why. In a bundle that
/// leaves entries out, every one of them is named by such a decision that stands behind it.
public struct EditionDecided: RecordedAct {
    /// See `ActBody`.
    public static let kind = "edition.decided"
    /// A decision that could be left out would hide what it hides.
    public static let canBeWithheld = false

    /// Why something must not be shown.
    public enum Basis: String, Sendable, Codable, CaseIterable {
        /// Persons, devices and methods of technical investigation (技术侦查, O19).
        case technicalInvestigation = "technical-investigation"
        /// Personal data (个人信息) and privacy.
        case personalData = "personal-data"
        /// State secrets (国家秘密).
        case stateSecret = "state-secret"
        /// Trade secrets (商业秘密).
        case tradeSecret = "trade-secret"
        /// The safety of people (人身安全, O19).
        case safety
        /// It belongs to other cases.
        case otherCases = "other-cases"
    }

    /// The entries that are left out, ascending.
    public var withheld: [EntryRange]
    /// Files of entries that are shown which are left out: their SHA-256.
    public var files: [String]?
    /// Whether all entries of other cases are left out; they stand among `withheld`.
    public var otherCases: Bool?
    /// For whom the edition is.
    public var recipient: String
    /// Why these must not be shown.
    public var basis: Basis
    /// The reason in words.
    public var reason: String
    /// Who decided.
    public var decidedBy: String
    /// Where that was done (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// The entries that are left out, to be asked about.
    public var entries: EntrySet { EntrySet(withheld) }

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["edition", "decide"], "Decide what an edition for court or for the other side leaves out.", "决定提供法庭或者对方的版本中不予展示的内容。",
        [
            .init("recipient", .line, .always, "for whom the edition is", "提供对象", "O19"),
            .init(
                "withheld", .ranges, .optional, "entries that are left out, such as 3-17,20", "不予展示的条目，例如 3-17,20", "O19",
                option: "entries"),
            .init(
                "files", .hexes(bytes: 32), .optional, "SHA-256 of a file of a shown entry that is left out; repeatable",
                "不予展示的附件的 SHA-256，可重复", "O19", option: "leave-file"),
            .init("otherCases", .yesNo, .optional, "whether entries of other cases are left out", "是否略去其他案件的条目", "O19"),
            .init("basis", .choice(of: Basis.self), .always, "why they must not be shown", "不予展示的依据", "O19"),
            .init("reason", .line, .always, "the reason in words", "理由", "O19"),
            .init("decidedBy", .person, .always, "who decided", "决定人", "O19"),
        ],
        follows: (
            "an open case; the entries exist, and nobody needs them to verify the others",
            "案件未结案；条目存在，且不是核验其他条目所必需"
        ))
}

extension EditionDecided.Basis {
    /// What it is called in Chinese.
    public var chinese: String {
        switch self {
        case .technicalInvestigation: "技术侦查"
        case .personalData: "个人信息"
        case .stateSecret: "国家秘密"
        case .tradeSecret: "商业秘密"
        case .safety: "人身安全"
        case .otherCases: "其他案件"
        }
    }
}
