/// The bytes that a drive answered. Nothing in them is trusted: every access says nil where they end before it.
struct ReplyBytes: Sendable {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) { self.bytes = ArraySlice(Array(bytes)) }
    private init(slice: ArraySlice<UInt8>) { bytes = slice }

    var count: Int { bytes.count }

    /// The byte at an offset.
    subscript(_ offset: Int) -> UInt8? {
        guard offset >= 0, offset < bytes.count else { return nil }
        return bytes[bytes.startIndex + offset]
    }

    /// Whether a bit of a byte is set; false where the byte is missing.
    func bit(_ bit: Int, at offset: Int) -> Bool { (self[offset] ?? 0) >> UInt8(bit & 7) & 1 == 1 }

    /// The bytes of [offset, offset + length); nil unless all of them are there.
    func part(_ offset: Int, _ length: Int) -> ReplyBytes? {
        guard offset >= 0, length >= 0, offset <= bytes.count, length <= bytes.count - offset else { return nil }
        let start = bytes.startIndex + offset
        return ReplyBytes(slice: bytes[start..<start + length])
    }

    /// As many of the bytes of [offset, offset + length) as are there.
    func available(_ offset: Int, _ length: Int) -> ReplyBytes {
        let start = min(max(offset, 0), bytes.count)
        return part(start, min(max(length, 0), bytes.count - start)) ?? ReplyBytes([])
    }

    /// An unsigned number, the most significant byte first; nil for more than eight bytes.
    func bigEndian(_ offset: Int, _ length: Int) -> UInt64? {
        guard length <= 8 else { return nil }
        return part(offset, length).map { $0.bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    }

    /// An unsigned number, the least significant byte first; nil for more than eight bytes.
    func littleEndian(_ offset: Int, _ length: Int) -> UInt64? {
        guard length <= 8 else { return nil }
        return part(offset, length).map { $0.bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    }

    /// Whether every byte has one value; also where there is none.
    func isUniform(_ value: UInt8) -> Bool { bytes.allSatisfy { $0 == value } }

    var array: [UInt8] { Array(bytes) }

    /// Lower-case hexadecimal.
    var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// A capacity or an address range in bytes; nil where it would not fit an integer of strict JSON (2⁵³ - 1).
func bytes(_ blocks: UInt64?, of size: Int?) -> Int? {
    guard let blocks, let size, size > 0 else { return nil }
    let (product, overflow) = blocks.multipliedReportingOverflow(by: UInt64(size))
    return overflow || product > 1 << 53 - 1 ? nil : Int(product)
}
