import Control
import Custody
import Imaging

// Long work: what runs, what waits for its turn, and what ended lately.
extension Station {
    /// Ended jobs that are remembered.
    private static let jobLimit = 100

    /// All jobs that wait, run, stand still or ended lately, oldest first.
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
            ask(id, to: .cancel, by: peer.actor)
            if job.isQueued { await jobs[id]?.task?.value }
        }
        return try jobView(id, in: language)
    }

    /// Gives a job another place among those that wait; one that runs or stands still has it when it waits again.
    public func setPriority(_ priority: JobView.Priority, of id: String, language: Language) throws -> JobView {
        guard let job = jobs[id] else { throw StationError.unknownJob(id) }
        guard job.isOpen else { throw StationError.jobEnded(id) }
        schedule.setPriority(priority, of: id)
        jobs[id]?.priority = priority
        return try jobView(id, in: language)
    }

    /// Refuses new work where too much waits already. Requests that come at the same moment may all be let through.
    ///
    /// - Parameter bus: the kind of bus that it reads from; nil where that does not matter.
    /// - Throws: `StationError.queueFull`.
    func checkQueue(bus: String? = nil) throws(StationError) {
        guard schedule.hasRoom(bus: bus) else { throw .queueFull(configuration.jobs.waiting) }
    }

    /// Takes work as a job; it begins when its turn comes.
    func add(_ job: Job, bus: String? = nil, work: @escaping @Sendable () async -> Void) -> Job {
        jobs[job.id] = job
        jobOrder.append(job.id)
        submit(job.id, bus: bus, work: work)
        while jobOrder.count > Self.jobLimit, let oldest = jobOrder.first(where: { jobs[$0]?.isOpen == false }) {
            jobOrder.removeAll { $0 == oldest }
            jobs[oldest] = nil
        }
        return jobs[job.id] ?? job
    }

    /// Lets a job wait for its turn, which may come at once.
    func submit(_ id: String, bus: String?, work: @escaping @Sendable () async -> Void) {
        guard let job = jobs[id] else { return }
        jobs[id]?.waiting = work
        begin(schedule.submit(id, bus: bus, priority: job.priority))
    }

    /// Asks a job that waits or runs to stop. One that waits begins out of its turn: it stops at once, and says so in the record
    /// like any other. Of several wishes the strongest holds.
    func ask(_ id: String, to wish: Job.StopRequest.Wish, by actor: Actor) {
        guard let job = jobs[id] else { return }
        if job.stopRequest.map({ wish.outranks($0.wish) }) ?? true {
            jobs[id]?.stopRequest = .init(wish: wish, actor: actor, isBeforeTurn: job.isQueued)
        }
        job.progress.cancel()
        if job.isQueued {
            schedule.letGo(id)
            begin([id])
        }
    }

    /// A job stands still or has ended: its place is free.
    func leavePlace(_ id: String) { begin(schedule.ended(id)) }

    /// Bytes a second below which a job takes no share of the machine: a drive that is dying.
    private static let slowRate = 1 << 20
    /// Seconds over which that is judged.
    private static let paceInterval = 10

    /// Looks at intervals which jobs hardly get on: those leave their places to others.
    func watchPace() async {
        var before: [String: Int] = [:]
        while (try? await Task.sleep(for: .seconds(Self.paceInterval))) != nil {
            let running = jobs.filter { $0.value.isRunning }.mapValues { $0.progress.done }
            for (id, done) in running {
                guard let earlier = before[id] else { continue }
                // Reading back begins to count from 0 again.
                begin(schedule.setSlow(abs(done - earlier) < Self.slowRate * Self.paceInterval, id))
            }
            before = running
        }
    }

    private func begin(_ ids: [String]) {
        for id in ids {
            guard let job = jobs[id], let work = job.waiting else { continue }
            // Work that goes on began before.
            if job.task == nil { jobs[id]?.start = .now }
            jobs[id]?.waiting = nil
            jobs[id]?.task = Task { await work() }
        }
    }

    /// Takes note that a job ended.
    func finish(_ id: String, _ end: Job.End) {
        guard let job = jobs[id] else { return }
        jobs[id]?.end = end
        jobs[id]?.end?.seconds = (ContinuousClock.now - job.start) / .seconds(1)
        leavePlace(id)
    }
}
