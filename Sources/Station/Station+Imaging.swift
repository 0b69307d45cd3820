import Control
import Custody
import Glibc
import ImageTree
import Imaging
import Integrity
import Ledger
import Media
import SafeText
import SystemPackage

// Making images and reading them back.
extension Station {
    /// Ended jobs that are remembered.
    private static let jobLimit = 100

    /// Starts the making of an image.
    ///
    /// - Returns: the running job.
    /// - Throws: `Refusal`, `ImagingError`, `StationError`, `LedgerError`; nothing is left behind then.
    public func startImage(_ request: StartImageRequest, by peer: Peer, language: Language) async throws -> JobView {
        guard !isStopping else { throw StationError.stopping }
        let algorithms = try Self.algorithms(request.digests)
        guard let destination = FilePath(absolute: request.destination) else { throw Refusal.notAPath(request.destination) }
        let record = try await ledger.read { try $0.resolve(request.of) }
        try record.mayBeImaged()
        await settle()
        try await checkDestination(destination)
        let (device, medium) = try attachedDisk(of: record)
        let rescue = try await rescue(request.rescue ?? RescueRequest(), medium)
        return try await startImage(record, device, medium, destination, algorithms, rescue, peer).view(in: language)
    }

    /// What a person asked for beyond the defaults, checked.
    private struct RescuePlan {
        let options: RescueOptions
        let earlier: EarlierAttempt?
        let mapfile: Attachment?
    }

    private func rescue(_ request: RescueRequest, _ medium: AttachedMedium) async throws -> RescuePlan {
        let options = try request.options()
        guard let digest = request.mapfile else {
            if request.image != nil { throw RescueRequestError.imageWithoutMap }
            return RescuePlan(options: options, earlier: nil, mapfile: nil)
        }
        let bytes = try await blob(digest)
        let path = try request.image.map { text in
            guard let path = FilePath(absolute: text) else { throw Refusal.notAPath(text) }
            return path
        }
        let (capacity, id) = (medium.description.capacity, medium.medium.text)
        let earlier = try await onThread("fc-prepare") {
            let mapfile = try Mapfile(bytes, capacity: capacity)
            guard mapfile.medium ?? id == id else { throw MapfileError(nil, .otherMedium) }
            return try EarlierAttempt(mapfile, image: path)
        }
        return RescuePlan(
            options: options, earlier: earlier,
            mapfile: Attachment(sha256: digest, size: bytes.count, name: "earlier.map", type: .errorMap))
    }

    private static func algorithms(_ names: [String]) throws(Refusal) -> [DigestAlgorithm] {
        var algorithms: Set<DigestAlgorithm> = []
        for name in names {
            guard let algorithm = DigestAlgorithm(rawValue: name) else { throw .unknownDigest(name) }
            algorithms.insert(algorithm)
        }
        guard !algorithms.isEmpty else { throw .noDigest }
        return algorithms.sorted()
    }

    /// The one attached disk that is the medium of an exhibit.
    private func attachedDisk(of record: ExhibitRecord) throws(Refusal) -> (BlockDevice, AttachedMedium) {
        let matches = disks.values.filter { $0.medium?.medium == record.registration.medium }
        guard matches.count <= 1 else { throw .severalAttached(record.id) }
        guard let disk = matches.first, let medium = disk.medium else { throw .notAttached(record.id) }
        if let now = medium.sample, let then = record.registration.sample, now != then {
            throw .otherContent(record.id, device: disk.device.node)
        }
        return (disk.device, medium)
    }

    private func startImage(
        _ record: ExhibitRecord, _ device: BlockDevice, _ medium: AttachedMedium, _ destination: FilePath,
        _ algorithms: [DigestAlgorithm], _ rescue: RescuePlan, _ peer: Peer
    ) async throws -> Job {
        let stem = ImageFile.stem(for: record.id, at: .now())
        let description = medium.description
        let (options, earlier) = (rescue.options, rescue.earlier)
        let (acquisition, protection) = try await onThread("fc-prepare") {
            // The flag may have been lost since the medium was plugged in; a failure shows in the state.
            try? WriteProtection.set(device)
            guard let protection = WriteProtection.state(of: device) else { throw ImagingError.sourceGone(device.node) }
            guard protection.readOnly else { throw Refusal.notWriteProtected(device: device.node) }
            let source = try DiskSource(
                node: device.node, diskSequence: description.diskSequence, capacity: description.capacity)
            let image = try ImageFile(in: destination, stem: stem, byteCount: description.capacity)
            let acquisition = Acquisition(
                source: source, image: image, algorithms: algorithms, options: options, earlier: earlier,
                medium: medium.medium.text)
            return (acquisition, protection)
        }
        let started = AcquisitionStarted(
            acquisition: Self.newID(), exhibit: record.id, medium: medium.medium, device: device.node,
            capacity: description.capacity, sectorSize: acquisition.source.sectorSize, image: acquisition.image.path.string,
            algorithms: algorithms, tool: tool, parameters: acquisition.parameters, protection: protection)
        do {
            _ = try await append { reader in
                // A seal may have been put on, or another job have begun, since the request came in.
                try reader.exhibit(record.id)?.mayBeImaged()
                return EntryDraft(
                    .acquisitionStarted(started), case: record.id.caseNumber, about: Self.subjects(started),
                    attachments: [rescue.mapfile].compactMap { $0 }, by: peer.actor)
            }
        } catch {
            _ = acquisition.image.abandon()
            throw error
        }
        logger.notice("acquisition started", metadata: ["exhibit": "\(record.id)", "image": "\(started.image)"])
        return add(
            Job(id: started.acquisition, kind: .acquisition, exhibit: record.id, progress: acquisition.progress, start: .now)
        ) { await self.run(acquisition, started, device) }
    }

    private static func subjects(_ started: AcquisitionStarted) -> [Subject] {
        [.exhibit(started.exhibit), .medium(started.medium), .acquisition(started.acquisition)]
    }

    private static func newID() -> String {
        "a-" + Hex.encode((0..<8).map { _ in UInt8.random(in: 0...255) })
    }

    /// A destination on any evidence medium is refused, and not only on the one that is imaged; so is the daemon's own state.
    private func checkDestination(_ destination: FilePath) async throws {
        // On a thread: a mount whose server is gone keeps whoever touches it.
        let (holding, isInState) = try await onThread("fc-destination") { [state = configuration.state] in
            (SystemDisks.names(holdingPath: destination), destination.lies(in: state))
        }
        if isInState { throw StationError.destinationInState(destination.string) }
        for disk in disks.values where disk.isEvidence && holding.contains(disk.device.name) {
            throw StationError.destinationOnEvidence(path: destination.string, device: disk.device.node)
        }
    }

    private func run(_ acquisition: Acquisition, _ started: AcquisitionStarted, _ device: BlockDevice) async {
        var end = Job.End(state: .failed, seconds: 0)
        do {
            let result = try await onThread("fc-reader") { try acquisition.run() }
            let fsverity = await enforce(result, started)
            end.image = await recordFinished(result, fsverity, started, device)
            end.state = end.image == nil ? .failed : .finished
        } catch {
            end = await recordEnded(error, acquisition, started)
        }
        finish(started.acquisition, end)
    }

    /// Has the kernel enforce the image's block tree where the configuration asks for it.
    ///
    /// - Returns: `enabled`, or why it is not; nil where it was not asked for.
    private func enforce(_ result: Acquisition.Result, _ started: AcquisitionStarted) async -> String? {
        guard configuration.enablesVerity else { return nil }
        let outcome = try? await onThread("fc-verity") { Verity.enable(FilePath(started.image), digest: result.blockTree) }
        return outcome.map { String($0.printable.prefix(FieldText.lengthLimit)) }
    }

    private func recordFinished(
        _ result: Acquisition.Result, _ fsverity: String?, _ started: AcquisitionStarted, _ device: BlockDevice
    ) async -> ImageView? {
        let body = AcquisitionFinished(
            acquisition: started.acquisition, exhibit: started.exhibit, medium: started.medium, image: started.image,
            bytes: result.bytes, digests: .init(result.digests), blockTree: result.blockTree, fsverity: fsverity,
            digestSource: result.digestSource, unreadableBytes: result.unreadable.reduce(0) { $0 + $1.length },
            unreadable: Array(result.unreadable.prefix(AcquisitionFinished.rangeLimit)), rescue: result.rescue,
            startedAt: result.startedAt, finishedAt: result.finishedAt, protection: WriteProtection.state(of: device))
        let attachments = await attachment(result.mapfile) + attachment(result.rates)
        guard
            let appended = await record(
                .acquisitionFinished(body), case: body.exhibit.caseNumber, about: Self.subjects(started), attachments: attachments
            )
        else { return nil }
        logger.notice("acquisition finished", metadata: ["exhibit": "\(body.exhibit)", "bytes": "\(body.bytes)"])
        return ImageView(body, entry: appended.entry.sequence, verified: nil)
    }

    /// The map of a rescue.
    private func attachment(_ mapfile: Mapfile?) async -> [Attachment] {
        guard let mapfile else { return [] }
        guard let blob = try? await addBlob(Array(mapfile.text.utf8)) else {
            logger.error("the map of unreadable sectors could not be kept")
            return []
        }
        return [Attachment(sha256: blob.sha256, size: blob.size, name: "errors.map", type: .errorMap)]
    }

    /// The rate over the position.
    private func attachment(_ rates: RateCurve) async -> [Attachment] {
        guard !rates.buckets.isEmpty, let blob = try? await addBlob(Array(rates.text.utf8)) else { return [] }
        return [Attachment(sha256: blob.sha256, size: blob.size, name: "rates.txt", type: .rates)]
    }

    private func recordEnded(_ error: any Error, _ acquisition: Acquisition, _ started: AcquisitionStarted) async -> Job.End {
        let partial = acquisition.image.abandon()
        let request = jobs[started.acquisition]?.stopRequest
        let outcome = request?.outcome ?? .failed
        let explained = error as? any Explained ?? ImagingError.digest(.openSSL(operation: "copy", reason: "\(error)"))
        let reason = outcome == .interrupted ? "fengcund was stopped" : explained.message(in: .english)
        logger.error("acquisition ended", metadata: ["exhibit": "\(started.exhibit)", "reason": "\(reason)"])
        let body = AcquisitionEnded(
            acquisition: started.acquisition, exhibit: started.exhibit, medium: started.medium, outcome: outcome,
            reason: String(reason.printable.prefix(FieldText.lengthLimit)), partial: partial?.string)
        let attachments = partial == nil ? [] : await attachment(acquisition.mapfileAtEnd)
        await record(
            .acquisitionEnded(body), case: started.exhibit.caseNumber, about: Self.subjects(started), attachments: attachments,
            by: request?.actor)
        return Job.End(state: outcome == .failed ? .failed : .cancelled, seconds: 0, error: explained)
    }

    /// Acquisitions that an earlier run of the daemon began and could not end.
    func closeInterruptedAcquisitions() async throws {
        for entry in try await ledger.read({ try $0.unfinished(Subject.acquisitionKind) }) {
            guard case .acquisitionStarted(let started) = entry.act else { continue }
            BlockTreeWriter.remove(of: FilePath(started.image))
            let partial = ImageFile.remains(of: FilePath(started.image))
            let body = AcquisitionEnded(
                acquisition: started.acquisition, exhibit: started.exhibit, medium: started.medium, outcome: .interrupted,
                reason: "fengcund or the machine went down", partial: partial?.string)
            await record(.acquisitionEnded(body), case: started.exhibit.caseNumber, about: Self.subjects(started))
        }
    }

    // MARK: Reading back

    /// Reads an image of an exhibit again and records whether it is what the ledger says. An image that cannot be read
    /// is a result, too.
    public func verifyImage(_ request: VerifyImageRequest, by peer: Peer, language: Language) async throws -> JobView {
        guard !isStopping else { throw StationError.stopping }
        let record = try await ledger.read { try $0.resolve(request.of) }
        let made = try record.image(request.image).made
        let isRunning = jobs.values.contains { $0.isRunning && $0.kind == .verification && $0.exhibit == record.id }
        guard !isRunning else { throw Refusal.beingVerified(record.id) }
        let extent = try Self.extent(request, made)
        let algorithms = extent == .full ? made.digests.keys.sorted() : []
        let opened = await Result<ImageVerification, any Error>.catching {
            try await onThread("fc-prepare") { try ImageVerification(path: FilePath(made.image), algorithms: algorithms) }
        }
        if let verification = try? opened.get(), case .ranges(let ranges) = extent {
            verification.progress.expect(ranges.reduce(0) { $0 + $1.length })
        }
        let progress = (try? opened.get().progress) ?? JobProgress(total: made.bytes)
        let id = "v" + Self.newID().dropFirst()
        return add(Job(id: id, kind: .verification, exhibit: record.id, progress: progress, start: .now)) {
            await self.run(opened, extent, id, made, peer)
        }.view(in: language)
    }

    /// What a request asks to be read.
    private static func extent(
        _ request: VerifyImageRequest, _ made: AcquisitionFinished
    ) throws(Refusal) -> ImageVerification.Extent {
        guard request.quick == true || request.ranges != nil else { return .full }
        guard made.blockTree != nil else { throw .noBlockTree(made.exhibit) }
        guard let ranges = request.ranges else { return .quick }
        var position = 0
        for range in ranges {
            guard range.offset >= position, range.length > 0, range.length <= made.bytes,
                range.offset <= made.bytes - range.length
            else { throw .badRanges(bytes: made.bytes) }
            position = range.end
        }
        guard (1...AcquisitionFinished.rangeLimit).contains(ranges.count) else { throw .badRanges(bytes: made.bytes) }
        return .ranges(ranges)
    }

    private func run(
        _ opened: Result<ImageVerification, any Error>, _ extent: ImageVerification.Extent, _ id: String,
        _ made: AcquisitionFinished, _ peer: Peer
    ) async {
        let startedAt = Timestamp.now()
        var problem: String?
        var result: ImageVerification.Result?
        var level: Result<BlockTreeFile, BlockTreeError>?
        do {
            let verification = try opened.get()
            if let recorded = made.blockTree {
                let path = BlockTreeFile.path(of: verification.path)
                level = try await onThread("fc-verify") {
                    .init { () throws(BlockTreeError) in try .open(path, recorded: recorded) }
                }
            }
            if extent.isPartial, case .failure(let error) = level {
                // Nothing was learnt about the image, so nothing is recorded about it.
                finish(id, Job.End(state: .failed, seconds: 0, error: error))
                return
            }
            result = try await onThread("fc-verify") { [level] in try verification.run(extent, comparing: try? level?.get()) }
        } catch ImagingError.cancelled {
            finish(id, Job.End(state: .cancelled, seconds: 0, error: ImagingError.cancelled))
            return
        } catch {
            problem = (error as? any Explained)?.message(in: .english) ?? "\(error)"
        }
        let digests = DigestTable(result?.digests ?? [])
        let tree = made.blockTree.map { _ in BlockTreeCheck(result, extent, level) }
        let body = ImageVerified(
            acquisition: made.acquisition, exhibit: made.exhibit, image: made.image,
            matches: problem == nil && result?.bytes == made.bytes && (extent != .full || digests == made.digests)
                && (extent.isPartial || made.blockTree == nil || tree?.digest == made.blockTree)
                && tree?.differingBytes ?? 0 == 0,
            bytes: result?.bytes ?? 0, digests: digests, tree: tree, problem: problem,
            reading: (try? opened.get().reading.rawValue) ?? "none",
            startedAt: result?.startedAt ?? startedAt, finishedAt: result?.finishedAt ?? .now())
        do {
            let appended = try await append { _ in
                EntryDraft(.imageVerified(body), case: body.exhibit.caseNumber, about: [.exhibit(body.exhibit)], by: peer.actor)
            }
            let view = VerificationView(body, of: made, entry: appended.entry.sequence)
            finish(id, Job.End(state: .finished, seconds: 0, verification: view))
        } catch {
            finish(id, Job.End(state: .failed, seconds: 0, error: error as? any Explained ?? StationError.stopping))
        }
        if !body.matches {
            logger.critical(
                "AN IMAGE DIFFERS FROM ITS RECORD", metadata: ["image": "\(body.image)", "problem": "\(problem ?? "")"])
        }
    }

    // MARK: Jobs

    /// All jobs that run or ended lately, oldest first.
    public func jobViews(in language: Language) -> [JobView] { jobOrder.compactMap { jobs[$0]?.view(in: language) } }

    /// One job.
    public func jobView(_ id: String, in language: Language) throws -> JobView {
        guard let job = jobs[id] else { throw StationError.unknownJob(id) }
        return job.view(in: language)
    }

    /// Asks a job to stop; how it ended is recorded by the job.
    public func cancelJob(_ id: String, by peer: Peer, language: Language) throws -> JobView {
        guard let job = jobs[id] else { throw StationError.unknownJob(id) }
        guard job.isRunning else { throw StationError.jobEnded(id) }
        logger.notice("job cancelled", metadata: ["job": "\(id)"])
        jobs[id]?.stopRequest = .init(outcome: .cancelled, actor: peer.actor)
        job.progress.cancel()
        return job.view(in: language)
    }

    private func add(_ job: Job, work: @escaping @Sendable () async -> Void) -> Job {
        jobs[job.id] = job
        jobOrder.append(job.id)
        jobs[job.id]?.task = Task { await work() }
        while jobOrder.count > Self.jobLimit, let oldest = jobOrder.first(where: { jobs[$0]?.isRunning == false }) {
            jobOrder.removeAll { $0 == oldest }
            jobs[oldest] = nil
        }
        return job
    }

    private func finish(_ id: String, _ end: Job.End) {
        guard let job = jobs[id] else { return }
        jobs[id]?.end = end
        jobs[id]?.end?.seconds = (ContinuousClock.now - job.start) / .seconds(1)
    }
}

extension DigestTable {
    /// Digests by algorithm.
    fileprivate init(_ digests: [Digest]) {
        self.init(digests.map { ($0.algorithm, $0.hex) }) { first, _ in first }
    }
}

extension ImageVerification.Extent {
    /// Whether a part of the image only is read.
    fileprivate var isPartial: Bool { ranges != nil }

    /// The ranges that are read; nil for all.
    fileprivate var ranges: [ByteRange]? {
        guard case .ranges(let ranges) = self else { return nil }
        return ranges
    }
}

extension BlockTreeCheck {
    /// What a verification found; nil for `result` where it did not come to its end.
    fileprivate init(
        _ result: ImageVerification.Result?, _ extent: ImageVerification.Extent, _ level: Result<BlockTreeFile, BlockTreeError>?
    ) {
        var problem: String?
        if case .failure(let error) = level { problem = error.message(in: .english) }
        self.init(
            ranges: extent.ranges, digest: result?.blockTree, problem: problem.map { String($0.prefix(FieldText.lengthLimit)) },
            differing: result?.differences?.ranges ?? [], differingBytes: result?.differences?.byteCount ?? 0)
    }
}

extension Result where Failure == any Error {
    /// The outcome of asynchronous work.
    fileprivate static func catching(_ work: () async throws -> Success) async -> Self {
        do {
            return .success(try await work())
        } catch {
            return .failure(error)
        }
    }
}

extension FilePath {
    /// An absolute path; nil for a relative one, and for a text with a NUL, behind which the kernel would see nothing.
    fileprivate init?(absolute text: String) {
        guard !text.utf8.contains(0) else { return nil }
        self.init(text)
        guard isAbsolute else { return nil }
    }

    /// Whether the folder is `parent` or lies in it, links resolved.
    fileprivate func lies(in parent: FilePath) -> Bool {
        guard let own = realpath(string, nil), let other = realpath(parent.string, nil) else { return false }
        defer {
            free(own)
            free(other)
        }
        return FilePath(platformString: own).starts(with: FilePath(platformString: other))
    }
}
