import Custody
import DurableFiles
import Foundation
import ImageTree
import Integrity
import Synchronization
import SystemPackage

/// What was found before the making of an image goes on.
public struct Continuation: Sendable {
    /// Bytes that were read before and are proven: they lead to the hashes that were kept of them.
    public let provenBytes: Int
    /// Bytes that were read before, or may have been, and are read again.
    public let discardedBytes: Int
    /// Places of the proven bytes that were found on the medium, too.
    public let comparedPlaces: Int
    /// What is proven to be read.
    let map: RescueMap
    /// The map of a rescue that was under way; nil where the medium was still read in order.
    let mapfile: Mapfile?

    /// Where the medium goes on being read in order, at a group: nothing but a beginning was read, and nothing failed. Nil
    /// where it cannot.
    var streamStart: Int? {
        let regions = map.regions
        guard let first = regions.first else { return 0 }
        switch (regions.count, first.state, regions.last?.state) {
        case (1, .finished, _): return map.size
        case (1, .nonTried, _): return 0
        case (2, .finished, .nonTried): return first.range.length / BlockTree.groupSize * BlockTree.groupSize
        default: return nil
        }
    }

    /// The copying pass that was under way; nil where the passes begin anew.
    var rescueStart: (pass: Int, position: Int)? {
        guard let mapfile, discardedBytes == 0, mapfile.activity == .copying, (1...5).contains(mapfile.pass) else { return nil }
        return (mapfile.pass, min(mapfile.position, map.size))
    }
}

extension Acquisition {
    /// Proves, before anything is written, that what is there of the images is what the medium gave, and that the medium is the
    /// same. Blocks: it reads all that was written.
    ///
    /// - Throws: `ImagingError.otherImage` where the medium holds something else, `.unprovenImage` where it cannot be read.
    public func prove() throws -> Continuation {
        progress.show(JobProgress.Rescue(phase: .checking))
        let groups = BlockTree.groupCount(source.capacity)
        var proven = [Bool](repeating: true, count: groups)
        let known = try destinations.provenGroups(groups, progress)
        for image in known { for group in 0..<groups { proven[group] = proven[group] && image[group] } }
        let mapfile = destinations.mapfile(capacity: source.capacity)
        let isInOrder = earlier == nil && !destinations.hasMap
        var map = mapfile?.map ?? RescueMap(size: source.capacity)
        for group in 0..<groups {
            let bytes = BlockTree.bytes(ofGroup: group, byteCount: source.capacity)
            let range = ByteRange(offset: bytes.lowerBound, length: bytes.count)
            // A group that a rescue wrote, or the taking over of an earlier image, may hold what nobody read: only a map says what.
            if isInOrder, proven[group] { map.set(range, to: .finished) }
            if !proven[group] { Self.forget(range, in: &map) }
        }
        let before = try mapfile?.map.bytes(.finished) ?? destinations.bytesHashed(of: source.capacity)
        let finished = map.regions.filter { $0.state == .finished }.map(\.range)
        let compared = try destinations.compare(finished, with: source, progress)
        progress.endChecking()
        return Continuation(
            provenBytes: map.bytes(.finished), discardedBytes: max(0, before - map.bytes(.finished)), comparedPlaces: compared,
            map: map, mapfile: mapfile)
    }

    /// What was called read in a range was not; what failed there failed.
    private static func forget(_ range: ByteRange, in map: inout RescueMap) {
        var position = range.offset
        while let run = map.first(.finished, from: position), run.offset < range.end {
            let part = ByteRange(offset: run.offset, length: min(run.end, range.end) - run.offset)
            map.set(part, to: .nonTried)
            position = part.end
        }
    }
}

extension Destinations {
    /// Which groups of each image lead to the hash that was kept of them.
    fileprivate func provenGroups(_ count: Int, _ progress: JobProgress) throws -> [[Bool]] {
        var results: [[Bool]] = []
        for (index, _) in alive {
            try attempt(index) { image in
                let last = min(count, try image.hashCount())
                let proven = Mutex([Bool](repeating: false, count: count))
                let reader = try image.reader()
                progress.restart()
                progress.expect(min(last * BlockTree.groupSize, reader.byteCount))
                let builder = BlockTreeBuilder(byteCount: reader.byteCount) { group, hash in
                    let isSame = try image.hash(of: group) == hash
                    proven.withLock { $0[group] = isSame }
                }
                do {
                    try TreeScan(reader) { bytes in
                        try progress.checkCancelled()
                        progress.advance(by: bytes)
                    }.run(0..<last, into: builder)
                } catch let error as FileError {
                    throw ImagingError.destination(error)
                }
                results.append(proven.withLock { $0 })
            }
        }
        progress.restart()
        progress.expect(images[0].byteCount)
        return results
    }

    /// The map that a rescue left beside an image; nil where there is none that can be read: all is read again then.
    fileprivate func mapfile(capacity: Int) -> Mapfile? {
        alive.lazy.compactMap { _, image in
            guard let bytes = try? readFile(image.mapPath, limit: Mapfile.byteLimit) else { return nil }
            return try? Mapfile(bytes, capacity: capacity)
        }.first
    }

    /// Whether a rescue left a map beside an image, be it one that can be read or not.
    fileprivate var hasMap: Bool { alive.contains { access($0.image.mapPath.string, F_OK) == 0 } }

    /// Length of the groups of which hashes were kept.
    fileprivate func bytesHashed(of capacity: Int) throws -> Int {
        min(capacity, BlockTree.groupSize * (try alive.map { try $0.image.hashCount() }.max() ?? 0))
    }

    /// Compares places of the first image that can be read with the medium.
    fileprivate func compare(_ finished: [ByteRange], with source: any ImageSource, _ progress: JobProgress) throws -> Int {
        guard let image = alive.first?.image else { return 0 }
        let reader = try image.reader()
        return try MediumComparison.run(finished, image.path, with: source, progress) { offset, buffer in
            do throws(FileError) {
                return try reader.fill(buffer, from: offset)
            } catch {
                throw ImagingError.destination(error)
            }
        }
    }
}
