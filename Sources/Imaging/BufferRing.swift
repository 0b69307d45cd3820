import Dispatch
import Synchronization

/// A bounded queue of buffers with one producer and several consumers, each of which sees every buffer in order.
///
/// The producer may take several buffers before it hands on the first; it hands them on in the order in which it took them. A
/// buffer returns to the producer when the slowest consumer has let go of it, so memory stays bounded and everybody works at
/// once. Only who waits for what has happened is woken: each wake costs as much as hashing some kilobytes. The
/// first failure ends the ring for all.
final class BufferRing: @unchecked Sendable {
    // The bytes of a slot belong to the producer between `acquire` and `publish`, and to readers between `next` and
    // `release`. A slot that was taken and never handed on stays the producer's.
    private struct State {
        var lengths: [Int]
        /// Number of buffers that the producer took so far.
        var acquired = 0
        /// Number of buffers published so far.
        var published = 0
        /// Number of buffers that each consumer has let go of.
        var released: [Int]
        var finished = false
        var failure: (any Error)?
        /// Who sleeps: the consumers, then the producer.
        var isAsleep: [Bool]

        /// Number of buffers that somebody still needs.
        var used: Int { acquired - (released.min() ?? published) }

        /// Those who sleep, of some, and are to be woken.
        mutating func rouse(_ parties: Range<Int>) -> [Int] {
            let sleepers = parties.filter { isAsleep[$0] }
            for party in sleepers { isAsleep[party] = false }
            return sleepers
        }
    }

    private let state: Mutex<State>
    /// One piece for all slots, so that the kernel can give it few large pages.
    private let memory: AlignedBuffer
    private let slots: [UnsafeMutableRawBufferPointer]
    private let alarms: [DispatchSemaphore]
    private let consumers: Range<Int>
    private let producer: Int
    /// The producer sleeps until so few buffers are used, so that it is not woken for each.
    private let refill: Int

    init(slots count: Int, byteCount: Int, consumers: Int) {
        memory = AlignedBuffer(byteCount: count * byteCount)
        slots = (0..<count).map { [bytes = memory.bytes] in
            UnsafeMutableRawBufferPointer(rebasing: bytes[($0 * byteCount)..<(($0 + 1) * byteCount)])
        }
        alarms = (0...consumers).map { _ in DispatchSemaphore(value: 0) }
        self.consumers = 0..<consumers
        producer = consumers
        refill = count - (count + 3) / 4
        state = Mutex(
            State(
                lengths: Array(repeating: 0, count: count), released: Array(repeating: 0, count: consumers),
                isAsleep: Array(repeating: false, count: consumers + 1)))
    }

    /// Waits for a free buffer. Whoever waits must have handed on all that he took.
    ///
    /// - Throws: the failure that ended the ring.
    func acquire() throws -> UnsafeMutableRawBufferPointer {
        while true {
            if let buffer = try take(orSleep: true) { return buffer }
            alarms[producer].wait()
        }
    }

    /// A free buffer; nil where there is none now.
    ///
    /// - Throws: the failure that ended the ring.
    func acquireIfFree() throws -> UnsafeMutableRawBufferPointer? { try take(orSleep: false) }

    private func take(orSleep: Bool) throws -> UnsafeMutableRawBufferPointer? {
        let slot: Int? = try state.withLock { state in
            if let failure = state.failure { throw failure }
            guard state.used < slots.count else {
                state.isAsleep[producer] = orSleep
                return nil
            }
            defer { state.acquired += 1 }
            return state.acquired % slots.count
        }
        return slot.map { slots[$0] }
    }

    /// Hands the buffer that was taken first to the consumers.
    func publish(_ length: Int) {
        wake(
            state.withLock { state in
                state.lengths[state.published % slots.count] = length
                state.published += 1
                return state.rouse(consumers)
            })
    }

    /// No more buffers follow.
    func finish() {
        wake(
            state.withLock { state in
                state.finished = true
                return state.rouse(consumers)
            })
    }

    /// Ends the ring; the first failure is the one that counts.
    func fail(_ error: any Error) {
        wake(
            state.withLock { state in
                state.failure = state.failure ?? error
                return state.rouse(0..<producer + 1)
            })
    }

    /// Waits for a consumer's next buffer; nil at the end or after a failure.
    func next(for consumer: Int) -> UnsafeRawBufferPointer? {
        while true {
            enum Answer { case slot(Int, Int), end, sleep }
            let answer: Answer = state.withLock { state in
                if state.failure != nil { return .end }
                if state.released[consumer] < state.published {
                    let slot = state.released[consumer] % slots.count
                    return .slot(slot, state.lengths[slot])
                }
                if state.finished { return .end }
                state.isAsleep[consumer] = true
                return .sleep
            }
            switch answer {
            case .slot(let slot, let length):
                return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(slots[slot])[..<length])
            case .end: return nil
            case .sleep: alarms[consumer].wait()
            }
        }
    }

    /// A consumer lets go of its buffer.
    func release(by consumer: Int) {
        wake(
            state.withLock { state in
                state.released[consumer] += 1
                return state.isAsleep[producer] && state.used <= refill ? state.rouse(producer..<producer + 1) : []
            })
    }

    /// Throws what ended the ring early.
    func check() throws {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    private func wake(_ parties: [Int]) {
        for party in parties { alarms[party].signal() }
    }
}
