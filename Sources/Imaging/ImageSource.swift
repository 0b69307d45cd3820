import CLinux
import DurableFiles
import Foundation
import SystemPackage

/// What an image is made of: a disk, or in tests and training something that behaves like one.
public protocol ImageSource: Sendable {
    /// What to call it in messages.
    var name: String { get }
    /// Length in bytes.
    var capacity: Int { get }
    /// Length of a sector in bytes; reads begin and end at multiples of it.
    var sectorSize: Int { get }
    /// Whether it is still there, asked after a read error.
    func isPresent() -> Bool
    /// Reads at a byte offset; may return less than asked for, 0 only at the end.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int
    /// Seconds on a clock that only goes forward; a simulated drive may have one of its own.
    var clock: Double { get }
    /// Lets some seconds of that clock pass, so that a drive can come to itself.
    func rest(seconds: Double)
}

extension ImageSource {
    /// The station's clock.
    public var clock: Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
    /// Sleeps.
    public func rest(seconds: Double) { Thread.sleep(forTimeInterval: seconds) }
}

/// A disk, opened for reading only and read past the page cache.
public final class DiskSource: ImageSource {
    private let file: OwnedDescriptor
    /// The device node.
    public let name: String
    /// Capacity in bytes.
    public let capacity: Int
    /// Logical sector size in bytes.
    public let sectorSize: Int

    /// Opens a disk and proves that it is the one that was recorded.
    ///
    /// - Parameter diskSequence: the kernel's number of the recorded stay; a disk that took over the name has another.
    /// - Throws: `ImagingError.otherDisk`, `ImagingError.sourceGone`, `ImagingError.source`.
    public init(node: String, diskSequence: Int, capacity: Int) throws(ImagingError) {
        do throws(FileError) {
            file = try OwnedDescriptor(
                opening: FilePath(node), .readOnly, options: FileDescriptor.OpenOptions(rawValue: clinux_o_direct))
            var bytes: UInt64 = 0
            var sector: UInt32 = 0
            var sequence: UInt64 = 0
            let descriptor = file.descriptor.rawValue
            try FileError.check(clinux_block_capacity(descriptor, &bytes), "ask the capacity of", file.path)
            try FileError.check(clinux_block_logical_sector_size(descriptor, &sector), "ask the sector size of", file.path)
            try FileError.check(clinux_block_disk_sequence(descriptor, &sequence), "ask the disk sequence of", file.path)
            self.name = node
            self.capacity = Int(clamping: bytes)
            self.sectorSize = Int(sector)
            guard Int(clamping: sequence) == diskSequence else { throw FileError("recognise", file.path, .noSuchAddressOrDevice) }
        } catch {
            let gone: [Errno] = [.noSuchFileOrDirectory, .noSuchAddressOrDevice, .operationNotSupportedByDevice]
            throw gone.contains(error.errno)
                ? .sourceGone(node) : .source(error)
        }
        guard self.capacity == capacity else { throw .otherDisk(node) }
    }

    /// See `ImageSource`. A disk that was removed has no capacity any more.
    public func isPresent() -> Bool {
        var bytes: UInt64 = 0
        return clinux_block_capacity(file.descriptor.rawValue, &bytes) == 0 && Int(clamping: bytes) == capacity
    }

    /// See `ImageSource`.
    public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        do throws(FileError) {
            return try file.read(at: offset, into: buffer)
        } catch {
            throw error.errno
        }
    }
}
