/// What is recorded of an original medium (原始存储介质) before any machine reads it: R34.1, R33.2, R62.2, R15.3.
public struct MediumParticulars: Sendable, Equatable, Codable {
    /// The kinds of medium that the law names (R62.2) and those that they come as.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A mobile telephone (手机, 电子设备).
        case phone
        /// A computer (计算机, 电子设备).
        case computer
        /// A server (服务器, 电子设备).
        case server
        /// Another electronic device (其他电子设备).
        case device
        /// Hard disk (硬盘).
        case hardDisk = "hard-disk"
        /// Solid-state drive (固态硬盘).
        case solidStateDrive = "solid-state-drive"
        /// Optical disc (光盘).
        case opticalDisc = "optical-disc"
        /// USB stick (优盘).
        case usbStick = "usb-stick"
        /// Memory stick or card (记忆棒、存储卡).
        case memoryStick = "memory-stick"
        /// Memory chip (存储芯片).
        case chip
        /// Any other carrier (其他载体).
        case other
    }

    /// Whether data that pass away were taken (R15.3), by whom, or why not. Secrets themselves never stand here.
    public struct Taking: Sendable, Equatable, Codable {
        /// Whether they were taken.
        public var taken: Bool
        /// Who took them.
        public var by: String?
        /// Why they were not.
        public var reason: String?
    }

    /// Name (名称).
    public var name: String
    /// Kind (R62.2).
    public var kind: Kind
    /// What a person reads off it (R34.1).
    public var label: MediumLabel?
    /// Features that tell it from others (特征).
    public var features: String?
    /// Where it comes from (来源).
    public var source: String?
    /// Owner (所有人), holder (持有人), user (使用人) as far as known (R17(1), R33.2, R35.place).
    public var owner, holder, user: String?
    /// What the link between these people and the medium rests on (R33.2).
    public var basis: String?
    /// Whether it can reach a network (可联网设备, R15.2).
    public var networkable: Bool?
    /// Whether it was running.
    public var running: Bool?
    /// Dynamic data: memory, caches, connections (动态数据).
    public var liveData: Taking?
    /// Passwords of accounts (账户密码).
    public var credentials: Taking?
    /// Data that depend on a network environment (依赖于特定网络环境的数据).
    public var networkData: Taking?

    /// The fields of a form.
    static let fields: [ActForm.Field] = [
        .init("particulars.name", .line, .always, "name", "名称", "R27", "R34.1"),
        .init("particulars.kind", .choice(of: Kind.self), .always, "kind of medium", "介质种类", "R62.2"),
        .init("particulars.label.make", .line, .orReason, "brand as read off it", "品牌", "R34.1"),
        .init("particulars.label.model", .line, .orReason, "model as read off it", "型号", "R34.1"),
        .init("particulars.label.capacity", .line, .orReason, "capacity as read off it", "容量", "R34.1"),
        .init("particulars.label.serial", .line, .orReason, "serial number as read off it", "序列号", "R34.1"),
        .init("particulars.label.identification", .line, .orReason, "identification code (IMEI, MAC, WWN)", "识别码", "R34.1"),
        .init(
            "particulars.label.owner", .line, .orReason, "user identification: owner's label, asset tag", "用户标识", "R34.1",
            option: "owner-label"),
        .init("particulars.features", .line, .optional, "features", "特征", "R34.1"),
        .init("particulars.source", .line, .orReason, "where it comes from", "来源", "R47"),
        .init("particulars.owner", .line, .orReason, "owner", "所有人", "R33.2"),
        .init("particulars.holder", .line, .orReason, "holder", "持有人", "R33.2"),
        .init("particulars.user", .line, .orReason, "user", "使用人", "R33.2", "R35.place"),
        .init("particulars.basis", .line, .orReason, "what links these people to it", "关联依据", "R33.2"),
        .init("particulars.networkable", .yesNo, .orReason, "whether it can reach a network", "是否可联网", "R15.2"),
        .init("particulars.running", .yesNo, .optional, "whether it was running", "是否开机", "R15.3"),
        .init(
            "particulars.liveData.taken", .yesNo, .optional, "whether live data were taken", "是否提取动态数据", "R15.3",
            option: "live-data"),
        .init("particulars.liveData.by", .line, .optional, "who took them", "提取人", "R15.3", option: "live-data-by"),
        .init("particulars.liveData.reason", .line, .optional, "why not", "未提取原因", "R15.3", option: "live-data-reason"),
        .init(
            "particulars.credentials.taken", .yesNo, .optional, "whether passwords were taken (never write them here)",
            "是否提取账户密码（不得填写密码本身）", "R15.3", option: "credentials"),
        .init("particulars.credentials.by", .line, .optional, "who took them", "提取人", "R15.3", option: "credentials-by"),
        .init("particulars.credentials.reason", .line, .optional, "why not", "未提取原因", "R15.3", option: "credentials-reason"),
        .init(
            "particulars.networkData.taken", .yesNo, .optional, "whether data that depend on a network were taken",
            "是否提取依赖特定网络环境的数据", "R15.3", option: "network-data"),
        .init("particulars.networkData.by", .line, .optional, "who took them", "提取人", "R15.3", option: "network-data-by"),
        .init("particulars.networkData.reason", .line, .optional, "why not", "未提取原因", "R15.3", option: "network-data-reason"),
    ]
}

/// A medium was seized (扣押, R15.1) and became an exhibit.
public struct MediumSeized: RecordedAct {
    /// See `ActBody`.
    public static let kind = "medium.seized"

    /// The exhibit that it is from now on.
    public var exhibit: ExhibitID
    /// What was seized.
    public var particulars: MediumParticulars
    /// Who keeps it (保管人).
    public var custodian: String
    /// Where it is kept (存放位置).
    public var location: String
    /// Where it was seized (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["seize"], "Record that a medium was seized.", "记录扣押原始存储介质。",
        [.init("exhibit", .exhibit, .always, "number of the new exhibit", "检材编号", "R34.1")] + MediumParticulars.fields + [
            .init("custodian", .person, .always, "who keeps it", "保管人", "R35.place", "R32.1"),
            .init("location", .line, .always, "where it is kept", "存放位置", "R35.place"),
        ], slots: ActForm.threeSlots, workers: 2, files: [.init(.photo, .optional, "R34.1")],
        follows: ("an open case; the exhibit's number is new in it", "案件未结案；检材编号未使用"), reasons: ["isolation"])
}

/// A medium was found and not seized (R30.1): why, and where it stays.
public struct MediumLeft: RecordedAct {
    /// See `ActBody`.
    public static let kind = "medium.left"

    /// The exhibit that stands for it.
    public var exhibit: ExhibitID
    /// What it is.
    public var particulars: MediumParticulars
    /// Why it was not seized: it cannot be sealed, is not to be moved (无法封存、不便移动).
    public var reason: String
    /// Who keeps it.
    public var custodian: String
    /// Where it stays.
    public var location: String
    /// Where that was recorded.
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["leave"], "Record that a medium was not seized, why, and where it stays.", "记录未扣押的原始存储介质、原因及其存放地点。",
        [.init("exhibit", .exhibit, .always, "number of the new exhibit", "检材编号", "R34.1")] + MediumParticulars.fields + [
            .init("reason", .line, .always, "why it was not seized", "未扣押（无法封存、不便移动）原因", "R30.1", "R15.1"),
            .init("custodian", .person, .always, "who keeps it", "保管人", "R35.place"),
            .init("location", .line, .always, "where it stays", "存放地点", "R30.1", "R35.place"),
        ], slots: ActForm.threeSlots, workers: 2, files: [.init(.photo, .optional, "R34.1")],
        follows: ("an open case; the exhibit's number is new in it", "案件未结案；检材编号未使用"))
}

/// A device that can reach a network was cut off (R15.2).
public struct MediumIsolated: RecordedAct {
    /// See `ActBody`.
    public static let kind = "medium.isolated"

    /// How it was cut off.
    public enum Measure: String, Sendable, Codable, CaseIterable {
        /// Signals kept out, as in a shielding bag (信号屏蔽).
        case shielded
        /// Signals blocked (信号阻断), flight mode among them.
        case blocked
        /// Power cut (切断电源).
        case powerCut = "power-cut"
        /// Nothing was possible; `how` says why.
        case none
    }

    /// The exhibit.
    public var exhibit: ExhibitID
    /// The measure.
    public var measure: Measure
    /// What was done.
    public var how: String
    /// Where (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["isolate"], "Record how a networkable device was cut off.", "记录可联网设备的信号屏蔽、信号阻断或者断电措施。",
        [
            .init("exhibit", .exhibit, .always, "exhibit", "检材", "R15.2"),
            .init("measure", .choice(of: Measure.self), .always, "measure", "措施", "R15.2"),
            .init("how", .line, .always, "what was done", "具体做法", "R15.2"),
        ], slots: [.examiner], files: [.init(.photo, .optional, "R15.2")],
        follows: ("a medium that is held", "检材在保管中"))
}
