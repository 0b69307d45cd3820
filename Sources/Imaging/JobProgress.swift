import Synchronization

/// How far a job is; read and written from any thread.
public final class JobProgress: Sendable {
    /// Bytes that the job has to go through.
    public var total: Int { expected.load(ordering: .relaxed) }
    private let expected: Atomic<Int>
    private let position = Atomic(0)
    private let bad = Atomic(0)
    private let stopping = Atomic(false)

    /// A job that has not begun.
    public init(total: Int) { expected = Atomic(total) }

    /// Bytes read so far.
    public var done: Int { position.load(ordering: .relaxed) }
    /// Bytes that could not be read so far.
    public var unreadable: Int { bad.load(ordering: .relaxed) }

    /// Corrects the number of bytes that the job has to go through.
    public func expect(_ bytes: Int) { expected.store(bytes, ordering: .relaxed) }

    /// Asks the job to stop at the next buffer.
    public func cancel() { stopping.store(true, ordering: .relaxed) }

    func advance(by bytes: Int, unreadable: Int = 0) {
        position.add(bytes, ordering: .relaxed)
        bad.add(unreadable, ordering: .relaxed)
    }

    func checkCancelled() throws(ImagingError) {
        if stopping.load(ordering: .relaxed) { throw .cancelled }
    }
}
