import Custody
import Dispatch
import Synchronization

/// How far a job is; read and written from any thread.
public final class JobProgress: Sendable {
    /// What a rescue is doing, and what it found so far.
    public struct Rescue: Sendable, Equatable {
        /// What is being done.
        public var phase: RescuePhase
        /// Number of the pass in the phase, from 1.
        public var pass = 1
        /// Whether the pass goes from the end of the drive to its beginning.
        public var isBackward = false
        /// Byte of the drive that was asked for last.
        public var position = 0
        /// Bytes that were read.
        public var rescued = 0
        /// Bytes that nobody tried yet.
        public var untried = 0
        /// Bytes in sectors that failed on their own.
        public var bad = 0
        /// Runs of such sectors.
        public var badAreas = 0
        /// Reads that failed.
        public var readErrors = 0
        /// Reads or seconds that were slower than the lowest rate.
        public var slowReads = 0
    }

    /// Bytes that the job has to go through.
    public var total: Int { expected.load(ordering: .relaxed) }
    private let expected: Atomic<Int>
    private let position = Atomic(0)
    private let bad = Atomic(0)
    /// What was done when the reading back began.
    private let readOfMedium = Atomic(0)
    private let stopping = Atomic(false)
    /// 0: no read is under way; more: milliseconds after `begun` when one began; `givenUp`: nobody waits for it any more.
    private let reading = Atomic(0)
    private let rescueState = Mutex<Rescue?>(nil)
    private let rates: Mutex<RateRecorder>
    private let begun = DispatchTime.now()
    private static let givenUp = -1

    /// A job that has not begun.
    public init(total: Int) {
        expected = Atomic(total)
        rates = Mutex(RateRecorder(capacity: total))
    }

    /// Bytes gone through so far, in the present way over them.
    public var done: Int { position.load(ordering: .relaxed) }
    /// Bytes of the medium that were read so far, whatever the job goes through now; nil while it is checked which those are.
    public var bytesRead: Int? {
        switch rescue?.phase {
        case .checking: nil
        case .readingBack: readOfMedium.load(ordering: .relaxed)
        case nil, .takingOver, .copying, .trimming, .scraping, .retrying: done
        }
    }
    /// Bytes that could not be read so far.
    public var unreadable: Int { bad.load(ordering: .relaxed) }
    /// What a rescue is doing; nil as long as everything could be read in order.
    public var rescue: Rescue? { rescueState.withLock { $0 } }

    /// Corrects the number of bytes that the job has to go through.
    public func expect(_ bytes: Int) { expected.store(bytes, ordering: .relaxed) }

    /// Asks the job to stop at the next buffer.
    public func cancel() { stopping.store(true, ordering: .relaxed) }
    /// Whether the job was asked to stop.
    var isCancelled: Bool { stopping.load(ordering: .relaxed) }

    /// So many bytes more are done.
    public func advance(by bytes: Int) { position.add(bytes, ordering: .relaxed) }

    /// Begins to count from 0 again, for another way over the same bytes.
    func restart() { position.store(0, ordering: .relaxed) }

    // MARK: Rate over position

    /// What is known of the medium's rate, place by place.
    public var rateCurve: RateCurve { rates.withLock { $0.curve } }

    /// Reading of the medium begins, or goes on after a rest.
    func beginRates(at clock: Double) { rates.withLock { $0.begin(at: clock) } }

    /// A read of the medium is over; it gave so many bytes.
    func noteRead(_ bytes: Int, at offset: Int, clock: Double) { rates.withLock { $0.add(bytes, at: offset, clock: clock) } }

    func show(_ rescue: Rescue) {
        rescueState.withLock { $0 = rescue }
        position.store(rescue.rescued, ordering: .relaxed)
        bad.store(rescue.bad, ordering: .relaxed)
    }

    /// Shows that the image is read back: nothing more is read of the drive.
    func showReadingBack(unreadable: Int) {
        readOfMedium.store(done, ordering: .relaxed)
        rescueState.withLock { state in
            if state == nil { state = Rescue(phase: .readingBack) } else { state?.phase = .readingBack }
        }
        bad.store(unreadable, ordering: .relaxed)
        restart()
    }

    /// What was written is checked; the medium is read from now on.
    func endChecking() {
        rescueState.withLock { $0 = nil }
        restart()
    }

    func checkCancelled() throws(ImagingError) { if isCancelled { throw .cancelled } }

    // MARK: A drive that does not answer

    /// Whole seconds that the present read of the drive has lasted; 0 where none is under way.
    public var waitingSeconds: Int {
        let start = reading.load(ordering: .relaxed)
        return start > 0 ? max(0, milliseconds - start) / 1000 : 0
    }

    /// A read of the drive begins.
    func beginRead() { reading.store(milliseconds, ordering: .relaxed) }

    /// A read of the drive is over.
    ///
    /// - Throws: `ImagingError.cancelled` where `giveUp` came first: whoever waited has taken over, nothing may be touched.
    func endRead() throws(ImagingError) {
        if reading.exchange(0, ordering: .acquiringAndReleasing) == Self.givenUp { throw .cancelled }
    }

    /// Stops waiting for a read that has lasted some seconds.
    ///
    /// - Returns: whether there was one; from then on the reading thread touches nothing any more.
    func giveUp(after seconds: Int) -> Bool {
        let start = reading.load(ordering: .relaxed)
        guard start > 0, milliseconds - start >= 1000 * seconds else { return false }
        return reading.compareExchange(
            expected: start, desired: Self.givenUp, ordering: .acquiringAndReleasing
        ).exchanged
    }

    /// Milliseconds since the job was made, from 1. Asked before every read, so in whole numbers.
    private var milliseconds: Int {
        Int((DispatchTime.now().uptimeNanoseconds - begun.uptimeNanoseconds) / 1_000_000) + 1
    }
}

/// What a rescue does, in this order (GNU ddrescue's manual, "Algorithm").
public enum RescuePhase: String, Sendable, CaseIterable {
    /// Checks what was written before an interruption.
    case checking
    /// Takes over what an earlier attempt read.
    case takingOver = "taking-over"
    /// Large reads; what fails is skipped.
    case copying
    /// The edges of what failed, sector by sector.
    case trimming
    /// What lies between bad edges, sector by sector.
    case scraping
    /// Bad sectors, once more.
    case retrying
    /// The image as it stands is read, for its digests.
    case readingBack = "reading-back"
}
