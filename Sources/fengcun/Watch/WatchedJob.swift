import Control
import Custody

/// A job with what an observer makes of it.
struct WatchedJob: Encodable {
    /// The job as the station shows it.
    let job: JobView
    /// Over the last seconds; null for a job that does not run, and as long as nothing can be said.
    let bytesPerSecond: Int?
    /// Since the start; null before the first second is over, and for a job that waits for its turn.
    let averageBytesPerSecond: Int?
    /// At the rate of the last seconds; null where it stands still.
    let secondsLeft: Int?

    /// Share of the work that is done, from 0 to 1.
    var share: Double { job.bytesTotal > 0 ? min(1, Double(job.bytesDone) / Double(job.bytesTotal)) : 1 }
}

/// Watches the jobs of a station.
struct JobWatch {
    private var windows: [String: RateWindow] = [:]

    /// Takes what the station says now.
    ///
    /// - Returns: the jobs in the order in which they are shown: what goes on first, the oldest of it first; then what has ended,
    ///   the newest first.
    mutating func take(_ jobs: [JobView]) -> [WatchedJob] {
        windows = windows.filter { id, _ in jobs.contains { $0.job == id } }
        let watched = jobs.map { job in
            windows[job.job, default: RateWindow()].add(seconds: job.seconds, bytes: job.bytesDone)
            let rate = job.state == .running ? windows[job.job]?.rate : nil
            let left = rate.flatMap { $0 >= 1 ? Double(job.bytesTotal - job.bytesDone) / $0 : nil }
            return WatchedJob(
                job: job, bytesPerSecond: rate.map { Int($0) },
                averageBytesPerSecond: job.seconds >= 1 && job.state != .queued ? Int(Double(job.bytesDone) / job.seconds) : nil,
                secondsLeft: left.map { Int(min($0, 1e9)) })
        }
        return watched.filter { !$0.job.isOver } + watched.reversed().filter(\.job.isOver)
    }
}
