import Glibc

/// Memory that starts at a page boundary, as O_DIRECT asks (open(2)).
final class AlignedBuffer: @unchecked Sendable {
    // Who may touch the bytes at which time is the ring's business.
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int) {
        bytes = .allocate(byteCount: byteCount, alignment: Int(getpagesize()))
    }

    deinit { bytes.deallocate() }
}
