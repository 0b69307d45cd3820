import Foundation

/// Something that takes a stream piece by piece on a thread of its own: a digest, a file.
protocol StreamConsumer: AnyObject, Sendable {
    /// Name of the thread, at most 15 bytes (pthread_setname_np(3)).
    var threadName: String { get }
    /// Takes the next piece. The memory is only valid during the call.
    func consume(_ bytes: UnsafeRawBufferPointer) throws
}

/// Reads once, and hashes and writes at the same time.
enum Pipeline {
    /// Length of a buffer in bytes.
    static let bufferSize = 1 << 20
    /// Number of buffers; bounds the memory of a job to 16 MiB.
    static let bufferCount = 16

    /// Moves a stream from `read` to every consumer; the calling thread reads. Blocks until all is consumed.
    ///
    /// - Parameter read: fills the buffer and returns the number of bytes; 0 ends the stream.
    /// - Throws: the first error of the reader or of a consumer, after every thread has ended.
    static func run(
        into consumers: [any StreamConsumer], reading read: (UnsafeMutableRawBufferPointer) throws -> Int
    ) throws {
        try produce(for: consumers) { ring in
            while case let count = try read(ring.acquire()), count > 0 { ring.publish(count) }
        }
    }

    /// Moves a stream to every consumer; the calling thread produces it. Blocks until all is consumed.
    ///
    /// - Parameter producer: fills buffers of the ring and hands them on; its return ends the stream.
    /// - Throws: the first error of the producer or of a consumer, after every thread has ended.
    static func produce(for consumers: [any StreamConsumer], _ producer: (BufferRing) throws -> Void) throws {
        let ring = BufferRing(slots: bufferCount, byteCount: bufferSize, consumers: consumers.count)
        let running = DispatchGroup()
        for (index, consumer) in consumers.enumerated() {
            running.enter()
            let thread = Thread {
                do {
                    while let bytes = ring.next(for: index) {
                        try consumer.consume(bytes)
                        ring.release(by: index)
                    }
                } catch {
                    ring.fail(error)
                }
                running.leave()
            }
            thread.name = consumer.threadName
            thread.start()
        }
        let outcome = Result { try producer(ring) }
        // What was read stays, whatever became of its source.
        ring.finish()
        running.wait()
        try ring.check()
        try outcome.get()
    }
}
