import Integrity

/// Files were added to an act that is recorded already: photos, scans, documents.
public struct FileAttached: RecordedAct {
    /// See `ActBody`.
    public static let kind = "file.attached"

    /// Position of the entry.
    public var entry: Int
    /// What they show.
    public var what: String
    /// Where they were taken (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["attach"], "Add photos, scans or documents to an entry.", "为已有条目补充照片、扫描件或者文书。",
        [
            .init("entry", .entry, .always, "number of the entry", "条目编号", "R34.2"),
            .init("what", .line, .always, "what they show", "内容说明", "R34.2"),
        ],
        files: [
            .init(.photo, .optional, "R34.2"), .init(.photoBefore, .optional, "R34.2"), .init(.photoAfter, .optional, "R34.2"),
        ],
        follows: ("an act of people in this case", "本案中的人员行为条目"))
}

/// A recording of acts exists (同步录音录像, R32.5): where it is kept, and its integrity value. It is too long for an attachment.
public struct RecordingNoted: RecordedAct {
    /// See `ActBody`.
    public static let kind = "recording.noted"

    /// Positions of the entries that it shows.
    public var entries: [Int]
    /// The file.
    public var files: [DataFile]
    /// Where it is kept.
    public var location: String
    /// Who recorded.
    public var by: String?
    /// Where it was recorded (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["recording"], "Record that a sound or video recording of acts exists.", "登记同步录音录像。",
        [
            .init("entries", .entries, .always, "entries that it shows; repeatable", "所反映的条目编号，可重复", "R32.5"),
            .init(
                "files", .files, .always, "the file with its integrity values; --file PATH computes them",
                "文件及完整性校验值（由 --file 计算）", "R32.5", option: "files"),
            .init("location", .line, .always, "where it is kept", "存放位置", "R32.5"),
            .init("by", .person, .optional, "who recorded", "录制人", "R32.5"),
        ], follows: ("acts of people in this case", "本案中的人员行为条目"))
}

/// What an entry says is wrong (更正, R30.4): the entry stays, and this one says what it should say, and why.
public struct EntryCorrected: RecordedAct {
    /// See `ActBody`.
    public static let kind = "entry.corrected"

    /// Position of the entry.
    public var entry: Int
    /// Path of the member of its body.
    public var member: String
    /// What it says.
    public var was: String
    /// What it should say.
    public var now: String
    /// Why.
    public var reason: String
    /// Where that was found (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["correct"], "Correct what an entry says; the entry itself stays.", "更正条目内容（原条目保留）。",
        [
            .init("entry", .entry, .always, "number of the entry", "条目编号", "R30.4"),
            .init("member", .line, .always, "member of its body, such as label.serial", "字段，例如 label.serial", "R30.4"),
            .init("was", .line, .always, "what it says", "原内容", "R30.4"),
            .init("now", .line, .always, "what it should say", "更正后内容", "R30.4"),
            .init("reason", .line, .always, "why", "原因", "R30.4"),
        ], slots: [.examiner], follows: ("an act of people in this case", "本案中的人员行为条目"))
}

/// A defect of collection was remedied (补正) or explained (合理解释), R43.
public struct DefectAnswered: RecordedAct {
    /// See `ActBody`.
    public static let kind = "defect.answered"

    /// How it was answered.
    public enum Manner: String, Sendable, Codable, CaseIterable {
        /// What was missing was made good (补正).
        case remedied
        /// There is a reason for it (合理解释).
        case explained
    }

    /// Id of the duty that was not kept, such as `R34.2`.
    public var row: String
    /// The exhibit that it is about; nil for the case.
    public var exhibit: ExhibitID?
    /// Positions of the entries that it is about.
    public var entries: [Int]?
    /// How.
    public var manner: Manner
    /// What was done, or the reason.
    public var text: String
    /// Where (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["answer"], "Remedy or explain a defect that the review found.", "对审查发现的瑕疵予以补正或者作出合理解释。",
        [
            .init("row", .identifier, .always, "id of the duty, such as R34.2", "要求编号，例如 R34.2", "R43"),
            .init("exhibit", .exhibit, .optional, "exhibit that it is about", "检材", "R43"),
            .init("entries", .entries, .optional, "entries that it is about; repeatable", "涉及的条目编号，可重复", "R43"),
            .init("manner", .choice(of: Manner.self), .always, "remedied or explained", "补正（remedied）或者合理解释（explained）", "R43"),
            .init("text", .line, .always, "what was done, or the reason", "补正情况或者理由", "R43"),
        ], slots: [.examiner],
        files: [.init(.photo, .optional, "R43"), .init(.photoBefore, .optional, "R43"), .init(.photoAfter, .optional, "R43")],
        follows: ("an open case", "案件未结案"))
}
