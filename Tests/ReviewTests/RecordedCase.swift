import Custody
import Integrity

@testable import Review

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A number.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { first, _ in first })
    }
}

extension JSONValue {
    /// A member that is a number.
    fileprivate func integer(_ name: String) -> Int? {
        if case .integer(let number)? = self[path: name] { number } else { nil }
    }

    /// Whether a member was not set to false.
    fileprivate func isTrue(_ name: String) -> Bool { self[path: name] != .bool(false) }
}

/// A case that was recorded by the acts themselves, their forms filled in as at the station: what `CleanCase` says in facts, here
/// in entries. A step can be taken out or changed before the entries are made.
struct RecordedCase {
    /// One entry to be.
    struct Step {
        let name: String
        var body: JSONValue
        var files: Set<Attachment.Kind>
        /// Makes the act; the second argument finds the position of an earlier step.
        let act: (JSONValue, (String) -> Int) throws -> Act
    }

    private(set) var steps: [Step] = []
    /// The root that every entry names.
    private static let root = "cm9vdA=="

    /// Takes a step out, with those that follow from it: their names begin with its own.
    mutating func remove(_ name: String) { steps.removeAll { $0.name == name || $0.name.hasPrefix(name + " ") } }

    /// Changes a member of a step; `null` takes it out.
    mutating func set(_ name: String, _ path: String, _ value: JSONValue) {
        for index in steps.indices where steps[index].name == name { steps[index].body.set(path, value) }
    }

    mutating func drop(_ file: Attachment.Kind, from name: String) {
        for index in steps.indices where steps[index].name == name { steps[index].files.remove(file) }
    }

    /// A step whose form is filled in. A text `@NAME` stands for the position of that step.
    mutating func fill<Body: RecordedAct>(
        _ name: String, _ type: Body.Type, _ body: JSONValue, files: Set<Attachment.Kind> = []
    ) {
        steps.append(
            Step(name: name, body: body, files: files) { body, position in
                let filled = try ActForm.fill(
                    Act.Kind(type), Self.resolved(body, position), case: CleanCase.number, now: CleanCase.hours(2000),
                    computed: Self.computed(Act.Kind(type), body, position))
                return filled.act
            })
    }

    /// Plugs the medium in before a step.
    mutating func attach(before name: String) {
        guard let place = steps.firstIndex(where: { $0.name == name }) else { return }
        let attached = MediumAttached(
            medium: Self.medium, device: "/dev/sdb", evidence: .udevRule, foundAtStart: false, description: Self.description,
            sample: nil, protection: ProtectionAtAttach(readOnlyBefore: true, state: Self.protection, problem: nil))
        steps.insert(Step(name: "attach", body: [:], files: [], act: { _, _ in .mediumAttached(attached) }), at: place)
    }

    /// A step of another sort.
    mutating func add(
        _ name: String, files: Set<Attachment.Kind> = [], _ act: @escaping (JSONValue, (String) -> Int) throws -> Act
    ) {
        steps.append(Step(name: name, body: [:], files: files, act: act))
    }

    private static func resolved(_ value: JSONValue, _ position: (String) -> Int) -> JSONValue {
        switch value {
        case .object(var members):
            members.removeValue(forKey: "computed")
            return .object(members.filter { $0.value != .null }.mapValues { resolved($0, position) })
        case .array(let items): return .array(items.map { resolved($0, position) })
        case .string(let text) where text.hasPrefix("@"): return .integer(position(String(text.dropFirst())))
        default: return value
        }
    }

    private static func computed(_ kind: Act.Kind, _ body: JSONValue, _ position: (String) -> Int) -> [String: JSONValue] {
        guard case .object(let members)? = body[path: "computed"] else { return [:] }
        return members.mapValues { resolved($0, position) }
    }

    /// The entries, one an hour.
    func entries() throws -> [Entry] {
        var positions: [String: Int] = [:]
        return try steps.enumerated().map { index, step in
            positions[step.name] = index
            let act = try step.act(step.body) { positions[$0] ?? -1 }
            return Entry(
                sequence: index, time: CleanCase.hours(index), boot: "b", monotonic: 1, clockSynchronised: true,
                tree: .init(size: index, root: Self.root),
                draft: EntryDraft(
                    act, case: CleanCase.number, about: try Self.subjects(of: act),
                    attachments: step.files.sorted { $0.rawValue < $1.rawValue }.map {
                        Attachment(sha256: "ab", size: 1, name: "x", type: $0)
                    }, by: Actor(kind: .operator, uid: 1, user: "u")))
        }
    }

    /// The exhibit that an act names, and its medium.
    private static func subjects(of act: Act) throws -> [Subject] {
        let body = try JSONValue(encoding: act.body)
        guard case .string(let number)? = body[path: "exhibit.number"] else {
            return body[path: "medium"] == nil ? [.station] : [.medium(medium)]
        }
        return [.exhibit(ExhibitID(caseNumber: CleanCase.number, number: number))]
    }

    func review() throws -> CaseReview {
        var reviewer = Reviewer()
        for entry in try entries() { reviewer.add(entry) }
        return reviewer.report(at: CleanCase.hours(1000)).cases[0]
    }
}

extension RecordedCase {
    private static let phone = ExhibitID(caseNumber: CleanCase.number, number: "E1")
    private static let description = MediumDescription(
        make: "ACME", model: "P9", serial: "SN-1", wwn: nil, firmware: nil, bus: "usb", capacity: 64, logicalSectorSize: 512,
        physicalSectorSize: 512, removable: true, partitionTable: nil, partitions: [], diskSequence: 1, udev: [:])
    static let medium = MediumID(description, sample: nil, boot: "b")
    private static let protection = Protection(readOnly: true, writeRequests: 0, discardRequests: 0, flushRequests: 0)

    private static func present(_ more: [String: JSONValue] = [:]) -> JSONValue {
        .object(
            [
                "participants": ["examiner=甲", "examiner=乙", "witness=丙", "holder=丁"], "document": "扣",
                "absent": ["recording": "无设备"],
            ].merging(more) { $1 })
    }

    /// Everything in order.
    static func clean() -> RecordedCase {
        var log = RecordedCase()
        log.add("case") { _, _ in .caseOpened(.init(number: CleanCase.number, cause: "c", unit: "u", note: nil)) }
        for (number, kind) in [
            ("立", "filing"), ("扣", "seizure"), ("调", "evidence-request"), ("勘", "inspection"), ("协", "cooperation"),
            ("侦", "technical-investigation"),
        ] {
            log.fill(
                number, DocumentAdded.self,
                ["number": .string(number), "documentKind": .string(kind), "date": "2026-09-01", "organ": "o"])
        }
        log.fill(
            "seize", MediumSeized.self,
            [
                "exhibit": "E1", "custodian": "戊", "location": "柜",
                "particulars": [
                    "name": "手机", "kind": "phone", "source": "丁住处", "owner": "丁", "holder": "丁", "user": "丁", "basis": "供述",
                    "networkable": true, "running": true,
                    "label": [
                        "make": "ACME", "model": "P9", "serial": "sn 1", "identification": "86 1", "owner": "丁手机",
                        "capacity": "64",
                    ],
                    "credentials": ["taken": true, "by": "甲"], "liveData": ["taken": true, "by": "甲"],
                    "networkData": ["taken": false, "reason": "未连接"],
                ], "circumstances": present(),
            ], files: [.signedSheet])
        log.fill("isolate", MediumIsolated.self, ["exhibit": "E1", "measure": "shielded", "how": "袋"])
        log.seal("seal", "F1")
        log.add("unseal") { _, _ in
            .mediumUnsealed(
                .init(exhibit: phone, number: "F1", condition: .intact, reason: "r", place: nil, present: [], note: nil))
        }
        log.add("register") { _, _ in
            .mediumRegistered(
                .init(
                    exhibit: phone, medium: medium, device: "/dev/sdb", description: description, sample: nil,
                    label: MediumLabel(), location: "柜", custodian: "戊", note: nil))
        }
        log.fill(
            "begin", ExaminationBegun.self,
            ["exhibit": "E1", "purpose": "p", "equipment": "e", "circumstances": present()], files: [.signedSheet])
        log.fill(
            "end", ExaminationEnded.self,
            ["exhibit": "E1", "process": "p", "result": "r", "circumstances": present()], files: [.signedSheet])
        log.addImage()
        log.seal("reseal", "F2")
        log.fill(
            "offer", HandoverOffered.self,
            [
                "exhibit": "E1", "from": "戊", "to": "己", "carrier": "卫", "contents": "手机一部", "reason": "r",
                "seal": "intact", "sealNumber": "F2",
            ], files: [.signedSheet])
        log.fill(
            "receive", HandoverReceived.self,
            ["exhibit": "E1", "to": "己", "location": "邻省", "seal": "intact", "sealNumber": "F2"], files: [.signedSheet])
        log.addData()
        log.fill("term", TermSet.self, ["term": "T", "what": "w", "until": "2099-01-01"])
        log.fill(
            "seize corrected", EntryCorrected.self,
            [
                "entry": "@seize", "member": "particulars.source", "was": "丁住处", "now": "丁住处书房", "reason": "漏写",
            ])
        for shown in ["image", "online", "received"] {
            log.fill(
                "\(shown) explanation", FileAttached.self, ["entry": .string("@\(shown)"), "what": "说明"], files: [.document])
        }
        log.addSample()
        return log
    }

    private mutating func seal(_ name: String, _ number: String) {
        add(name, files: [.photoBefore, .photoAfter]) { _, _ in
            .mediumSealed(
                .init(
                    exhibit: Self.phone, number: number, method: "m", place: nil, present: [], note: nil,
                    circumstances: Circumstances(
                        participants: [
                            .init(role: .examiner, name: "甲"), .init(role: .examiner, name: "乙"),
                            .init(role: .witness, name: "丙"),
                            .init(role: .holder, name: "丁"),
                        ])))
        }
        fill("\(name) sheet", FileAttached.self, ["entry": .string("@\(name)"), "what": "签名页"], files: [.signedSheet])
        fill(
            "\(name) film", RecordingNoted.self,
            [
                "entries": [.string("@\(name)")], "location": "l",
                "files": [["name": "a.mp4", "bytes": 1, "digests": ["sha256": .string(String(repeating: "01", count: 32))]]],
            ])
    }

    private mutating func addImage() {
        add("start") { _, _ in
            .acquisitionStarted(
                .init(
                    acquisition: "a", exhibit: Self.phone, medium: Self.medium, device: "/dev/sdb", capacity: 64, sectorSize: 512,
                    image: "/d/x.dd", algorithms: [.sha256],
                    tool: .init(name: "fengcund", version: "1", libraries: [:], kernel: "Linux 6.1", host: "h"),
                    parameters: ["read": "O_DIRECT"], protection: Self.protection))
        }
        add("image") { body, _ in
            .acquisitionFinished(
                .init(
                    acquisition: "a", exhibit: Self.phone, medium: Self.medium, image: "/d/x.dd",
                    bytes: body.integer("bytes") ?? 64, digests: [.sha256: "01"],
                    unreadableBytes: body.integer("unreadableBytes") ?? 0, unreadable: [], startedAt: CleanCase.start,
                    finishedAt: CleanCase.start, protection: Self.protection))
        }
        verify("verify")
        for (role, name) in [
            (ActSigned.Role.examiner, "甲"), (.maker, "乙"), (.witness, "丙"), (.holder, "丁"),
        ] {
            add("sign \(role.rawValue)") { body, position in
                .actSigned(
                    .init(
                        entry: position("image"), role: role, person: name, manner: .cms, signers: ["CN=\(name)"],
                        trustedByStation: body.isTrue("trusted"), reason: nil))
            }
        }
        fill("image statement", FileAttached.self, ["entry": "@image", "what": "制作说明"], files: [.signedSheet])
        addCopy("copy", .copy, .raw)
        addCopy("convert", .export, .e01)
    }

    /// Reads the image back, or another one; where `matches` is set to false, it is something else.
    mutating func verify(_ name: String, acquisition: String = "a", image: String = "/d/x.dd") {
        add(name) { body, _ in
            .imageVerified(
                .init(
                    acquisition: acquisition, exhibit: Self.phone, image: image, matches: body.isTrue("matches"), bytes: 64,
                    digests: [.sha256: "01"], problem: nil, reading: "direct", startedAt: CleanCase.start,
                    finishedAt: CleanCase.start))
        }
    }

    /// Takes an image in that was made elsewhere, as an E01.
    mutating func takeIn(_ name: String) {
        add(name) { _, _ in
            .imageCopied(
                .init(
                    copy: name, purpose: .import, exhibit: Self.phone, medium: Self.medium,
                    from: .init(path: "/usb/x.E01", format: .e01, files: 1, bytes: 64, digests: [.sha256: "01"]),
                    to: .init(path: "/i/\(name)", format: .raw, files: 1, bytes: 64, digests: [.sha256: "01"]), matches: true,
                    problem: nil, startedAt: CleanCase.start, finishedAt: CleanCase.start))
        }
    }

    /// A copy in a format; `matches` and `measured` can be set to false.
    private mutating func addCopy(_ name: String, _ purpose: ImageCopied.Purpose, _ format: ImageDescription.Format) {
        add(name) { body, _ in
            let matches = body.isTrue("matches")
            let digests: (DigestTable, DigestTable) =
                body.isTrue("measured") ? ([.sha256: "01"], [.sha256: matches ? "01" : "02"]) : ([:], [:])
            return .imageCopied(
                .init(
                    copy: name, purpose: purpose, exhibit: Self.phone, medium: Self.medium,
                    from: .init(path: "/d/x.dd", format: .raw, files: 1, bytes: 64, digests: digests.0),
                    to: .init(path: "/e/\(name)", format: format, files: 1, bytes: 64, digests: digests.1), matches: matches,
                    problem: matches ? nil : "other digests", startedAt: CleanCase.start, finishedAt: CleanCase.start))
        }
    }

    /// Two of three are drawn by the root that every entry of this case names, and examined.
    private mutating func addSample() {
        add("fix") { _, position in
            .populationFixed(
                .init(
                    population: "N", what: "同类", members: ["image", "online", "received"].map(position).sorted(), note: nil))
        }
        draw()
        for place in [0, 1] { check("draw check \(place)", place: place) }
    }

    /// Draws the sample; `reason` can be set, and `isChosen` to true: the members are others than those that follow.
    private mutating func draw() {
        add("draw") { body, position in
            var members = Self.drawn(position)
            if body[path: "isChosen"] == .bool(true) {
                members = ["image", "online", "received"].map(position).filter { $0 != members[0] }
            }
            var reason = "数量众多"
            if case .string(let text)? = body[path: "reason"] { reason = text }
            return .sampleDrawn(
                .init(
                    population: "N", fixed: position("fix"), root: Self.root, algorithm: SampleDraw.algorithm, members: members,
                    reason: reason, method: "逐一检查", confidence: SampleDraw.confidence,
                    bound: SampleDraw.bound(population: 3, sample: 2, bad: 0)))
        }
    }

    /// Examines a member that was drawn; `isGood` can be set to false.
    private mutating func check(_ name: String, place: Int) {
        add(name) { body, position in
            .sampleChecked(
                .init(
                    population: "N", draw: position("draw"), member: Self.drawn(position)[place], isGood: body.isTrue("isGood"),
                    what: "w"))
        }
    }

    private static func drawn(_ position: (String) -> Int) -> [Int] {
        let members = ["image", "online", "received"].map(position).sorted()
        return SampleDraw(root: Base64.decode(Self.root) ?? [], entry: position("fix")).places(population: 3, count: 2).map {
            members[$0]
        }
    }

    private static let file: JSONValue = [
        "name": "log.csv", "bytes": 1, "digests": ["sha256": .string(String(repeating: "02", count: 32))],
    ]

    private mutating func addData() {
        fill(
            "online", DataCollected.self,
            [
                "exhibit": "D2", "way": "online", "name": "网页", "category": "网络平台信息", "format": "WARC",
                "source": "https://example.org/", "access": "浏览器", "tool": "wget", "method": "m", "process": "p",
                "related": "响应头",
                "files": [Self.file], "custodian": "戊", "location": "l", "circumstances": Self.present(),
            ], files: [.signedSheet, .photo])
        fill(
            "received", DataReceived.self,
            [
                "exhibit": "D1", "name": "登录日志", "category": "系统日志", "format": "CSV", "provider": "某公司", "request": "调",
                "receiptSigned": true, "files": [Self.file], "custodian": "戊", "location": "l",
                "certificate": [
                    "documentNumber": "调", "unit": "某公司", "sealed": true, "protection": "SHA-256", "files": [Self.file],
                ], "circumstances": Self.present(),
            ], files: [.signedSheet, .electronicCertificate, .signature])
        fill(
            "check", CertificateChecked.self,
            [
                "exhibit": "D1", "watermark": "absent",
                "computed": [
                    "received": "@received", "signature": "good", "values": "good", "number": "good", "certificate": "good",
                    "problems": [:], "signers": ["CN=某公司"],
                ],
            ])
    }
}
