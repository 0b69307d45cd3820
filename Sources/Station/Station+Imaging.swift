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
    /// Starts the making of an image, or lets it wait for its turn.
    ///
    /// - Returns: the job.
    /// - Throws: `Refusal`, `ImagingError`, `StationError`, `LedgerError`; nothing is left behind then.
    public func startImage(_ request: StartImageRequest, by peer: Peer, language: Language) async throws -> JobView {
        guard !isStopping else { throw StationError.stopping }
        let algorithms = try Self.algorithms(request.digests)
        let destinations = try Self.destinations(request)
        let record = try await ledger.read { try $0.resolve(request.of) }
        try record.mayBeImaged()
        await settle()
        for folder in destinations.flatMap({ [$0.folder] + $0.nextFolders }) { try await checkDestination(folder) }
        let (device, medium) = try attachedDisk(of: record)
        try checkQueue(bus: medium.description.bus)
        let rescue = try await rescue(request.rescue ?? RescueRequest(), medium)
        return try await startImage(
            record, device, medium, destinations, algorithms, rescue, request.priority ?? .normal, peer
        ).view(in: language)
    }

    /// Where the images are to go.
    private static func destinations(_ request: StartImageRequest) throws -> [DestinationPlan] {
        func folder(_ text: String) throws(Refusal) -> FilePath {
            guard let path = FilePath(absolute: text) else { throw .notAPath(text) }
            return path
        }
        let next = try (request.nextFolders ?? []).map(folder)
        if !next.isEmpty, request.segmentSize == nil { throw StationError.nextWithoutSegments }
        return try ([request.destination] + [request.secondDestination].compactMap { $0 }).enumerated().map { index, text in
            DestinationPlan(
                folder: try folder(text), nextFolders: index == 0 ? next : [], segmentSize: request.segmentSize,
                isSparse: request.sparse ?? false)
        }
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

    /// The digests that are asked for by their names, such as `sha256`; `none` alone asks for none beside the block tree.
    ///
    /// - Throws: `Refusal.unknownDigest`, `Refusal.noDigest`.
    public static func algorithms(_ names: [String]) throws(Refusal) -> [DigestAlgorithm] {
        // Whoever wants the block tree alone says so.
        if names == ["none"] { return [] }
        var algorithms: Set<DigestAlgorithm> = []
        for name in names {
            guard let algorithm = DigestAlgorithm(rawValue: name) else { throw .unknownDigest(name) }
            algorithms.insert(algorithm)
        }
        guard !algorithms.isEmpty else { throw .noDigest }
        return algorithms.sorted()
    }

    /// The one attached disk that is the medium of an exhibit.
    func attachedDisk(of record: ExhibitRecord) throws -> (BlockDevice, AttachedMedium) {
        let registration = try record.registered()
        let matches = disks.values.filter { $0.medium?.medium == registration.medium }
        guard matches.count <= 1 else { throw Refusal.severalAttached(record.id) }
        guard let disk = matches.first, let medium = disk.medium else { throw Refusal.notAttached(record.id) }
        if let now = medium.sample, let then = registration.sample, now != then {
            throw Refusal.otherContent(record.id, device: disk.device.node)
        }
        return (disk.device, medium)
    }

    private func startImage(
        _ record: ExhibitRecord, _ device: BlockDevice, _ medium: AttachedMedium, _ destinations: [DestinationPlan],
        _ algorithms: [DigestAlgorithm], _ rescue: RescuePlan, _ priority: JobView.Priority, _ peer: Peer
    ) async throws -> Job {
        let stem = ImageName.stem(for: record.id, at: .now())
        let description = medium.description
        let (options, earlier, requests) = (rescue.options, rescue.earlier, configuration.jobs.requests)
        let health = await askHealth(of: medium.medium)
        let printed = await attachment(health)
        let (acquisition, protection) = try await onThread("fc-prepare") {
            let (source, protection) = try Self.open(device, description)
            let images = try DestinationPlan.create(destinations, stem: stem, byteCount: description.capacity)
            let acquisition = Acquisition(
                source: source, images: images, algorithms: algorithms, options: options, requests: requests, earlier: earlier,
                medium: medium.medium.text)
            return (acquisition, protection)
        }
        let copies = acquisition.destinations.images.map { ImageCopy($0.segments) }
        let started = AcquisitionStarted(
            acquisition: Self.newID("a"), exhibit: record.id, medium: medium.medium, device: device.node,
            capacity: description.capacity, sectorSize: acquisition.source.sectorSize, image: copies[0].image,
            layout: copies[0].layout, copies: copies.count > 1 ? Array(copies.dropFirst()) : nil,
            sparse: destinations[0].isSparse ? true : nil, algorithms: algorithms, tool: tool,
            parameters: acquisition.parameters.merging([
                "writeProtection": ProtectionStatement.text(blocker: try record.registered().blocker ?? device.writeBlocker)
            ]) { own, _ in own },
            protection: protection, health: health?.health)
        do {
            _ = try await append { reader in
                // A seal may have been put on, or another job have begun, since the request came in.
                try reader.mustBeOpen(record.id.caseNumber)
                try reader.exhibit(record.id)?.mayBeImaged()
                return EntryDraft(
                    .acquisitionStarted(started), case: record.id.caseNumber, about: Self.subjects(started),
                    attachments: [rescue.mapfile].compactMap { $0 } + printed, by: peer.actor)
            }
        } catch {
            _ = acquisition.destinations.abandon()
            throw error
        }
        logger.notice("acquisition started", metadata: ["exhibit": "\(record.id)", "image": "\(started.image)"])
        let job = add(
            Job(
                id: started.acquisition, kind: .acquisition, exhibit: record.id, progress: acquisition.progress, start: .now,
                priority: priority),
            bus: description.bus
        ) { await self.run(acquisition, started, device, stay: description.diskSequence) }
        watchTemperature(of: started)
        return job
    }

    /// Protects a disk and opens it for reading.
    static func open(_ device: BlockDevice, _ description: MediumDescription) throws -> (DiskSource, Protection) {
        // The flag may have been lost since the medium was plugged in; a failure shows in the state.
        try? WriteProtection.set(device)
        guard let protection = WriteProtection.state(of: device) else { throw ImagingError.sourceGone(device.node) }
        guard protection.readOnly else { throw Refusal.notWriteProtected(device: device.node) }
        let source = try DiskSource(
            node: device.node, diskSequence: description.diskSequence, capacity: description.capacity)
        return (source, protection)
    }

    private static func subjects(_ started: AcquisitionStarted) -> [Subject] {
        [.exhibit(started.exhibit), .medium(started.medium), .acquisition(started.acquisition)]
    }

    /// A new id of a job; the letter tells what kind it is.
    static func newID(_ letter: String) -> String {
        letter + "-" + Hex.encode((0..<8).map { _ in UInt8.random(in: 0...255) })
    }

    /// A destination on any evidence medium is refused, and not only on the one that is imaged; so is the daemon's own state.
    func checkDestination(_ destination: FilePath) async throws {
        // On a thread: a mount whose server is gone keeps whoever touches it.
        let (holding, isInState) = try await onThread("fc-destination") { [state = configuration.state] in
            (SystemDisks.names(holdingPath: destination), destination.lies(in: state))
        }
        if isInState { throw StationError.destinationInState(destination.string) }
        for disk in disks.values where disk.isEvidence && holding.contains(disk.device.name) {
            throw StationError.destinationOnEvidence(path: destination.string, device: disk.device.node)
        }
    }

    /// - Parameter last: the pause after which it goes on; nil for work that begins.
    func run(
        _ acquisition: Acquisition, _ started: AcquisitionStarted, _ device: BlockDevice, stay: Int, after last: Job.Pause? = nil
    ) async {
        do {
            let result = try await onThread("fc-reader") { try acquisition.run() }
            let copies = result.copies(started, givenUp: last?.givenUp ?? [])
            let image = await recordFinished(result, copies, started, device)
            finish(started.acquisition, Job.End(state: image == nil ? .failed : .finished, seconds: 0, image: image))
        } catch {
            await stop(error, acquisition, started, stay: stay, after: last)
        }
    }

    /// Has the kernel enforce the image's block tree where the configuration asks for it.
    ///
    /// - Returns: `enabled`, or why it is not; nil where it was not asked for.
    private func enforce(_ result: Acquisition.Result, _ copies: [ImageCopy]) async -> String? {
        guard configuration.enablesVerity else { return nil }
        // A segment has a tree of its own, and not the image's.
        guard copies[0].layout == nil else { return "not for an image in segments" }
        let outcome = try? await onThread("fc-verity") { Verity.enable(FilePath(copies[0].image), digest: result.blockTree) }
        return outcome?.recorded
    }

    private func recordFinished(
        _ result: Acquisition.Result, _ copies: [ImageCopy], _ started: AcquisitionStarted, _ device: BlockDevice
    ) async -> ImageView? {
        for copy in copies where copy.problem != nil {
            logger.error("an image failed", metadata: ["image": "\(copy.image)", "reason": "\(copy.problem ?? "")"])
        }
        let health = await askHealth(of: started.medium)
        // Last of all: an image that the kernel seals had better be recorded soon.
        let fsverity = await enforce(result, copies)
        let body = AcquisitionFinished(
            acquisition: started.acquisition, exhibit: started.exhibit, medium: started.medium, image: copies[0].image,
            layout: copies[0].layout, copies: copies.count > 1 ? Array(copies.dropFirst()) : nil, bytes: result.bytes,
            digests: .init(result.digests), blockTree: result.blockTree, fsverity: fsverity,
            digestSource: result.digestSource, unreadableBytes: result.unreadable.reduce(0) { $0 + $1.length },
            unreadable: Array(result.unreadable.prefix(AcquisitionFinished.rangeLimit)), rescue: result.rescue,
            startedAt: result.startedAt, finishedAt: result.finishedAt, protection: WriteProtection.state(of: device),
            health: health?.health, healthChanges: Self.changes(started.health, health?.health))
        let attachments = await attachment(result.mapfile) + attachment(result.rates) + attachment(health)
        guard
            let appended = await record(
                .acquisitionFinished(body), case: body.exhibit.caseNumber, about: Self.subjects(started), attachments: attachments
            )
        else { return nil }
        watchProtection(of: device.name)
        logger.notice("acquisition finished", metadata: ["exhibit": "\(body.exhibit)", "bytes": "\(body.bytes)"])
        return ImageView(body, entry: appended.entry.sequence, verified: nil)
    }

    /// What changed while an image was made; nil where not both are known.
    private static func changes(_ before: DriveHealth?, _ after: DriveHealth?) -> [HealthChange]? {
        guard let before, let after, before.problem == nil, after.problem == nil else { return nil }
        return after.changes(since: before)
    }

    /// The map of a rescue.
    private func attachment(_ mapfile: Mapfile?) async -> [Attachment] {
        guard let mapfile else { return [] }
        let kept = await keep(Array(mapfile.text.utf8), as: "errors.map", .errorMap)
        if kept.isEmpty { logger.error("the map of unreadable sectors could not be kept") }
        return kept
    }

    /// The rate over the position.
    private func attachment(_ rates: RateCurve) async -> [Attachment] {
        rates.buckets.isEmpty ? [] : await keep(Array(rates.text.utf8), as: "rates.txt", .rates)
    }

    /// Keeps what the station itself has to add to an act; nothing where that fails: the act is recorded all the same.
    func keep(_ bytes: [UInt8], as name: String, _ type: Attachment.Kind) async -> [Attachment] {
        guard let blob = try? await addBlob(bytes) else { return [] }
        return [Attachment(sha256: blob.sha256, size: blob.size, name: name, type: type)]
    }

    func recordEnded(
        _ error: any Error, _ acquisition: Acquisition?, _ started: AcquisitionStarted, _ request: Job.StopRequest?
    ) async -> Job.End {
        let partial = acquisition?.destinations.abandon().first
        let outcome: AcquisitionEnded.Outcome = request == nil ? .failed : .cancelled
        let explained = error as? any Explained ?? ImagingError.digest(.openSSL(operation: "copy", reason: "\(error)"))
        let reason = explained.recordedMessage
        logger.error("acquisition ended", metadata: ["exhibit": "\(started.exhibit)", "reason": "\(reason)"])
        let health = await askHealth(of: started.medium)
        let body = AcquisitionEnded(
            acquisition: started.acquisition, exhibit: started.exhibit, medium: started.medium, outcome: outcome,
            reason: reason, partial: partial?.string,
            protection: protection(of: started.medium), health: health?.health,
            healthChanges: Self.changes(started.health, health?.health))
        var attachments = await attachment(health)
        if partial != nil { attachments = await attachment(acquisition?.mapfileAtEnd) + attachments }
        await record(
            .acquisitionEnded(body), case: started.exhibit.caseNumber, about: Self.subjects(started), attachments: attachments,
            by: request?.actor)
        return Job.End(state: outcome == .failed ? .failed : .cancelled, seconds: 0, error: explained)
    }
}

extension FilePath {
    /// An absolute path; nil for a relative one, and for a text with a NUL, behind which the kernel would see nothing.
    init?(absolute text: String) {
        guard !text.utf8.contains(0) else { return nil }
        self.init(text)
        guard isAbsolute else { return nil }
    }

    /// Whether the folder is `parent` or lies in it, links resolved.
    func lies(in parent: FilePath) -> Bool {
        guard let own = realpath(string, nil), let other = realpath(parent.string, nil) else { return false }
        defer {
            free(own)
            free(other)
        }
        return FilePath(platformString: own).starts(with: FilePath(platformString: other))
    }
}

extension Acquisition.Result {
    /// The images that were asked for and what became of them, a complete one first.
    fileprivate func copies(_ started: AcquisitionStarted, givenUp: [ImageCopy]) -> [ImageCopy] {
        var copies = [ImageCopy(image: started.image, layout: started.layout)] + (started.copies ?? [])
        for index in copies.indices {
            copies[index].problem =
                problems[FilePath(copies[index].image)].map {
                    $0.recordedMessage
                } ?? givenUp.first { $0.image == copies[index].image }?.problem
        }
        guard let first = copies.firstIndex(where: { $0.problem == nil }) else { return copies }
        return [copies.remove(at: first)] + copies
    }
}

extension ImageCopy {
    /// The image with these files, and why it was given up.
    init(_ segments: ImageSegments, problem: ImagingError? = nil) {
        self.init(image: segments.image.string, layout: segments.layout, problem: problem?.recordedMessage)
    }
}
