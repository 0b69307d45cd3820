import Control
import SystemPackage

/// One line on a terminal that shows how far a job is, its rate and the time left.
struct ProgressBar {
    private static let width = 30
    /// Moments of the last seconds, for a rate that follows the drive.
    private var recent: [(seconds: Double, bytes: Int)] = []
    private let isShown = Screen.isTerminal

    /// Draws the line anew.
    mutating func draw(_ job: JobView) {
        guard isShown else { return }
        recent.append((job.seconds, job.bytesDone))
        if recent.count > 25 { recent.removeFirst() }
        Screen.write("\r\u{1B}[K" + Self.line(job, rate: rate), to: .standardError)
    }

    /// Ends the line.
    func finish() {
        if isShown { Screen.write("\n", to: .standardError) }
    }

    private var rate: Double {
        guard let first = recent.first, let last = recent.last, last.seconds > first.seconds else { return 0 }
        return Double(last.bytes - first.bytes) / (last.seconds - first.seconds)
    }

    /// The text of the line.
    static func line(_ job: JobView, rate: Double) -> String {
        let share = job.bytesTotal > 0 ? min(1, Double(job.bytesDone) / Double(job.bytesTotal)) : 1
        let filled = Int(share * Double(width))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        var parts = [
            "\(bar) \(Int(share * 100))%", "\(size(job.bytesDone)) / \(size(job.bytesTotal))", "\(size(Int(rate)))/s",
        ]
        if rate > 0 { parts.append(say("left", "剩余") + " " + clock(Double(job.bytesTotal - job.bytesDone) / rate)) }
        if job.unreadableBytes > 0 { parts.append(say("unreadable", "不可读") + " " + size(job.unreadableBytes)) }
        return (parts + job.rescueWords).joined(separator: "  ")
    }
}
