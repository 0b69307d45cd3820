import ArgumentParser
import Control
import Custody
import SystemPackage

struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: say("Make images and read them back.", "制作镜像、复核镜像。"),
        subcommands: [
            ImageStartCommand.self, ImageStatusCommand.self, ImageWaitCommand.self, ImagePauseCommand.self,
            ImageResumeCommand.self, ImageCancelCommand.self, ImagePriorityCommand.self,
            ImageVerifyCommand.self, ImageMapCommand.self, ImageCopyCommand.self, ImageExportCommand.self,
            ImageImportCommand.self, ImageCompareCommand.self, ImageRestoreCommand.self, ImageChartCommand.self,
        ])
}

struct ImageStartCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: say("Start the image of an exhibit.", "开始制作检材镜像。"))

    @OptionGroup var which: ExhibitArguments

    @OptionGroup var destination: DestinationArguments

    @Option(
        help: ArgumentHelp(
            say(
                "Digests: md5, sha1, sha256, sha512, sm3, sha3-256, blake2b512; several with commas. none: only the block tree.",
                "散列算法：md5、sha1、sha256、sha512、sm3、sha3-256、blake2b512，以逗号分隔；none 表示只计算块树。"),
            valueName: "names"))
    var hash = "sha256"

    @Option(help: ArgumentHelp(say("Place among jobs that wait: high, normal or low.", "排队优先级：high、normal 或 low。")))
    var priority: JobView.Priority?

    @Flag(help: ArgumentHelp(say("Wait until the image is finished.", "等待镜像完成。")))
    var wait = false

    @OptionGroup var receipt: ReceiptOption

    @OptionGroup(title: say("A drive that fails", "故障磁盘")) var rescue: RescueArguments

    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if receipt.receipt != nil, !wait { throw ValidationError(say("--receipt needs --wait", "--receipt 须与 --wait 同用")) }
    }

    func execute(_ client: ControlClient) async throws {
        try receipt.checkFree()
        var request = StartImageRequest(
            of: which.reference, destination: absolute(destination.to[0]), digests: digestNames(hash),
            rescue: try await rescue.request(client))
        destination.fill(&request)
        request.priority = priority
        let job = try await client.post(ControlPath.acquisitions, request, as: JobView.self)
        guard wait else {
            try show(job, jobLine)
            return
        }
        try await showEnd(of: job.job, client, receipt: receipt)
    }
}

struct ImageWaitCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: say("Wait for a job and show its result.", "等待任务结束并显示结果。"))

    @Argument(help: ArgumentHelp(say("Id of the job.", "任务编号。")))
    var job: String

    @OptionGroup var receipt: ReceiptOption
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        try receipt.checkFree()
        try await showEnd(of: job, client, receipt: receipt)
    }
}

struct ImageStatusCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: say("Show jobs: queued, running, paused and lately ended.", "显示排队、进行中、已暂停和最近结束的任务。"))

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        try show(try await client.get(ControlPath.jobs, as: [JobView].self)) { jobs in
            var table = Table(
                say("JOB", "任务"), say("EXHIBIT", "检材"), say("KIND", "类别"), say("STATE", "状态"), say("DONE", "已完成"),
                say("TOTAL", "总量"),
                say("TIME", "用时"))
            for job in jobs {
                table.add(
                    job.job, "\(job.caseNumber)/\(job.exhibit)", job.kind.words(in: say),
                    ([job.words] + job.driveWords).joined(separator: say(", ", "，")), size(job.bytesDone), size(job.bytesTotal),
                    clock(job.seconds))
            }
            return table.text
        }
    }
}

struct ImagePauseCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: say("Let the making of an image stand still; what was copied is kept.", "暂停制作镜像；已复制的内容保留。"))

    @Argument(help: ArgumentHelp(say("Id of the job.", "任务编号。")))
    var job: String

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        try show(try await client.post(ControlPath.jobs + "/\(encode(job))/pause", Nothing(), as: JobView.self), jobLine)
    }
}

struct ImageResumeCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: say(
            "Let it go on, once medium and copied content are proven.", "继续制作镜像；先证明介质与已复制的内容未变。"))

    @Argument(help: ArgumentHelp(say("Id of the job.", "任务编号。")))
    var job: String

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        try show(try await client.post(ControlPath.jobs + "/\(encode(job))/resume", Nothing(), as: JobView.self), jobLine)
    }
}

/// A request without a body.
private struct Nothing: Encodable, Sendable {}

struct ImageCancelCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: say("Stop a job; what was copied stays beside the destination as .partial.", "停止任务；已复制的部分以 .partial 文件保留。"))

    @Argument(help: ArgumentHelp(say("Id of the job.", "任务编号。")))
    var job: String

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        _ = try await client.post(ControlPath.jobs + "/\(encode(job))/cancel", Nothing(), as: JobView.self)
        let end = try await follow(job, client)
        try show(end, jobLine)
    }
}

extension JobView.Priority: ExpressibleByArgument {}

struct ImagePriorityCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "priority",
        abstract: say("Give a job another place among those that wait.", "调整任务的排队优先级。"))

    @Argument(help: ArgumentHelp(say("Id of the job.", "任务编号。")))
    var job: String

    @Argument(help: ArgumentHelp(say("high, normal or low.", "high（优先）、normal（普通）或 low（靠后）。")))
    var priority: JobView.Priority

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let path = ControlPath.jobs + "/\(encode(job))/priority"
        try show(try await client.post(path, PriorityRequest(priority), as: JobView.self), jobLine)
    }
}

struct ImageVerifyCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: say(
            "Read the newest image of an exhibit from the disk and compare it with the record.", "从磁盘重新读取检材的最新镜像并与记录比对。"))

    @OptionGroup var which: ExhibitArguments

    @Option(help: ArgumentHelp(say("Path of an older image, as it was recorded.", "较早镜像的记录路径。"), valueName: "path"))
    var image: String?

    @Flag(help: ArgumentHelp(say("Only the block tree, on all cores.", "只核对块树，使用全部处理器核心。")))
    var quick = false

    @Option(
        help: ArgumentHelp(
            say("Only these bytes, as START-LENGTH. Repeatable, ascending.", "只核对这些字节（起始-长度），可重复，须递增。"),
            valueName: "start-length"))
    var range: [String] = []

    @Option(
        help: ArgumentHelp(
            say("Only so many groups of 512 KiB, drawn by lot: 1 to 100.", "只核对随机抽取的若干组（每组 512 KiB），1 至 100。"),
            valueName: "count"))
    var sample: Int?

    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if [quick, !range.isEmpty, sample != nil].count(where: { $0 }) > 1 {
            throw ValidationError(say("only one of --quick, --range, --sample", "--quick、--range、--sample 只能使用一个"))
        }
        _ = try ranges()
    }

    private func ranges() throws -> [ByteRange]? {
        guard !range.isEmpty else { return nil }
        return try range.map { text in
            let numbers = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 2, let start = numbers[0], let length = numbers[1], start >= 0, length > 0 else {
                throw ValidationError(say("--range is START-LENGTH in bytes", "--range 的格式是“起始-长度”（字节）"))
            }
            return ByteRange(offset: start, length: length)
        }
    }

    func execute(_ client: ControlClient) async throws {
        let request = VerifyImageRequest(
            of: which.reference, image: image, quick: quick ? true : nil, ranges: try ranges(), sample: sample)
        let job = try await client.post(ControlPath.verifications, request, as: JobView.self)
        try await showEnd(of: job.job, client)
    }
}

// MARK: Following jobs

extension StationCommand {
    /// Shows progress until a job has ended.
    func follow(_ id: String, _ client: ControlClient) async throws -> JobView {
        var bar = ProgressBar()
        var last: JobView?
        try await client.follow(ControlPath.jobs + "/\(encode(id))/progress", as: JobView.self) { view in
            bar.draw(view)
            last = view
        }
        bar.finish()
        guard let last, last.state.isEnd else { throw ControlError.badAnswer(say("the daemon stopped", "守护进程已停止")) }
        return last
    }

    /// Waits for a job and shows its result; a job without one, or an image that differs, is exit status 1.
    func showEnd(of id: String, _ client: ControlClient, receipt: ReceiptOption? = nil) async throws {
        let end = try await follow(id, client)
        if let image = end.image {
            try show(image, imageForm)
            try await receipt?.write(image.entry, client)
        } else if let verification = end.verification {
            try show(verification) { verificationForm($0, end.error) }
            if !verification.matches {
                Screen.error(say("the image DIFFERS from its record", "镜像与记录不符"))
                throw ExitCode.failure
            }
        } else if let copy = end.copy {
            try show(copy) { copyForm($0, end.error) }
            if !copy.body.matches { throw ExitCode.failure }
        } else if let comparison = end.comparison {
            try show(comparison) { comparisonForm($0, end.error) }
            if !comparison.body.equal { throw ExitCode.failure }
        } else if let restoration = end.restoration {
            try show(restoration) { restorationForm($0, end.error) }
            if !restoration.body.matches { throw ExitCode.failure }
        } else {
            Screen.error(end.error?.message ?? end.words)
            throw ExitCode.failure
        }
    }
}

func jobLine(_ job: JobView) -> String {
    say("job \(job.job) \(job.words): ", "任务 \(job.job) \(job.words)：") + "\(size(job.bytesDone)) / \(size(job.bytesTotal))"
}

private func imageForm(_ image: ImageView) -> String {
    var form = Form()
    form.add(say("image", "镜像"), image.image)
    form.add(say("exhibit", "检材"), "\(image.caseNumber)/\(image.exhibit)")
    form.add(say("bytes", "字节数"), "\(image.bytes)")
    form.add(say("unreadable", "不可读字节"), "\(image.unreadableBytes)")
    if let size = image.layout?.segmentSize { form.add(say("segments of", "分段大小"), say("\(size) bytes", "\(size) 字节")) }
    for copy in image.copies ?? [] {
        form.add(say("second image", "第二份镜像"), copy.image)
        if let problem = copy.problem { form.add("  " + say("FAILED", "失败"), problem) }
    }
    if let rescue = image.rescue { form.add(say("rescue", "抢救"), rescue.words) }
    if image.digestSource == .readBack { form.add(say("digests from", "散列来源"), say("the image read back", "回读的镜像")) }
    // Forms in Chinese laboratories print digests in upper case.
    for (algorithm, value) in image.digests.sorted(by: { $0.key < $1.key }) {
        form.add(algorithm.displayName, value.uppercased())
    }
    form.add(say("started", "开始"), image.startedAt.description)
    form.add(say("finished", "完成"), image.finishedAt.description)
    form.add(say("health of the medium", "介质健康状况"), image.health?.words)
    for change in image.healthChanges ?? [] { form.add("  " + say("CHANGED", "有变化"), change.words) }
    form.add(say("block tree", "块树"), image.blockTree)
    form.add("fs-verity", image.fsverity)
    form.add(say("entry", "台账条目"), "\(image.entry)")
    return form.text
}

/// What reading an image back found, for people; the record has what went wrong in English, the job in the language asked for.
private func verificationForm(_ result: VerificationView, _ error: ErrorView?) -> String {
    var form = Form()
    form.add(say("image", "镜像"), result.image)
    form.add(say("matches the record", "与记录一致"), yes(result.matches))
    form.add(say("problem", "问题"), error?.message ?? result.problem)
    form.add(say("bytes", "字节数"), "\(result.bytes)")
    for (algorithm, value) in result.digests.sorted(by: { $0.key < $1.key }) {
        form.add(algorithm.displayName, value.uppercased())
        if let recorded = result.recorded[algorithm], recorded != value {
            form.add("  " + say("recorded", "记录值"), recorded.uppercased())
        }
    }
    if let tree = result.tree {
        form.add(say("block tree", "块树"), tree.digest)
        if let recorded = result.recordedTree, let digest = tree.digest, digest != recorded {
            form.add("  " + say("recorded", "记录值"), recorded)
        }
        if let drawn = tree.drawn, let groups = tree.ranges?.count {
            form.add(
                say("drawn by lot", "随机抽样"),
                say(
                    "\(groups) groups of 512 KiB, by the checkpoint of size \(drawn + 1)",
                    "\(groups) 组（每组 512 KiB），依据大小为 \(drawn + 1) 的检查点"))
        }
        for range in tree.ranges ?? [] { form.add(say("looked at", "核对范围"), say("bytes \(range.text)", "第 \(range.text) 字节")) }
        for range in tree.differing { form.add(say("DIFFERS", "不一致"), say("bytes \(range.text)", "第 \(range.text) 字节")) }
        if tree.differing.reduce(0, { $0 + $1.length }) < tree.differingBytes {
            form.add(say("differing in all", "不一致总量"), say("\(tree.differingBytes) bytes", "\(tree.differingBytes) 字节"))
        }
        form.add(say("note", "说明"), tree.problem)
    }
    form.add(say("entry", "台账条目"), "\(result.entry)")
    return form.text
}

/// Names of digests, as they stand with commas between them.
func digestNames(_ list: String) -> [String] { list.split(separator: ",").map { String($0).trimmed } }

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
