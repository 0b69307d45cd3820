/// A seal was looked at (核对封存状态, R31.1).
public struct SealChecked: RecordedAct {
    /// See `ActBody`.
    public static let kind = "seal.checked"

    /// The exhibit.
    public var exhibit: ExhibitID
    /// Number of the seal as it was read, also where it is not the one on record.
    public var number: String
    /// How it was found.
    public var condition: MediumUnsealed.Condition
    /// On what occasion.
    public var reason: String
    /// Where (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["check-seal"], "Record how a seal was found.", "记录封条核对情况。",
        [
            .init("exhibit", .exhibit, .always, "exhibit", "检材", "R31.1"),
            .init("number", .identifier, .always, "number of the seal as read", "封条编号", "R31.1"),
            .init("condition", .choice(of: MediumUnsealed.Condition.self), .always, "how it was found", "封存状态", "R31.1"),
            .init("reason", .line, .always, "on what occasion", "核对原因", "R31.1"),
        ], slots: [.examiner], files: [.init(.photo, .optional, "R31.1", "R34.2")],
        follows: (
            "the medium is sealed; another number than the one on record is recorded as it was read", "检材已封存；编号与记录不符的，如实记录"
        ))
}

/// A medium went to another place; who keeps it stayed (R35.place).
public struct MediumMoved: RecordedAct {
    /// See `ActBody`.
    public static let kind = "medium.moved"

    /// The exhibit.
    public var exhibit: ExhibitID
    /// Where it is now (存放位置).
    public var location: String
    /// Why.
    public var reason: String
    /// How the seal was found, where it was looked at.
    public var seal: MediumUnsealed.Condition?
    /// Where (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["move"], "Record that an exhibit was moved.", "记录检材存放位置变动。",
        [
            .init("exhibit", .exhibit, .always, "exhibit", "检材", "R35.place"),
            .init("location", .line, .always, "where it is now", "新存放位置", "R35.place"),
            .init("reason", .line, .always, "why", "原因", "R32.1"),
            .init("seal", .choice(of: MediumUnsealed.Condition.self), .optional, "how the seal was found", "封存状态", "R31.1"),
        ], slots: [.custodian], follows: ("a medium that is held, and another place", "检材在保管中；位置与原位置不同"))
}

/// A medium left its custodian for somebody elsewhere (移交, R53, R58). Until it is received, it is on its way.
public struct HandoverOffered: RecordedAct {
    /// See `ActBody`.
    public static let kind = "handover.offered"

    /// The exhibit.
    public var exhibit: ExhibitID
    /// Who hands over (移交人): the custodian on record.
    public var from: String
    /// Who is to receive (接收人).
    public var to: String
    /// The unit of each (移交单位、接收单位).
    public var fromUnit, toUnit: String?
    /// Who carries it (押送、承运): responsible on the way.
    public var carrier: String?
    /// What is handed over (移交内容).
    public var contents: String
    /// Why.
    public var reason: String
    /// How the seal was found (R31.1); nil where the medium is not sealed.
    public var seal: MediumUnsealed.Condition?
    /// Number of that seal.
    public var sealNumber: String?
    /// Where (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["handover", "offer"], "Record that a custodian handed an exhibit over to somebody elsewhere.", "记录移交方交出检材。",
        [
            .init("exhibit", .exhibit, .always, "exhibit", "检材", "R53"),
            .init(
                "from", .person, .always, "who hands over: the custodian on record", "移交人", "R53", "R32.1",
                option: "deliverer"),
            .init("to", .person, .always, "who is to receive", "接收人", "R53", "R32.1"),
            .init("fromUnit", .line, .orReason, "his unit", "移交单位", "R53"),
            .init("toUnit", .line, .orReason, "the receiver's unit", "接收单位", "R53"),
            .init("carrier", .person, .orReason, "who carries it", "押送人", "R32.1"),
            .init("contents", .line, .always, "what is handed over", "移交内容", "R53"),
            .init("reason", .line, .always, "why", "移交原因", "R53"),
            .init(
                "seal", .choice(of: MediumUnsealed.Condition.self), .optional, "how the seal was found; must where it is sealed",
                "封存状态（已封存的必填）", "R31.1"),
            .init("sealNumber", .identifier, .optional, "number of the seal as read", "封条编号", "R31.1"),
        ], slots: [.deliverer], files: [.init(.photo, .optional, "R31.1")],
        follows: ("a medium that is held by who hands it over, not being imaged or examined", "检材由移交人保管，且未在制作镜像或检查"))
}

/// A medium that was on its way arrived (接收, R53, R58): the other side of a hand-over.
public struct HandoverReceived: RecordedAct {
    /// See `ActBody`.
    public static let kind = "handover.received"

    /// The exhibit.
    public var exhibit: ExhibitID
    /// Who received it (接收人): whom it was handed over to.
    public var to: String
    /// Where it is kept now (存放位置).
    public var location: String
    /// How the seal was found (R31.1); nil where the medium is not sealed.
    public var seal: MediumUnsealed.Condition?
    /// Number of that seal.
    public var sealNumber: String?
    /// What differs from what was announced (开箱、核对情况).
    public var remarks: String?
    /// Where (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["handover", "receive"], "Record that an exhibit was received.", "记录接收方收到检材。",
        [
            .init("exhibit", .exhibit, .always, "exhibit", "检材", "R53"),
            .init("to", .person, .always, "who received it", "接收人", "R53", "R32.1"),
            .init("location", .line, .always, "where it is kept now", "存放位置", "R35.place"),
            .init(
                "seal", .choice(of: MediumUnsealed.Condition.self), .optional, "how the seal was found; must where it is sealed",
                "封存状态（已封存的必填）", "R31.1"),
            .init("sealNumber", .identifier, .optional, "number of the seal as read", "封条编号", "R31.1"),
            .init("remarks", .line, .optional, "what differs from what was announced", "开箱核对不符之处", "R53"),
        ], slots: [.receiver], files: [.init(.photo, .optional, "R31.1")],
        follows: ("the medium was handed over to who receives it", "检材已移交给该接收人"))
}

/// A hand-over did not come about: the medium is with its custodian again.
public struct HandoverWithdrawn: RecordedAct {
    /// See `ActBody`.
    public static let kind = "handover.withdrawn"

    /// The exhibit.
    public var exhibit: ExhibitID
    /// Why.
    public var reason: String
    /// How the seal was found (R31.1); nil where the medium is not sealed.
    public var seal: MediumUnsealed.Condition?
    /// Where (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["handover", "withdraw"], "Record that a hand-over did not come about.", "记录移交撤回。",
        [
            .init("exhibit", .exhibit, .always, "exhibit", "检材", "R53"),
            .init("reason", .line, .always, "why", "撤回原因", "R32.1"),
            .init(
                "seal", .choice(of: MediumUnsealed.Condition.self), .optional, "how the seal was found; must where it is sealed",
                "封存状态（已封存的必填）", "R31.1"),
        ], slots: [.deliverer], follows: ("the medium is on its way", "检材正在移交途中"))
}

/// A medium was given back (发还).
public struct MediumReturned: RecordedAct {
    /// See `ActBody`.
    public static let kind = "medium.returned"

    /// The exhibit.
    public var exhibit: ExhibitID
    /// To whom.
    public var to: String
    /// Why.
    public var reason: String
    /// Where (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["return"], "Record that a medium was given back.", "记录发还原始存储介质。",
        [
            .init("exhibit", .exhibit, .always, "exhibit", "检材", "R32.1"),
            .init("to", .person, .always, "to whom", "领取人", "R32.1"),
            .init("reason", .line, .always, "why", "原因", "R32.1"),
        ], slots: [.deliverer, .receiver], workers: 2,
        follows: ("a medium that is held and not sealed", "检材在保管中且未封存"))
}

/// A medium went into the archive (归档、入库) at the end of the work on it.
public struct MediumArchived: RecordedAct {
    /// See `ActBody`.
    public static let kind = "medium.archived"

    /// The exhibit.
    public var exhibit: ExhibitID
    /// Who keeps it there.
    public var custodian: String
    /// Where.
    public var location: String
    /// Why.
    public var reason: String
    /// How the seal was found, where it is sealed (R31.1).
    public var seal: MediumUnsealed.Condition?
    /// Where that was done (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["archive"], "Record that an exhibit went into the archive.", "记录检材归档入库。",
        [
            .init("exhibit", .exhibit, .always, "exhibit", "检材", "R35.place"),
            .init("custodian", .person, .always, "who keeps it there", "保管人", "R35.place"),
            .init("location", .line, .always, "where", "存放位置", "R35.place"),
            .init("reason", .line, .always, "why", "原因", "R32.1"),
            .init(
                "seal", .choice(of: MediumUnsealed.Condition.self), .optional, "how the seal was found; must where it is sealed",
                "封存状态（已封存的必填）", "R31.1"),
        ], slots: [.deliverer, .custodian], follows: ("a medium that is held", "检材在保管中"))
}
