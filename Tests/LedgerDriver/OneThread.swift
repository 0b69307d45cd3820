import Dispatch
import Synchronization

/// Runs asynchronous work on the thread that calls `run` and on no other: strace counts the calls of each thread apart, so an
/// operation that is swept must stay on one.
final class OneThread: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])
    private let arrived = DispatchSemaphore(value: 0)
    private let isDone = Mutex(false)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        arrived.signal()
    }

    /// Runs work to its end.
    static func run(_ work: @escaping @Sendable () async -> Void) {
        let executor = OneThread()
        Task(executorPreference: executor) {
            await work()
            executor.isDone.withLock { $0 = true }
        }
        while !executor.isDone.withLock({ $0 }) {
            executor.arrived.wait()
            let job = executor.jobs.withLock { $0.removeFirst() }
            job.runSynchronously(on: executor.asUnownedTaskExecutor())
        }
    }
}
