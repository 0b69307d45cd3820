import Custody
import Integrity
import TransparencyLog

/// What the verification of a bundle found.
public struct BundleReport: Sendable {
    /// A finished image with what became of it.
    public struct Image: Sendable {
        /// Position of the entry that records it.
        public let entry: Int
        /// The record.
        public let made: AcquisitionFinished
        /// Result of the newest verification by the station; nil where there was none.
        public fileprivate(set) var verified: Bool?
    }

    /// Something in the record that a reader must not overlook.
    public struct Notice: Sendable {
        /// Position of the entry.
        public let entry: Int
        /// What it says, in both languages.
        public let english: String
        /// What it says, in Chinese.
        public let chinese: String
    }

    /// What was signed.
    public let checkpoint: Checkpoint
    /// The key that signed it.
    public let key: VerifierKey
    /// Whether the reader brought the key himself.
    public let keyWasGiven: Bool
    /// Number of entries of each act.
    public private(set) var acts: [Act.Kind: Int] = [:]
    /// Number of attachments.
    public internal(set) var attachments = 0
    /// Claimed time of the first and the last entry.
    public private(set) var times: ClosedRange<Timestamp>?
    /// The finished images.
    public private(set) var images: [Image] = []
    /// What is left out, and by whose decision.
    public internal(set) var edition = EditionReport()
    /// The samples; each was drawn again.
    public private(set) var samples = SampleRecord()
    /// What must not be overlooked.
    public private(set) var notices: [Notice] = []
    /// The station's keys; nil until all entries were read.
    public internal(set) var keys: StationKeys?
    /// What trusted people outside vouch for.
    public internal(set) var externalTimes: [ExternalTime] = []
    /// What the receipts that the reader brought say about this bundle.
    public internal(set) var receipts: [ReceiptFinding] = []
    /// What witnesses vouch for.
    public internal(set) var witnesses = WitnessReport()
    /// What is proved about times.
    public internal(set) var time = TimeReport()
    /// Signatures of people, in their order.
    public internal(set) var signatures: [SignatureFinding] = []
    /// Signatures for backups that were put in the ledger's place.
    public internal(set) var ledgerRestorations: [LedgerRestorationFinding] = []
    /// Electronic certificates, in the order of their entries.
    public internal(set) var certificates: [CertificateFinding] = []
    /// Whether the reader brought something to judge people's signatures by.
    public internal(set) var signersWereAskedFor = false
    /// Entries about acts of people.
    public private(set) var signable: [Int] = []
    /// What has the form of evidence, and stands where nobody looks at it: the entry, and the kind of attachment.
    public private(set) var unexamined: [(entry: Int, kind: Attachment.Kind)] = []
    /// Number of signatures under the checkpoint by keys that are not the station's. They were not checked.
    public internal(set) var otherSignatures = 0
    /// Files in the folder that no entry and no signature covers.
    public internal(set) var uncovered: [String] = []

    /// Places in `images` by acquisition: one, in an honest record.
    private var imageOf: [String: [Int]] = [:]

    init(checkpoint: Checkpoint, key: VerifierKey, keyWasGiven: Bool) {
        self.checkpoint = checkpoint
        self.key = key
        self.keyWasGiven = keyWasGiven
    }

    /// Whether nobody signed whom the reader had reason not to trust, and somebody signed where he asked for signatures.
    public var signersStand: Bool {
        !signersAreAbsent
            && (signatures.map(\.trust) + ledgerRestorations.map(\.trust)).allSatisfy {
                if case .notTrusted = $0 { false } else { true }
            }
    }

    /// Whether the reader brought something to judge signatures by, and nobody signed an act with a key. That somebody signed
    /// for a restoration says nothing about the acts.
    public var signersAreAbsent: Bool {
        signersWereAskedFor && !signatures.contains { $0.slot.manner.format != nil }
    }

    /// Entries about acts of people for which there is no slot for a signature.
    public var unsigned: [Int] {
        let signed = Set(signatures.map(\.slot.entry))
        return signable.filter { !signed.contains($0) }
    }

    /// Whether the newest verification of every image found what was recorded (R44).
    public var imagesStand: Bool { images.allSatisfy { $0.verified != false } }

    /// Whether every sample has the members that follow from the checkpoint of its population (R22, O20), as far as the
    /// populations are shown.
    public var samplesStand: Bool {
        samples.strays.allSatisfy(leavesOutPopulation)
            && samples.populations.allSatisfy { $0.draws.allSatisfy(\.follows) }
    }

    /// Whether an edition leaves out the entry that is said to have fixed the population of a draw, so that nobody can draw again.
    public func leavesOutPopulation(of draw: (entry: Int, fixed: Int)) -> Bool {
        draw.fixed < draw.entry && edition.roots[draw.fixed] != nil
    }

    /// Whether this ledger continues what every receipt saw.
    public var receiptsAgree: Bool { receipts.allSatisfy(\.verdict.isGood) }

    /// Takes an entry that is left out, with the root of the tree before it.
    mutating func leaveOut(_ position: Int, root: LogHash) {
        edition.roots[position] = root
        samples.add(Entry.Tree(size: position, root: root.base64))
        time.claimed.append(nil)
    }

    mutating func add(_ entry: Entry) {
        if case .editionDecided(let body) = entry.act { edition.decisions.append((entry.sequence, body)) }
        acts[entry.act.kind, default: 0] += 1
        if entry.act.kind.canBeSigned { signable.append(entry.sequence) }
        for attachment in entry.draft.attachments
        where attachment.type.isEvidence && !entry.act.kind.examined.contains(attachment.type) {
            unexamined.append((entry.sequence, attachment.type))
        }
        samples.add(entry)
        time.claimed.append(entry.time.microseconds)
        times = min(times?.lowerBound ?? entry.time, entry.time)...max(times?.upperBound ?? entry.time, entry.time)
        func notice(_ english: String, _ chinese: String) {
            notices.append(Notice(entry: entry.sequence, english: english, chinese: chinese))
        }
        func noticeWrites(_ protection: Protection?, _ device: String) {
            guard let protection else { return }
            let count = protection.writeRequests + protection.discardRequests
            if count > 0 {
                notice(
                    "the kernel counted \(count) write or discard requests to \(device)", "内核记录到对 \(device) 的 \(count) 次写入或丢弃请求")
            }
            if !protection.readOnly { notice("\(device) was not write-protected", "\(device) 未处于写保护状态") }
        }
        func noticeSeal(
            _ condition: MediumUnsealed.Condition?, of exhibit: ExhibitID, _ english: String, _ chinese: String,
            mustBeSealed: Bool = false
        ) {
            switch condition {
            case .intact: break
            case .broken: notice("exhibit \(exhibit) \(english) with a broken seal", "检材 \(exhibit) \(chinese)时封条破损")
            case .missing: notice("exhibit \(exhibit) \(english) and its seal was missing", "检材 \(exhibit) \(chinese)时封条缺失")
            case nil:
                if mustBeSealed { notice("exhibit \(exhibit) \(english) unsealed", "检材 \(exhibit) \(chinese)时未封存") }
            }
        }
        switch entry.act {
        case .mediumAttached(let body):
            noticeWrites(body.protection.state, body.device)
            if body.alias != nil {
                notice(
                    "\(body.medium) was recognised by its content: it named itself otherwise before",
                    "\(body.medium) 依内容识别：其自述与此前不同")
            }
        case .diskPassedOver(let body):
            switch body.reason {
            case .unsteady:
                notice(
                    "\(body.count) stays of disks at \(body.place) were only counted",
                    "\(body.place) 处磁盘反复接入 \(body.count) 次，仅作计数")
            case .capacity:
                notice("\(body.device) claimed a capacity that cannot be", "\(body.device) 所报容量不可信")
            }
        case .mediumRegistered(let body):
            for difference in body.labelDifferences ?? [] {
                notice(
                    "exhibit \(body.exhibit): the label says \(difference.label), the medium \(difference.medium) (\(difference.member.rawValue))",
                    "检材 \(body.exhibit)：标签为 \(difference.label)，介质自述为 \(difference.medium)（\(difference.member.rawValue)）")
            }
        case .sealedMediumAttached(let body):
            notice("a medium that carries seal \(body.sealNumber) was plugged in", "封条 \(body.sealNumber) 下的介质被接入")
        case .protectionLost(let body):
            notice("\(body.device) had lost its write protection for a time", "\(body.device) 的写保护曾一度丢失")
            noticeWrites(body.state, body.device)
        case .writeCounted(let body):
            let count = body.state.requests - body.before
            notice(
                "SOMETHING WROTE TO \(body.device), OR TRIED TO: \(count) write, discard or flush requests were counted",
                "有程序写入或试图写入 \(body.device)：内核新记录 \(count) 次写入、丢弃或刷新请求")
        case .acquisitionFinished(let body):
            imageOf[body.acquisition, default: []].append(images.count)
            images.append(Image(entry: entry.sequence, made: body, verified: nil))
            noticeWrites(body.protection, body.exhibit.description)
            if body.unreadableBytes > 0 {
                notice(
                    "\(body.unreadableBytes) bytes of exhibit \(body.exhibit) could not be read",
                    "检材 \(body.exhibit) 有 \(body.unreadableBytes) 字节无法读取")
            }
        case .acquisitionPaused(let body):
            notice(
                "the imaging of exhibit \(body.exhibit) stood still: \(body.reason)", "检材 \(body.exhibit) 的镜像制作曾暂停：\(body.reason)"
            )
        case .acquisitionResumed(let body):
            notice(
                "it went on: \(body.provenBytes) bytes were proven, \(body.discardedBytes) are read again",
                "镜像制作继续：已证实 \(body.provenBytes) 字节，重新读取 \(body.discardedBytes) 字节")
            noticeWrites(body.protection, body.device)
        case .acquisitionEnded(let body):
            notice(
                "an acquisition of exhibit \(body.exhibit) gave no image: \(body.reason)",
                "检材 \(body.exhibit) 的一次镜像制作未完成：\(body.reason)")
            noticeWrites(body.protection, body.exhibit.description)
        case .imageVerified(let body):
            if body.isComplete || !body.matches {
                for index in imageOf[body.acquisition] ?? [] { images[index].verified = body.matches }
            }
            if !body.matches {
                notice("the image \(body.image) was read back and DIFFERS from its record", "镜像 \(body.image) 复核结果与记录不符")
            }
        case .imageCopied(let body):
            if !body.matches {
                notice(
                    "a copy of an image of exhibit \(body.exhibit) failed: \(body.problem ?? "")",
                    "检材 \(body.exhibit) 的镜像复制或转换未成功：\(body.problem ?? "")")
            }
        case .imagesCompared(let body):
            if !body.equal {
                notice(
                    "two images of exhibit \(body.exhibit) were compared and are not equal: \(body.first.path), \(body.second.path)",
                    "检材 \(body.exhibit) 的两个镜像经比对不一致：\(body.first.path)、\(body.second.path)")
            }
        case .restorationFinished(let body):
            if !body.matches {
                notice(
                    "\(body.target.device), written from an image of exhibit \(body.exhibit), does not hold it: \(body.problem ?? "")",
                    "由检材 \(body.exhibit) 的镜像写回的 \(body.target.device) 与镜像不符：\(body.problem ?? "")")
            }
            if let missing = body.tails.missing {
                notice(
                    "\(body.target.device) has no room for the last \(missing) bytes of the image of exhibit \(body.exhibit)",
                    "\(body.target.device) 未容纳检材 \(body.exhibit) 镜像末尾的 \(missing) 字节")
            }
        case .restorationEnded(let body):
            notice(
                "an image of exhibit \(body.exhibit) was being written to \(body.target.device), and it ended without a verdict: \(body.reason)",
                "检材 \(body.exhibit) 的镜像写回 \(body.target.device) 未得出结论即告结束：\(body.reason)")
        case .accessRefused(let body):
            notice("\(body.count) requests of user \(body.user) were refused", "用户 \(body.user) 的 \(body.count) 次请求被拒绝")
        case .clockStepped(let body):
            notice(
                "the clock went from \(body.from) to \(body.to), in \(body.count) steps",
                "系统时钟由 \(body.from) 变为 \(body.to)，共 \(body.count) 次")
        case .witnessDisputed(let body):
            notice(
                "witness \(body.witness) refused a checkpoint of size \(body.size): it knows another history (\(body.answer))",
                "见证方 \(body.witness) 拒绝了 \(body.size) 条的检查点：它所知的台账不同（\(body.answer)）")
        case .keyRotated(let body): notice("the station's key was changed: \(body.reason)", "台站密钥已更换：\(body.reason)")
        case .ledgerRestored(let body):
            let known = body.anchoredSize.map { "\($0)" } ?? "?"
            notice(
                "\(body.person) put a backup of \(body.size) entries in place of a ledger of \(known): \(body.reason)",
                "\(body.person) 以 \(body.size) 条的备份替换了 \(known) 条的台账：\(body.reason)")
        case .sampleChecked(let body):
            if !body.isGood {
                notice(
                    "entry \(body.member), a member of the sample \(body.population), was found to be otherwise",
                    "样本 \(body.population) 的成员（第 \(body.member) 条）验证结果不一致")
            }
        case .ledgerDamaged(let body):
            notice("a check found \(body.count) faults in the stored ledger", "检查发现存储的台账有 \(body.count) 处损坏")
        case .mediumTransferred(let body):
            // R31.1, R43(1): handed over unsealed, or with a seal that is not whole, is something to be explained.
            noticeSeal(body.seal, of: body.exhibit, "was handed over", "移交", mustBeSealed: true)
        case .handoverOffered(let body):
            noticeSeal(body.seal, of: body.exhibit, "was handed over", "移交", mustBeSealed: true)
        case .handoverReceived(let body):
            noticeSeal(body.seal, of: body.exhibit, "was received", "接收", mustBeSealed: true)
        case .mediumUnsealed(let body): noticeSeal(body.condition, of: body.exhibit, "was opened", "启封")
        case .sealChecked(let body): noticeSeal(body.condition, of: body.exhibit, "was looked at", "核对")
        case .mediumMoved(let body): noticeSeal(body.seal, of: body.exhibit, "was moved", "移动")
        case .mediumArchived(let body): noticeSeal(body.seal, of: body.exhibit, "was archived", "归档")
        case .entryCorrected(let body):
            notice(
                "entry \(body.entry) was corrected: \(body.member) is \(body.now), not \(body.was) (\(body.reason))",
                "第 \(body.entry) 条已更正：\(body.member) 由 \(body.was) 更正为 \(body.now)（\(body.reason)）")
        case .certificateChecked(let body):
            for question in CertificateCheck.Question.allCases where body.result(question) == .wrong {
                notice(
                    "the electronic certificate of exhibit \(body.exhibit) failed its check: \(question.rawValue)",
                    "检材 \(body.exhibit) 的电子证明文件核验不符：\(question.chinese)")
            }
            if let watermark = body.watermark, watermark == .wrong {
                notice(
                    "the electronic certificate of exhibit \(body.exhibit): \(watermark.words(in: .english))",
                    "检材 \(body.exhibit) 的电子证明文件：\(watermark.words(in: .chinese))")
            }
        default: break
        }
    }
}
