import Foundation
import Synchronization
import Testing

@testable import Imaging

/// A consumer that keeps what it gets, and does what a test wants before each piece.
private final class Keeper: StreamConsumer {
    let threadName = "test"
    private let kept = Mutex([UInt8]())
    private let count = Atomic(0)
    private let before: @Sendable (Int) throws -> Void

    init(before: @escaping @Sendable (Int) throws -> Void = { _ in }) { self.before = before }

    var bytes: [UInt8] { kept.withLock { $0 } }
    var pieces: Int { count.load(ordering: .sequentiallyConsistent) }

    func consume(_ bytes: UnsafeRawBufferPointer) throws {
        try before(count.add(1, ordering: .sequentiallyConsistent).newValue)
        kept.withLock { $0 += [bytes.first ?? 0, UInt8(truncatingIfNeeded: bytes.count)] }
    }
}

private struct Failure: Error, Equatable { let number: Int }

@Suite("The ring of buffers", .timeLimit(.minutes(30)))
struct PipelineTests {
    /// A stream of `count` pieces; piece n is n bytes (modulo 256, at least one) of value n.
    static func stream(_ count: Int) -> (UnsafeMutableRawBufferPointer) -> Int {
        var number = 0
        return { buffer in
            guard number < count else { return 0 }
            number += 1
            let length = max(1, number % 256)
            UnsafeMutableRawBufferPointer(rebasing: buffer[..<length]).initializeMemory(
                as: UInt8.self, repeating: UInt8(truncatingIfNeeded: number))
            return length
        }
    }

    static func expected(_ count: Int) -> [UInt8] {
        (1...count).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(max(1, $0 % 256))] }
    }

    @Test("every consumer gets every piece in order, however slow it is", arguments: [1, 15, 16, 17, 500])
    func order(_ count: Int) throws {
        let consumers = [Keeper(), Keeper { _ in sched_yield() }, Keeper { if $0 % 7 == 0 { usleep(200) } }]
        try Pipeline.run(into: consumers, reading: Self.stream(count))
        for consumer in consumers { #expect(consumer.bytes == Self.expected(count)) }
    }

    @Test("the reader is never further ahead of the slowest consumer than there are buffers")
    func bounded() throws {
        let slow = Keeper { if $0 % 3 == 0 { usleep(100) } }
        let quick = Keeper()
        var (produced, ahead) = (0, 0)
        let stream = Self.stream(300)
        try Pipeline.run(into: [quick, slow]) { buffer in
            // A buffer is granted, so at most bufferCount - 1 others are waiting for the slow one.
            ahead = max(ahead, produced - slow.pieces)
            produced += 1
            return stream(buffer)
        }
        #expect(ahead < Pipeline.bufferCount)
        #expect(slow.pieces == 300)
    }

    @Test("a consumer that is held up does not stop the others until the buffers are used up")
    func heldUp() throws {
        let gate = DispatchSemaphore(value: 0)
        let held = Keeper { if $0 == 1 { gate.wait() } }
        let free = Keeper { if $0 == Pipeline.bufferCount { gate.signal() } }
        try Pipeline.run(into: [held, free], reading: Self.stream(40))
        #expect(held.bytes == Self.expected(40))
        #expect(free.bytes == Self.expected(40))
    }

    @Test("without consumers the stream is read to its end")
    func noConsumers() throws {
        let stream = Self.stream(50)
        var pieces = 0
        try Pipeline.run(into: []) { buffer in
            pieces += 1
            return stream(buffer)
        }
        #expect(pieces == 51)
    }

    @Test("a consumer that fails ends the work for all, wherever it fails", arguments: [1, 2, 16, 17, 99, 100])
    func consumerFails(_ piece: Int) {
        let consumers = [Keeper(), Keeper { if $0 == piece { throw Failure(number: piece) } }, Keeper { _ in sched_yield() }]
        #expect(throws: Failure(number: piece)) { try Pipeline.run(into: consumers, reading: Self.stream(100)) }
        #expect(consumers[1].bytes == (piece == 1 ? [] : Self.expected(piece - 1)))
    }

    @Test("a reader that fails ends the work with its error", arguments: [0, 1, 16, 50])
    func readerFails(_ piece: Int) {
        var count = 0
        let stream = Self.stream(100)
        #expect(throws: Failure(number: piece)) {
            try Pipeline.run(into: [Keeper(), Keeper()]) { buffer in
                guard count < piece else { throw Failure(number: piece) }
                count += 1
                return stream(buffer)
            }
        }
    }

    @Test("the first failure is the one that counts")
    func firstFailure() {
        let ring = BufferRing(slots: 2, byteCount: 16, consumers: 1)
        ring.fail(Failure(number: 1))
        ring.fail(Failure(number: 2))
        #expect(throws: Failure(number: 1)) { try ring.check() }
        #expect(throws: Failure(number: 1)) { try ring.acquire() }
        #expect(ring.next(for: 0) == nil)
    }

    @Test("all consumers failing at once is no deadlock")
    func allFail() {
        for round in 0..<50 {
            let consumers = (0..<6).map { number in Keeper { if $0 == 1 + round % 20 { throw Failure(number: number) } } }
            #expect(throws: Failure.self) { try Pipeline.run(into: consumers, reading: Self.stream(100)) }
        }
    }

    @Test("buffers begin at a page")
    func alignment() {
        #expect(Int(bitPattern: AlignedBuffer(byteCount: 5000).bytes.baseAddress) % Int(getpagesize()) == 0)
    }
}
