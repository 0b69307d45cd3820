import Control
import Custody
import Foundation
import ImageTree
import Imaging
import Integrity
import Ledger
import SafeText
import SystemPackage

// Copies, conversions and comparisons of images.
extension Station {
    /// A copy that is ready to begin.
    private struct CopyPlan: Sendable {
        let purpose: ImageCopied.Purpose
        let exhibit: ExhibitID
        let medium: MediumID
        /// What is read, and what will come of it.
        let from, to: ImageDescription
        /// What the source must be; nil for an import.
        let recorded: AcquisitionFinished?
        let progress: JobProgress
        /// Does it.
        let work: @Sendable () throws -> (from: ImageDescription, to: ImageDescription)
    }

    /// Begins to copy, export or import an image. The job ends with an entry that has the integrity values of both sides.
    public func copyImage(_ request: CopyImageRequest, by peer: Peer, language: Language) async throws -> JobView {
        guard !isStopping else { throw StationError.stopping }
        try checkQueue()
        guard let destination = FilePath(absolute: request.destination) else { throw Refusal.notAPath(request.destination) }
        let record = try await ledger.read { reader in
            let record = try reader.resolve(request.of)
            try reader.mustBeOpen(record.id.caseNumber)
            return record
        }
        try await checkDestination(destination)
        let plan =
            switch request.purpose {
            case .copy, .export: try await planCopy(request, record, to: destination)
            case .import: try await planImport(request, record, to: destination)
            }
        let job = Job(
            id: Self.newID("c"), kind: JobView.Kind(plan.purpose), exhibit: record.id, progress: plan.progress, start: .now)
        return add(job) { await self.run(plan, job.id, peer) }.view(in: language)
    }

    private func planCopy(_ request: CopyImageRequest, _ record: ExhibitRecord, to folder: FilePath) async throws -> CopyPlan {
        let made = try record.image(request.image).made
        let algorithms = Self.algorithms(for: made)
        let stem = FilePath(made.image).lastComponent?.stem ?? ImageName.stem(for: record.id, at: .now())
        guard request.purpose == .export else {
            return try await onThread("fc-prepare") {
                let source = try Self.open(made, at: request.image)
                return try Self.plan(.copy, record.id, made.medium, source, folder, stem, algorithms, recorded: made)
            }
        }
        let segment = request.segmentBytes ?? EwfExport.segmentBytes.upperBound
        guard EwfExport.segmentBytes.contains(segment) else { throw StationError.badSegment(EwfExport.segmentBytes) }
        let header = EwfExport.Header(
            exhibit: record.id,
            notes: made.digests.sorted { $0.key < $1.key }.map { "\($0.key.rawValue):\($0.value)" }.joined(separator: " "))
        return try await onThread("fc-prepare") {
            let source = try Self.open(made, at: request.image)
            let export = try EwfExport(
                source, to: folder, stem: stem, algorithms: algorithms, segment: segment,
                isCompressed: request.compressed ?? true, header: header)
            return CopyPlan(
                purpose: .export, exhibit: record.id, medium: made.medium, from: source.description,
                to: ImageDescription(path: export.first.string, format: .e01, files: 0, bytes: 0, digests: [:]),
                recorded: made, progress: export.progress
            ) {
                let result = try export.run()
                var from = source.description
                (from.digests, from.blockTree) = (DigestTable(result.read), result.blockTree)
                return (from, result.written)
            }
        }
    }

    private func planImport(_ request: CopyImageRequest, _ record: ExhibitRecord, to folder: FilePath) async throws -> CopyPlan {
        let names = request.digests ?? [DigestAlgorithm.sha256.rawValue]
        let asked = try Self.algorithms(names)
        guard let path = request.source.flatMap({ FilePath(absolute: $0) }) else { throw Refusal.notAPath(request.source ?? "") }
        let state = configuration.state
        let registration = try record.registered()
        return try await onThread("fc-prepare") {
            let source = try Self.open(path, notIn: state)
            let (bytes, capacity) = (source.description.bytes, registration.description.capacity)
            guard bytes == capacity else { throw StationError.otherLength(record.id, bytes: bytes, capacity: capacity) }
            let algorithms = Set(asked).union((source.description.stored ?? [:]).keys).sorted()
            guard !algorithms.isEmpty else { throw Refusal.noDigest }
            return try Self.plan(
                .import, record.id, registration.medium, source, folder, ImageName.stem(for: record.id, at: .now()), algorithms,
                recorded: nil)
        }
    }

    private static func plan(
        _ purpose: ImageCopied.Purpose, _ exhibit: ExhibitID, _ medium: MediumID, _ source: any ImageStream, _ folder: FilePath,
        _ stem: String, _ algorithms: [DigestAlgorithm], recorded: AcquisitionFinished?
    ) throws -> CopyPlan {
        let image = try DestinationPlan(folder: folder).create(stem: stem, byteCount: source.description.bytes)
        let copy = ImageDuplication(source, to: image, algorithms: algorithms)
        let target = ImageDescription(path: image.path.string, format: .raw, files: 1, bytes: 0, digests: [:])
        return CopyPlan(
            purpose: purpose, exhibit: exhibit, medium: medium, from: source.description, to: target,
            recorded: recorded, progress: copy.progress
        ) {
            let result = try copy.run()
            var to = target
            to.bytes = source.description.bytes
            to.digests = DigestTable(result.readBack)
            to.blockTree = result.blockTreeReadBack
            var from = source.description
            (from.digests, from.blockTree) = (DigestTable(result.read), result.blockTree)
            return (from, to)
        }
    }

    /// What is computed of a recorded image: what was recorded, and something where that is the block tree alone.
    static func algorithms(for made: AcquisitionFinished) -> [DigestAlgorithm] {
        made.digests.isEmpty ? [.sha256] : made.digests.keys.sorted()
    }

    /// Opens a recorded image.
    private static func open(_ made: AcquisitionFinished, at path: String?) throws(ImageReadError) -> RawStream {
        let copy = made.copy(at: path)
        return try RawStream(ImageSegments(FilePath(copy.image), copy.layout, byteCount: made.bytes))
    }

    /// Opens an image from anywhere but the station's own state.
    private static func open(_ path: FilePath, notIn state: FilePath) throws -> any ImageStream {
        guard !path.lies(in: state) else { throw StationError.sourceInState(path.string) }
        guard path.extension?.lowercased() == "e01" else { return try RawStream(named: path) }
        return try EwfStream(path)
    }

    private func run(_ plan: CopyPlan, _ id: String, _ peer: Peer) async {
        let startedAt = Timestamp.now()
        var (from, to) = (plan.from, plan.to)
        var problem: (any Error)?
        do {
            let result = try await onThread("fc-copy", plan.work)
            (from, to) = result
            problem = Self.problem(from, to, recorded: plan.recorded)
        } catch ImagingError.cancelled {
            return await stopped(id)
        } catch {
            problem = error
        }
        let body = ImageCopied(
            copy: id, purpose: plan.purpose, exhibit: plan.exhibit, medium: plan.medium, from: from, to: to,
            matches: problem == nil, problem: problem?.englishMessage.recorded,
            startedAt: startedAt, finishedAt: .now())
        let appended = await record(
            .imageCopied(body), case: body.exhibit.caseNumber, about: [.exhibit(body.exhibit), .medium(body.medium)],
            by: peer.actor)
        var end = Job.End(state: appended == nil ? .failed : .finished, seconds: 0)
        end.copy = appended.map { RecordedBody(body, entry: $0.entry.sequence) }
        end.error = problem as? any Explained
        if let problem = body.problem {
            logger.error("a copy failed", metadata: ["exhibit": "\(body.exhibit)", "problem": "\(problem)"])
        }
        finish(id, end)
    }

    /// What is wrong with a copy that came to its end; nil where nothing is.
    private static func problem(
        _ from: ImageDescription, _ to: ImageDescription, recorded: AcquisitionFinished?
    ) -> ImageProblem? {
        if let recorded, !from.isRecorded(in: recorded) { return .notRecorded }
        if (from.stored ?? [:]).contains(where: { from.digests[$0.key] != $0.value }) { return .statedDigests }
        let isTreeSame = to.blockTree == nil || to.blockTree == from.blockTree
        if from.bytes != to.bytes || from.digests != to.digests || !isTreeSame {
            return .notWritten
        }
        if (to.stored ?? [:]).contains(where: { to.digests[$0.key] ?? $0.value != $0.value }) {
            return .statedOtherwise
        }
        return nil
    }

    // MARK: Comparisons

    /// Begins to compare two images byte by byte.
    public func compareImages(_ request: CompareImagesRequest, by peer: Peer, language: Language) async throws -> JobView {
        guard !isStopping else { throw StationError.stopping }
        try checkQueue()
        let sides = (try await side(request.first), try await side(request.second))
        guard let exhibit = sides.0.exhibit ?? sides.1.exhibit else { throw StationError.noExhibit }
        try await ledger.read { try $0.mustBeOpen(exhibit.caseNumber) }
        let algorithms = (sides.0.made ?? sides.1.made).map { Self.algorithms(for: $0) } ?? [.sha256]
        let state = configuration.state
        @Sendable func open(_ side: ComparedSide) throws -> any ImageStream {
            try side.made.map { try Self.open($0, at: side.path.string) } ?? Self.open(side.path, notIn: state)
        }
        let (first, second) = try await onThread("fc-prepare") { (try open(sides.0), try open(sides.1)) }
        let comparison = ImageComparison(first, second, algorithms: algorithms)
        let job = Job(id: Self.newID("k"), kind: .comparison, exhibit: exhibit, progress: comparison.progress, start: .now)
        return add(job) { await self.run(comparison, (first.description, second.description), exhibit, job.id, peer) }
            .view(in: language)
    }

    private typealias ComparedSide = (exhibit: ExhibitID?, path: FilePath, made: AcquisitionFinished?)

    private func side(_ request: CompareImagesRequest.Side) async throws -> ComparedSide {
        guard let exhibit = request.of else {
            guard let path = request.path.flatMap({ FilePath(absolute: $0) }) else { throw Refusal.notAPath(request.path ?? "") }
            return (nil, path, nil)
        }
        let record = try await ledger.read { try $0.resolve(exhibit) }
        let made = try record.image(request.path).made
        return (record.id, FilePath(request.path ?? made.image), made)
    }

    private func run(
        _ comparison: ImageComparison, _ sides: (ImageDescription, ImageDescription), _ exhibit: ExhibitID, _ id: String,
        _ peer: Peer
    ) async {
        let startedAt = Timestamp.now()
        var (first, second) = sides
        var problem: (any Error)?
        var differences = ByteDifferences()
        do {
            let result = try await onThread("fc-compare") { try comparison.run() }
            first.digests = DigestTable(result.first)
            second.digests = DigestTable(result.second)
            differences = result.differences
        } catch ImagingError.cancelled {
            return await stopped(id)
        } catch {
            problem = error
        }
        let body = ImagesCompared(
            exhibit: exhibit, first: first, second: second,
            equal: problem == nil && differences.byteCount == 0 && first.bytes == second.bytes, differing: differences.ranges,
            places: differences.places, differingBytes: differences.byteCount,
            problem: problem?.englishMessage.recorded, startedAt: startedAt, finishedAt: .now())
        let appended = await record(.imagesCompared(body), case: exhibit.caseNumber, about: [.exhibit(exhibit)], by: peer.actor)
        var end = Job.End(state: appended == nil ? .failed : .finished, seconds: 0)
        end.comparison = appended.map { RecordedBody(body, entry: $0.entry.sequence) }
        end.error = problem as? any Explained
        finish(id, end)
    }

    /// Records that a job was stopped that leaves nothing behind, and ends it.
    func stopped(_ id: String) async {
        guard let job = jobs[id] else { return }
        let body = JobStopped(
            job: id, work: job.kind.rawValue, exhibit: job.exhibit,
            outcome: job.stopRequest?.wish == .cancel ? .cancelled : .interrupted, bytesDone: job.progress.done,
            bytesTotal: job.progress.total)
        await record(
            .jobStopped(body), case: job.exhibit.caseNumber, about: [.exhibit(job.exhibit)], by: job.stopRequest?.actor)
        finish(id, Job.End(state: .cancelled, seconds: 0, error: ImagingError.cancelled))
    }
}

extension JobView.Kind {
    /// The kind of a copy.
    fileprivate init(_ purpose: ImageCopied.Purpose) {
        self =
            switch purpose {
            case .copy: .copy
            case .export: .export
            case .import: .import
            }
    }
}
