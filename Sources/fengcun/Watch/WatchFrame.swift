import Control
import Custody
import SafeText

/// One picture of all jobs for a terminal of some size: what stands in each line. Draws nothing itself.
///
/// Only characters whose width every terminal agrees on are used: block elements, arrows and the degree sign take two columns on
/// terminals that are set up for Chinese.
struct WatchFrame {
    /// A line and how it is shown.
    struct Line: Equatable {
        enum Style { case title, plain, faint, alarm }
        let text: String
        let style: Style
    }

    let jobs: [WatchedJob]
    /// The station's name.
    let station: String
    /// The time of what is shown.
    let time: String
    /// Why what is shown is old; nil where it is not.
    var problem: String?
    let language: Language

    /// Fewest columns at which a job has several lines.
    private static let detailWidth = 50

    /// The lines, at most `height` of them, none wider than `width` columns.
    func lines(width: Int, height: Int) -> [Line] {
        guard width > 0, height > 0 else { return [] }
        let room = max(0, height - 2)
        var lines = [Line(text: title(width), style: .title)]
        if jobs.isEmpty { lines.append(Line(text: language("no jobs", "没有任务"), style: .faint)) }
        var rest = jobs.count
        for job in body(width, room) {
            // The last line that fits says how many jobs there is no room for.
            let isLast = rest == 1
            guard lines.count + job.count <= (isLast ? height - 1 : height - 2) else { break }
            lines += job
            rest -= 1
        }
        if rest > 0, height > 2 {
            lines.append(
                Line(text: language("... \(counted(rest, "more job"))", "……另有 \(rest) 个任务"), style: .faint))
        }
        while lines.count < height - 1 { lines.append(Line(text: "", style: .plain)) }
        if height > 1 { lines.append(footer) }
        return lines.prefix(height).map { Line(text: fit($0.text, width), style: $0.style) }
    }

    /// The lines of each job: several where there is room for all, or at least for those that go on; else one.
    private func body(_ width: Int, _ room: Int) -> [[Line]] {
        guard width >= Self.detailWidth else { return jobs.map { [compact($0)] } }
        let all = jobs.map { detail($0, width) }
        if all.reduce(0, { $0 + $1.count }) <= room { return all }
        let going = zip(jobs, all).filter { !$0.0.job.isOver }.map(\.1)
        // A line must be left for how many others there are.
        guard going.reduce(0, { $0 + $1.count }) < room else { return jobs.map { [compact($0)] } }
        return going + jobs.filter(\.job.isOver).map { [compact($0)] }
    }

    private func title(_ width: Int) -> String {
        let going = jobs.count { !$0.job.isOver }
        let left = language("Fengcun ", "封存 ") + station.printable + "  " + language(counted(going, "job"), "\(going) 个任务进行中")
        return left + String(repeating: " ", count: max(2, width - columns(left) - columns(time))) + time
    }

    private var footer: Line {
        if let problem { return Line(text: problem, style: .alarm) }
        return Line(text: language("q: quit (jobs go on)", "q：退出（任务继续进行）"), style: .faint)
    }

    // MARK: One job

    private func detail(_ watched: WatchedJob, _ width: Int) -> [Line] {
        let job = watched.job
        let style: Line.Style = isAlarming(job) ? .alarm : job.isOver ? .faint : .plain
        let left = "\(exhibit(job))  \(job.kind.words(in: language))  \(job.words(in: language))  "
        let percent = " " + percent(watched)
        let bar = max(10, min(40, width - columns(left) - columns(percent)) - 2)
        let filled = Int(watched.share * Double(bar))
        var lines = [
            Line(
                text: left + "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: bar - filled) + "]"
                    + percent, style: style)
        ]
        lines.append(Line(text: "  " + numbers(watched).joined(separator: "  "), style: style))
        let troubles = job.driveWords(in: language)
        if !troubles.isEmpty { lines.append(Line(text: "  " + troubles.joined(separator: "  "), style: style)) }
        if let error = job.error { lines.append(Line(text: "  " + error.message.printable, style: .alarm)) }
        return lines
    }

    private func compact(_ watched: WatchedJob) -> Line {
        let job = watched.job
        var parts = [exhibit(job), job.kind.words(in: language), job.words(in: language), percent(watched)]
        if let rate = watched.bytesPerSecond { parts.append(size(rate) + "/s") }
        if let left = watched.secondsLeft { parts.append(language("left ", "剩余 ") + clock(Double(left))) }
        parts += unreadable(job)
        if let average = watched.averageBytesPerSecond { parts.append(language("average ", "平均 ") + size(average) + "/s") }
        parts += job.driveWords(in: language)
        return Line(text: parts.joined(separator: " "), style: isAlarming(job) ? .alarm : job.isOver ? .faint : .plain)
    }

    /// What the line of numbers says.
    private func numbers(_ watched: WatchedJob) -> [String] {
        let job = watched.job
        var parts: [String] = []
        if let rate = watched.bytesPerSecond { parts.append(size(rate) + "/s") }
        if let average = watched.averageBytesPerSecond { parts.append(language("average ", "平均 ") + size(average) + "/s") }
        if let left = watched.secondsLeft { parts.append(language("left ", "剩余 ") + clock(Double(left))) }
        if job.isOver { parts.append(language("took ", "用时 ") + clock(job.seconds)) }
        parts.append("\(size(job.bytesDone)) / \(size(job.bytesTotal))")
        return parts + unreadable(job)
    }

    private func unreadable(_ job: JobView) -> [String] {
        job.unreadableBytes > 0 ? [language("unreadable ", "不可读 ") + size(job.unreadableBytes)] : []
    }

    private func exhibit(_ job: JobView) -> String { "\(job.exhibit) (\(job.caseNumber))".printable }

    private func percent(_ watched: WatchedJob) -> String { "\(Int(watched.share * 100))%" }

    private func isAlarming(_ job: JobView) -> Bool {
        job.state == .failed || job.waitingSeconds != nil || job.unreadableBytes > 0 || job.verification?.matches == false
    }
}

/// A text that takes at most so many columns; what was cut off is shown by dots.
func fit(_ text: String, _ width: Int) -> String {
    guard columns(text) > width else { return text }
    let dots = String(repeating: ".", count: min(3, width))
    var (short, used) = ("", dots.count)
    for character in text {
        used += columns(String(character))
        guard used <= width else { break }
        short.append(character)
    }
    return short + dots
}
