import Integrity

/// A file of data with its integrity values (完整性校验值, R62.3).
public struct DataFile: Sendable, Equatable, Codable {
    /// Name.
    public var name: String
    /// Length in bytes.
    public var bytes: Int
    /// Digests by algorithm.
    public var digests: DigestTable

    /// Describes a file.
    public init(name: String, bytes: Int, digests: DigestTable) {
        self.name = name
        self.bytes = bytes
        self.digests = digests
    }
}

/// Data were taken without their medium (R28 (2)–(4)): at the scene, over the network, or by freezing them.
public struct DataCollected: RecordedAct {
    /// See `ActBody`.
    public static let kind = "data.collected"

    /// The way of collection (R28).
    public enum Way: String, Sendable, Codable, CaseIterable {
        /// At the scene (现场提取, R36).
        case onSite = "on-site"
        /// Over the network (在线提取, R37).
        case online
        /// Frozen where they are (冻结, R38).
        case frozen

        /// That something is asked for with these ways.
        fileprivate static func asking(_ ways: Way...) -> ActForm.Condition {
            ActForm.Condition(member: "way", values: ways.map(\.rawValue))
        }
    }

    /// The exhibit that the data are from now on.
    public var exhibit: ExhibitID
    /// Way of collection.
    public var way: Way
    /// Name, category and format (名称、类别、格式, R27, R43(3)).
    public var name, category, format: String?
    /// The exhibit that they were taken from, where there is one.
    public var from: ExhibitID?
    /// Where they stood: network address, path, steps (R36(2), R37(1)).
    public var source: String?
    /// How the remote system was reached (访问方式, R37(2)).
    public var access: String?
    /// Tool, method and course (工具、方法、过程, R35.1).
    public var tool, method, process: String?
    /// Attributes, traces and environment taken with them (附属信息、关联痕迹、系统环境).
    public var related: String?
    /// The files.
    public var files: [DataFile]?
    /// Who keeps them.
    public var custodian: String
    /// Where.
    public var location: String
    /// Where that was done (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["collect"], "Record data that were taken without their medium.", "记录现场提取、在线提取或者冻结的电子数据。",
        [
            .init("exhibit", .exhibit, .always, "number of the new exhibit", "检材编号", "R27"),
            .init("way", .choice(of: Way.self), .always, "way of collection", "取证方式", "R28"),
        ] + DataReceived.description + [
            .init(
                "from", .exhibit, .orReason, "exhibit that they were taken from", "来源检材", "R30.1", "R47", option: "taken-from",
                condition: Way.asking(.onSite)),
            .init(
                "source", .line, .orReason, "network address, path, steps", "网络地址、原始存储路径、进入步骤", "R28", "R47",
                condition: Way.asking(.onSite, .online)),
            .init(
                "access", .line, .orReason, "how the remote system was reached", "远程系统访问方式", "R28",
                condition: Way.asking(.online)),
            .init("tool", .line, .orReason, "tool", "工具", "R35.1"),
            .init("method", .line, .orReason, "method", "方法", "R35.1"),
            .init("process", .line, .orReason, "course", "过程", "R35.1", "R32.1"),
            .init(
                "related", .line, .orReason, "attributes, traces and environment taken with them", "附属信息、关联痕迹、系统环境等", "R28",
                condition: Way.asking(.onSite, .online)),
        ] + DataReceived.keeping, slots: ActForm.threeSlots, workers: 2, files: [.init(.photo, .optional, "R32.5")],
        follows: ("an open case; the exhibit's number is new in it", "案件未结案；检材编号未使用"))
}

/// Data came from a provider who was asked for them (调取, R39, O14). The electronic certificate (电子证明文件) and its signature
/// stand in the attachments; whether they fit is checked afterwards.
public struct DataReceived: RecordedAct {
    /// See `ActBody`.
    public static let kind = "data.received"
    /// See `ActBody`.
    public static let isEvidence = true

    /// What the certificate says (O14), as a person reads it.
    public struct Certificate: Sendable, Equatable, Codable {
        /// Number of the document that asked for the data, as the certificate names it (调证法律文书编号).
        public var documentNumber: String?
        /// Unit that issued it (出具单位).
        public var unit: String?
        /// Whether its seal is on it (单位电子公章).
        public var sealed: Bool?
        /// How integrity was protected (完整性保护方法的说明).
        public var protection: String?
        /// The integrity values that it names, by file.
        public var files: [DataFile]?
    }

    /// The exhibit that the data are from now on.
    public var exhibit: ExhibitID
    /// Name, category and format (名称、类别、格式, R27, R43(3)).
    public var name, category, format: String?
    /// Who provided them (被调取单位、个人).
    public var provider: String
    /// Number of the document that asked for them (调取证据通知书): our own.
    public var request: String
    /// Whether the provider signed or sealed the receipt of the notice (R39(2)); why not stands among the reasons (R39(3)).
    public var receiptSigned: Bool?
    /// What the certificate says; nil where there is none.
    public var certificate: Certificate?
    /// The files as they came, with the values computed here.
    public var files: [DataFile]?
    /// Who keeps them.
    public var custodian: String
    /// Where.
    public var location: String
    /// Where that was done (地点).
    public var place: String?
    /// Anything else worth saying.
    public var note: String?
    /// See `Circumstances`.
    public var circumstances: Circumstances?

    /// What the data are (R27, R43(3)).
    static let description: [ActForm.Field] = [
        .init("name", .line, .orReason, "name", "名称", "R27", "R43"),
        .init("category", .line, .orReason, "category", "类别", "R27", "R43"),
        .init("format", .line, .orReason, "format", "格式", "R27", "R43"),
    ]
    /// Where the data are, and in what state.
    static let keeping: [ActForm.Field] = [
        .init(
            "files", .files, .orReason, "the files with their integrity values; --file PATH computes them",
            "文件及完整性校验值（由 --file 计算）", "R35.2", option: "files"),
        .init("custodian", .person, .always, "who keeps them", "保管人", "R35.place"),
        .init("location", .line, .always, "where", "存放位置", "R35.place"),
    ]

    /// See `RecordedAct`.
    public static let form = ActForm(
        ["take-in"], "Take in data from a provider with the electronic certificate.", "收入调取的电子数据及电子证明文件。",
        [.init("exhibit", .exhibit, .always, "number of the new exhibit", "检材编号", "R27")] + description + [
            .init("provider", .line, .always, "who provided them", "被调取单位或者个人", "O14"),
            .init("request", .identifier, .always, "number of the notice that asked for them", "调取证据通知书文号", "O14", "O17"),
            .init(
                "receiptSigned", .yesNo, .orReason, "whether the provider signed the receipt of the notice", "通知书回执是否签名、盖章", "O14"
            ),
            .init(
                "certificate.documentNumber", .line, .orReason, "number of the notice as the certificate names it",
                "证明文件载明的调证法律文书编号", "O14", "O17", option: "certificate-document"),
            .init(
                "certificate.unit", .line, .orReason, "unit that issued the certificate", "证明文件出具单位", "O14",
                option: "certificate-unit"),
            .init(
                "certificate.sealed", .yesNo, .orReason, "whether the unit's seal is on it", "是否有单位电子公章", "O14",
                option: "certificate-sealed"),
            .init(
                "certificate.protection", .line, .orReason, "how integrity was protected", "完整性保护方法说明", "O14",
                option: "certificate-protection"),
            .init(
                "certificate.files", .files, .orReason, "the integrity values that it names; --certificate-files FILE.json",
                "证明文件载明的完整性校验值（--certificate-files FILE.json）", "O14", "O17", option: "certificate-files"),
        ] + keeping, slots: [.examiner, .holder], workers: 2,
        files: [
            .init(.electronicCertificate, .orReason, "O14", "O17"), .init(.signature, .optional, "O17"),
            .init(.certificate, .optional, "O17"),
        ],
        follows: ("an open case; the notice is recorded; the exhibit's number is new", "案件未结案；通知书已登记；检材编号未使用"))
}
