import Foundation
import Synchronization
import SystemPackage

/// One read of a source, made by a thread of `ReadRequests` for whoever waits for it.
final class ReadRequest: @unchecked Sendable {
    // What is changed belongs to the thread that reads until `isDone` is signalled, and to whoever waited for that afterwards.

    /// Where it reads.
    let offset: Int
    /// Where it reads to; must outlive the request.
    let buffer: UnsafeMutableRawBufferPointer
    /// What the source answered.
    private(set) var answer: Result<Int, Errno> = .failure(.interrupted)
    /// Times of the source's clock when the read began and ended.
    private(set) var begun = 0.0
    private(set) var ended = 0.0
    private let isDone = DispatchSemaphore(value: 0)

    init(offset: Int, buffer: UnsafeMutableRawBufferPointer) {
        self.offset = offset
        self.buffer = buffer
    }

    fileprivate func perform(on source: any ImageSource) {
        begun = source.clock
        answer = source.answer(at: offset, into: buffer)
        ended = source.clock
        isDone.signal()
    }

    /// Waits until the source has answered. Called once.
    func wait() { isDone.wait() }
}

/// Threads that read a source, so that several requests are under way at once: a drive that has the next request already need not
/// wait for anybody between two of them.
final class ReadRequests: Sendable {
    private struct State {
        var waiting: [ReadRequest] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let source: any ImageSource
    private let news = DispatchSemaphore(value: 0)
    private let count: Int

    /// Starts so many threads; `close` ends them.
    init(_ count: Int, to source: any ImageSource) {
        self.source = source
        self.count = count
        for number in 1...count {
            let thread = Thread { self.work() }
            thread.name = "fc-read-\(number)"
            thread.start()
        }
    }

    private func work() {
        while true {
            news.wait()
            let (request, isClosed) = state.withLock { state in
                (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isClosed)
            }
            if let request { request.perform(on: source) } else if isClosed { return }
        }
    }

    /// Has a read made.
    func submit(_ request: ReadRequest) {
        state.withLock { $0.waiting.append(request) }
        news.signal()
    }

    /// Ends the threads when they have made what was submitted.
    func close() {
        state.withLock { $0.isClosed = true }
        for _ in 0..<count { news.signal() }
    }
}
