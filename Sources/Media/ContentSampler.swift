import CLinux
import Custody
import DurableFiles
import Glibc
import Integrity
import SystemPackage

/// Reads a few blocks spread evenly over a disk, so that two drives with one serial can be told apart.
public enum ContentSampler {
    /// Number of blocks, the first and the last of the disk among them.
    static let blockCount = 16
    /// Length of a block in bytes; a multiple of every sector size in use.
    static let blockSize = 4096
    /// A dying drive may take half a minute for a sector; the attach entry does not wait longer than this, in seconds.
    static let timeLimit = 5

    /// Takes the sample. Blocks; call it on a thread of its own.
    ///
    /// - Returns: nil where a block cannot be read, or not in time, or another disk has taken the name.
    public static func sample(_ device: BlockDevice, capacity: Int) -> ContentSample? {
        guard capacity >= blockSize,
            let file = try? OwnedDescriptor(
                opening: FilePath(device.node), .readOnly, options: FileDescriptor.OpenOptions(rawValue: clinux_o_direct)),
            let buffer = aligned_alloc(blockSize, blockSize)
        else { return nil }
        defer { free(buffer) }
        var sequence: UInt64 = 0
        guard clinux_block_disk_sequence(file.descriptor.rawValue, &sequence) == 0, Int(clamping: sequence) == device.diskSequence
        else { return nil }
        let block = UnsafeMutableRawBufferPointer(start: buffer, count: blockSize)
        let deadline = ContinuousClock.now.advanced(by: .seconds(timeLimit))
        var message: [UInt8] = []
        var values: Set<UInt8> = []
        for offset in offsets(capacity: capacity) {
            guard ContinuousClock.now < deadline,
                (try? file.descriptor.read(fromAbsoluteOffset: Int64(offset), into: block)) == blockSize
            else { return nil }
            message += Array("\(offset):".utf8) + block
            values.formUnion(block)
        }
        return ContentSample(
            sha256: Hex.encode(SHA256.digest(message)), blocks: message.count / blockSize, uniform: values.count == 1)
    }

    /// Byte offsets of the blocks, ascending, without repetition.
    static func offsets(capacity: Int) -> [Int] {
        let last = capacity / blockSize - 1
        let blocks = (0..<blockCount).map { last * $0 / (blockCount - 1) }
        return Set(blocks).sorted().map { $0 * blockSize }
    }
}
