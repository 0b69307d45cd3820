import Foundation

/// A bounded queue of buffers with one producer and several consumers, each of which sees every buffer in order.
///
/// A buffer returns to the producer when the slowest consumer has let go of it, so memory stays bounded and everybody
/// works at once. The first failure ends the ring for all.
final class BufferRing: @unchecked Sendable {
    // All state is guarded by `condition`; the bytes of a slot belong to the producer between `acquire` and `publish`,
    // and to readers between `next` and `release`.
    private let condition = NSCondition()
    private let slots: [AlignedBuffer]
    private var lengths: [Int]
    /// Number of buffers published so far.
    private var published = 0
    /// Number of buffers that each consumer has let go of.
    private var released: [Int]
    private var finished = false
    private var failure: (any Error)?

    init(slots count: Int, byteCount: Int, consumers: Int) {
        slots = (0..<count).map { _ in AlignedBuffer(byteCount: byteCount) }
        lengths = Array(repeating: 0, count: count)
        released = Array(repeating: 0, count: consumers)
    }

    /// Waits for a free buffer.
    ///
    /// - Throws: the failure that ended the ring.
    func acquire() throws -> UnsafeMutableRawBufferPointer {
        try condition.withLock {
            while failure == nil, published - (released.min() ?? published) >= slots.count { condition.wait() }
            if let failure { throw failure }
            return slots[published % slots.count].bytes
        }
    }

    /// Hands the acquired buffer to the consumers.
    func publish(_ length: Int) {
        condition.withLock {
            lengths[published % slots.count] = length
            published += 1
            condition.broadcast()
        }
    }

    /// No more buffers follow.
    func finish() {
        condition.withLock {
            finished = true
            condition.broadcast()
        }
    }

    /// Ends the ring; the first failure is the one that counts.
    func fail(_ error: any Error) {
        condition.withLock {
            failure = failure ?? error
            condition.broadcast()
        }
    }

    /// Waits for a consumer's next buffer; nil at the end or after a failure.
    func next(for consumer: Int) -> UnsafeRawBufferPointer? {
        condition.withLock {
            while failure == nil, !finished, released[consumer] == published { condition.wait() }
            guard failure == nil, released[consumer] < published else { return nil }
            let slot = released[consumer] % slots.count
            return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(slots[slot].bytes)[..<lengths[slot]])
        }
    }

    /// A consumer lets go of its buffer.
    func release(by consumer: Int) {
        condition.withLock {
            released[consumer] += 1
            condition.broadcast()
        }
    }

    /// Throws what ended the ring early.
    func check() throws {
        if let failure = condition.withLock({ failure }) { throw failure }
    }
}
