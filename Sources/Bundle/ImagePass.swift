import Dispatch
import DurableFiles
import Glibc
import ImageTree
import Integrity
import Synchronization

/// One pass over an image with several digests and the block tree.
struct ImagePass {
    /// What the image is.
    struct Result {
        let digests: [Digest]
        /// The fs-verity digest, lower-case hexadecimal.
        let blockTree: String
        /// Where it is not what the level says; empty without one.
        let differences: Differences
    }

    private static let groupsAtOnce = 8

    private let image: ImageReader
    private let algorithms: [DigestAlgorithm]
    private let level: BlockTreeFile?

    init(_ image: ImageReader, _ algorithms: [DigestAlgorithm], comparing level: BlockTreeFile?) {
        self.image = image
        self.algorithms = algorithms
        self.level = level
    }

    /// Each algorithm, and each group of the tree, on a core of its own.
    func run() throws -> Result {
        let byteCount = image.byteCount
        let streams = try algorithms.map { try SharedDigest($0) }
        let hashers = (0..<Self.groupsAtOnce).map { _ in BlockHasher() }
        let comparison = Mutex(level.map { GroupComparison(with: $0, byteCount: byteCount) })
        let builder = BlockTreeBuilder(byteCount: byteCount) { group, hash in
            try comparison.withLock { try $0?.take(group, hash) }
        }
        let size = Self.groupsAtOnce * BlockTree.groupSize
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: Int(getpagesize()))
        defer { buffer.deallocate() }
        let failure = Mutex<(any Error)?>(nil)
        for position in stride(from: 0, to: byteCount, by: size) {
            let count = min(size, byteCount - position)
            try fill(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), from: position)
            let piece = Piece(bytes: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            let groups = BlockTree.groupCount(count)
            DispatchQueue.concurrentPerform(iterations: streams.count + groups) { index in
                guard index >= streams.count else { return streams[index].update(piece) }
                let group = index - streams.count
                let bytes = piece.bytes[BlockTree.bytes(ofGroup: group, byteCount: count)]
                let hash = hashers[group].hash(group: UnsafeRawBufferPointer(rebasing: bytes), ofFile: byteCount)
                do {
                    try builder.put([hash], from: position / BlockTree.groupSize + group)
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
            if let failure = failure.withLock({ $0 }) { throw failure }
        }
        return Result(
            digests: try streams.map { try $0.finish() }, blockTree: Hex.encode(builder.fileDigest()),
            differences: comparison.withLock { $0?.finish() } ?? Differences())
    }

    /// - Throws: `FileError` where the image ends before.
    private func fill(_ buffer: UnsafeMutableRawBufferPointer, from position: Int) throws(FileError) {
        var done = 0
        while done < buffer.count {
            let count = try image.read(at: position + done, into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            guard count > 0 else { throw FileError("read to its end", image.path, .ioError) }
            done += count
        }
    }
}

/// Bytes that several threads read while nobody writes them.
private struct Piece: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
}

/// A stream that `concurrentPerform` may touch: one iteration at a time, the lock only proves it.
private final class SharedDigest: Sendable {
    private struct State: ~Copyable {
        var stream: StreamingDigest?
        var failure: IntegrityError?
    }

    private let state: Mutex<State>

    init(_ algorithm: DigestAlgorithm) throws {
        state = Mutex(State(stream: try StreamingDigest(algorithm), failure: nil))
    }

    func update(_ piece: Piece) {
        state.withLock { state in
            do throws(IntegrityError) {
                try state.stream?.update(piece.bytes)
            } catch {
                state.failure = state.failure ?? error
            }
        }
    }

    func finish() throws -> Digest {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            guard let stream = state.stream.take() else { throw IntegrityError.openSSL(operation: "finish", reason: "twice") }
            return try stream.finish()
        }
    }
}
