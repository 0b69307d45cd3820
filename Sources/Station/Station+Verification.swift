import Control
import Custody
import ImageTree
import Imaging
import Integrity
import Ledger
import SafeText
import SystemPackage

// Reading images back.
extension Station {
    /// Reads an image of an exhibit again and records whether it is what the ledger says. An image that cannot be read
    /// is a result, too.
    public func verifyImage(_ request: VerifyImageRequest, by peer: Peer, language: Language) async throws -> JobView {
        guard !isStopping else { throw StationError.stopping }
        try checkQueue()
        let record = try await ledger.read { try $0.resolve(request.of) }
        let made = try record.image(request.image).made
        let copy = made.copy(at: request.image)
        let (extent, drawn) = try await extent(request, made)
        let isOpen = jobs.values.contains { $0.isOpen && $0.kind == .verification && $0.exhibit == record.id }
        guard !isOpen else { throw Refusal.beingVerified(record.id) }
        let algorithms = extent == .full ? made.digests.keys.sorted() : []
        let opened = await Result<ImageVerification, any Error>.catching {
            try await onThread("fc-prepare") {
                let segments = ImageSegments(FilePath(copy.image), copy.layout, byteCount: made.bytes)
                return ImageVerification(try ImageReader(segments), algorithms: algorithms)
            }
        }
        if let verification = try? opened.get(), case .ranges(let ranges) = extent {
            verification.progress.expect(ranges.reduce(0) { $0 + $1.length })
        }
        let progress = (try? opened.get().progress) ?? JobProgress(total: made.bytes)
        let id = Self.newID("v")
        return add(Job(id: id, kind: .verification, exhibit: record.id, progress: progress, start: .now)) {
            await self.run(opened, extent, drawn, id, made, copy.image, peer)
        }.view(in: language)
    }

    /// What a request asks to be read, and the entry by which it was drawn by lot; nil where it was not.
    private func extent(
        _ request: VerifyImageRequest, _ made: AcquisitionFinished
    ) async throws -> (ImageVerification.Extent, drawn: Int?) {
        guard let count = request.sample else { return (try Self.extent(request, made), nil) }
        guard made.blockTree != nil else { throw Refusal.noBlockTree(made.exhibit) }
        let limit = AcquisitionFinished.rangeLimit
        guard request.quick != true, request.ranges == nil, (1...limit).contains(count) else {
            throw Refusal.badSample(limit: limit)
        }
        // Nobody who asks knows what the newest checkpoint will be, and everybody who has the log can draw again.
        let (newest, root) = try await ledger.read { reader in
            let size = try reader.size()
            return (size - 1, try reader.root(size: size))
        }
        let groups = SampleDraw(root: root.bytes, entry: newest).places(
            population: BlockTree.groupCount(made.bytes), count: count)
        let ranges = groups.sorted().map { group in
            let bytes = BlockTree.bytes(ofGroup: group, byteCount: made.bytes)
            return ByteRange(offset: bytes.lowerBound, length: bytes.count)
        }
        return (.ranges(ranges), newest)
    }

    /// What a request asks to be read, where nothing is drawn.
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
        _ opened: Result<ImageVerification, any Error>, _ extent: ImageVerification.Extent, _ drawn: Int?, _ id: String,
        _ made: AcquisitionFinished, _ image: String, _ peer: Peer
    ) async {
        let startedAt = Timestamp.now()
        var problem: (any Error)?
        var result: ImageVerification.Result?
        var level: Result<BlockTreeFile, BlockTreeError>?
        do {
            let verification = try opened.get()
            if let recorded = made.blockTree {
                let path = BlockTreeFile.path(of: verification.image.path)
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
            return await stopped(id)
        } catch {
            problem = error
        }
        if let bytes = result?.bytes, bytes != made.bytes {
            problem = StationError.imageLength(image, bytes: bytes, recorded: made.bytes)
        }
        let digests = DigestTable(result?.digests ?? [])
        let tree = made.blockTree.map { _ in BlockTreeCheck(result, extent, drawn, level) }
        let body = ImageVerified(
            acquisition: made.acquisition, exhibit: made.exhibit, image: image,
            matches: problem == nil && result?.bytes == made.bytes && (extent != .full || digests == made.digests)
                && (extent.isPartial || made.blockTree == nil || tree?.digest == made.blockTree)
                && tree?.differingBytes ?? 0 == 0,
            bytes: result?.bytes ?? 0, digests: digests, tree: tree, problem: problem?.englishMessage.recorded,
            reading: (try? opened.get().image.reading.rawValue) ?? "none",
            startedAt: result?.startedAt ?? startedAt, finishedAt: result?.finishedAt ?? .now())
        do {
            let appended = try await append { _ in
                EntryDraft(.imageVerified(body), case: body.exhibit.caseNumber, about: [.exhibit(body.exhibit)], by: peer.actor)
            }
            let view = VerificationView(body, of: made, entry: appended.entry.sequence)
            finish(id, Job.End(state: .finished, seconds: 0, verification: view, error: problem as? any Explained))
        } catch {
            finish(id, Job.End(state: .failed, seconds: 0, error: error as? any Explained ?? StationError.stopping))
        }
        if !body.matches {
            logger.critical(
                "AN IMAGE DIFFERS FROM ITS RECORD", metadata: ["image": "\(body.image)", "problem": "\(body.problem ?? "")"])
        }
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
        _ result: ImageVerification.Result?, _ extent: ImageVerification.Extent, _ drawn: Int?,
        _ level: Result<BlockTreeFile, BlockTreeError>?
    ) {
        var problem: String?
        if case .failure(let error) = level { problem = error.message(in: .english) }
        self.init(
            ranges: extent.ranges, drawn: drawn, digest: result?.blockTree,
            problem: problem.map { String($0.prefix(FieldText.lengthLimit)) },
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
