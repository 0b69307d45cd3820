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
        if let rescue = progress.rescue { view.rescue = RescueView(rescue) }
        if isRunning, progress.waitingSeconds >= 10 { view.waitingSeconds = progress.waitingSeconds }
        if let end {
            view.state = end.state
            view.image = end.image
            view.verification = end.verification
            view.error = end.error.map { ErrorView(code: $0.code, message: $0.message(in: language)) }
        }
        return view
    }
}

extension RescueView {
    /// What the engine says, in the words of the API.
    fileprivate init(_ rescue: JobProgress.Rescue) {
        let phase: Phase =
            switch rescue.phase {
            case .takingOver: .takingOver
            case .copying: .copying
            case .trimming: .trimming
            case .scraping: .scraping
            case .retrying: .retrying
            case .readingBack: .readingBack
            }
        self.init(
            phase: phase, pass: rescue.pass, backward: rescue.isBackward, position: rescue.position,
            rescuedBytes: rescue.rescued, untriedBytes: rescue.untried, badBytes: rescue.bad, badAreas: rescue.badAreas,
            readErrors: rescue.readErrors, slowReads: rescue.slowReads)
    }
}
