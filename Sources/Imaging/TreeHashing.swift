import Foundation
import Glibc
import ImageTree
import Integrity

/// Computes the block tree of a stream on several threads: each hashes every n-th group.
final class TreeHashing {
    /// One thread hashes about as fast as a fast disk reads; more than this wake each other up for nothing.
    private static let workerLimit = 4

    /// For the pipeline.
    let consumers: [TreeConsumer]
    private let builder: BlockTreeBuilder
    private let isWhole: Bool

    /// - Parameters:
    ///   - byteCount: length that the stream will have.
    ///   - start: where the stream begins in the image: at a group.
    ///   - take: called with each group and its hash, in ascending order.
    init(byteCount: Int, from start: Int = 0, taking take: @escaping @Sendable (Int, [UInt8]) throws -> Void) {
        let builder = BlockTreeBuilder(byteCount: byteCount, from: start / BlockTree.groupSize, taking: take)
        let count = max(1, min(Int(sysconf(CInt(_SC_NPROCESSORS_ONLN))), Self.workerLimit))
        self.builder = builder
        isWhole = start == 0
        consumers = (0..<count).map { TreeConsumer(builder, from: start, turn: $0, of: count) }
    }

    /// The fs-verity digest of the image; nil for a stream that began behind its first byte. May be called once, after its end.
    func finish() throws -> [UInt8]? {
        for consumer in consumers { try consumer.finish() }
        return isWhole ? builder.fileDigest() : nil
    }
}

/// Hashes every n-th group of a stream.
final class TreeConsumer: StreamConsumer, @unchecked Sendable {
    // Touched by its own thread while the stream runs, and by its creator afterwards.
    let threadName: String
    private let builder: BlockTreeBuilder
    private let hasher = BlockHasher()
    private var share = ProcessorShare()
    private let turn: Int
    private let count: Int
    private var position: Int
    /// What is there of a group that a piece of the stream broke off.
    private var broken: [UInt8] = []

    init(_ builder: BlockTreeBuilder, from start: Int, turn: Int, of count: Int) {
        threadName = "fc-tree-\(turn + 1)"
        self.builder = builder
        position = start
        self.turn = turn
        self.count = count
    }

    func consume(_ bytes: UnsafeRawBufferPointer) throws {
        var start = 0
        while start < bytes.count {
            let group = (position + start) / BlockTree.groupSize
            let end = min(bytes.count, (group + 1) * BlockTree.groupSize - position)
            if group % count == turn { try take(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), of: group) }
            start = end
        }
        position += bytes.count
    }

    private func take(_ bytes: UnsafeRawBufferPointer, of group: Int) throws {
        if broken.isEmpty, bytes.count == BlockTree.groupSize { return try put(bytes, group) }
        broken += bytes
        if broken.count == BlockTree.groupSize { try putBroken(group) }
    }

    /// Hashes the last group of the stream, where it is this consumer's turn and the group is not full.
    fileprivate func finish() throws {
        if !broken.isEmpty { try putBroken(position / BlockTree.groupSize) }
    }

    private func putBroken(_ group: Int) throws {
        try broken.withUnsafeBytes { try put($0, group) }
        broken.removeAll(keepingCapacity: true)
    }

    private func put(_ bytes: UnsafeRawBufferPointer, _ group: Int) throws {
        let hash = share.hash(bytes.count) { hasher.hash(group: bytes, ofFile: builder.byteCount) }
        try builder.put([hash], from: group)
    }
}
