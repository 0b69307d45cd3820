import ArgumentParser
import Control
import Custody
import Restoration

struct ImageRestoreCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: say("Write an image back to a blank device, and read the device back.", "将镜像写回空白设备并回读核对。"),
        discussion: say(
            """
            Runs fengcun-restore, which needs root; where you are not root, sudo asks. Evidence, read-only devices, system disks \
            and devices in use are never written to. The device is read-only afterwards, until it is plugged in again.
            """,
            "运行需要 root 权限的 fengcun-restore；非 root 用户由 sudo 询问。检材、只读设备、系统盘和使用中的设备绝不写入。完成后设备保持只读，直至重新接入。"))

    @OptionGroup var which: ExhibitArguments

    @Option(help: ArgumentHelp(say("The whole disk that is written to.", "写入的整个磁盘。"), valueName: "device"))
    var to: String

    @Option(help: ArgumentHelp(say("Path of an older image, as it was recorded.", "较早镜像的记录路径。"), valueName: "path"))
    var image: String?

    @Flag(help: ArgumentHelp(say("Fill the rest of a larger device with zeros.", "设备较大时，其余部分写零。")))
    var wipeRest = false

    @Flag(help: ArgumentHelp(say("On a smaller device leave out the end of the image.", "设备较小时，舍弃镜像末尾。")))
    var truncate = false

    @Option(
        help: ArgumentHelp(
            say(
                "Overwrite a device that is not blank: its serial number, or its length in bytes where it has none.",
                "覆盖非空白设备：写明其序列号，无序列号的写明字节数。"), valueName: "serial"))
    var overwrite: String?

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let writer = try RestoreProgram(device: absolute(to), overwrite: overwrite)
        defer { writer.stop() }
        let (target, overwrites) = try await writer.judgement()
        let begun = try await client.post(
            ControlPath.restorations,
            StartRestorationRequest(
                of: which.reference, image: image, target: target, overwrites: overwrites, truncate: truncate,
                wipeRest: wipeRest), as: RestorationView.self)
        writer.send(
            RestorationOrder(image: begun.image, layout: begun.layout, bytes: begun.bytes, tails: begun.tails))
        try await accompany(writer, begun.job, client)
        try await showEnd(of: begun.job, client)
    }

    /// Tells the daemon how far it is, until it is written or over.
    private func accompany(_ writer: RestoreProgram, _ job: String, _ client: ControlClient) async throws {
        var bar = ProgressBar()
        while true {
            let report = writer.latest
            let request: RestorationProgressRequest =
                if let error = report.error {
                    .init(.failed, written: report.written ?? 0, reason: error.message(in: .english))
                } else {
                    .init(report.isDone == true ? .written : .writing, written: report.written ?? 0, reason: nil)
                }
            let view = try await client.post(
                ControlPath.restorations + "/\(encode(job))/progress", request, as: JobView.self)
            bar.draw(view)
            if let error = report.error {
                bar.finish()
                // Not before the entry that says so.
                _ = try? await follow(job, client)
                throw error
            }
            // Ended by somebody else: `showEnd` says how.
            if report.isDone == true || view.state.isEnd { return bar.finish() }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}

/// What came of a restoration, for people; the record has what went wrong in English, the job in the language asked for.
func restorationForm(_ recorded: RecordedBody<RestorationFinished>, _ error: ErrorView?) -> String {
    let restoration = recorded.body
    var form = Form()
    form.add(say("exhibit", "检材"), restoration.exhibit.description)
    addSide(restoration.from, say("image", "镜像"), to: &form)
    addSide(restoration.to, say("read back from", "回读自"), to: &form)
    form.add(say("model", "型号"), restoration.target.model)
    form.add(say("serial", "序列号"), restoration.target.serial)
    let tails = restoration.tails
    if let missing = tails.missing {
        form.add(
            say("LEFT OUT", "舍弃"), say("the last \(missing) bytes of the image", "镜像末尾 \(missing) 字节"))
    }
    if let behind = tails.behind {
        form.add(
            say("rest of the device", "设备其余部分"),
            tails.rest == .wiped
                ? say("\(behind) bytes, wiped with zeros", "\(behind) 字节，已写零")
                : say("\(behind) bytes, untouched", "\(behind) 字节，未改动"))
    }
    let part =
        tails.missing == nil
        ? say("the device holds the image", "设备内容与镜像一致")
        : say("the device holds the rest of the image", "设备内容与镜像其余部分一致")
    form.add(part, yes(restoration.matches))
    for range in restoration.differing { form.add(say("DIFFERS", "不一致"), say("bytes \(range.text)", "第 \(range.text) 字节")) }
    if restoration.differingBytes > 0 { form.add(say("differing bytes", "不一致字节数"), "\(restoration.differingBytes)") }
    form.add(say("problem", "问题"), error?.message ?? restoration.problem)
    form.add(say("entry", "台账条目"), "\(recorded.entry)")
    return form.text
}
