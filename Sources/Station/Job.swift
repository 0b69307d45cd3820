import Control
import Custody
import Imaging

/// Long work of one kind on one exhibit.
///
/// It waits for its turn, runs, stands still (acquisitions only), or has ended: `queued` → `running` → `paused` → `queued` …
/// → an end. What an acquisition needs to begin or to go on stands in the ledger and beside the image, so that a restart of the
/// daemon loses none that waits or stands still.
struct Job {
    let id: String
    let kind: JobView.Kind
    let exhibit: ExhibitID
    var progress: JobProgress
    /// When it came; once it has begun, when it began.
    var start: ContinuousClock.Instant
    /// Its place among the jobs that wait.
    var priority = JobView.Priority.normal
    /// What it does when its turn comes; nil where it does not wait.
    var waiting: (@Sendable () async -> Void)?
    /// What it was asked to do and by whom, where it was.
    var stopRequest: StopRequest?
    /// Why it stands still; nil where it does not.
    var pause: Pause?
    /// Whether its medium, which stopped answering, is being asked.
    var isMediumWatched = false
    /// Degrees Celsius of the medium when it was last asked; nil where nobody knows.
    var temperature: Int?
    /// How it ended; nil until then.
    var end: End?
    var task: Task<Void, Never>?

    /// A job is asked to stop at the next buffer.
    struct StopRequest {
        enum Wish: Equatable {
            case cancel, pause, stationStops
            /// The medium is too hot.
            case cool(StationError)

            /// A wish holds until a stronger one comes: what a person asked for is not undone by what the station wishes.
            func outranks(_ other: Wish) -> Bool { rank > other.rank }

            private var rank: Int {
                switch self {
                case .cool: 0
                case .stationStops: 1
                case .pause: 2
                case .cancel: 3
                }
            }
        }
        let wish: Wish
        let actor: Actor
        /// Whether it waited for its turn then.
        let isBeforeTurn: Bool
    }

    /// A job stands still.
    struct Pause {
        let started: AcquisitionStarted
        let cause: AcquisitionPaused.Cause
        let reason: any Explained
        /// Disk sequence number of the stay during which the medium failed; another one is a new chance.
        var failedStay: Int?
        /// The images that were given up so far.
        var givenUp: [ImageCopy] = []
        /// How often it went on by itself since a person last had a hand in it, and got no further.
        var attempts = 0
        /// Bytes that were read.
        var bytesRead = 0
    }

    /// How a job ended.
    struct End {
        var state: JobView.State
        var seconds: Double
        var image: ImageView?
        var verification: VerificationView?
        var copy: RecordedBody<ImageCopied>?
        var comparison: RecordedBody<ImagesCompared>?
        var restoration: RecordedBody<RestorationFinished>?
        var error: (any Explained)?
    }

    /// Whether it works now.
    var isRunning: Bool { end == nil && pause == nil && waiting == nil }
    /// Whether it waits for its turn.
    var isQueued: Bool { waiting != nil }
    /// Whether it may still do something.
    var isOpen: Bool { end == nil }

    func view(in language: Language) -> JobView {
        let running = (ContinuousClock.now - start) / .seconds(1)
        var view = JobView(
            job: id, kind: kind, exhibit: exhibit, bytesDone: progress.done, bytesTotal: progress.total,
            unreadableBytes: progress.unreadable, seconds: end?.seconds ?? running)
        view.priority = priority
        if isQueued { view.state = .queued }
        if let rescue = progress.rescue { view.rescue = RescueView(rescue) }
        if end == nil { view.temperature = temperature }
        if isRunning, progress.waitingSeconds >= 10 { view.waitingSeconds = progress.waitingSeconds }
        if let pause {
            view.state = .paused
            view.bytesDone = pause.bytesRead
            view.error = ErrorView(code: pause.cause.rawValue, message: pause.reason.message(in: language))
        }
        if let end {
            view.state = end.state
            view.image = end.image
            view.verification = end.verification
            view.copy = end.copy
            view.comparison = end.comparison
            view.restoration = end.restoration
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
            case .checking: .checking
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
