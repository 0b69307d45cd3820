import Glibc

/// Memory that starts at a page boundary, as O_DIRECT asks (open(2)).
final class AlignedBuffer: @unchecked Sendable {
    /// A large page where the processor has them, in bytes; on others this only aligns more than is needed.
    private static let largePage = 2 << 20

    // Who may touch the bytes at which time is the ring's business.
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int) {
        let isLarge = byteCount >= Self.largePage
        bytes = .allocate(byteCount: byteCount, alignment: isLarge ? Self.largePage : Int(getpagesize()))
        // The kernel pins the pages for each read: 8 instead of 4,096 for a ring. Only a wish, whatever becomes of it.
        if isLarge { _ = madvise(bytes.baseAddress, byteCount / Self.largePage * Self.largePage, MADV_HUGEPAGE) }
    }

    deinit { bytes.deallocate() }
}
