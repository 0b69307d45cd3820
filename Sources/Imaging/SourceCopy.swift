import Custody
import Foundation
import Integrity

/// Moves a source into an image on a thread of its own, so that a drive that never answers holds up nobody else.
final class SourceCopy: @unchecked Sendable {
    // Touched by the reading thread until it ends or is given up (`JobProgress.giveUp`), and by the creator afterwards.

    /// Seconds that a read may last once the job is to end.
    private static let patience = 5

    private let job: Acquisition
    private let deadline: Double?
    /// The digests of the stream, where it had everything.
    private(set) var streamDigests: [Digest] = []
    /// The fs-verity digest of the stream, where it had everything.
    private(set) var streamTree: [UInt8] = []
    /// The work beyond the stream; nil where the stream had everything.
    private(set) var rescue: Rescue?
    private var failure: (any Error)?

    init(_ job: Acquisition) {
        self.job = job
        deadline = job.options.timeBudget.map { job.source.clock + Double($0) }
        if let earlier = job.earlier {
            rescue = newRescue(earlier.begun(job.continuation, sectorSize: job.source.sectorSize))
        } else if let continuation = job.continuation {
            if let start = continuation.streamStart {
                job.destinations.beginStream(at: start)
            } else {
                rescue = newRescue(continuation.map)
            }
        }
    }

    /// Where the work stands.
    var mapfile: Mapfile { rescue?.mapfile ?? newRescue(mapOfStream()).mapfile }

    /// Copies until everything was tried or time is up.
    ///
    /// - Throws: `ImagingError`.
    func run() throws {
        let ended = DispatchSemaphore(value: 0)
        let thread = Thread { [self] in
            do {
                try copy()
            } catch {
                failure = error
            }
            ended.signal()
        }
        thread.name = "fc-source"
        thread.start()
        while ended.wait(timeout: .now() + .milliseconds(200)) == .timedOut {
            let isOver = job.source.clock >= deadline ?? .infinity
            guard isOver || job.progress.isCancelled, job.progress.giveUp(after: Self.patience) else { continue }
            // The kernel has not answered, and the thread cannot be ended. It touches nothing when it comes back.
            try job.progress.checkCancelled()
            let rescue = rescue ?? newRescue(mapOfStream())
            rescue.ending = .timeBudget
            self.rescue = rescue
            return
        }
        if let failure { throw failure }
    }

    private func copy() throws {
        let job = job
        job.progress.beginRates(at: job.source.clock)
        if let rescue {
            var start = job.continuation?.rescueStart
            if let earlier = job.earlier {
                try takeOver(earlier, rescue)
                if job.continuation == nil { start = earlier.start(sectorSize: job.source.sectorSize) }
            }
            try rescue.run(from: start)
        } else {
            if job.options.isReverse {
                let rescue = newRescue(mapOfStream())
                self.rescue = rescue
                return try rescue.run()
            }
            let start = job.continuation?.streamStart ?? 0
            let reader = SourceReader(
                job.source, from: start, requests: job.requests, minimumRate: job.options.minimumRate, deadline: deadline,
                progress: job.progress)
            if try stream(reader, from: start) { return }
            let rescue = newRescue(mapOfStream())
            self.rescue = rescue
            let failed = rescue.map.bytes(.finished)
            for (range, bytes) in reader.beyond { try rescue.take(bytes, at: range) }
            try rescue.run(from: (1, failed))
        }
    }

    /// Takes over what the earlier image holds and the map does not call finished. Where that is nothing, the image may be gone.
    private func takeOver(_ earlier: EarlierAttempt, _ rescue: Rescue) throws {
        let held = earlier.held(sectorSize: job.source.sectorSize)
        let missing = rescue.map.unread(in: held)
        guard !missing.isEmpty else { return }
        try rescue.beginTakingOver()
        try earlier.takeOver(missing, of: held, from: job.source, job.progress) { try rescue.takeOver($0, at: $1) }
    }

    /// Reads in order as long as nothing fails.
    ///
    /// - Returns: whether that was everything.
    private func stream(_ reader: SourceReader, from start: Int) throws -> Bool {
        // A map is only there while a rescue goes on: without one, a group that has a hash was read to its end.
        try job.destinations.forgetRescue(from: BlockTree.groupCount(start))
        job.progress.advance(by: start)
        let digests = try [DigestConsumer].computing(job.algorithms)
        let tree = TreeHashing(byteCount: job.source.capacity, from: start) { [destinations = job.destinations] in
            try destinations.put(streamed: $1, at: $0)
        }
        try Pipeline.produce(for: digests + tree.consumers + job.destinations.streamWriters()) { try reader.run(into: $0) }
        guard reader.position == job.source.capacity else { return false }
        streamDigests = try digests.finish()
        streamTree = try tree.finish() ?? []
        return true
    }

    /// What the stream wrote is read, and nothing else.
    private func mapOfStream() -> RescueMap {
        var map = RescueMap(size: job.source.capacity)
        map.set(ByteRange(offset: 0, length: job.destinations.endStream()), to: .finished)
        return map
    }

    private func newRescue(_ map: RescueMap) -> Rescue {
        Rescue(
            job.source, map, into: job.destinations, options: job.options, deadline: deadline, medium: job.medium,
            progress: job.progress)
    }
}
