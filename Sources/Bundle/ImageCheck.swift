import Custody
import Dispatch
import DurableFiles
import Glibc
import Integrity
import Synchronization
import SystemPackage

/// Compares an image file with the images that a ledger records.
public enum ImageCheck {
    /// Result for one file.
    public enum Verdict: Sendable {
        /// The file is the image that this entry records; every recorded digest agrees.
        case recorded(entry: Int, made: AcquisitionFinished)
        /// No recorded image has this length and these digests.
        case unknown(bytes: Int, digests: [Digest])
    }

    /// Reads the file once with every algorithm that the record uses for an image of its length.
    ///
    /// - Throws: `BundleError.file` where it cannot be read.
    public static func check(_ path: FilePath, against images: [BundleReport.Image]) throws(BundleError) -> Verdict {
        do {
            let size = Int(try status(of: path).st_size)
            let candidates = images.filter { $0.made.bytes == size }
            let algorithms = Set(candidates.flatMap { $0.made.digests.keys }).union([.sha256])
            let (bytes, digests) = try digest(path, algorithms.sorted())
            let values = Dictionary(digests.map { ($0.algorithm, $0.hex) }) { first, _ in first }
            let match = candidates.last { image in
                !image.made.digests.isEmpty && image.made.digests.allSatisfy { values[$0.key] == $0.value }
            }
            guard let match, bytes == size else { return .unknown(bytes: bytes, digests: digests) }
            return .recorded(entry: match.entry, made: match.made)
        } catch let error as FileError {
            throw .file(error)
        } catch {
            throw .badSource("\(error)")
        }
    }

    /// All digests in one pass, each algorithm on a core of its own.
    private static func digest(_ path: FilePath, _ algorithms: [DigestAlgorithm]) throws -> (bytes: Int, digests: [Digest]) {
        let file = try OwnedDescriptor(opening: path, .readOnly)
        posix_fadvise(file.descriptor.rawValue, 0, 0, POSIX_FADV_SEQUENTIAL)
        let streams = try algorithms.map { try SharedDigest($0) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 << 20, alignment: Int(getpagesize()))
        defer { buffer.deallocate() }
        var position = 0
        while case let count = try file.read(at: position, into: buffer), count > 0 {
            let piece = Piece(bytes: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            DispatchQueue.concurrentPerform(iterations: streams.count) { streams[$0].update(piece) }
            position += count
        }
        return (position, try streams.map { try $0.finish() })
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
