import Custody
import Foundation
import Glibc
import SystemPackage

/// A drive that fails as it is told to: for training, and for the tests of the engine itself.
public final class DriveSimulation: ImageSource, @unchecked Sendable {
    // All that changes is guarded by `lock`.

    /// See `ImageSource`.
    public let name: String
    /// See `ImageSource`.
    public let capacity: Int
    /// See `ImageSource`.
    public let sectorSize: Int
    private let faults: DriveFaults
    private let content: @Sendable (Int, UnsafeMutableRawBufferPointer) throws(Errno) -> Int
    private let isTimeReal: Bool
    private let beforeRead: @Sendable () -> Void
    private let lock = NSLock()
    private var elapsed = 0.0
    private var reads = 0
    private var stoppedAt: Double?
    /// Number of tries at each sector that comes back.
    private var tries: [Int: Int] = [:]

    /// Makes a drive.
    ///
    /// - Parameters:
    ///   - isTimeReal: whether slow places take their time; else a clock of the drive's own runs ahead.
    ///   - beforeRead: called before each read, by the thread that reads.
    ///   - content: fills a buffer from an offset, as `ImageSource.read` does.
    public init(
        name: String, capacity: Int, faults: DriveFaults, isTimeReal: Bool,
        beforeRead: @escaping @Sendable () -> Void = {},
        content: @escaping @Sendable (Int, UnsafeMutableRawBufferPointer) throws(Errno) -> Int
    ) {
        self.name = name
        self.capacity = capacity
        self.sectorSize = faults.sectorSize
        self.faults = faults
        self.isTimeReal = isTimeReal
        self.beforeRead = beforeRead
        self.content = content
    }

    /// Number of reads so far.
    public var readCount: Int { lock.withLock { reads } }

    /// See `ImageSource`.
    public func isPresent() -> Bool { lock.withLock { reads <= faults.goneAfter ?? .max } }

    /// See `ImageSource`.
    public var clock: Double { isTimeReal ? Double(DispatchTime.now().uptimeNanoseconds) / 1e9 : lock.withLock { elapsed } }

    /// See `ImageSource`.
    public func rest(seconds: Double) { pass(seconds) }

    private func pass(_ seconds: Double) {
        guard seconds > 0 else { return }
        if isTimeReal { Thread.sleep(forTimeInterval: seconds) } else { lock.withLock { elapsed += seconds } }
    }

    /// See `ImageSource`.
    public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        beforeRead()
        let now = clock
        let isStopped = lock.withLock {
            reads += 1
            guard let stop = faults.stop, reads > stop.reads else { return false }
            let since = stoppedAt ?? now
            stoppedAt = since
            return now - since < Double(stop.seconds)
        }
        if isStopped || !isPresent() { throw .ioError }
        let range = ByteRange(offset: offset, length: min(buffer.count, capacity - offset))
        var (seconds, fails, hangs) = (0.0, false, false)
        for place in places(in: range) {
            switch place.fault {
            case .bad: fails = true
            case .hangs(let duration):
                seconds += Double(duration)
                hangs = true
            case .slow(let rate):
                let length = min(place.range.end, range.end) - max(place.range.offset, range.offset)
                seconds += Double(length) / Double(rate)
            case .comesBack(let needed): fails = triesFail(place.range, range, needed) || fails
            }
        }
        pass(seconds)
        if hangs { throw .ioError }
        // As the kernel has it where the drive says that it cannot read the sector.
        if fails { throw Errno(rawValue: ENODATA) }
        return try content(offset, UnsafeMutableRawBufferPointer(rebasing: buffer[..<range.length]))
    }

    /// Counts a try at each sector of a place that a read touches.
    private func triesFail(_ place: ByteRange, _ range: ByteRange, _ needed: Int) -> Bool {
        let sectors = max(place.offset, range.offset) / sectorSize...(min(place.end, range.end) - 1) / sectorSize
        return lock.withLock {
            sectors.reduce(false) { fails, sector in
                tries[sector, default: 0] += 1
                return tries[sector, default: 0] < needed || fails
            }
        }
    }

    private func places(in range: ByteRange) -> ArraySlice<DriveFaults.Place> {
        var (low, high) = (0, faults.places.count)
        while low < high {
            let middle = (low + high) / 2
            if faults.places[middle].range.end > range.offset { high = middle } else { low = middle + 1 }
        }
        return faults.places[low...].prefix { $0.range.offset < range.end }
    }
}
