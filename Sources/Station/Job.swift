import Control
import Custody
import Imaging

/// Long work of one kind on one exhibit.
struct Job {
    let id: String
    let kind: JobView.Kind
    let exhibit: ExhibitID
    let progress: JobProgress
    let start: ContinuousClock.Instant
    /// Why it was asked to stop and by whom, where it was.
    var stopRequest: StopRequest?
    /// How it ended; nil while it runs.
    var end: End?
    var task: Task<Void, Never>?

    /// A job is asked to stop.
    struct StopRequest {
        let outcome: AcquisitionEnded.Outcome
        let actor: Actor
    }

    /// How a job ended.
    struct End {
        var state: JobView.State
        var seconds: Double
        var image: ImageView?
        var verification: VerificationView?
        var error: (any Explained)?
    }

    var isRunning: Bool { end == nil }

    func view(in language: Language) -> JobView {
        let running = (ContinuousClock.now - start) / .seconds(1)
        var view = JobView(
            job: id, kind: kind, exhibit: exhibit, bytesDone: progress.done, bytesTotal: progress.total,
            unreadableBytes: progress.unreadable, seconds: end?.seconds ?? running)
        if let end {
            view.state = end.state
            view.image = end.image
            view.verification = end.verification
            view.error = end.error.map { ErrorView(code: $0.code, message: $0.message(in: language)) }
        }
        return view
    }
}
