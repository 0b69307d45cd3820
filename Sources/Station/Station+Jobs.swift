import Control
import Custody
import Imaging

// Long work: what runs and what ended lately.
extension Station {
    /// Ended jobs that are remembered.
    private static let jobLimit = 100

    /// All jobs that run or ended lately, oldest first.
    public func jobViews(in language: Language) -> [JobView] { jobOrder.compactMap { jobs[$0]?.view(in: language) } }

    /// One job.
    public func jobView(_ id: String, in language: Language) throws -> JobView {
        guard let job = jobs[id] else { throw StationError.unknownJob(id) }
        return job.view(in: language)
    }

    /// Asks a job to stop; how it ended is recorded by the job.
    public func cancelJob(_ id: String, by peer: Peer, language: Language) async throws -> JobView {
        guard let job = jobs[id] else { throw StationError.unknownJob(id) }
        guard job.isOpen else { throw StationError.jobEnded(id) }
        logger.notice("job cancelled", metadata: ["job": "\(id)"])
        if let pause = job.pause {
            await cancel(pause, by: peer.actor)
        } else {
            jobs[id]?.stopRequest = .init(wish: .cancel, actor: peer.actor)
            job.progress.cancel()
        }
        return try jobView(id, in: language)
    }

    /// Runs work as a job.
    func add(_ job: Job, work: @escaping @Sendable () async -> Void) -> Job {
        jobs[job.id] = job
        jobOrder.append(job.id)
        jobs[job.id]?.task = Task { await work() }
        while jobOrder.count > Self.jobLimit, let oldest = jobOrder.first(where: { jobs[$0]?.isOpen == false }) {
            jobOrder.removeAll { $0 == oldest }
            jobs[oldest] = nil
        }
        return job
    }

    /// Takes note that a job ended.
    func finish(_ id: String, _ end: Job.End) {
        guard let job = jobs[id] else { return }
        jobs[id]?.end = end
        jobs[id]?.end?.seconds = (ContinuousClock.now - job.start) / .seconds(1)
    }
}
