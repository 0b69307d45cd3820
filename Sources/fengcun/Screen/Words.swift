import Control
import Custody

/// Bytes with a binary prefix, such as `931.5 GiB`.
func size(_ bytes: Int) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1024, unit + 1 < units.count {
        value /= 1024
        unit += 1
    }
    return unit == 0 ? "\(bytes) B" : "\((value * 10).rounded() / 10) \(units[unit])"
}

/// Seconds as `h:mm:ss` or `m:ss`.
func clock(_ seconds: Double) -> String {
    let total = Int(seconds.rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (total / 3600, total / 60 % 60)
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(total % 60))" : "\(minutes):\(two(total % 60))"
}

/// Yes or no.
func yes(_ value: Bool) -> String { value ? say("yes", "是") : say("NO", "否") }

extension MediumState {
    /// The state in the user's language.
    var words: String {
        let english =
            switch self {
            case .system: "system disk"
            case .ignored: "not evidence"
            case .imageDiffers: "IMAGE DIFFERS"
            case .inTransit: "in transit"
            case .left: "left in its place"
            default: rawValue
            }
        return say(english, chinese)
    }
}

extension CustodyTimeline.Break.Kind {
    /// What is wrong, in the user's language.
    var words: String {
        switch self {
        case .gap: say("GAP: nobody is named who had it on the way", "中断：途中无人负责")
        case .overlap: say("OVERLAP: it claims a time before the act that it follows", "重叠：所称时间早于前一行为")
        case .uncheckedSeal: say("UNCHECKED SEAL: nobody looked at the seal", "未核对封条")
        case .badSeal: say("BAD SEAL: the seal was broken, missing or another one", "封条破损、缺失或者编号不符")
        case .elsewhere: say("CONTRADICTION: it was at a port while sealed, in transit or returned", "矛盾：封存、移交或者发还后又被接入")
        }
    }
}

extension TermRecord.State {
    /// How a term stands, in the user's language.
    var words: String {
        switch self {
        case .running: say("runs", "未到期")
        case .due: say("RUNS OUT SOON", "即将到期")
        case .ranOut: say("RAN OUT", "已届满")
        case .ended: say("ended", "已终结")
        }
    }
}

extension JobView {
    /// Whether it has ended.
    var isOver: Bool { state.isEnd }

    /// How the job stands, in the user's language.
    var words: String { words(in: say) }

    /// How the job stands.
    func words(in language: Language) -> String {
        switch state {
        case .queued: language("queued", "排队中") + (priority.words(in: language).map { " (\($0))" } ?? "")
        case .running: language("running", "进行中")
        case .paused: language("paused", "已暂停") + (error.map { " (\($0.message))" } ?? "")
        case .finished: language("finished", "已完成")
        case .failed: language("failed", "失败")
        case .cancelled: language("stopped", "已停止")
        }
    }
}

extension JobView.Priority {
    /// The place among jobs that wait; nil for the usual one.
    func words(in language: Language) -> String? {
        switch self {
        case .high: language("high priority", "优先")
        case .normal: nil
        case .low: language("low priority", "靠后")
        }
    }
}

extension JobView.Kind {
    /// What is done.
    func words(in language: Language) -> String {
        switch self {
        case .acquisition: language("image", "制作")
        case .verification: language("verify", "复核")
        case .copy: language("copy", "复制")
        case .export: language("export", "导出")
        case .import: language("import", "导入")
        case .comparison: language("compare", "比对")
        case .restoration: language("restore", "写回")
        }
    }
}

extension JobView {
    /// What a rescue does and found, how warm the drive is and whether it answers, in the user's language.
    var driveWords: [String] { driveWords(in: say) }

    /// What a rescue does and found, how warm the drive is and whether it answers.
    func driveWords(in language: Language) -> [String] {
        var words: [String] = []
        if let rescue {
            // Where all could be read in order, nothing was rescued while the image is checked or read back.
            let isRescue = ![.checking, .readingBack].contains(rescue.phase)
            let arrow = rescue.backward ? "<-" : "->"
            words.append(rescue.phase.words(in: language) + (isRescue ? " \(rescue.pass) \(arrow)" : ""))
            guard isRescue || rescue.rescuedBytes > 0 else { return words + conditionWords(in: language) }
            words.append(language("rescued", "已抢救") + " " + size(rescue.rescuedBytes))
            words.append(language(counted(rescue.badAreas, "bad area"), "坏区 \(rescue.badAreas) 处"))
            words.append(language(counted(rescue.readErrors, "error"), "错误 \(rescue.readErrors) 次"))
        }
        return words + conditionWords(in: language)
    }

    /// How warm the drive is and whether it answers.
    private func conditionWords(in language: Language) -> [String] {
        var words: [String] = []
        if let temperature { words.append(language("\(temperature) C", "\(temperature) 摄氏度")) }
        if let waitingSeconds {
            words.append(language("NO ANSWER FOR \(waitingSeconds) s", "磁盘 \(waitingSeconds) 秒无响应"))
        }
        return words
    }
}

extension RescueView.Phase {
    /// The phase in words.
    func words(in language: Language) -> String {
        switch self {
        case .checking: language("checking what is there", "核对已有内容")
        case .takingOver: language("taking over", "接续")
        case .copying: language("copying", "复制")
        case .trimming: language("trimming", "修边")
        case .scraping: language("scraping", "逐扇区读取")
        case .retrying: language("retrying", "重试")
        case .readingBack: language("reading back", "回读")
        }
    }
}

/// A number of things in English.
func counted(_ count: Int, _ thing: String) -> String { "\(count) \(thing)" + (count == 1 ? "" : "s") }

extension RescueSummary {
    /// The result in the user's language.
    var words: String {
        let ending = ending.words(in: say)
        return say(
            "\(ending): \(bad) B bad in \(counted(badAreas, "area")), \(untrimmed + unscraped) B not tried alone, \(untried) B untried",
            "\(ending)：坏扇区 \(bad) 字节（\(badAreas) 处），未单独尝试 \(untrimmed + unscraped) 字节，未尝试 \(untried) 字节")
    }
}

extension LabelDifference {
    /// The contradiction, in the user's language.
    var words: String {
        say(
            "DIFFERENT \(member.words): the label says \(label), the medium says \(medium)",
            "\(member.words)不一致：标签为 \(label)，介质自述为 \(medium)")
    }
}

extension LabelMember {
    /// The member's name in the user's language.
    fileprivate var words: String {
        switch self {
        case .make: say("make", "品牌")
        case .model: say("model", "型号")
        case .serial: say("serial number", "序列号")
        case .capacity: say("capacity", "容量")
        case .identification: say("identification code", "识别码")
        }
    }
}

extension DriveHealth {
    /// How the drive is, in the user's language.
    var words: String {
        if let problem {
            let reason =
                switch problem {
                case "no-probe": say("fengcun-probe cannot be asked", "无法询问 fengcun-probe")
                case "not-installed": say("smartmontools is not installed", "未安装 smartmontools")
                case "no-answer": say("no answer", "没有回答")
                default: problem
                }
            return say("not known: \(reason)", "未知：\(reason)")
        }
        var words: [String] = []
        if let passed { words.append(passed ? say("passed", "通过") : say("FAILED", "未通过")) }
        words += Figure.allCases.compactMap { figure in figures[figure].map { "\(figure.words) \($0)" } }
        return words.joined(separator: say(", ", "，"))
    }
}

extension DriveHealth.Figure {
    /// The figure's name in the user's language.
    var words: String {
        switch self {
        case .temperature: say("Celsius", "摄氏度")
        case .powerOnHours: say("power-on hours", "通电小时")
        case .reallocatedSectors: say("reallocated", "已重映射扇区")
        case .pendingSectors: say("pending", "待映射扇区")
        case .uncorrectableSectors: say("uncorrectable", "不可纠正扇区")
        case .interfaceErrors: say("CRC errors", "接口 CRC 错误")
        case .percentageUsed: say("per cent used", "已用寿命百分比")
        case .mediaErrors: say("media errors", "介质错误")
        case .unsafeShutdowns: say("unsafe shutdowns", "异常断电")
        case .criticalWarning: say("critical warning", "严重警告")
        }
    }
}

extension HealthChange {
    /// What changed, in the user's language.
    var words: String { "\(figure.words): \(before) -> \(after)" }
}

/// The entry that records an act, for people.
func recorded(_ view: RecordedView) -> String {
    say("recorded as entry \(view.entry) at \(view.time)", "已记入台账第 \(view.entry) 条，时间 \(view.time)")
}
