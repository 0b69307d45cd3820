import CLinux
import Custody
import DriveReplies
import DurableFiles
import Glibc
import SystemPackage

/// Looks at the beginnings of a disk and of its partitions for what encrypts whole volumes.
public enum EncryptionHints {
    /// Most partitions that are looked at.
    static let partitionLimit = 16

    /// Looks. Blocks; call it on a thread of its own.
    ///
    /// - Returns: nil where the disk cannot be opened, or another disk has taken the name. A beginning that cannot be read, or is
    ///   not reached within the content sampler's time, is passed over.
    public static func find(_ device: BlockDevice, _ description: MediumDescription) -> [EncryptionHint]? {
        let length = EncryptionSign.length
        guard
            let file = try? OwnedDescriptor(
                opening: FilePath(device.node), .readOnly, options: FileDescriptor.OpenOptions(rawValue: clinux_o_direct)),
            let buffer = aligned_alloc(4096, length)
        else { return nil }
        defer { free(buffer) }
        var sequence: UInt64 = 0
        guard clinux_block_disk_sequence(file.descriptor.rawValue, &sequence) == 0, Int(clamping: sequence) == device.diskSequence
        else { return nil }
        let block = UnsafeMutableRawBufferPointer(start: buffer, count: length)
        let deadline = ContinuousClock.now.advanced(by: .seconds(ContentSampler.timeLimit))
        let places: [(Int?, Int)] =
            [(nil, 0)] + description.partitions.prefix(partitionLimit).map { ($0.number, $0.offset) }
        var hints: [EncryptionHint] = []
        for (partition, offset) in places {
            guard ContinuousClock.now < deadline, offset >= 0, offset < description.capacity,
                let count = try? file.descriptor.read(fromAbsoluteOffset: Int64(offset), into: block)
            else { continue }
            if let sign = EncryptionSign(Array(block.prefix(count))) {
                hints.append(EncryptionHint(partition: partition, sign: sign.rawValue))
            }
        }
        return hints
    }
}
