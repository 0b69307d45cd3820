import ArgumentParser
import Control
import Custody

struct ImageCopyCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: say("Copy an image to another folder, and read the copy back.", "将镜像复制到另一目录并回读核对。"))

    @OptionGroup var which: ExhibitArguments

    @Option(help: ArgumentHelp(say("Existing folder for the copy.", "存放副本的已有目录。"), valueName: "folder"))
    var to: String

    @Option(help: ArgumentHelp(say("Path of an older image, as it was recorded.", "较早镜像的记录路径。"), valueName: "path"))
    var image: String?

    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        var request = CopyImageRequest(of: which.reference, purpose: .copy, destination: absolute(to))
        request.image = image
        try await showEnd(of: try await client.post(ControlPath.copies, request, as: JobView.self).job, client)
    }
}

struct ImageExportCommand: StationCommand {
    /// The formats of an export.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case e01
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: say("Convert an image to another format, and read the result back.", "将镜像转换为其他格式并回读核对。"))

    @OptionGroup var which: ExhibitArguments

    @Option(help: ArgumentHelp(say("Existing folder for the files.", "存放文件的已有目录。"), valueName: "folder"))
    var to: String

    @Option(help: ArgumentHelp(say("Format: e01 (EnCase 6).", "格式：e01（EnCase 6）。")))
    var format: Format = .e01

    @Option(help: ArgumentHelp(say("Path of an older image, as it was recorded.", "较早镜像的记录路径。"), valueName: "path"))
    var image: String?

    @Option(
        help: ArgumentHelp(
            say("Longest file in bytes, 1048576 to 2147483647.", "每个分卷的最大字节数，1048576 至 2147483647。"), valueName: "bytes"))
    var segmentSize: Int?

    @Flag(help: ArgumentHelp(say("Do not compress.", "不压缩。")))
    var uncompressed = false

    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        var request = CopyImageRequest(of: which.reference, purpose: .export, destination: absolute(to))
        request.image = image
        request.segmentBytes = segmentSize
        request.compressed = uncompressed ? false : nil
        try await showEnd(of: try await client.post(ControlPath.copies, request, as: JobView.self).job, client)
    }
}

struct ImageImportCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: say(
            "Take in an image of an exhibit that was made elsewhere: raw, or the first of E01 files.",
            "导入在别处制作的检材镜像：原始镜像，或 E01 的第一个分卷。"))

    @OptionGroup var which: ExhibitArguments

    @Option(help: ArgumentHelp(say("Path of the image on the station.", "镜像在工作站上的路径。"), valueName: "path"))
    var image: String

    @Option(help: ArgumentHelp(say("Existing folder for the image.", "存放镜像的已有目录。"), valueName: "folder"))
    var to: String

    @Option(
        help: ArgumentHelp(
            say("Digests beside those that the files state; several with commas.", "除文件自带之外的散列算法，以逗号分隔。"), valueName: "names"))
    var hash = "sha256"

    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        var request = CopyImageRequest(of: which.reference, purpose: .import, destination: absolute(to))
        request.source = absolute(image)
        request.digests = digestNames(hash)
        try await showEnd(of: try await client.post(ControlPath.copies, request, as: JobView.self).job, client)
    }
}

struct ImageCompareCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: say("Compare two images byte by byte.", "逐字节比对两个镜像。"),
        discussion: say(
            "Each is an exhibit (its newest image), or a path on the station with a '/' in it; at least one is of an exhibit.",
            "每一个可为检材编号（取其最新镜像）或工作站上的路径（含“/”），其中至少一个为检材。"))

    @Argument(help: ArgumentHelp(say("Exhibit or path.", "检材编号或路径。")))
    var first: String

    @Argument(help: ArgumentHelp(say("Exhibit or path.", "检材编号或路径。")))
    var second: String

    @Option(
        name: .customLong("case"), help: ArgumentHelp(say("Number of the case of exhibits.", "检材所属案件编号。"), valueName: "number"))
    var caseNumber: String?

    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let request = CompareImagesRequest(first: side(first), second: side(second))
        try await showEnd(of: try await client.post(ControlPath.comparisons, request, as: JobView.self).job, client)
    }

    private func side(_ text: String) -> CompareImagesRequest.Side {
        text.contains("/")
            ? .init(of: nil, path: absolute(text))
            : .init(of: ExhibitReference(exhibit: text, caseNumber: caseNumber), path: nil)
    }
}

// MARK: Forms

/// What came of a copy, for people; the record has what went wrong in English, the job in the language asked for.
func copyForm(_ recorded: RecordedBody<ImageCopied>, _ error: ErrorView?) -> String {
    let copy = recorded.body
    var form = Form()
    form.add(say("exhibit", "检材"), copy.exhibit.description)
    addSide(copy.from, say("read", "读取"), to: &form)
    addSide(copy.to, say("written and read back", "写入并回读"), to: &form)
    form.add(say("the same content", "内容一致"), yes(copy.matches))
    form.add(say("problem", "问题"), error?.message ?? copy.problem)
    form.add(say("entry", "台账条目"), "\(recorded.entry)")
    return form.text
}

/// What a comparison found, for people.
func comparisonForm(_ recorded: RecordedBody<ImagesCompared>, _ error: ErrorView?) -> String {
    let comparison = recorded.body
    var form = Form()
    addSide(comparison.first, say("first", "甲"), to: &form)
    addSide(comparison.second, say("second", "乙"), to: &form)
    form.add(say("equal", "一致"), yes(comparison.equal))
    for range in comparison.differing { form.add(say("DIFFERS", "不一致"), say("bytes \(range.text)", "第 \(range.text) 字节")) }
    if comparison.places > comparison.differing.count {
        form.add(say("places in all", "不一致处合计"), "\(comparison.places)")
    }
    if comparison.differingBytes > 0 { form.add(say("differing bytes", "不一致字节数"), "\(comparison.differingBytes)") }
    form.add(say("problem", "问题"), error?.message ?? comparison.problem)
    form.add(say("entry", "台账条目"), "\(recorded.entry)")
    return form.text
}

func addSide(_ side: ImageDescription, _ name: String, to form: inout Form) {
    let files = side.files > 1 ? say(" and \(side.files - 1) more", " 等 \(side.files) 个文件") : ""
    form.add(name, side.path + files)
    form.add("  " + say("bytes", "字节数"), "\(side.bytes)")
    for (algorithm, value) in side.digests.sorted(by: { $0.key < $1.key }) {
        form.add("  " + algorithm.displayName, value.uppercased())
    }
    for (algorithm, value) in (side.stored ?? [:]).sorted(by: { $0.key < $1.key }) {
        form.add("  " + say("stated \(algorithm.displayName)", "文件自述 \(algorithm.displayName)"), value.uppercased())
    }
}
