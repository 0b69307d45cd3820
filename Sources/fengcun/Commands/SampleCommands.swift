import ArgumentParser
import Control
import Custody

struct SampleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: say("Draw and check a sample of many images.", "抽样验证。"),
        discussion: say(
            """
            First fix the images that a sample is drawn from, then draw: the members follow from the checkpoint that first
            covers that list, so nobody chooses them, and anyone with a bundle draws the same.
            """,
            "先确定总体，再抽取：样本由首个覆盖该总体的检查点推出，无人可以挑选；任何人凭导出目录都能抽得同一结果。"),
        subcommands: [SampleFixCommand.self, SampleDrawCommand.self, SampleCheckCommand.self, SampleShowCommand.self])
}

/// Names a population on the command line.
struct PopulationArguments: ParsableArguments {
    @Argument(help: ArgumentHelp(say("Name of the population.", "总体名称。")))
    var population: String

    @Option(name: .customLong("case"), help: ArgumentHelp(say("Number of the case.", "案件编号。"), valueName: "number"))
    var caseNumber: String

    /// Where the daemon shows it.
    var path: String { "\(ControlPath.samples)/\(encode(caseNumber))/\(encode(population))" }
}

struct SampleFixCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "fix", abstract: say("Fix the images that a sample will be drawn from.", "确定抽样总体。"))

    @OptionGroup var which: PopulationArguments

    @Option(help: ArgumentHelp(say("What they have in common.", "同类性质、特征或者功能。")))
    var what: String

    @Option(
        help: ArgumentHelp(
            say(
                "An exhibit whose newest image belongs to it. Repeatable. Default: all that have one.",
                "检材编号（取其最新镜像），可重复；默认全部有镜像的检材。"),
            valueName: "number"))
    var exhibit: [String] = []

    @Option(help: ArgumentHelp(say("Anything else.", "备注。")))
    var note: String?

    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        let request = FixPopulationRequest(
            caseNumber: which.caseNumber, population: which.population, what: what, exhibits: exhibit.isEmpty ? nil : exhibit,
            note: note)
        try show(try await client.post(ControlPath.populations, request, as: RecordedView.self), recorded)
    }
}

struct SampleDrawCommand: StationCommand {
    static let configuration = CommandConfiguration(commandName: "draw", abstract: say("Draw the sample.", "抽取样本。"))

    @OptionGroup var which: PopulationArguments

    @Option(help: ArgumentHelp(say("How many members.", "抽取数量。"), valueName: "number"))
    var count: Int?

    @Option(help: ArgumentHelp(say("Or how many per cent of them, rounded up.", "或者抽取比例（百分之几，向上取整）。"), valueName: "percent"))
    var percent: Int?

    @Option(help: ArgumentHelp(say("Why not all are examined.", "不能全部验证的原因。")))
    var reason: String

    @Option(help: ArgumentHelp(say("Why so many, and how they are examined.", "选取情况和验证方法的说明、论证。")))
    var method: String

    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (count == nil) != (percent == nil), percent.map({ (1...100).contains($0) }) ?? true else {
            throw ValidationError(
                say("give --count, or --percent from 1 to 100", "请指定 --count，或者 1 至 100 的 --percent"))
        }
    }

    func execute(_ client: ControlClient) async throws {
        var number = count ?? 0
        if let percent {
            let size = try await client.get(which.path, as: SampleView.self).size
            number = (size * percent + 99) / 100
        }
        let request = DrawSampleRequest(
            caseNumber: which.caseNumber, population: which.population, count: number, reason: reason, method: method)
        _ = try await client.post(ControlPath.samples, request, as: RecordedView.self)
        try show(try await client.get(which.path, as: SampleView.self), statement)
    }
}

struct SampleCheckCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: say("Record what the examination of a member found.", "记录样本的验证结果。"))

    @OptionGroup var which: PopulationArguments

    @Option(help: ArgumentHelp(say("The exhibit.", "检材编号。"), valueName: "number"))
    var exhibit: String

    @Option(help: ArgumentHelp(say("good, or differs.", "good（一致）或 differs（不一致）。")))
    var result: String

    @Option(help: ArgumentHelp(say("What was examined, and what was found.", "验证内容和结果。")))
    var what: String

    @OptionGroup var form: FormFileArguments
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard result == "good" || result == "differs" else {
            throw ValidationError(say("--result is good or differs", "--result 只能是 good 或 differs"))
        }
    }

    func execute(_ client: ControlClient) async throws {
        let request = CheckSampleRequest(
            caseNumber: which.caseNumber, population: which.population, exhibit: exhibit, isGood: result == "good", what: what)
        try show(try await client.post(ControlPath.sampleChecks, request, as: RecordedView.self), recorded)
    }
}

struct SampleShowCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: say("Show the statement of a sample.", "查看抽样说明。"))

    @OptionGroup var which: PopulationArguments
    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        try show(try await client.get(which.path, as: SampleView.self), statement)
    }
}

/// The statement of a sample, for people.
private func statement(_ view: SampleView) -> String {
    var form = Form()
    form.add(say("population", "总体"), "\(view.population): \(view.what)")
    form.add(say("members", "总体数量"), "\(view.size)")
    form.add(say("fixed", "确定"), say("entry \(view.fixed)", "第 \(view.fixed) 条"))
    guard let drawn = view.drawn else { return form.text }
    form.add(say("drawn", "抽样"), say("entry \(drawn)", "第 \(drawn) 条"))
    let perMille = view.members.count * 1000 / max(view.size, 1)
    form.add(
        say("sample", "样本"),
        say(
            "\(view.members.count) of \(view.size) (\(perMille / 10).\(perMille % 10)%)",
            "\(view.size) 个中的 \(view.members.count) 个（\(perMille / 10).\(perMille % 10)%）"))
    form.add(say("reason", "原因"), view.reason)
    form.add(say("method", "方法"), view.method)
    form.add(say("seed", "种子"), "\(view.root ?? "") (\(view.algorithm ?? ""))")
    if let bound = view.bound {
        form.add(
            say("bound", "置信上限"),
            say(
                "\(view.differing) of the sample are otherwise; with \(view.confidence)% confidence at most \(bound) of \(view.size) are",
                "样本中 \(view.differing) 个不一致；在 \(view.confidence)% 置信水平下，总体 \(view.size) 个中不一致的至多 \(bound) 个"))
    }
    var table = Table(say("EXHIBIT", "检材"), say("ENTRY", "条目"), say("RESULT", "结果"), say("DIGEST", "校验值"))
    for member in view.members {
        table.add(
            member.exhibit, "\(member.entry)", member.isGood.map { $0 ? say("good", "一致") : say("DIFFERS", "不一致") },
            member.digest)
    }
    return form.text + "\n\n" + table.text
}
