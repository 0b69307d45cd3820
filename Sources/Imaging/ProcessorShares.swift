import Dispatch
import Glibc
import Synchronization

/// Shares the processors among all threads that hash, whatever job they belong to.
///
/// The kernel shares a processor among the threads that happen to be on it: of four jobs on two processors one got on half as fast
/// again as another, for seconds. Here as many hash at once as there are processors, and one more, so that none stands idle while a
/// place is handed on; who waits goes on in the order of what each has had. A thread that waits for its drive takes from nobody.
final class ProcessorShares: Sendable {
    /// Those of this machine.
    static let machine = ProcessorShares(places: max(1, Int(sysconf(CInt(_SC_NPROCESSORS_ONLN)))) + 1)

    private let queue: Mutex<FairQueue<DispatchSemaphore>>

    /// - Parameter places: how many hash at once, 1 or more.
    init(places: Int) { queue = Mutex(FairQueue(places: places, arrears: Pipeline.bufferCount * Pipeline.bufferSize)) }

    /// Waits for a place.
    ///
    /// - Parameters:
    ///   - alarm: of the caller alone.
    ///   - end: where the caller's last piece ended, in bytes.
    /// - Returns: where this piece begins.
    fileprivate func enter(_ alarm: DispatchSemaphore, after end: Int) -> Int {
        let (start, isIn) = queue.withLock { $0.arrive(alarm, after: end) }
        if !isIn { alarm.wait() }
        return start
    }

    fileprivate func leave() {
        queue.withLock { $0.leave() }?.signal()
    }
}

/// What one thread gets of the processors. Belongs to that thread.
struct ProcessorShare {
    private let shares: ProcessorShares
    private let alarm = DispatchSemaphore(value: 0)
    /// Where the last piece ended, in bytes.
    private var end = 0

    init(of shares: ProcessorShares = .machine) { self.shares = shares }

    /// Does a piece of work when it is this thread's turn. The work must neither wait nor do input or output: others wait for its
    /// place.
    ///
    /// - Parameter byteCount: how many bytes are hashed.
    mutating func hash<Result, Failure: Error>(
        _ byteCount: Int, _ work: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        end = shares.enter(alarm, after: end) + byteCount
        defer { shares.leave() }
        return try work()
    }
}
