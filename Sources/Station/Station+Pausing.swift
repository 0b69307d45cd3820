import Control
import Custody
import DurableFiles
import Foundation
import ImageTree
import Imaging
import Ledger
import Media
import SafeText
import SystemPackage

// Acquisitions that stand still and go on: when a person asks, when medium or destination fail, when the daemon goes.
extension Station {
    /// How often a job goes on by itself without getting any further before it waits for a person.
    private static let attemptLimit = 5
    /// How often a destination that is full or gone is looked at.
    private static let watchInterval = Duration.seconds(1)
    /// How long a medium that stopped answering is left alone before it is asked again.
    private static let restOfMedium = Duration.seconds(30)

    // MARK: Standing still

    /// Lets an acquisition stand still; returns once it does.
    public func pauseJob(_ id: String, by peer: Peer, language: Language) async throws -> JobView {
        guard let job = jobs[id] else { throw StationError.unknownJob(id) }
        guard job.isOpen else { throw StationError.jobEnded(id) }
        guard job.isRunning || job.isQueued, job.kind == .acquisition else { throw StationError.notPausable(id) }
        logger.notice("job paused", metadata: ["job": "\(id)"])
        ask(id, to: .pause, by: peer.actor)
        await jobs[id]?.task?.value
        return try jobView(id, in: language)
    }

    /// Decides whether an acquisition that could not go on has ended or stands still, and records it.
    ///
    /// - Parameter acquisition: nil where its images could not be opened again.
    func stop(
        _ error: any Error, _ acquisition: Acquisition?, _ started: AcquisitionStarted, stay: Int?, after last: Job.Pause? = nil
    ) async {
        let id = started.acquisition
        let request = jobs[id]?.stopRequest
        jobs[id]?.stopRequest = nil
        let cause: AcquisitionPaused.Cause? =
            switch request?.wish {
            case .cancel: nil
            case .pause: .person
            case .stationStops: .stationStopped
            case .cool: .hot
            case nil: await self.cause(of: error, started)
            }
        guard let cause else {
            let reason = request?.isBeforeTurn == true ? StationError.cancelledBeforeTurn : error
            // What was copied before an earlier pause stays.
            var remains = acquisition
            if remains == nil, let last { remains = await reopen(last) }
            return finish(id, await recordEnded(reason, remains, started, request))
        }
        let bytesRead = acquisition?.progress.bytesRead ?? last?.bytesRead ?? 0
        try? await onThread("fc-prepare") { acquisition?.destinations.suspend() }
        var reason = error as? any Explained ?? ImagingError.digest(.openSSL(operation: "copy", reason: "\(error)"))
        if cause == .stationStopped { reason = StationError.stopping }
        if cause == .person { reason = StationError.pausedByPerson }
        if case .cool(let tooHot) = request?.wish { reason = tooHot }
        var pause = Job.Pause(started: started, cause: cause, reason: reason)
        pause.failedStay = stay
        pause.bytesRead = bytesRead
        pause.givenUp = last?.givenUp ?? []
        pause.givenUp += acquisition?.destinations.givenUp.map { ImageCopy($0.image.segments, problem: $0.error) } ?? []
        pause.attempts = bytesRead > last?.bytesRead ?? 0 ? 0 : (last?.attempts ?? -1) + 1
        let body = AcquisitionPaused(
            acquisition: id, exhibit: started.exhibit, medium: started.medium, cause: cause,
            reason: reason.recordedMessage, bytesRead: bytesRead,
            givenUp: pause.givenUp.isEmpty ? nil : pause.givenUp, temperature: cause == .hot ? jobs[id]?.temperature : nil)
        logger.warning("acquisition paused", metadata: ["exhibit": "\(started.exhibit)", "cause": "\(cause.rawValue)"])
        await record(
            .acquisitionPaused(body), case: started.exhibit.caseNumber, about: Self.subjectsOnTheWay(started), by: request?.actor)
        // What a person asked for while this was decided and written holds, too; what the station wished is done by standing still.
        let late = jobs[id]?.stopRequest?.wish
        if late == .cancel || late == .pause && cause != .person {
            return await stop(ImagingError.cancelled, acquisition, started, stay: stay, after: last)
        }
        jobs[id]?.stopRequest = nil
        jobs[id]?.pause = pause
        leavePlace(id)
        watchDestination(id)
        watchMedium(id)
        // The medium may have come back while all of this was written.
        for disk in disks.values { if let medium = disk.medium { goOnIfPossible(medium) } }
    }

    /// Not the acquisition itself: that an odd number of entries is about it says that it is open.
    private static func subjectsOnTheWay(_ started: AcquisitionStarted) -> [Subject] {
        [.exhibit(started.exhibit), .medium(started.medium)]
    }

    /// What an error means for the work: nil where it is over.
    private func cause(of error: any Error, _ started: AcquisitionStarted) async -> AcquisitionPaused.Cause? {
        switch error {
        case Refusal.notAttached: return .mediumGone
        case Refusal.otherContent, Refusal.severalAttached: return .otherMedium
        case let error as ImagingError:
            switch error {
            case .sourceGone: return .mediumGone
            case .sourceStopped, .sourceSilent, .unprovenImage: return .mediumStopped
            case .otherDisk, .otherImage: return .otherMedium
            case .earlierImage: return .earlierImage
            case .destinationFull: return .destinationFull
            case .destinationGone, .destination, .image, .imageChanged: return await causeOfDestination(error, started)
            default: return nil
            }
        default: return nil
        }
    }

    private func causeOfDestination(_ error: ImagingError, _ started: AcquisitionStarted) async -> AcquisitionPaused.Cause {
        let room = await destinationRoom(started, without: [])
        guard room.isInPlace else { return .destinationGone }
        // With room left, the refusal has another reason, such as a quota, that nobody sees go away.
        if case .destination(let failure) = error, failure.errno == .noSpace || failure.errno == .diskQuotaExceeded {
            return room.isEnough ? .destinationFailed : .destinationFull
        }
        return .destinationFailed
    }

    private func destinationRoom(_ started: AcquisitionStarted, without givenUp: [ImageCopy]) async -> DestinationRoom {
        let images = started.images.filter { image in !givenUp.contains { $0.image == image.image.string } }
        let isSparse = started.sparse ?? false
        return (try? await onThread("fc-destination") { DestinationRoom(of: images, isSparse: isSparse) }) ?? .none
    }

    // MARK: Going on

    /// Lets an acquisition go on that stands still.
    public func resumeJob(_ id: String, by peer: Peer, language: Language) async throws -> JobView {
        guard let job = jobs[id] else { throw StationError.unknownJob(id) }
        guard job.isOpen else { throw StationError.jobEnded(id) }
        guard job.pause != nil else { throw StationError.notPaused(id) }
        jobs[id]?.pause?.attempts = 0
        await settle()
        try await goOn(id, by: peer.actor)
        return try jobView(id, in: language)
    }

    /// Whether a job has not gone on in vain too often.
    func mayGoOnByItself(_ pause: Job.Pause) -> Bool { pause.attempts < Self.attemptLimit }

    /// A medium is there: what stands still for want of it goes on.
    func goOnIfPossible(_ medium: AttachedMedium) {
        for id in jobOrder {
            guard let pause = jobs[id]?.pause, pause.started.medium == medium.medium, mayGoOnByItself(pause) else {
                continue
            }
            switch pause.cause {
            case .mediumGone, .mediumStopped:
                if pause.failedStay == medium.description.diskSequence { continue }
            case .stationStopped, .interrupted: break
            case .person, .otherMedium, .earlierImage, .hot, .destinationFull, .destinationGone, .destinationFailed: continue
            }
            Task { try? await goOn(id, by: nil) }
        }
    }

    /// Looks at the destination of a job that stands still for it, until it can go on.
    private func watchDestination(_ id: String) {
        guard let pause = jobs[id]?.pause, pause.cause == .destinationFull || pause.cause == .destinationGone,
            mayGoOnByItself(pause)
        else { return }
        Task {
            while !isStopping, jobs[id]?.pause?.cause == pause.cause {
                try? await Task.sleep(for: Self.watchInterval)
                let room = await destinationRoom(pause.started, without: pause.givenUp)
                if room.isInPlace, room.isEnough, (try? await goOn(id, by: nil)) != nil { return }
            }
        }
    }

    /// Asks the medium of a job that stands still because it stopped answering, until it gives something and the job can go on.
    /// One that hangs keeps nobody but the thread that asked it.
    private func watchMedium(_ id: String) {
        guard jobs[id]?.pause?.cause == .mediumStopped, jobs[id]?.isMediumWatched == false else { return }
        jobs[id]?.isMediumWatched = true
        Task {
            defer { jobs[id]?.isMediumWatched = false }
            var place = 0
            while !isStopping, let pause = jobs[id]?.pause, pause.cause == .mediumStopped, mayGoOnByItself(pause) {
                try? await Task.sleep(for: Self.restOfMedium)
                guard let (device, medium) = try? await attachedDisk(of: pause.started.exhibit) else { continue }
                let gives = try? await onThread("fc-prepare") { [place] in
                    try Self.open(device, medium.description).0.givesAnything(from: place)
                }
                place += 1
                guard gives == true, jobs[id]?.pause?.cause == .mediumStopped else { continue }
                try? await goOn(id, by: nil)
            }
        }
    }

    /// Lets a job that stands still wait for its turn.
    ///
    /// - Throws: where the medium is not there; the job stands still as before.
    func goOn(_ id: String, by actor: Actor?) async throws {
        guard !isStopping, let started = jobs[id]?.pause?.started else { throw StationError.notPaused(id) }
        let (_, medium) = try await attachedDisk(of: started.exhibit)
        guard !isStopping, let pause = jobs[id]?.pause else { throw StationError.notPaused(id) }
        jobs[id]?.pause = nil
        jobs[id]?.progress = JobProgress(total: started.capacity)
        submit(id, bus: medium.description.bus) { await self.goOn(pause, by: actor) }
    }

    private func attachedDisk(of exhibit: ExhibitID) async throws -> (BlockDevice, AttachedMedium) {
        guard let record = try await ledger.read({ try $0.exhibit(exhibit) }) else {
            throw Refusal.unknownExhibit(exhibit.description)
        }
        return try attachedDisk(of: record)
    }

    private func goOn(_ last: Job.Pause, by actor: Actor?) async {
        var pause = last
        let (started, id) = (pause.started, pause.started.acquisition)
        var stay: Int?
        var acquisition: Acquisition?
        do {
            // While it waited somebody may have stopped it, and the medium may have gone to another port.
            if jobs[id]?.stopRequest != nil { throw ImagingError.cancelled }
            let (device, medium) = try await attachedDisk(of: started.exhibit)
            stay = medium.description.diskSequence
            let requests = configuration.jobs.requests
            let earlier = try await earlier(started)
            let (prepared, protection, missing) = try await onThread("fc-prepare") {
                let (source, protection) = try Self.open(device, medium.description)
                guard source.capacity == started.capacity, source.sectorSize == started.sectorSize else {
                    throw ImagingError.otherDisk(device.node)
                }
                let (prepared, missing) = try Acquisition.reopen(
                    started, without: last.givenUp, source: source, requests: requests, earlier: earlier)
                return (prepared, protection, missing)
            }
            acquisition = prepared
            pause.givenUp += missing
            jobs[id]?.progress = prepared.progress
            // Whoever stopped the job meanwhile stopped the counter that it had before.
            if jobs[id]?.stopRequest != nil { prepared.progress.cancel() }
            let continuation = try await onThread("fc-reader") { try prepared.prove() }
            let body = AcquisitionResumed(
                acquisition: id, exhibit: started.exhibit, medium: started.medium, device: device.node,
                provenBytes: continuation.provenBytes, discardedBytes: continuation.discardedBytes,
                comparedPlaces: continuation.comparedPlaces, protection: protection,
                givenUp: pause.givenUp.isEmpty ? nil : pause.givenUp,
                temperature: pause.cause == .hot ? jobs[id]?.temperature : nil)
            logger.notice(
                "acquisition resumed", metadata: ["exhibit": "\(started.exhibit)", "proven": "\(body.provenBytes)"])
            await record(
                .acquisitionResumed(body), case: started.exhibit.caseNumber, about: Self.subjectsOnTheWay(started), by: actor)
            await run(
                Acquisition(prepared, continuing: continuation), started, device, stay: medium.description.diskSequence,
                after: pause)
        } catch {
            await stop(error, acquisition, started, stay: stay, after: pause)
        }
    }

    /// The attempt that an acquisition continues, as its record names it; nil where there is none, or none with an image: the map
    /// beside the new image has what it said of the order.
    private func earlier(_ started: AcquisitionStarted) async throws -> EarlierAttempt? {
        guard let image = started.parameters[EarlierAttempt.parameter].flatMap({ FilePath(absolute: $0) }),
            let map = try await ledger.read({ try $0.entries(about: .acquisition(started.acquisition)) })
                .flatMap(\.draft.attachments).first(where: { $0.type == .errorMap })
        else { return nil }
        let bytes: [UInt8]
        do {
            bytes = try await blob(map.sha256)
        } catch {
            // It may be there again later.
            throw ImagingError.earlierImage(FileError("read the map of", image, .ioError))
        }
        return try await onThread("fc-prepare") {
            EarlierAttempt(resuming: try Mapfile(bytes, capacity: started.capacity), image: image)
        }
    }

    /// Acquisitions that an earlier run of the daemon left open: they stand still, and go on when their medium is there.
    func takeOverOpenAcquisitions() async throws {
        for entry in try await ledger.read({ try $0.unfinished(Subject.acquisitionKind) }) {
            guard case .acquisitionStarted(let started) = entry.act else { continue }
            let last = try await ledger.read { try $0.lastPause(of: started) }
            var body =
                last
                ?? AcquisitionPaused(
                    acquisition: started.acquisition, exhibit: started.exhibit, medium: started.medium, cause: .interrupted,
                    reason: "fengcund or the machine went down", bytesRead: nil)
            if last == nil {
                body.givenUp = try await ledger.read { try $0.givenUp(by: started) }
                await record(
                    .acquisitionPaused(body), case: started.exhibit.caseNumber, about: Self.subjectsOnTheWay(started))
            }
            var job = Job(
                id: started.acquisition, kind: .acquisition, exhibit: started.exhibit,
                progress: JobProgress(total: started.capacity), start: .now)
            var pause = Job.Pause(started: started, cause: body.cause, reason: RecordedReason(body))
            pause.givenUp = body.givenUp ?? []
            pause.bytesRead = body.bytesRead ?? 0
            job.pause = pause
            jobs[job.id] = job
            jobOrder.append(job.id)
            watchDestination(job.id)
            watchMedium(job.id)
            watchTemperature(of: started)
        }
    }

    /// Ends an acquisition that stands still; what was copied stays beside the destination.
    func cancel(_ pause: Job.Pause, by actor: Actor) async {
        let started = pause.started
        jobs[started.acquisition]?.pause = nil
        let request = Job.StopRequest(wish: .cancel, actor: actor, isBeforeTurn: false)
        finish(started.acquisition, await recordEnded(ImagingError.cancelled, await reopen(pause), started, request))
    }

    /// The images of an acquisition that stands still, to be given up; nil where they are not to be found.
    private func reopen(_ pause: Job.Pause) async -> Acquisition? {
        try? await onThread("fc-prepare") {
            try Acquisition.reopen(pause.started, without: pause.givenUp, source: NoSource(pause.started)).0
        }
    }
}

/// The source of work that is given up: nothing is read of it.
private struct NoSource: ImageSource {
    let name: String
    let capacity: Int
    let sectorSize: Int

    init(_ started: AcquisitionStarted) {
        (name, capacity, sectorSize) = (started.device, started.capacity, started.sectorSize)
    }

    func isPresent() -> Bool { false }
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int { throw .noSuchAddressOrDevice }
}

/// Why a job stands still, as an earlier run of the daemon recorded it.
private struct RecordedReason: Explained {
    let cause: AcquisitionPaused.Cause
    let text: String
    var code: String { cause.rawValue }

    init(_ body: AcquisitionPaused) { (cause, text) = (body.cause, body.reason) }

    /// The record has its reasons in English; in Chinese the cause is said before it.
    func message(in language: Language) -> String { language(text.printable, "\(chineseCause)：\(text.printable)") }

    private var chineseCause: String {
        switch cause {
        case .person: "操作人员已暂停"
        case .mediumGone: "介质已断开"
        case .mediumStopped: "介质停止响应"
        case .otherMedium: "不是同一介质"
        case .earlierImage: "无法读取先前的镜像"
        case .hot: "介质温度过高"
        case .destinationFull: "目标空间不足"
        case .destinationGone: "目标中找不到镜像文件"
        case .destinationFailed: "目标写入失败"
        case .stationStopped: "守护进程已停止"
        case .interrupted: "守护进程或机器意外停止"
        }
    }
}

extension AcquisitionStarted {
    /// The files of all images that were asked for, in their order.
    var images: [ImageSegments] {
        ([ImageCopy(image: image, layout: layout)] + (copies ?? [])).map {
            ImageSegments(FilePath($0.image), $0.layout, byteCount: capacity)
        }
    }
}

extension Acquisition {
    /// Opens what an earlier run left. One of several images that is not to be found is given up: the second of the pair.
    fileprivate static func reopen(
        _ started: AcquisitionStarted, without givenUp: [ImageCopy], source: any ImageSource, requests: Int = 1,
        earlier: EarlierAttempt? = nil
    ) throws -> (Acquisition, [ImageCopy]) {
        var images: [ImageFile] = []
        var failures: [ImagingError] = []
        var missing: [ImageCopy] = []
        for segments in started.images where !givenUp.contains(where: { $0.image == segments.image.string }) {
            do throws(ImagingError) {
                images.append(try ImageFile.reopen(segments, isSparse: started.sparse ?? false))
            } catch {
                failures.append(error)
                missing.append(ImageCopy(segments, problem: error))
            }
        }
        if images.isEmpty { throw failures.first ?? .destinationGone(FilePath(started.image)) }
        let acquisition = Acquisition(
            source: source, images: images, algorithms: started.algorithms,
            options: RescueOptions(parameters: started.parameters), requests: requests, earlier: earlier,
            medium: started.medium.text)
        return (acquisition, missing)
    }
}

extension LedgerReader {
    /// The pause in which an open acquisition stands; nil where it ran last.
    fileprivate func lastPause(of started: AcquisitionStarted) throws -> AcquisitionPaused? {
        try entries(about: .exhibit(started.exhibit)).reduce(nil) { last, entry in
            switch entry.act {
            case .acquisitionPaused(let body) where body.acquisition == started.acquisition: body
            case .acquisitionResumed(let body) where body.acquisition == started.acquisition: nil
            default: last
            }
        }
    }

    /// The images that were given up before.
    fileprivate func givenUp(by started: AcquisitionStarted) throws -> [ImageCopy]? {
        try entries(about: .exhibit(started.exhibit)).reduce(nil) { last, entry in
            switch entry.act {
            case .acquisitionPaused(let body) where body.acquisition == started.acquisition: body.givenUp
            case .acquisitionResumed(let body) where body.acquisition == started.acquisition: body.givenUp
            default: last
            }
        }
    }
}
