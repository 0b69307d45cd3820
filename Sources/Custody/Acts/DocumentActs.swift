/// A legal document of a case was recorded (法律文书, R32.2): the ground on which acts rest.
public struct DocumentAdded: RecordedAct {
    /// See `ActBody`.
    public static let kind = "document.added"

    /// What a document is.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Decision to open a case (立案决定书).
        case filing
        /// Search warrant (搜查证).
        case search
        /// Decision or list of seizure (扣押决定书、扣押清单).
        case seizure
        /// Inspection of a scene or record of it (勘验).
        case inspection
        /// Notice to provide evidence (调取证据通知书, R39, O14).
        case evidenceRequest = "evidence-request"
        /// Notice to assist in freezing data (协助冻结电子数据通知书, R38).
        case freezing
        /// Notice to lift it (解除冻结).
        case unfreezing
        /// Technical investigation (采取技术侦查措施决定书, O18).
        case technicalInvestigation = "technical-investigation"
        /// Letter of cooperation with another unit (办案协作函, R53, R54).
        case cooperation
        /// Entrustment of a laboratory (鉴定聘请书、委托书, R41).
        case entrustment
        /// Request for judicial assistance (刑事司法协助请求书, R57).
        case judicialAssistance = "judicial-assistance"
        /// Anything else.
        case other
    }

    /// Number (文号).
    public var number: String
    /// Which document it is; `kind` is the act's own name.
    public var documentKind: Kind
    /// Date of issue.
    public var date: CalendarDate
    /// Who issued it (签发机关).
    public var organ: String
    /// Where it came from, where that is another organ (来源机关).
    public var origin: String?
    /// What it orders: object, manner, content (取证对象、方式、内容, R54, R39.1).
    public var about: String?
    /// The last day on which it may be acted upon.
    public var until: CalendarDate?
    /// Where it was recorded.
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["case", "document"], "Record a legal document of a case.", "登记案件的法律文书。",
        [
            .init("number", .identifier, .always, "number", "文号", "R32.2"),
            .init("documentKind", .choice(of: Kind.self), .always, "kind", "文书种类", "R32.2", option: "kind"),
            .init("date", .date, .always, "date of issue", "签发日期", "R32.2"),
            .init("organ", .line, .always, "who issued it", "签发机关", "R32.2"),
            .init("origin", .line, .optional, "organ of origin, where that is another one", "来源机关", "R53"),
            .init("about", .line, .optional, "what it orders: object, manner, content", "取证对象、方式、内容", "R53", "O14"),
            .init("until", .date, .optional, "last day on which it may be acted upon", "期限", "R53", "R38"),
        ], files: [.init(.document, .optional, "R32.2")],
        follows: ("an open case; the number is new in it", "案件已建立且未结案；该文号在本案中尚未登记"))
}

/// A case ended (结案). Nothing but its reopening may follow, signatures, what the station observes, and readings of images.
public struct CaseClosed: RecordedAct {
    /// See `ActBody`.
    public static let kind = "case.closed"

    /// Why.
    public var reason: String
    /// Where it was recorded.
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["case", "close"], "Close a case.", "结案。", [.init("reason", .line, .always, "why", "原因", "R32.2")],
        follows: ("an open case", "案件未结案"))
}

/// A closed case goes on.
public struct CaseReopened: RecordedAct {
    /// See `ActBody`.
    public static let kind = "case.reopened"

    /// Why.
    public var reason: String
    /// Where it was recorded.
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["case", "reopen"], "Reopen a closed case.", "重新开启已结案件。", [.init("reason", .line, .always, "why", "原因", "R32.2")],
        follows: ("a closed case", "案件已结案"))
}

/// A term of the law began (期限, R38): data are frozen, a medium is held, an answer is due until a day.
public struct TermSet: RecordedAct {
    /// See `ActBody`.
    public static let kind = "term.set"

    /// Name of the term in its case.
    public var term: String
    /// What runs out.
    public var what: String
    /// The exhibit that it is about.
    public var exhibit: ExhibitID?
    /// The last day.
    public var until: CalendarDate
    /// How many days before it a warning is due.
    public var warnDays: Int?
    /// Where it was recorded.
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["term", "set"], "Set a term.", "设定期限。",
        [
            .init("term", .identifier, .always, "name of the term", "期限名称", "R38"),
            .init("what", .line, .always, "what runs out", "期限事项", "R38"),
            .init("exhibit", .exhibit, .optional, "exhibit that it is about", "检材", "R38"),
            .init("until", .date, .always, "last day", "届满日期", "R38"),
            .init("warnDays", .number, .optional, "days before it to warn", "提前提醒天数", "R38"),
        ], follows: ("an open case; the name is new in it; the day is not past", "案件未结案；期限名称未使用；日期未过"))
}

/// A term ended or goes on (R38: 有无必要继续冻结或者解除).
public struct TermEnded: RecordedAct {
    /// See `ActBody`.
    public static let kind = "term.ended"

    /// What became of it.
    public enum Outcome: String, Sendable, Codable, CaseIterable {
        /// It goes on until another day (续期).
        case extended
        /// It was lifted (解除).
        case released
        /// It ran out (届满).
        case lapsed
        /// What it was for was done (完成).
        case fulfilled
    }

    /// Name of the term.
    public var term: String
    /// What became of it.
    public var outcome: Outcome
    /// The new last day, where it was extended.
    public var until: CalendarDate?
    /// Why.
    public var reason: String
    /// Where it was recorded.
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["term", "end"], "End or extend a term.", "终结或者延长期限。",
        [
            .init("term", .identifier, .always, "name of the term", "期限名称", "R38"),
            .init("outcome", .choice(of: Outcome.self), .always, "what became of it", "处理结果", "R38"),
            .init("until", .date, .optional, "new last day, where it is extended", "新的届满日期（续期时）", "R38"),
            .init("reason", .line, .always, "why", "原因", "R38"),
        ], follows: ("the term is set and has not ended; what has run out cannot be extended", "期限已设定且未终结；已届满的不能续期"))
}
