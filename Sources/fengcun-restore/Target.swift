import CLinux
import Custody
import DurableFiles
import Glibc
import ImageTree
import Media
import Restoration
import SystemPackage

/// A device that may be written to, open for writing and claimed for this process alone.
///
/// It is judged through a descriptor that is open for reading, and that very device is opened again for writing: no other can come
/// between the look and the deed. As long as it is claimed (O_EXCL), nobody can mount it or build anything on it.
final class Target {
    private static let pieceSize = 1 << 20

    /// What the device says of itself.
    let description: RestorationTarget
    private let name: String
    private let file: OwnedDescriptor
    /// Page-aligned, as O_DIRECT asks.
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: Int(getpagesize()))

    /// Judges a device and claims it.
    init(_ path: String) throws(RestorationError) {
        guard let real = realpath(path, nil) else { throw .noDisk(path) }
        defer { free(real) }
        let node = FilePath(platformString: real)
        var status = stat()
        guard let reading = try? OwnedDescriptor(opening: node, .readOnly, options: [.nonBlocking, .noFollow]),
            fstat(reading.descriptor.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFBLK
        else { throw .noDisk(path) }
        let udev = try UdevRecord(status.st_rdev, node: node.string)
        let sequence = try Self.sequence(reading)
        var isReadOnly = true
        let hasFlag = clinux_block_read_only(reading.descriptor.rawValue, &isReadOnly) == 0
        let facts = TargetFacts(
            device: node.string, isWholeDisk: udev.isDisk, isKnown: udev.isInitialized && udev.diskSequence == sequence,
            isEvidence: udev.isEvidence, isReadOnly: !hasFlag || isReadOnly || Sysfs.hasReadOnlyPartition(udev.name),
            isSystemDisk: SystemDisks.names(holding: []).contains(udev.name), lower: Sysfs.lower(udev.name),
            holders: Sysfs.holders(udev.name))
        if let refusal = facts.refusal { throw refusal }

        file = try Self.naming(node.string) { () throws(FileError) in
            try OwnedDescriptor(
                opening: FilePath("/proc/self/fd/\(reading.descriptor.rawValue)"), .readWrite,
                options: [.exclusiveCreate, FileDescriptor.OpenOptions(rawValue: clinux_o_direct)])
        }
        guard try Self.sequence(file) == sequence else { throw .otherDevice(node.string) }
        var (bytes, sector) = (UInt64(0), UInt32(0))
        guard clinux_block_capacity(file.descriptor.rawValue, &bytes) == 0,
            clinux_block_logical_sector_size(file.descriptor.rawValue, &sector) == 0
        else { throw .otherDevice(node.string) }
        name = udev.name
        description = RestorationTarget(
            device: node.string, model: udev.model, serial: udev.serial, capacity: Int(clamping: bytes),
            sectorSize: Int(sector), diskSequence: sequence)
    }

    deinit { buffer.deallocate() }

    /// The first byte that is not zero, of those that `Blankness` looks at; nil where all are.
    func firstContent() throws(RestorationError) -> Int? {
        for place in Blankness.places(of: description.capacity) {
            var position = place.lowerBound
            while position < place.upperBound {
                let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, place.upperBound - position)])
                let count = try Self.naming(description.device) { () throws(FileError) in
                    try file.read(at: position, into: wanted)
                }
                guard count > 0 else { throw .otherDevice(description.device) }
                if let index = wanted[..<count].firstIndex(where: { $0 != 0 }) { return position + index }
                position += count
            }
        }
        return nil
    }

    /// Writes what an order says, and leaves the device read-only: what reads it from now on cannot change it.
    ///
    /// - Parameter progress: told about twice a second how much was written; what it throws ends the work.
    /// - Returns: the number of bytes that were written.
    func write(
        _ order: RestorationOrder, progress: (Int) throws(RestorationError) -> Void
    ) throws(RestorationError) -> Int {
        guard order.fits(description) else { throw .badOrder }
        let image: ImageReader
        do throws(ImageReadError) {
            image = try ImageReader(ImageSegments(FilePath(order.image), order.layout, byteCount: order.bytes))
        } catch {
            throw .image(english: error.message(in: .english), chinese: error.message(in: .chinese))
        }
        guard image.byteCount == order.bytes else {
            throw .image(
                english: "the image \(order.image) has \(image.byteCount) bytes, and \(order.bytes) were recorded",
                chinese: "镜像 \(order.image) 为 \(image.byteCount) 字节，记录为 \(order.bytes) 字节")
        }
        let end = order.tails.written
        try fill(0..<end, progress) { (piece, offset) throws(RestorationError) in
            do throws(FileError) {
                guard try image.fill(piece, from: offset) >= min(piece.count, end - offset) else {
                    throw FileError("read to its end", image.path, .ioError)
                }
            } catch {
                throw .image(english: error.description, chinese: "读取失败：\(error)")
            }
        }
        let all = order.tails.writtenInAll
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        try fill(end..<all, progress) { (_, _) throws(RestorationError) in }
        do throws(FileError) {
            try file.sync()
        } catch {
            throw .write(description.device, at: 0, reason: "\(error.errno)")
        }
        guard try Self.sequence(file) == description.diskSequence, Sysfs.diskSequence(name) == description.diskSequence else {
            throw .otherDevice(description.device)
        }
        guard clinux_block_set_read_only(file.descriptor.rawValue) == 0 else {
            throw .device(description.device, reason: "cannot be made read-only")
        }
        return all
    }

    /// Writes a range piece by piece.
    ///
    /// - Parameter produce: puts into the buffer what belongs at an offset; the buffer may be longer than what is left.
    private func fill(
        _ range: Range<Int>, _ progress: (Int) throws(RestorationError) -> Void,
        _ produce: (UnsafeMutableRawBufferPointer, Int) throws(RestorationError) -> Void
    ) throws(RestorationError) {
        var told = ContinuousClock.now
        var position = range.lowerBound
        while position < range.upperBound {
            try produce(buffer, position)
            let count = min(buffer.count, range.upperBound - position)
            do throws(FileError) {
                try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: position)
            } catch {
                throw .write(description.device, at: position, reason: "\(error.errno)")
            }
            position += count
            if told.duration(to: .now) > .milliseconds(500) {
                told = .now
                try progress(position)
            }
        }
    }

    private static func sequence(_ file: OwnedDescriptor) throws(RestorationError) -> Int {
        var sequence: UInt64 = 0
        guard clinux_block_disk_sequence(file.descriptor.rawValue, &sequence) == 0 else { throw .otherDevice(file.path.string) }
        return Int(clamping: sequence)
    }

    private static func naming<Value>(
        _ device: String, _ call: () throws(FileError) -> Value
    ) throws(RestorationError) -> Value {
        do throws(FileError) {
            return try call()
        } catch {
            // The kernel's word for a device that somebody has claimed.
            if error.errno == .resourceBusy { throw .inUse(device, by: []) }
            throw .device(device, reason: "cannot \(error.attempt): \(error.errno)")
        }
    }
}
