import Control

/// How much goes on at once.
public struct JobLimits: Sendable, Equatable {
    /// Reads of one healthy medium that are under way at once.
    public var requests: Int
    /// Jobs that run at once.
    public var running: Int
    /// Jobs that wait for their turn; a paused one that goes on waits beyond it.
    public var waiting: Int
    /// Acquisitions from media on one kind of bus (such as `usb`) that run at once; nil: as many as run.
    public var perBus: Int?

    /// Sets limits.
    public init(running: Int = 8, waiting: Int = 100, perBus: Int? = nil, requests: Int = 4) {
        self.requests = requests
        self.running = running
        self.waiting = waiting
        self.perBus = perBus
    }
}

/// Which jobs run and which wait for their turn. A value: it is told what happened and answers which jobs are to begin; it starts
/// nothing itself.
///
/// The job with the highest priority begins first, among equals the one that came first. One that may not begin because its bus is
/// taken holds up nobody behind it. One that hardly gets on, because its drive is dying, leaves its place to another as long as
/// that lasts; as many as may run may have done so.
struct JobSchedule: Sendable {
    /// What the schedule knows of a job.
    private struct Place {
        let id: String
        let bus: String?
        var priority: JobView.Priority
        /// Whether it hardly gets on, and so takes nobody's share of what the limits are for.
        var isSlow = false
    }

    private let limits: JobLimits
    /// In the order in which they came.
    private var waiting: [Place] = []
    private var running: [Place] = []

    init(_ limits: JobLimits) { self.limits = limits }

    /// Whether one more job is taken: it begins at once, or not too many wait.
    func hasRoom(bus: String?) -> Bool {
        waiting.count < limits.waiting || hasPlace && !isTaken(bus)
    }

    /// A job came, or is to go on.
    ///
    /// - Returns: the jobs that begin now.
    mutating func submit(_ id: String, bus: String?, priority: JobView.Priority) -> [String] {
        waiting.append(Place(id: id, bus: bus, priority: priority))
        return next()
    }

    /// A job ended, or stands still.
    ///
    /// - Returns: the jobs that begin now.
    mutating func ended(_ id: String) -> [String] {
        running.removeAll { $0.id == id }
        waiting.removeAll { $0.id == id }
        return next()
    }

    /// A job that waits is to begin out of its turn: it was asked to stop, and has its end to record. It takes nobody's place.
    mutating func letGo(_ id: String) { waiting.removeAll { $0.id == id } }

    /// A job has another priority from now on; one that runs goes on.
    mutating func setPriority(_ priority: JobView.Priority, of id: String) {
        for index in waiting.indices where waiting[index].id == id { waiting[index].priority = priority }
    }

    /// A running job hardly gets on, or does again; it runs on in both cases.
    ///
    /// - Returns: the jobs that begin now.
    mutating func setSlow(_ isSlow: Bool, _ id: String) -> [String] {
        for index in running.indices where running[index].id == id { running[index].isSlow = isSlow }
        return next()
    }

    /// Whether one more may run.
    private var hasPlace: Bool {
        running.count { !$0.isSlow } < limits.running && running.count < 2 * limits.running
    }

    private mutating func next() -> [String] {
        var begun: [String] = []
        while hasPlace, let index = best() {
            let place = waiting.remove(at: index)
            running.append(place)
            begun.append(place.id)
        }
        return begun
    }

    /// The place of the job that begins next; nil where none may.
    private func best() -> Int? {
        waiting.indices.filter { !isTaken(waiting[$0].bus) }
            .min { (waiting[$0].priority.rank, $0) < (waiting[$1].priority.rank, $1) }
    }

    /// Whether as many media on a bus are read as may be.
    private func isTaken(_ bus: String?) -> Bool {
        guard let limit = limits.perBus, let bus else { return false }
        return running.count { $0.bus == bus && !$0.isSlow } >= limit
    }
}

extension JobView.Priority {
    /// Its place among the others; less comes first.
    fileprivate var rank: Int {
        switch self {
        case .high: 0
        case .normal: 1
        case .low: 2
        }
    }
}
