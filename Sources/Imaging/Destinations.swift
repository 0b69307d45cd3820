import Custody
import DurableFiles
import Foundation
import ImageTree
import Integrity
import Synchronization
import SystemPackage

/// The images that one reading of a medium makes, each with its own verdict: one that fails is given up, and the others go on.
/// Only where none is left does the work end.
public final class Destinations: Sendable {
    /// The images, in the order in which they were asked for.
    public let images: [ImageFile]
    private let failures = Mutex<[(index: Int, error: ImagingError)]>([])

    /// - Parameter images: one or more.
    public init(_ images: [ImageFile]) { self.images = images }

    /// Whether an image takes nothing more in this run.
    private func hasFailed(_ index: Int) -> Bool { failures.withLock { $0.contains { $0.index == index } } }

    /// The images that were given up for good, and why. Where none was left, the one that failed last is none of them: with it the
    /// work goes on, once its destination is well again.
    public var givenUp: [(image: ImageFile, error: ImagingError)] {
        failures.withLock { failures in
            failures.prefix(images.count - 1).map { (images[$0.index], $0.error) }
        }
    }

    /// The images that take what is read.
    var alive: [(index: Int, image: ImageFile)] {
        let failed = failures.withLock { Set($0.map(\.index)) }
        return images.enumerated().filter { !failed.contains($0.offset) }.map { ($0.offset, $0.element) }
    }

    /// Does something with an image; one that refuses is given up.
    ///
    /// - Throws: what ends the work for all: the refusal of the last image, and whatever is not of the destination.
    func attempt(_ index: Int, _ work: (ImageFile) throws -> Void) throws {
        guard !hasFailed(index) else { return }
        do {
            try work(images[index])
        } catch let error as ImagingError where error.isOfDestination {
            let isLast = failures.withLock { failures in
                // The same image may fail twice: in two threads, or in work within work.
                if !failures.contains(where: { $0.index == index }) { failures.append((index, error)) }
                return failures.count == images.count
            }
            if isLast { throw error }
        }
    }

    /// Does something with every image that was not given up.
    private func each(_ work: (ImageFile) throws -> Void) throws {
        for index in images.indices { try attempt(index, work) }
    }

    // MARK: What an image does, done with all

    /// Reserves the space of every image, but for those in memory: there it takes as long as writing, and nobody reads meanwhile.
    func reserve() throws { try each { if try !$0.isInMemory() { try $0.reserve() } } }

    /// A writer of its own for each.
    func streamWriters() -> [any StreamConsumer] {
        alive.map { index, _ in
            DestinationWriter(index) { [self] bytes in try attempt(index) { try $0.stream(bytes) } }
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws { try each { try $0.write(bytes, at: offset) } }

    func beginStream(at position: Int) { for image in images { image.beginStream(at: position) } }

    /// Forgets hashes from a group on, and the map: what follows is read in order.
    func forgetRescue(from group: Int) throws {
        try each { image in
            try image.forgetHashes(from: group)
            image.removeMap()
        }
    }

    /// Takes nothing more from a stream.
    ///
    /// - Returns: the byte before which every image that was not given up has everything.
    func endStream() -> Int {
        for image in images { image.endTreeOfStream() }
        let positions = images.map { $0.endStream() }
        return alive.map { positions[$0.index] }.min() ?? positions.min() ?? 0
    }

    /// Whether nothing was written anywhere.
    var isEmpty: Bool { images.allSatisfy(\.isEmpty) }

    func put(_ hash: [UInt8], at group: Int) throws { try each { try $0.put(hash, at: group) } }
    func put(streamed hash: [UInt8], at group: Int) throws { try each { try $0.put(streamed: hash, at: group) } }

    func extend() throws { try each { try $0.extend() } }

    func fill(_ ranges: [ByteRange], with pattern: [UInt8], sectorSize: Int, _ progress: JobProgress) throws {
        try each { try $0.fill(ranges, with: pattern, sectorSize: sectorSize, progress) }
    }

    func checkpoint() throws { try each { try $0.checkpoint() } }
    /// Keeps the map of a rescue beside each image, and before it the hashes of the groups that were written to.
    func save(_ map: Mapfile, rehashing groups: [Int] = []) throws {
        try each { image in
            try image.rehash(groups)
            try image.save(map)
        }
    }

    /// Keeps the map where work ended early: beside the images that were not given up, and beside all where none is left.
    func saveAtEnd(_ map: Mapfile, rehashing groups: [Int]) {
        for image in alive.isEmpty ? images : alive.map(\.image) {
            try? image.rehash(groups)
            try? image.save(map)
        }
    }

    func finish(blockTree: [UInt8]) throws { try each { try $0.finish(blockTree: blockTree) } }

    /// Leaves incomplete images behind; see `ImageFile.abandon`.
    ///
    /// - Returns: where they stand.
    public func abandon() -> [FilePath] { images.compactMap { $0.abandon() } }

    /// Closes all files, for work that goes on later.
    public func suspend() {
        for (_, image) in alive { try? image.checkpoint() }
        for image in images { image.close() }
    }

    // MARK: Reading back

    /// Reads the first image with every digest and writes its block tree, then the others, which must be the same.
    ///
    /// - Parameter isStream: whether every group has the hash of what the medium gave; the image must lead to it.
    /// - Returns: what the images are.
    func readBack(
        _ algorithms: [DigestAlgorithm], isStream: Bool, _ progress: JobProgress
    ) throws -> (digests: [Digest], blockTree: [UInt8]) {
        var result: (digests: [Digest], blockTree: [UInt8])?
        for (index, _) in alive {
            try attempt(index) { image in
                progress.restart()
                let reader = try image.reader()
                try Self.blamingDestination {
                    if let first = result {
                        try Self.compare(reader, image, first.blockTree, progress)
                    } else {
                        let made = try ImageVerification(reader, algorithms: algorithms, progress: progress).run { group, hash in
                            if isStream, try image.hash(of: group) != hash {
                                throw ImagingError.imageChanged(image.path, at: group * BlockTree.groupSize)
                            }
                            try self.put(hash, at: group)
                        }
                        result = (made.digests, Hex.decode(made.blockTree ?? "") ?? [])
                    }
                }
            }
        }
        guard let result else { throw ImagingError.cancelled }
        return result
    }

    /// Does something that reads nothing but an image: what cannot be read is the fault of its destination.
    private static func blamingDestination(_ work: () throws -> Void) throws {
        do {
            try work()
        } catch let error as FileError {
            throw ImagingError.destination(error)
        } catch ImagingError.source(let error) {
            throw ImagingError.destination(error)
        }
    }

    private static func compare(
        _ reader: ImageReader, _ image: ImageFile, _ blockTree: [UInt8], _ progress: JobProgress
    ) throws {
        let builder = BlockTreeBuilder(byteCount: reader.byteCount) { group, hash in
            guard try image.hash(of: group) == hash else {
                throw ImagingError.copyDiffers(image.path, at: group * BlockTree.groupSize)
            }
        }
        try TreeScan(reader) { count in
            try progress.checkCancelled()
            progress.advance(by: count)
        }.run(into: builder)
    }
}

/// Writes a stream to one destination on a thread of its own.
private final class DestinationWriter: StreamConsumer {
    let threadName: String
    private let write: @Sendable (UnsafeRawBufferPointer) throws -> Void

    init(_ index: Int, _ write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void) {
        threadName = "fc-writer-\(index + 1)"
        self.write = write
    }

    func consume(_ bytes: UnsafeRawBufferPointer) throws { try write(bytes) }
}

extension ImagingError {
    /// Whether one destination failed, and not the work as a whole.
    fileprivate var isOfDestination: Bool {
        switch self {
        case .destination, .destinationFull, .destinationGone, .fileTooLong, .copyDiffers, .imageChanged, .image: true
        default: false
        }
    }
}
