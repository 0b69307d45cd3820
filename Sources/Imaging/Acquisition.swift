import Custody
import DurableFiles
import Foundation
import Integrity
import Synchronization
import SystemPackage

/// The making of one image from one source.
///
/// A healthy drive is read once, in order, hashed and written at the same time. Where it fails, is too slow, or an earlier
/// attempt is continued, `Rescue` reads what it still gives, and the digests come from reading the image back.
public struct Acquisition: Sendable {
    /// What was made.
    public struct Result: Sendable {
        /// Length of the image in bytes.
        public let bytes: Int
        /// Why images are not complete, by their paths; those that are complete are left out.
        public let problems: [FilePath: ImagingError]
        /// Digests of the image as it stands, filled places included.
        public let digests: [Digest]
        /// The fs-verity digest of the image, lower-case hexadecimal.
        public let blockTree: String
        /// What digests and block tree were computed from.
        public let digestSource: DigestSource
        /// What could not be read, or was not.
        public let unreadable: [ByteRange]
        /// The work on a drive that failed; nil where everything could be read in order.
        public let rescue: RescueSummary?
        /// The map of a rescue.
        public let mapfile: Mapfile?
        /// How fast the medium was, place by place.
        public let rates: RateCurve
        /// The time of the first read.
        public let startedAt: Timestamp
        /// The time when the image had its final name.
        public let finishedAt: Timestamp
    }

    /// Where the bytes come from.
    public let source: any ImageSource
    /// Where they go.
    public let destinations: Destinations
    /// What is computed on the way.
    public let algorithms: [DigestAlgorithm]
    /// How stubborn it is.
    public let options: RescueOptions
    /// How many reads of a healthy medium are under way at once; one that failed is asked for one thing at a time.
    public let requests: Int
    /// What it continues.
    public let earlier: EarlierAttempt?
    /// The medium's name, for the map.
    public let medium: String?
    /// How far it is.
    public let progress: JobProgress
    /// What goes on after an interruption, and what was proven of it; nil where the work begins.
    public let continuation: Continuation?
    private let end = MapAtEnd()

    /// Most reads at once: half of the ring, the other half is for what waits for its consumers.
    public static let requestLimit = Pipeline.bufferCount / 2

    /// Prepares a job; nothing is read yet.
    ///
    /// - Parameter requests: from 1 to `requestLimit`.
    public init(
        source: any ImageSource, images: [ImageFile], algorithms: [DigestAlgorithm], options: RescueOptions = RescueOptions(),
        requests: Int = 1, earlier: EarlierAttempt? = nil, medium: String? = nil
    ) {
        self.medium = medium
        self.source = source
        destinations = Destinations(images)
        self.algorithms = algorithms
        self.options = options
        self.requests = requests
        self.earlier = earlier
        self.progress = JobProgress(total: source.capacity)
        continuation = nil
    }

    /// The work that goes on after what was proven.
    public init(_ proven: Acquisition, continuing continuation: Continuation) {
        (source, destinations, algorithms) = (proven.source, proven.destinations, proven.algorithms)
        (options, earlier, medium, progress) = (proven.options, proven.earlier, proven.medium, proven.progress)
        requests = proven.requests
        self.continuation = continuation
    }

    /// How the work is done, for the record (R35.1).
    public var parameters: [String: String] {
        [
            "buffers": "\(Pipeline.bufferCount)", "bufferBytes": "\(Pipeline.bufferSize)", "read": "O_DIRECT, sequential",
            "requests": "\(requests)",
            "onReadError": "passes of GNU ddrescue: copy, trim, scrape, retry; fill for what cannot be read",
        ].merging(options.parameters) { first, _ in first }.merging(earlier?.parameters ?? [:]) { first, _ in first }
    }

    /// Reads, hashes, writes, and publishes the image. Blocks; call it on a thread of its own.
    ///
    /// - Throws: `ImagingError`; the incomplete image stays under its temporary name, with the map of what was read beside
    ///   it.
    public func run() throws -> Result {
        let startedAt = Timestamp.now()
        let reading = SourceCopy(self)
        do {
            // Whoever waited for his turn may have been stopped meanwhile: nothing is reserved for him.
            try progress.checkCancelled()
            try destinations.reserve()
            try reading.run()
            let rescue = reading.rescue
            let unread = rescue?.map.unread ?? []
            var (digests, blockTree) = (reading.streamDigests, reading.streamTree)
            if continuation != nil, rescue == nil {
                // What was read before the interruption went through no digest of this run.
                progress.showReadingBack(unreadable: 0)
                try destinations.extend()
                (digests, blockTree) = try destinations.readBack(algorithms, isStream: true, progress)
            }
            if let rescue {
                progress.showReadingBack(unreadable: unread.reduce(0) { $0 + $1.length })
                try destinations.fill(unread, with: options.fill, sectorSize: source.sectorSize, progress)
                (digests, blockTree) = try destinations.readBack(algorithms, isStream: false, progress)
                try destinations.save(rescue.mapfile)
            }
            try destinations.finish(blockTree: blockTree)
            return Result(
                bytes: source.capacity,
                problems: .init(destinations.givenUp.map { ($0.image.path, $0.error) }) { first, _ in first },
                digests: digests, blockTree: Hex.encode(blockTree),
                digestSource: rescue == nil && continuation == nil ? .stream : .readBack,
                unreadable: unread, rescue: rescue?.summary, mapfile: rescue?.mapfile, rates: progress.rateCurve,
                startedAt: startedAt, finishedAt: .now())
        } catch {
            _ = destinations.endStream()
            if !destinations.isEmpty {
                let mapfile = reading.mapfile
                end.mapfile.withLock { $0 = mapfile }
                destinations.saveAtEnd(mapfile, rehashing: reading.rescue?.unhashed ?? [])
            }
            throw error
        }
    }

    /// Where the work stood when `run` threw; nil where nothing was written.
    public var mapfileAtEnd: Mapfile? { end.mapfile.withLock { $0 } }

    /// Keeps a map for whoever asks after the end.
    private final class MapAtEnd: Sendable {
        let mapfile = Mutex<Mapfile?>(nil)
    }
}
