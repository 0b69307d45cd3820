/// Work on an image was stopped before its end; nothing was learnt and nothing is left of it. The making of an image has an act of
/// its own for that (`AcquisitionEnded`).
public struct JobStopped: ActBody {
    /// The name of the act.
    public static let kind = "job.stopped"
    /// It closes.
    public static let closesOrObserves = true

    /// Id of the job.
    public var job: String
    /// What it was: `verification`, `copy`, `export`, `import`, `comparison`.
    public var work: String
    /// The exhibit.
    public var exhibit: ExhibitID
    /// Whether a person stopped it, or the station went down.
    public var outcome: AcquisitionEnded.Outcome
    /// How far it was, of how much, in bytes.
    public var bytesDone, bytesTotal: Int

    /// Describes an end.
    public init(
        job: String, work: String, exhibit: ExhibitID, outcome: AcquisitionEnded.Outcome, bytesDone: Int, bytesTotal: Int
    ) {
        self.job = job
        self.work = work
        self.exhibit = exhibit
        self.outcome = outcome
        self.bytesDone = bytesDone
        self.bytesTotal = bytesTotal
    }
}
