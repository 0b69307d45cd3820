import Custody
import Foundation
import ImageTree
import Integrity
import Synchronization
import SystemPackage

@testable import Imaging

/// A disk in memory that fails where and when a test wants it to.
final class SimulatedSource: ImageSource {
    let name = "/dev/simulated"
    let capacity: Int
    let sectorSize: Int
    /// What the disk holds.
    let content: [UInt8]

    /// What is wrong with it.
    struct Faults: Sendable {
        /// Sectors that cannot be read, by their number.
        var badSectors: Set<Int> = []
        /// What a bad sector answers.
        var errno = Errno.ioError
        /// The disk is gone from this read on.
        var vanishesAfter = Int.max
        /// The disk ends here although it claims its capacity.
        var endsAt = Int.max
        /// No read gives more than this.
        var longestRead = Int.max
        /// The first attempts at every place are interrupted by a signal.
        var interruptions = 0
    }

    private let faults: Faults
    private let reads = Mutex(0)
    private let interrupted = Mutex([Int: Int]())
    /// Called before each read with its number, from 1.
    private let beforeRead: @Sendable (Int) -> Void

    init(
        _ count: Int, sectorSize: Int = 512, _ faults: Faults = Faults(), beforeRead: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        capacity = count
        self.sectorSize = sectorSize
        self.faults = faults
        self.beforeRead = beforeRead
        content = Self.pattern(count)
    }

    /// Bytes that repeat after no power of two. None is zero, so that a zero in an image is one that the program put there.
    private static func pattern(_ count: Int) -> [UInt8] {
        var period: [UInt8] = []
        for index in 0..<65_521 { period.append(UInt8(1 + (index * 31 + index / 509) % 255)) }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for start in stride(from: 0, to: count, by: period.count) {
                let length = min(period.count, count - start)
                UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[start..<start + length]))
                    .copyBytes(from: period[..<length])
            }
            initialized = count
        }
    }

    var readCount: Int { reads.withLock { $0 } }

    func isPresent() -> Bool { reads.withLock { $0 } <= faults.vanishesAfter }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        let number = reads.withLock {
            $0 += 1; return $0
        }
        beforeRead(number)
        guard number <= faults.vanishesAfter else { throw .ioError }
        let attempt = interrupted.withLock {
            $0[offset, default: 0] += 1; return $0[offset, default: 0]
        }
        guard attempt > faults.interruptions else { throw .interrupted }
        let end = min(offset + min(buffer.count, faults.longestRead), capacity, max(offset, faults.endsAt))
        guard end > offset else { return 0 }
        let sectors = offset / sectorSize...(end - 1) / sectorSize
        guard faults.badSectors.isDisjoint(with: sectors) else { throw faults.errno }
        content[offset..<end].withUnsafeBytes { buffer.copyMemory(from: $0) }
        return end - offset
    }

    /// The image that this disk should give: its content, zeros in the bad sectors.
    var expected: [UInt8] {
        var bytes = content
        for sector in faults.badSectors {
            for index in sector * sectorSize..<min((sector + 1) * sectorSize, capacity) { bytes[index] = 0 }
        }
        return bytes
    }

    /// The bad ranges, neighbours joined, computed byte by byte.
    var expectedRanges: [ByteRange] {
        var ranges: [ByteRange] = []
        for sector in faults.badSectors.sorted() {
            let length = min((sector + 1) * sectorSize, capacity) - sector * sectorSize
            if let last = ranges.last, last.end == sector * sectorSize {
                ranges[ranges.count - 1].length += length
            } else {
                ranges.append(ByteRange(offset: sector * sectorSize, length: length))
            }
        }
        return ranges
    }
}

/// The files of an image in one folder, as a plan without wishes makes them.
func newImage(in folder: FilePath, stem: String, byteCount: Int) throws(ImagingError) -> ImageFile {
    try DestinationPlan(folder: folder).create(stem: stem, byteCount: byteCount)
}

/// The reading back of an image that is one file.
func verification(of path: FilePath, algorithms: [DigestAlgorithm]) throws -> ImageVerification {
    ImageVerification(try ImageReader(ImageSegments(path, nil, byteCount: 0)), algorithms: algorithms)
}
