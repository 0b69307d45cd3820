import Custody
import SafeText

/// Why the station itself refuses a request.
public enum StationError: Explained, Equatable {
    /// The user has no right to it.
    case denied(user: String, needs: Role)
    /// There is no such job.
    case unknownJob(String)
    /// The job has ended already.
    case jobEnded(String)
    /// The job cannot be paused: it is no making of an image, or stands still already.
    case notPausable(String)
    /// A person let the job stand still.
    case pausedByPerson
    /// The medium is too hot to be read; degrees Celsius.
    case tooHot(temperature: Int, limit: Int)
    /// The job does not stand still.
    case notPaused(String)
    /// The station is going down.
    case stopping
    /// The destination is on an evidence medium.
    case destinationOnEvidence(path: String, device: String)
    /// So many jobs wait already.
    case queueFull(Int)
    /// A person stopped the job while it waited for its turn.
    case cancelledBeforeTurn
    /// The destination lies in the daemon's own state directory.
    case destinationInState(String)
    /// An image is to be read out of the daemon's own state directory.
    case sourceInState(String)
    /// An image from elsewhere is not as long as the medium.
    case otherLength(ExhibitID, bytes: Int, capacity: Int)
    /// An image is not as long as it was recorded. In bytes.
    case imageLength(String, bytes: Int, recorded: Int)
    /// A comparison must be about an exhibit.
    case noExhibit
    /// Files of this length cannot be written.
    case badSegment(ClosedRange<Int>)
    /// The attempt to make an image left no map of what was read.
    case noMap(String)
    /// Folders to go on in make sense only for an image in segments.
    case nextWithoutSegments
    /// What is called a copy of the ledger is none.
    case notThisLedger(size: Int)
    /// The ledger has no such entry.
    case unknownEntry(Int)
    /// There are no checkpoints of these sizes.
    case noSuchSizes(from: Int, to: Int, size: Int)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .denied: "denied"
        case .unknownJob: "unknown-job"
        case .jobEnded: "job-ended"
        case .notPausable: "not-pausable"
        case .notPaused: "not-paused"
        case .pausedByPerson: "paused"
        case .tooHot: "hot"
        case .stopping: "stopping"
        case .destinationOnEvidence: "destination-on-evidence"
        case .destinationInState: "destination-in-state"
        case .queueFull: "queue-full"
        case .cancelledBeforeTurn: "cancelled"
        case .noMap: "no-map"
        case .nextWithoutSegments: "bad-segment-size"
        case .sourceInState: "source-in-state"
        case .otherLength: "other-length"
        case .imageLength: "image-length"
        case .noExhibit: "no-exhibit"
        case .badSegment: "bad-segment-size"
        case .notThisLedger: "not-this-ledger"
        case .unknownEntry: "unknown-entry"
        case .noSuchSizes: "no-such-sizes"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .denied(let user, let role):
            language(
                "user \(user.printable) may not do this; it needs the right to \(role.rawValue)",
                "用户 \(user.printable) 无权执行此操作，需要 \(role.rawValue) 权限")
        case .unknownJob(let job): language("there is no job \(job.printable)", "没有任务 \(job.printable)")
        case .jobEnded(let job): language("job \(job.printable) has ended already", "任务 \(job.printable) 已经结束")
        case .notPausable(let job):
            language("job \(job.printable) makes no image, or stands still", "任务 \(job.printable) 不是制作镜像，或已暂停")
        case .pausedByPerson: language("paused by the operator", "操作人员已暂停")
        case .tooHot(let temperature, let limit):
            language(
                "the medium has \(temperature) degrees Celsius, its limit is \(limit); the work goes on once it has cooled",
                "介质温度 \(temperature) 摄氏度，上限 \(limit) 摄氏度；降温后自动继续")
        case .notPaused(let job): language("job \(job.printable) is not paused", "任务 \(job.printable) 未暂停")
        case .stopping: language("fengcund is stopping", "fengcund 正在停止")
        case .destinationOnEvidence(let path, let device):
            language(
                "the destination \(path.printable) is on the evidence medium \(device); choose another disk",
                "目标 \(path.printable) 位于检材介质 \(device) 上，请选择其他磁盘")
        case .destinationInState(let path):
            language(
                "the destination \(path.printable) lies in the state directory; choose another folder",
                "目标 \(path.printable) 位于状态目录内，请选择其他目录")
        case .queueFull(let count):
            language(
                "\(count) jobs wait already; try again when some have ended", "已有 \(count) 个任务排队，请待部分任务结束后再试")
        case .cancelledBeforeTurn:
            language("stopped by the operator while it waited for its turn", "排队期间由操作人员停止")
        case .nextWithoutSegments:
            language(
                "an image can only go on in another folder in segments; give their size",
                "只有分段的镜像才能续存到其他目录，请指定分段大小")
        case .noSuchSizes(let from, let to, let size):
            language(
                "there is no proof from size \(from) to size \(to): sizes go from 1 to \(size), the smaller first",
                "无法证明 \(from) 条至 \(to) 条：条数须在 1 至 \(size) 之间，且由小到大")
        case .sourceInState(let path):
            language(
                "\(path.printable) lies in the state directory and is no image", "\(path.printable) 位于状态目录内，不是镜像")
        case .otherLength(let exhibit, let bytes, let capacity):
            language(
                "the image has \(bytes) bytes, the medium of exhibit \(exhibit) has \(capacity) (R62.8)",
                "镜像为 \(bytes) 字节，而检材 \(exhibit) 的介质为 \(capacity) 字节（R62.8）")
        case .imageLength(let path, let bytes, let recorded):
            language(
                "the image \(path.printable) has \(bytes) bytes, and \(recorded) were recorded (R31.2)",
                "镜像 \(path.printable) 为 \(bytes) 字节，记录为 \(recorded) 字节（R31.2）")
        case .noExhibit:
            language("one of the two must be an image of an exhibit (R31.3)", "两者之中至少一个须为检材的镜像（R31.3）")
        case .badSegment(let range):
            language(
                "a file has \(range.lowerBound) to \(range.upperBound) bytes",
                "每个分卷须为 \(range.lowerBound) 至 \(range.upperBound) 字节")
        case .noMap(let image):
            language(
                "no map was kept of the attempt to make \(image.printable)", "未保留制作 \(image.printable) 时的映射")
        case .notThisLedger(let size):
            language("the copy of \(size) entries is not of this ledger", "这份 \(size) 条记录的副本不属于本台账")
        case .unknownEntry(let entry): language("the ledger has no entry \(entry)", "台账中没有第 \(entry) 条记录")
        }
    }
}
