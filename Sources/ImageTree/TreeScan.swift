import Custody
import Dispatch
import DurableFiles
import Glibc
import Integrity
import Synchronization
import SystemPackage

/// Reads a file on all cores and computes its block tree, or compares parts of it with a level that was kept.
public struct TreeScan: Sendable {
    /// Groups that a worker reads at once: 2 MiB.
    private static let chunkGroups = 4
    /// Bounds the memory to 32 MiB.
    private static let workerLimit = 16
    /// How many chunks may be begun before the first of them is done.
    private static let aheadLimit = 256

    private let image: ImageReader
    private let byteCount: Int
    private let advance: @Sendable (Int) throws -> Void

    /// Prepares a scan.
    ///
    /// - Parameters:
    ///   - image: what is read.
    ///   - advance: called by any thread with the number of bytes just read; what it throws ends the scan.
    public init(_ image: ImageReader, advance: @escaping @Sendable (Int) throws -> Void = { _ in }) {
        self.image = image
        byteCount = image.byteCount
        self.advance = advance
    }

    /// Reads all of the file. Blocks.
    ///
    /// - Parameter level: what to compare with.
    /// - Returns: the fs-verity digest, and what differs from the level.
    /// - Throws: `FileError`, `BlockTreeError`, or what `advance` threw.
    public func run(comparing level: BlockTreeFile?) throws -> (digest: [UInt8], differences: Differences) {
        let comparison = Mutex(level.map { GroupComparison(with: $0, byteCount: byteCount) })
        let builder = BlockTreeBuilder(byteCount: byteCount) { group, hash in
            try comparison.withLock { try $0?.take(group, hash) }
        }
        try run(into: builder)
        return (builder.fileDigest(), comparison.withLock { $0.take()?.finish() } ?? Differences())
    }

    /// Reads all of the file. Blocks.
    ///
    /// - Parameter builder: takes the hash of each group, from the first.
    /// - Throws: `FileError`, and what `advance` and the builder threw.
    public func run(into builder: BlockTreeBuilder) throws {
        try run(0..<BlockTree.groupCount(byteCount), into: builder)
    }

    /// The same for some groups only.
    public func run(_ groups: Range<Int>, into builder: BlockTreeBuilder) throws { try scan(groups, into: builder) }

    /// Reads the groups that hold the ranges. Blocks.
    ///
    /// - Parameter ranges: ascending, not overlapping, inside what the level covers; the file may have become shorter.
    /// - Throws: as `run`.
    public func compare(_ ranges: [ByteRange], with level: BlockTreeFile) throws -> Differences {
        let comparison = Mutex(GroupComparison(with: level, byteCount: byteCount))
        let present = BlockTree.groupCount(byteCount)
        var next = 0
        for range in ranges where range.length > 0 {
            let end = (range.end - 1) / BlockTree.groupSize + 1
            let groups = min(end, max(next, range.offset / BlockTree.groupSize))..<end
            let builder = BlockTreeBuilder(byteCount: byteCount, from: groups.lowerBound) { group, hash in
                try comparison.withLock { try $0.take(group, hash) }
            }
            try scan(groups.clamped(to: 0..<present), into: builder)
            comparison.withLock { $0.takeMissing(groups.clamped(to: present..<max(present, groups.upperBound))) }
            next = end
        }
        return comparison.withLock { $0.differences }
    }

    private func scan(_ groups: Range<Int>, into builder: BlockTreeBuilder) throws {
        guard !groups.isEmpty else { return }
        let next = Atomic(groups.lowerBound)
        let failure = Mutex<(any Error)?>(nil)
        // From 0, for a semaphore must not end below the value that it began with.
        let room = DispatchSemaphore(value: 0)
        for _ in 0..<Self.aheadLimit { room.signal() }
        let cores = Int(sysconf(CInt(_SC_NPROCESSORS_ONLN)))
        let chunks = (groups.count + Self.chunkGroups - 1) / Self.chunkGroups
        DispatchQueue.concurrentPerform(iterations: max(1, min(cores, Self.workerLimit, chunks))) { _ in
            let worker = Worker(image)
            while true {
                room.wait()
                let first = next.add(Self.chunkGroups, ordering: .relaxed).oldValue
                guard first < groups.upperBound, failure.withLock({ $0 == nil }) else { break }
                do {
                    let hashes = try worker.hash(first..<min(first + Self.chunkGroups, groups.upperBound), advance)
                    for _ in 0..<(try builder.put(hashes, from: first)) { room.signal() }
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                    break
                }
            }
            // Nobody waits for a turn that never comes.
            for _ in 0..<Self.workerLimit { room.signal() }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    /// One thread's buffer and hasher.
    private final class Worker {
        private let image: ImageReader
        private let hasher = BlockHasher()
        private let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: chunkGroups * BlockTree.groupSize, alignment: Int(getpagesize()))

        init(_ image: ImageReader) { self.image = image }

        deinit { buffer.deallocate() }

        func hash(_ groups: Range<Int>, _ advance: (Int) throws -> Void) throws -> [[UInt8]] {
            let start = groups.lowerBound * BlockTree.groupSize
            let count = min(groups.upperBound * BlockTree.groupSize, image.byteCount) - start
            var done = 0
            while done < count {
                // Whole blocks are asked for, also at the end: O_DIRECT wants it.
                let read = try image.read(at: start + done, into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
                guard read > 0 else { throw FileError("read to its end", image.path, .ioError) }
                done += min(read, count - done)
            }
            try advance(count)
            return groups.map { group in
                let bytes = BlockTree.bytes(ofGroup: group, byteCount: image.byteCount)
                return hasher.hash(
                    group: UnsafeRawBufferPointer(rebasing: buffer[(bytes.lowerBound - start)..<(bytes.upperBound - start)]),
                    ofFile: image.byteCount)
            }
        }
    }
}
