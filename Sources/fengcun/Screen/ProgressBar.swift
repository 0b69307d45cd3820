import Control
import SystemPackage

/// One line on a terminal that shows how far a job is, its rate and the time left.
struct ProgressBar {
    private static let width = 30
    private var window = RateWindow()
    private let isShown = Screen.isTerminal

    /// Draws the line anew.
    mutating func draw(_ job: JobView) {
        guard isShown else { return }
        guard job.state == .running else { return Screen.write("\r\u{1B}[K" + job.words, to: .standardError) }
        window.add(seconds: job.seconds, bytes: job.bytesDone)
        Screen.write("\r\u{1B}[K" + Self.line(job, rate: window.rate ?? 0), to: .standardError)
    }

    /// Ends the line.
    func finish() {
        if isShown { Screen.write("\n", to: .standardError) }
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
        return (parts + job.driveWords).joined(separator: "  ")
    }
}
