import Control
import Custody
import Glibc
import Ledger
import Logging
import Media
import SafeText
import ServiceLifecycle
import TransparencyLog

/// The daemon's heart: what happens when a drive appears, the jobs, and who may do what. Knows nothing of HTTP.
///
/// Requests come in through the methods of its extensions; each takes the peer that asks. Whatever changes the record goes
/// through the ledger's transactions, which decide about rules; the station's own state holds only what is attached
/// and what runs.
public actor Station: Service {
    let ledger: Ledger
    let configuration: StationConfiguration
    let rule: EvidenceRule
    let logger: Logger
    let tool: Tool
    /// The daemon as the actor of entries.
    let own: Actor
    var disks: [String: TrackedDisk] = [:]
    /// What the kernel had counted for media that left.
    var departed = DepartedRequests()
    /// Detach entries that are still to come, by the disk sequence numbers of the stays.
    var departures: [Int: Task<Void, Never>] = [:]
    var jobs: [String: Job] = [:]
    /// Images that are being written to devices, by the ids of their jobs.
    var restorations: [String: RestorationWriting] = [:]
    /// Ids of jobs, oldest first.
    var jobOrder: [String] = []
    var schedule: JobSchedule
    var refusals = RefusalLog()
    var clockSteps: ClockSteps
    var isStopping = false
    /// When the observations began that are being recorded on the side.
    private var observations: [Int: ContinuousClock.Instant] = [:]
    private var observationCount = 0
    /// How often disks come at one place.
    var arrivals = ArrivalLimit()
    /// The stay at which a disk claimed an incredible capacity, by its name.
    var incredible: [String: Int] = [:]
    /// Number of scans of all disks so far.
    private var scans = 0
    private let watcher: DeviceWatcher
    var check = CheckState()
    let failures: (stream: AsyncStream<String>, continuation: AsyncStream<String>.Continuation)

    private init(
        ledger: Ledger, configuration: StationConfiguration, watcher: DeviceWatcher, logger: Logger, tool: Tool,
        clockSteps: ClockSteps
    ) {
        self.ledger = ledger
        self.clockSteps = clockSteps
        self.configuration = configuration
        self.schedule = JobSchedule(configuration.jobs)
        self.watcher = watcher
        self.rule = EvidenceRule(patterns: configuration.evidencePatterns)
        self.logger = logger
        self.tool = tool
        self.own = Actor(kind: .station, uid: Int(getuid()), user: Accounts.userName(getuid()) ?? "#\(getuid())")
        self.failures = AsyncStream.makeStream(of: String.self)
    }

    /// Opens the ledger, checks its edge, and records the start and whatever an earlier run left open. The rest is checked on
    /// the side; a ledger that an earlier run found damaged is checked to its end first.
    ///
    /// - Throws: `LedgerError` where the ledger is in use, damaged or rolled back; nothing is changed then.
    public static func open(_ configuration: StationConfiguration, logger: Logger) async throws -> Station {
        let ledger = try await onThread("fengcun-open") {
            try Ledger.open(
                configuration.state, origin: configuration.origin, fallback: configuration.fallbackOrigin,
                keys: configuration.keys)
        }
        if ledger.isSuspect {
            logger.warning("an earlier run found the ledger damaged; checking all of it")
            _ = try await ledger.examine(deeply: true)
            ledger.acquit()
        }
        logger.info("ledger opened", metadata: ["entries": "\(ledger.size)", "key": "\(ledger.verifierKey.text)"])
        let station = Station(
            ledger: ledger, configuration: configuration, watcher: try DeviceWatcher(), logger: logger,
            tool: .running(sqlite: try await ledger.sqliteVersion()),
            clockSteps: ClockSteps(after: try await ledger.read { try $0.lastEntry() }, clock: ledger.clock))
        try await station.recordStart()
        await station.beginCheck()
        return station
    }

    private func recordStart() async throws {
        let started = StationStarted(
            tool: tool, verifierKey: ledger.verifierKey.text, evidencePatterns: configuration.evidencePatterns,
            sm2Key: ledger.secondVerifierKey?.text)
        _ = try await ledger.append(EntryDraft(.stationStarted(started), about: [.station], by: own))
        await noticeClockAtStart()
        try await takeOverOpenAcquisitions()
        try await closeOpenRestorations()
    }

    /// Watches disks until the service is told to stop.
    ///
    /// - Throws: `MediaError` where udev cannot be listened to, `LedgerError.stopped` where the ledger gave up.
    public func run() async throws {
        let failures = failures
        watcher.start()
        defer { watcher.stop() }
        let (watcher, news) = (watcher, watcher.news)
        let clockWatcher = watchClock()
        defer { clockWatcher?.stop() }
        let clockEvents = clockWatcher?.events
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for try await _ in news.cancelOnGracefulShutdown() {
                    for event in watcher.takeEvents() { await self.handle(event) }
                }
            }
            if let clockEvents {
                group.addTask {
                    for await _ in clockEvents.cancelOnGracefulShutdown() { await self.noticeClock() }
                    try? await gracefulShutdown()
                }
            }
            group.addTask { await self.watchProtectionRegularly() }
            group.addTask { await self.watchPace() }
            group.addTask {
                for await reason in failures.stream.cancelOnGracefulShutdown() { throw LedgerError.stopped(reason) }
            }
            // Whichever ends first ends the other: the events end at shutdown, the failures never come in good times.
            try await group.next()
            group.cancelAll()
        }
    }

    /// Stops jobs, records what was counted and the stop itself. Called once, after the service and the socket have ended.
    public func finish(reason: String) async {
        // A medium that is being looked at is recorded before the stop; a drive that hangs is not waited for.
        await wait(atMost: Self.patience) { self.isQuiet }
        isStopping = true
        check.task?.cancel()
        for id in jobOrder where jobs[id]?.isRunning == true || jobs[id]?.isQueued == true {
            ask(id, to: .stationStops, by: own)
        }
        for id in jobOrder { await jobs[id]?.task?.value }
        if let steps = clockSteps.closeWindow() { await record(.clockStepped(steps), about: [.station]) }
        for sum in arrivals.closeAll() { await record(.diskPassedOver(sum), about: [.station]) }
        for refusal in refusals.closeAll() { await record(.accessRefused(refusal), about: [.station]) }
        await record(.stationStopped(StationStopped(reason: reason)), about: [.station])
    }

    private func handle(_ event: DeviceEvent) async {
        switch event {
        case .scanned(let devices):
            for name in disks.keys where !devices.contains(where: { $0.name == name }) { diskGone(name) }
            for device in devices { diskChanged(device, foundAtStart: scans == 0) }
            if scans == 0 { await closeStaleAttachments(present: devices) }
            scans += 1
        case .changed(let device): diskChanged(device, foundAtStart: false)
        case .removed(let name, let diskSequence):
            // A disk that came after the one that was removed may have its name already.
            if let disk = disks[name], diskSequence == 0 || disk.stay.diskSequence <= diskSequence { diskGone(name) }
        }
    }

    /// How long whatever happens is waited for that takes its time; a healthy drive needs less than a second.
    private static let patience = Duration.seconds(7)

    /// Waits until whatever was plugged in before this call is known and recorded: udev's queue is empty, all disks were
    /// looked at once more, and what was observed is recorded. A drive that takes longer than that holds up nobody but who asks for it.
    ///
    /// - Parameter node: a disk that is waited for until it is known, however long that takes.
    func settle(for node: String? = nil) async {
        await wait(atMost: .seconds(3)) { UdevQueue.isEmpty }
        let before = scans
        watcher.rescan()
        await wait(atMost: .seconds(3)) { self.scans > before }
        await wait(atMost: Self.patience) { self.isQuiet }
        // Its identification is bounded by the limits of the probe and of the content sampler.
        if let node, let disk = disks.values.first(where: { $0.device.node == node }), disk.isBeingIdentified {
            _ = await disk.identification?.value
        }
    }

    /// Whether everything that was observed is recorded, but for what has taken longer than anybody waits.
    private var isQuiet: Bool {
        let oldest = ContinuousClock.now - Self.patience
        return observations.values.allSatisfy { $0 < oldest }
            && disks.values.allSatisfy { !$0.isBeingIdentified || $0.since < oldest }
    }

    /// Records an observation on the side.
    func observe(_ work: @escaping () async -> Void) {
        observationCount += 1
        let number = observationCount
        observations[number] = .now
        Task {
            await work()
            observations[number] = nil
        }
    }

    private func wait(atMost limit: Duration, until isDone: () -> Bool) async {
        let end = ContinuousClock.now.advanced(by: limit)
        while !isDone(), ContinuousClock.now < end, !isStopping { try? await Task.sleep(for: .milliseconds(5)) }
    }

    // MARK: Recording what nobody asked for

    /// Records an observation. A full disk is waited for; a ledger that gave up ends the daemon.
    @discardableResult
    func record(
        _ act: Act, case caseNumber: String? = nil, about subjects: [Subject], attachments: [Attachment] = [],
        by actor: Actor? = nil
    ) async -> Ledger.Appended? {
        await noticeClock()
        let draft = EntryDraft(act, case: caseNumber, about: subjects, attachments: attachments, by: actor ?? own)
        while true {
            do {
                return try await ledger.append(draft)
            } catch LedgerError.diskFull where !isStopping {
                logger.error("no space for the ledger; trying again in 5 s", metadata: ["act": "\(act.kind.rawValue)"])
                try? await Task.sleep(for: .seconds(5))
            } catch {
                logger.critical("cannot record", metadata: ["act": "\(act.kind.rawValue)", "error": "\(error)"])
                // What cannot be recorded must not go on unrecorded.
                failures.continuation.yield(error.englishMessage)
                return nil
            }
        }
    }

    /// Reads for the station itself; a ledger that cannot be read ends the daemon.
    func read<Value: Sendable>(_ body: @escaping @Sendable (LedgerReader) throws -> Value) async -> Value? {
        do {
            return try await ledger.read(body)
        } catch {
            failures.continuation.yield("\(error)")
            return nil
        }
    }

    /// Appends what a peer asked for; tells the daemon to end where the ledger gave up.
    func append(_ decide: @escaping @Sendable (LedgerReader) throws -> EntryDraft) async throws -> Ledger.Appended {
        guard !isStopping else { throw StationError.stopping }
        await noticeClock()
        do {
            return try await ledger.append(decide)
        } catch LedgerError.stopped(let reason) {
            failures.continuation.yield(reason)
            throw LedgerError.stopped(reason)
        }
    }

    /// Ends the daemon: the ledger gave up.
    func giveUp(_ reason: String) { failures.continuation.yield(reason) }

    // MARK: Who may do what

    /// Checks a peer's right and counts a refusal.
    ///
    /// - Parameter request: what was asked for, for the record.
    /// - Throws: `StationError.denied`.
    public func authorize(_ peer: Peer, _ needed: Role, request: String) async throws {
        if let role = configuration.access.role(of: peer), role >= needed { return }
        logger.warning(
            "refused", metadata: ["uid": "\(peer.uid)", "user": "\(peer.user)", "request": "\(request.printable)"])
        let uid = Int(peer.uid)
        if let refusal = refusals.add(uid: uid, user: peer.user, request: request, at: .now()) {
            await record(.accessRefused(refusal), about: [.station])
            Task { [window = configuration.refusalWindow] in
                try? await Task.sleep(for: window)
                if let sum = refusals.close(uid: uid) { await record(.accessRefused(sum), about: [.station]) }
            }
        }
        throw StationError.denied(user: peer.user, needs: needed)
    }

    /// The state of the station, for a peer.
    public func status(for peer: Peer) async throws -> StatusView {
        StatusView(
            version: Release.version, origin: ledger.verifierKey.origin.name, verifierKey: ledger.verifierKey.text,
            entries: try await ledger.read { try $0.size() }, media: disks.values.count { $0.isEvidence },
            running: jobs.values.count { $0.isRunning }, queued: jobs.values.count { $0.isQueued },
            paused: jobs.values.count { $0.pause != nil }, role: configuration.access.role(of: peer)?.rawValue ?? "",
            timeServer: configuration.timeServer, check: checkView)
    }
}
