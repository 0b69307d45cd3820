import Custody
import Integrity

@testable import Review

/// A case in which everything that the articles ask for stands in the record: a phone that was seized, sealed, opened,
/// examined, imaged, sealed again and handed over; data from a provider; data taken online.
enum CleanCase {
    static let number = "2026-001"
    static let start = Timestamp(microseconds: 1_790_000_000_000_000)
    static let phone = ExhibitID(caseNumber: number, number: "E1")
    static let requested = ExhibitID(caseNumber: number, number: "D1")
    static let online = ExhibitID(caseNumber: number, number: "D2")

    static func hours(_ hours: Int) -> Timestamp { Timestamp(microseconds: start.microseconds + hours * 3_600_000_000) }

    private static func act(_ entry: Int, _ hour: Int, files: Set<Attachment.Kind> = [], document: String? = nil) -> ActFacts {
        ActFacts(
            entry: entry, time: hours(hour), participants: [.examiner: ["甲", "乙"], .witness: ["丙"], .holder: ["丁"]],
            document: document, files: files)
    }

    /// Signatures of an act in every capacity, by keys that the station trusts; the entries follow `entry`.
    private static func signed(_ entry: Int, recording: Int? = nil) -> Aftermath {
        var after = Aftermath()
        for (index, role) in ActSigned.Role.allCases.enumerated() {
            after.slots.append(
                .init(
                    entry: entry + 1 + index, role: role, person: role == .maker ? "甲" : "\(role.rawValue)", manner: .cms,
                    trustedByStation: true))
        }
        after.recordings = [recording].compactMap { $0 }
        return after
    }

    /// The facts.
    static func facts() -> CaseFacts {
        var facts = CaseFacts(number: number)
        facts.at = hours(1000)
        facts.opened = 0
        for (index, kind) in [
            "filing", "search", "seizure", "inspection", "evidence-request", "technical-investigation",
        ].enumerated() {
            facts.documents.append(
                .init(entry: 1 + index, number: "〔2026〕\(index)", kind: kind, start: hours(-48), end: hours(2000)))
        }
        facts.terms = [.init(entry: 8, name: "T1", end: hours(2400), warnDays: 7)]
        for entry in [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110] { facts.aftermath[entry] = signed(entry, recording: 500) }
        facts.aftermath[41] = Aftermath(recordings: [500])
        facts.aftermath[10]?.corrections = [501]
        facts.aftermath[30]?.files = [(502, .document)]
        facts.aftermath[60]?.files = [(503, .signedSheet), (504, .document)]
        facts.aftermath[100]?.files = [(505, .document)]
        facts.aftermath[110]?.files = [(506, .document)]
        facts.withExhibit(phone) { fill(&$0) }
        facts.withExhibit(requested) { $0.data = requestedData() }
        facts.withExhibit(online) { $0.data = onlineData() }
        facts.populations = [
            .init(
                entry: 120, size: 40,
                draws: [
                    .init(
                        entry: 121, follows: true, isReasoned: true, members: 2,
                        checked: [(entry: 122, isGood: true), (entry: 123, isGood: true)])
                ])
        ]
        return facts
    }

    private static func fill(_ exhibit: inout ExhibitFacts) {
        exhibit.seizure = act(10, 0, document: "〔2026〕2")
        exhibit.registration = act(25, 1)
        exhibit.reported = .init(make: "ACME", model: "P9", capacity: "64000000000", serial: "SN-1")
        exhibit.label = .init(
            make: "Acme", model: "P9", capacity: "64 GB", serial: "sn 1", identification: "86 123", owner: "张某手机")
        exhibit.particulars = .init(
            kind: "phone", source: "张某住处", owner: "张某", holder: "张某", user: "张某", basis: "张某供述、实名登记", networkable: true,
            running: true, liveData: .init(taken: true, by: "甲"), credentials: .init(taken: true, by: "乙"),
            networkData: .init(taken: false, reason: "未连接专网"))
        exhibit.particulars.networkData = .init(taken: true, by: "甲")
        exhibit.isolations = [(entry: 11, measure: "shielded")]
        let photos: Set<Attachment.Kind> = [.photoBefore, .photoAfter]
        exhibit.sealings = [
            .init(act: act(20, 1, files: photos), number: "F1"), .init(act: act(70, 30, files: photos), number: "F2"),
        ]
        exhibit.unsealings = [act(40, 20)]
        exhibit.sealChecks = [
            .init(entry: 40, occasion: .unsealing, expected: "F1", read: "F1", condition: .intact),
            .init(entry: 80, occasion: .handover, expected: "F2", read: "F2", condition: .intact),
        ]
        exhibit.seal = "F2"
        exhibit.examinations = [.init(begun: act(41, 21), ended: act(50, 22))]
        exhibit.keepings = [
            .init(entry: 10, time: hours(0), custodian: "甲", location: "证物室"),
            .init(entry: 90, time: hours(41), custodian: "戊", location: "物证中心"),
        ]
        exhibit.handovers = [.init(act: act(80, 40), received: act(90, 41), contents: "手机一部", isOneEntry: false)]
        exhibit.images = [
            .init(
                act: act(60, 25), acquisition: "a", path: "/d/x.dd", bytes: 64, digests: [.sha256, .sm3], hasBlockTree: true,
                digestSource: .stream, unreadableBytes: 0, listedBytes: 0, hasErrorMap: false,
                start: .init(entry: 55, capacity: 64, isComplete: true),
                verifications: [(entry: 65, matches: true)])
        ]
        exhibit.copies = [.init(entry: 66, path: "/e/x.dd", isSame: true)]
        exhibit.conversions = [.init(entry: 67, isSame: true)]
        exhibit.restored = [
            .init(
                entry: 68,
                target: .init(
                    device: "/dev/sdc", model: "M", serial: "S", capacity: 64, sectorSize: 512, diskSequence: 9), isSame: true)
        ]
    }

    private static func requestedData() -> ExhibitFacts.Data {
        let file = ExhibitFacts.DataFile(name: "log.csv", digests: [.sha256: "01"])
        var data = ExhibitFacts.Data(act: act(100, 50, files: [.signature]), way: .requested)
        (data.name, data.category, data.format) = ("登录日志", "系统日志", "CSV")
        data.files = [file]
        (data.request, data.receiptSigned) = ("〔2026〕4", true)
        data.certificate = .init(
            documentNumber: "〔2026〕4", unit: "某公司", protection: "SHA-256", isSealed: true, files: [file])
        data.checks = [.init(entry: 101, signature: .good, values: .good, number: .good, certificate: .good, watermark: .absent)]
        return data
    }

    private static func onlineData() -> ExhibitFacts.Data {
        var data = ExhibitFacts.Data(act: act(110, 60, files: [.photo]), way: .online)
        (data.name, data.category, data.format) = ("网页", "网络平台发布的信息", "WARC")
        (data.source, data.access, data.related) = ("https://example.org/", "浏览器", "响应头、时间")
        (data.tool, data.method, data.process) = ("wget 1.21", "逐页下载", "登录后逐页下载并计算校验值")
        data.files = [.init(name: "site.warc", digests: [.sha256: "02"])]
        return data
    }
}
