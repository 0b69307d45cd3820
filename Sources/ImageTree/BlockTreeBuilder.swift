import Integrity
import Synchronization

/// Computes the tree above groups that many threads hash: they come in any order and are taken in their own.
///
/// What waits for its turn is bounded by those who hash: nobody is ahead of the others by more than the buffers that are in flight.
public final class BlockTreeBuilder: Sendable {
    private struct State {
        var top = BlockTreeTop()
        /// Hashes that came before their turn: by their first group, one group after the other.
        var waiting: [Int: [[UInt8]]] = [:]
        /// The next group.
        var next: Int
        var failure: (any Error)?
    }

    /// Length of the file in bytes.
    public let byteCount: Int
    private let take: @Sendable (Int, [UInt8]) throws -> Void
    private let state: Mutex<State>

    /// A tree of which no group is known.
    ///
    /// - Parameters:
    ///   - byteCount: length of the file.
    ///   - first: the first group that comes.
    ///   - take: called with each group and its hash, in ascending order, by one thread at a time.
    public init(byteCount: Int, from first: Int = 0, taking take: @escaping @Sendable (Int, [UInt8]) throws -> Void) {
        self.byteCount = byteCount
        self.take = take
        state = Mutex(State(next: first))
    }

    /// Takes the hashes of groups that follow one another.
    ///
    /// - Returns: how many such pieces have had their turn by now and had not before.
    /// - Throws: what `take` threw, now or before.
    @discardableResult
    public func put(_ hashes: [[UInt8]], from group: Int) throws -> Int {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            state.waiting[group] = hashes
            var pieces = 0
            while let hashes = state.waiting.removeValue(forKey: state.next) {
                for hash in hashes {
                    do {
                        try take(state.next, hash)
                    } catch {
                        state.failure = error
                        throw error
                    }
                    state.top.append(hash)
                    state.next += 1
                }
                pieces += 1
            }
            return pieces
        }
    }

    /// The fs-verity digest, once every group of the file was put.
    public func fileDigest() -> [UInt8] { state.withLock { $0.top.fileDigest(byteCount: byteCount) } }
}
