/// Replies put together from the field offsets of the standards, as a drive could give them.
public enum Replies {
    /// Puts bytes into a buffer.
    public static func put(_ bytes: [UInt8], at offset: Int, in buffer: inout [UInt8]) {
        buffer.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }

    /// A text padded with spaces.
    public static func padded(_ text: String, _ length: Int) -> [UInt8] {
        Array((Array(text.utf8) + [UInt8](repeating: 0x20, count: length)).prefix(length))
    }

    /// A number, the most significant byte first.
    public static func big(_ number: UInt64, _ length: Int) -> [UInt8] {
        (0..<length).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
    }

    /// A number, the least significant byte first.
    public static func little(_ number: UInt64, _ length: Int) -> [UInt8] { big(number, length).reversed() }

    /// Standard INQUIRY data (SPC-4, 6.4.2, table 179).
    public static func inquiry(
        vendor: String = "Seagate", product: String = "Expansion", type: UInt8 = 0, removable: Bool = false
    )
        -> [UInt8]
    {
        var reply = [UInt8](repeating: 0, count: 36)
        reply[0] = type
        reply[1] = removable ? 0x80 : 0
        reply[2] = 6
        reply[3] = 2
        reply[4] = 31
        put(padded(vendor, 8), at: 8, in: &reply)
        put(padded(product, 16), at: 16, in: &reply)
        put(padded("0708", 4), at: 32, in: &reply)
        return reply
    }

    /// A page of vital product data (SPC-4, 7.8.1): type, code, length, parameters.
    public static func page(_ code: UInt8, _ parameters: [UInt8]) -> [UInt8] {
        [0, code] + big(UInt64(parameters.count), 2) + parameters
    }

    /// A designator of page 83h (SPC-4, 7.8.6.1).
    public static func designator(codeSet: UInt8, type: UInt8, association: UInt8 = 0, _ bytes: [UInt8]) -> [UInt8] {
        [codeSet, association << 4 | type, 0, UInt8(bytes.count)] + bytes
    }

    /// Page 83h with the names of a port and of the unit (SPC-4, 7.8.6).
    public static let identification = page(
        0x83,
        designator(codeSet: 2, type: 1, Array("ATA     Model".utf8))
            // The port's name (association 01b) comes first and is not the disk's.
            + designator(codeSet: 1, type: 3, association: 1, [0x50, 1, 2, 3, 4, 5, 6, 8])
            + designator(codeSet: 1, type: 2, [0x00, 0x25, 0x38, 1, 2, 3, 4, 5])
            + designator(codeSet: 1, type: 3, [0x50, 0x02, 0x53, 0x8E, 0x40, 0x67, 0xC9, 0x6B])
            + designator(codeSet: 3, type: 8, Array("naa.5002538E4067C96B\0\0\0\0".utf8)))

    /// IDENTIFY DEVICE data (ACS-3, 7.12.7) of a 512e drive with 2 TB that rotates.
    public static func identify(
        serial: String = "WD-WX11A1234567", model: String = "WDC WD20SPZX-22UA7T0", sectors: UInt64 = 3_907_029_168,
        words: [Int: UInt16] = [:], checksum: Bool = true
    ) -> [UInt8] {
        var reply = [UInt8](repeating: 0, count: 512)
        func set(_ word: Int, _ value: UInt16) { put(little(UInt64(value), 2), at: 2 * word, in: &reply) }
        func text(_ first: Int, _ last: Int, _ text: String) {
            let bytes = padded(text, 2 * (last - first + 1))
            for index in stride(from: 0, to: bytes.count, by: 2) {
                set(first + index / 2, UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1]))
            }
        }
        set(0, 0x0040)
        text(10, 19, serial)
        text(23, 26, "01.01A01")
        text(27, 46, model)
        put(little(min(sectors, 0x0FFF_FFFF), 4), at: 120, in: &reply)
        set(76, 0b1110)  // Gen1 to Gen3
        set(77, 2 << 1)  // Gen2 is in use
        set(82, 1 << 0 | 1 << 1 | 1 << 10)  // SMART, security, HPA
        set(83, 1 << 14 | 1 << 10 | 1 << 11)  // 48-bit, DCO
        set(87, 1 << 14 | 1 << 8)  // world-wide name
        put(little(sectors, 8), at: 200, in: &reply)
        set(106, 1 << 14 | 1 << 13 | 3)  // eight logical sectors in a physical one
        for (index, word) in [0x5001, 0x4EE2, 0xBB00, 0x1234].enumerated() { set(108 + index, UInt16(word)) }
        set(119, 1 << 14 | 1 << 8)  // AMA
        set(128, 1 << 0 | 1 << 3)  // security supported, frozen
        set(168, 3)
        set(217, 5400)
        for (word, value) in words { set(word, value) }
        if checksum {
            reply[510] = 0xA5
            reply[511] = 0
            reply[511] = 0 &- reply.reduce(0, &+)
        }
        return reply
    }

    /// Page 89h (SAT-3, 12.4.2, table 160).
    public static func ataInformation() -> [UInt8] {
        var parameters = [UInt8](repeating: 0, count: 56)
        put(padded("JMicron", 8), at: 4, in: &parameters)
        put(padded("USB to SATA", 16), at: 12, in: &parameters)
        return page(0x89, parameters + identify())
    }

    /// Descriptor-format sense data with the ATA Status Return descriptor (SAT-3, 12.2.2.6, table 137).
    public static func registers(lba: UInt64, status: UInt8 = 0x50, error: UInt8 = 0, isExtended: Bool = true) -> [UInt8] {
        func byte(_ shift: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: lba >> shift) }
        // DEVICE: bit 6 says LBA; of a 28-bit address it holds the upper four bits.
        let device = 0x40 | (isExtended ? 0 : byte(24) & 0x0F)
        return [0x72, 0x01, 0x00, 0x1D, 0, 0, 0, 14]
            + [
                0x09, 0x0C, isExtended ? 1 : 0, error, 0, 0, byte(24), byte(0), byte(32), byte(8), byte(40), byte(16), device,
                status,
            ]
    }

    /// Fixed-format sense data (SAT-3, 12.2.2.7, tables 138 and 139).
    public static func fixedRegisters(lba: UInt32, isMore: Bool = false, isExtended: Bool = true) -> [UInt8] {
        var sense = [UInt8](repeating: 0, count: 18)
        sense[0] = 0x70
        sense[2] = 0x01
        (sense[3], sense[4], sense[5]) = (0, 0x50, 0x40 | (isExtended ? 0 : UInt8(lba >> 24 & 0x0F)))
        sense[7] = 10
        sense[8] = (isExtended ? 0x80 : 0) | (isMore ? 0x20 : 0)
        (sense[9], sense[10], sense[11]) = (UInt8(lba & 0xFF), UInt8(lba >> 8 & 0xFF), UInt8(lba >> 16 & 0xFF))
        (sense[12], sense[13]) = (0, 0x1D)
        return sense
    }

    /// DEVICE CONFIGURATION IDENTIFY data (ATA8-ACS, 7.10.3, table 21).
    public static func configuration(maximum: UInt64) -> [UInt8] {
        var reply = [UInt8](repeating: 0, count: 512)
        put(little(2, 2), at: 0, in: &reply)
        put(little(maximum, 8), at: 6, in: &reply)
        reply[510] = 0xA5
        reply[511] = 0 &- reply.reduce(0, &+)
        return reply
    }

    /// READ CAPACITY (16) parameter data (SBC-3, 5.16.2, table 65).
    public static func capacity(last: UInt64, length: UInt64, exponent: UInt8 = 0) -> [UInt8] {
        big(last, 8) + big(length, 4) + [0, exponent] + [UInt8](repeating: 0, count: 18)
    }

    /// Identify Controller (NVMe 1.4, figure 247).
    public static func controller(serial: String = "S1234567890", total: UInt64 = 1_024_209_543_168, unallocated: UInt64 = 0)
        -> [UInt8]
    {
        var reply = [UInt8](repeating: 0, count: 4096)
        put(little(0x144D, 2), at: 0, in: &reply)
        put(padded(serial, 20), at: 4, in: &reply)
        put(padded("Samsung SSD 970 PRO 1TB", 40), at: 24, in: &reply)
        put(padded("1B2QEXP7", 8), at: 64, in: &reply)
        reply[256] = 0b1001  // security, namespace management
        put(little(358, 2), at: 266, in: &reply)
        put(little(0, 2), at: 268, in: &reply)
        put(little(total, 8), at: 280, in: &reply)
        put(little(unallocated, 8), at: 296, in: &reply)
        reply[520] = 0b100
        return reply
    }

    /// Identify Namespace (NVMe 1.4, figure 245).
    public static func namespace(blocks: UInt64 = 2_000_409_264, shift: UInt8 = 9, nguid: [UInt8] = [], eui: [UInt8] = [])
        -> [UInt8]
    {
        var reply = [UInt8](repeating: 0, count: 4096)
        put(little(blocks, 8), at: 0, in: &reply)
        put(little(blocks, 8), at: 8, in: &reply)
        put(little(blocks / 2, 8), at: 16, in: &reply)
        reply[26] = 1  // format 1 is in use
        reply[33] = 1
        put(nguid, at: 104, in: &reply)
        put(eui, at: 120, in: &reply)
        reply[128 + 2] = 12
        reply[128 + 4 + 2] = shift
        return reply
    }

    /// Level 0 Discovery (TCG Storage Core 2.01, 3.3.6): TPer, locking and Opal 2.
    public static func discovery(locking: UInt8) -> [UInt8] {
        func feature(_ code: UInt64, _ body: [UInt8]) -> [UInt8] { big(code, 2) + [0x10, UInt8(body.count)] + body }
        let features =
            feature(0x0001, [0x11] + [UInt8](repeating: 0, count: 11))
            + feature(0x0002, [locking] + [UInt8](repeating: 0, count: 11))
            + feature(0x0203, [UInt8](repeating: 0, count: 16))
        return big(UInt64(44 + features.count), 4) + [UInt8](repeating: 0, count: 44) + features
            + [UInt8](repeating: 0, count: 100)
    }

    /// Whatever a drive could say, for the fuzz tests.
    public static let all: [[UInt8]] = [
        inquiry(), page(0x00, [0x00, 0x80, 0x83, 0x89, 0xB1]), page(0x80, padded("0123-4567", 20)), identification,
        ataInformation(),
        page(0xB1, [0, 1, 0, 3] + [UInt8](repeating: 0, count: 56)), page(0xB2, [0, 0xE4, 2, 0]), identify(),
        registers(lba: 0x1234_5678_9ABC), fixedRegisters(lba: 0x123456), configuration(maximum: 3_907_029_167),
        capacity(last: 3_907_029_167, length: 512, exponent: 3), controller(), namespace(nguid: Array(1...16)),
        little(1, 4) + little(2, 4) + little(7, 4) + little(0, 4), discovery(locking: 0b0000_1111),
    ]
}
