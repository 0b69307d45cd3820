/// The examination of a medium or of data began (电子数据检查, R40).
public struct ExaminationBegun: RecordedAct {
    /// See `ActBody`.
    public static let kind = "examination.begun"

    /// The exhibit.
    public var exhibit: ExhibitID
    /// What is to be found out (检查目的).
    public var purpose: String
    /// Devices and programs (检查设备、工具).
    public var equipment: String
    /// Network environment, and whether it is that of the scene (R40(3)).
    public var environment: String?
    /// Where (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["examine", "begin"], "Record that an examination began.", "记录电子数据检查开始。",
        [
            .init("exhibit", .exhibit, .always, "exhibit", "检材", "R40"),
            .init("purpose", .line, .always, "what is to be found out", "检查目的", "R40"),
            .init("equipment", .line, .always, "devices and programs", "检查设备和工具", "R40"),
            .init("environment", .line, .optional, "network environment, compared with the scene", "网络环境及与发案现场是否一致", "R40"),
        ], slots: [.examiner, .witness], workers: 2, files: [.init(.photo, .optional, "R40", "R32.5")],
        follows: ("a medium that is held and not sealed", "检材在保管中且已启封"))
}

/// An examination ended (R40): what was done, and what was found.
public struct ExaminationEnded: RecordedAct {
    /// See `ActBody`.
    public static let kind = "examination.ended"

    /// The exhibit.
    public var exhibit: ExhibitID
    /// What was done (检查过程).
    public var process: String
    /// What was found (检查结果).
    public var result: String
    /// Where (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["examine", "end"], "Record that an examination ended.", "记录电子数据检查结束。",
        [
            .init("exhibit", .exhibit, .always, "exhibit", "检材", "R40"),
            .init("process", .line, .always, "what was done", "检查过程", "R40"),
            .init("result", .line, .always, "what was found", "检查结果", "R40"),
        ], slots: [.examiner, .witness], workers: 2, files: [.init(.photo, .optional, "R40", "R32.5")],
        follows: ("an examination of it is open", "对该检材的检查正在进行"))
}
