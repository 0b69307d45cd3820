import Control
import Custody
import ImageTree
import Imaging
import Integrity
import Ledger
import Restoration
import SafeText
import SystemPackage

/// What is known of a restoration while `fengcun-restore` writes.
struct RestorationWriting {
    var state = RestorationProgressRequest.State.writing
    var written = 0
    var reason: String?
    /// When something was heard of it last.
    var heard = ContinuousClock.now
}

// Images written back to devices. The station writes nothing itself: it records, watches whoever writes, and reads back.
extension Station {
    /// Records that the writing of an image to a device begins.
    ///
    /// - Throws: `Refusal`, `RestorationError`, `ImageReadError`, `StationError`, `LedgerError`; nothing may be written then.
    public func startRestoration(_ request: StartRestorationRequest, by peer: Peer) async throws -> RestorationView {
        guard !isStopping else { throw StationError.stopping }
        try checkQueue()
        let record = try await ledger.read { try $0.resolve(request.of) }
        let made = try record.image(request.image).made
        let copy = made.copy(at: request.image)
        await settle()
        let target = try checked(request.target)
        let tails = try RestorationTails(
            image: made.bytes, to: target, truncates: request.truncate, wipes: request.wipeRest)
        let image = ImageSegments(FilePath(copy.image), copy.layout, byteCount: made.bytes)
        // An image that is not there, or not whole, is no reason to begin.
        let found = try await onThread("fc-prepare") { try RawStream(image).description.bytes }
        guard found == made.bytes else { throw StationError.imageLength(copy.image, bytes: found, recorded: made.bytes) }
        let started = RestorationStarted(
            restoration: Self.newID("r"), exhibit: record.id, medium: made.medium, image: copy.image, bytes: made.bytes,
            target: target, tails: tails, overwrites: request.overwrites)
        let appended = try await append { reader in
            try reader.mustBeOpen(record.id.caseNumber)
            return EntryDraft(
                .restorationStarted(started), case: record.id.caseNumber, about: Self.subjects(started), by: peer.actor)
        }
        logger.notice("restoration started", metadata: ["exhibit": "\(record.id)", "device": "\(target.device.printable)"])
        let progress = JobProgress(total: tails.writtenInAll + RestorationReading.length(image: made.bytes, tails))
        restorations[started.restoration] = RestorationWriting()
        _ = add(Job(id: started.restoration, kind: .restoration, exhibit: record.id, progress: progress, start: .now)) {
            await self.run(started, made, image, progress, peer.actor)
        }
        return RestorationView(
            job: started.restoration, image: copy.image, layout: copy.layout, bytes: made.bytes, tails: tails,
            entry: appended.entry.sequence)
    }

    /// Takes note of how far the writing is.
    ///
    /// - Returns: the job; where it has ended, whoever writes must stop.
    public func noteRestoration(_ id: String, _ request: RestorationProgressRequest, language: Language) throws -> JobView {
        guard let job = jobs[id] else { throw StationError.unknownJob(id) }
        guard job.kind == .restoration, let writing = restorations[id], writing.state == .writing else {
            if job.kind == .restoration, job.end != nil { return job.view(in: language) }
            throw RestorationError.notWriting(id)
        }
        let written = max(writing.written, min(request.written, job.progress.total))
        job.progress.advance(by: written - writing.written)
        restorations[id] = RestorationWriting(
            state: request.state, written: written,
            reason: request.reason?.recorded)
        return try jobView(id, in: language)
    }

    /// What is said of a device must be what udev and the kernel say of it; evidence and the station's own disks are refused
    /// here once more.
    private func checked(_ target: RestorationTarget) throws -> RestorationTarget {
        guard let disk = disks.values.first(where: { $0.device.node == target.device }) else {
            throw RestorationError.unknownDevice(target.device)
        }
        if disk.isEvidence { throw RestorationError.evidence(target.device) }
        if case .system = disk.phase { throw RestorationError.systemDisk(target.device) }
        guard disk.stay.diskSequence == target.diskSequence, disk.stay.capacity == target.capacity else {
            throw RestorationError.otherDevice(target.device)
        }
        var target = target
        target.model = try FieldText.optionalLine(target.model, field: "target.model")
        target.serial = try FieldText.optionalLine(target.serial, field: "target.serial")
        return target
    }

    private static func subjects(_ started: RestorationStarted) -> [Subject] {
        [.exhibit(started.exhibit), .medium(started.medium), .restoration(started.restoration)]
    }

    // MARK: While it is written, and afterwards

    private func run(
        _ started: RestorationStarted, _ made: AcquisitionFinished, _ image: ImageSegments, _ progress: JobProgress,
        _ actor: Actor
    ) async {
        let startedAt = Timestamp.now()
        do {
            try await waitUntilWritten(started.restoration)
            let result = try await onThread("fc-compare") {
                let device = try DiskSource(
                    node: started.target.device, diskSequence: started.target.diskSequence, capacity: started.target.capacity)
                let reading = RestorationReading(
                    try RawStream(image), device, started.tails, algorithms: Self.algorithms(for: made), progress: progress)
                return try reading.run()
            }
            await recordFinished(started, made, image, result, startedAt, actor)
        } catch {
            await recordEnded(started, error, actor)
        }
        restorations[started.restoration] = nil
    }

    /// - Throws: `RestorationError` where it comes to nothing.
    private func waitUntilWritten(_ id: String) async throws {
        while let writing = restorations[id] {
            if jobs[id]?.stopRequest != nil { throw RestorationError.stopped }
            switch writing.state {
            case .written: return
            case .failed: throw RestorationError.failed(writing.reason ?? "it failed")
            case .writing:
                let limit = RestorationProgressRequest.silenceLimit
                guard writing.heard.duration(to: .now) < .seconds(limit) else { throw RestorationError.silent(seconds: limit) }
            }
            try? await Task.sleep(for: .milliseconds(200))
        }
        throw RestorationError.stopped
    }

    private func recordFinished(
        _ started: RestorationStarted, _ made: AcquisitionFinished, _ image: ImageSegments, _ result: RestorationReading.Result,
        _ startedAt: Timestamp, _ actor: Actor
    ) async {
        let from = ImageDescription(
            path: started.image, format: .raw, files: image.count, bytes: started.bytes, digests: DigestTable(result.image),
            blockTree: result.blockTree)
        let to = ImageDescription(
            path: started.target.device, format: .raw, files: 1, bytes: started.tails.written,
            digests: DigestTable(result.device))
        let problem: ImageProblem? =
            if !from.isRecorded(in: made) {
                .notRecorded
            } else if result.differingBytes > 0 {
                .device
            } else if let byte = result.firstNotWiped {
                .notWiped(byte: byte)
            } else {
                nil
            }
        let body = RestorationFinished(
            restoration: started.restoration, exhibit: started.exhibit, medium: started.medium, target: started.target,
            tails: started.tails, from: from, to: to, matches: problem == nil, differing: result.differing,
            differingBytes: result.differingBytes, problem: problem?.recordedMessage, startedAt: startedAt, finishedAt: .now())
        let appended = await record(
            .restorationFinished(body), case: body.exhibit.caseNumber, about: Self.subjects(started), by: actor)
        if let problem = body.problem {
            logger.critical("A RESTORED DEVICE IS NOT THE IMAGE", metadata: ["device": "\(to.path)", "problem": "\(problem)"])
        }
        var end = Job.End(state: appended == nil ? .failed : .finished, seconds: 0)
        end.restoration = appended.map { RecordedBody(body, entry: $0.entry.sequence) }
        end.error = problem
        finish(started.restoration, end)
    }

    private func recordEnded(_ started: RestorationStarted, _ error: any Error, _ actor: Actor) async {
        let request = jobs[started.restoration]?.stopRequest
        let explained = error as? any Explained ?? RestorationError.failed("\(error)")
        let outcome: AcquisitionEnded.Outcome =
            switch (request?.wish, explained) {
            case (.cancel?, _): .cancelled
            case (_?, _), (_, RestorationError.silent): .interrupted
            default: .failed
            }
        await recordEnded(
            started, outcome, explained.recordedMessage, written: restorations[started.restoration]?.written,
            by: request?.actor ?? actor)
        finish(
            started.restoration,
            Job.End(state: request == nil ? .failed : .cancelled, seconds: 0, error: explained))
    }

    private func recordEnded(
        _ started: RestorationStarted, _ outcome: AcquisitionEnded.Outcome, _ reason: String, written: Int?, by actor: Actor?
    ) async {
        let body = RestorationEnded(
            restoration: started.restoration, exhibit: started.exhibit, medium: started.medium, target: started.target,
            outcome: outcome, reason: reason, written: written)
        logger.error("restoration ended", metadata: ["exhibit": "\(started.exhibit)", "reason": "\(reason)"])
        await record(
            .restorationEnded(body), case: started.exhibit.caseNumber, about: Self.subjects(started), by: actor)
    }

    /// Restorations that an earlier run of the daemon left open: whoever wrote is told to stop, and there is no verdict.
    func closeOpenRestorations() async throws {
        for entry in try await ledger.read({ try $0.unfinished(Subject.restorationKind) }) {
            guard case .restorationStarted(let started) = entry.act else { continue }
            await recordEnded(started, .interrupted, "fengcund or the machine went down", written: nil, by: nil)
        }
    }
}
