/// IDENTIFY DEVICE data (ACS-3, 7.12.7): 256 words, the low byte first.
public struct ATAIdentify: Sendable, Equatable {
    /// Serial number (words 10 to 19), firmware revision (23 to 26), model number (27 to 46).
    public let serial, firmware, model: DriveText
    /// World-wide name (words 108 to 111) in lower-case hexadecimal; nil where there is none.
    public let wwn: String?
    /// Sectors that can be addressed (words 60, 61, 100 to 103, 230 to 233).
    public let sectors: UInt64
    /// Length of a logical and of a physical sector in bytes (words 106, 117, 118).
    public let logicalSectorSize, physicalSectorSize: Int
    /// How it rotates (word 217).
    public let rotation: Rotation?
    /// Form factor (word 168).
    public let formFactor: FormFactor?
    /// Fastest signalling speed of Serial ATA that it has, and the one that is in use, in Gb/s (words 76 and 77).
    public let fastestSpeed, speed: String?
    /// Whether DATA SET MANAGEMENT can trim (word 169).
    public let trim: Bool
    /// What a trimmed sector gives (word 69).
    public let afterTrim: ReadAfterTrim
    /// The security feature set (word 128).
    public let security: Security
    /// Whether the host protected area (word 82), device configuration overlay (word 83) and accessible max address
    /// configuration (word 119) feature sets, SMART (word 82) and trusted computing (word 48) are there.
    public let hasHPA, hasDCO, hasAMA, hasSMART, isTrusted: Bool
    /// Whether 48-bit addresses are there (word 83).
    public let has48BitAddresses: Bool
    /// Whether the integrity word is right (word 255); nil where the drive has none.
    public let checksum: Bool?

    /// State of the security feature set (ACS-3, 7.12.7.57).
    public struct Security: Sendable, Equatable {
        /// The drive has the feature set; a password is set; nothing can be read before it is given; no password can be set
        /// until the next power cycle; too many wrong passwords were given.
        public let supported, enabled, locked, frozen, expired: Bool
        /// Whether the master password cannot unlock the drive without erasing it.
        public let isMaximum: Bool

        init(_ word: UInt16) {
            func bit(_ bit: Int) -> Bool { word >> UInt16(bit) & 1 == 1 }
            (supported, enabled, locked, frozen, expired, isMaximum) = (bit(0), bit(1), bit(2), bit(3), bit(4), bit(8))
        }
    }

    /// Reads a reply; nil where it is shorter than 512 bytes, of a packet device, or nothing but one byte repeated, as some
    /// bridges answer.
    public init?(_ reply: [UInt8]) {
        guard reply.count >= 512 else { return nil }
        let bytes = ReplyBytes(reply.prefix(512))
        guard let first = bytes[0], !bytes.isUniform(first) else { return nil }
        func word(_ number: Int) -> UInt16 { UInt16(bytes.littleEndian(2 * number, 2) ?? 0) }
        func bit(_ bit: Int, of number: Int) -> Bool { word(number) >> UInt16(bit) & 1 == 1 }
        /// Bits 15:14 of some words are 01b where the rest of them is valid.
        func isValid(_ number: Int) -> Bool { word(number) >> 14 == 1 }
        /// The first character is in the high byte of a word.
        func text(_ first: Int, _ last: Int) -> DriveText {
            DriveText((first...last).flatMap { [UInt8(truncatingIfNeeded: word($0) >> 8), UInt8(truncatingIfNeeded: word($0))] })
        }
        guard !bit(15, of: 0) else { return nil }
        (serial, firmware, model) = (text(10, 19), text(23, 26), text(27, 46))
        let name = ReplyBytes((108...111).flatMap { [UInt8(word($0) >> 8), UInt8(word($0) & 0xFF)] })
        let isNamed = isValid(87) && bit(8, of: 87) && !name.isUniform(0) && !name.isUniform(0xFF)
        wwn = isNamed ? name.hex : nil

        has48BitAddresses = isValid(83) && bit(10, of: 83)
        let short = bytes.littleEndian(120, 4) ?? 0
        let long = has48BitAddresses ? bytes.littleEndian(200, 8) ?? 0 : 0
        let extended = bit(3, of: 69) ? bytes.littleEndian(460, 8) ?? 0 : 0
        sectors = [extended, long, short].first { $0 != 0 } ?? 0
        let sizes = isValid(106)
        let words = sizes && bit(12, of: 106) ? bytes.littleEndian(234, 4) ?? 256 : 256
        logicalSectorSize = sectorSize(2 * words) ?? 512
        let exponent = sizes && bit(13, of: 106) ? UInt64(word(106) & 15) : 0
        physicalSectorSize = sectorSize(UInt64(logicalSectorSize) << exponent) ?? logicalSectorSize

        rotation = Rotation(word(217))
        formFactor = FormFactor(UInt8(word(168) & 15))
        let speeds = ["1.5", "3.0", "6.0"]
        // Words 76 and 77 are of Serial ATA; 0000h and FFFFh say that this is none.
        let isSerial = word(76) != 0 && word(76) != 0xFFFF
        fastestSpeed = isSerial ? (1...3).last { bit($0, of: 76) }.map { speeds[$0 - 1] } : nil
        let inUse = Int(word(77) >> 1 & 7)
        speed = isSerial && (1...3).contains(inUse) ? speeds[inUse - 1] : nil

        trim = bit(0, of: 169)
        afterTrim = bit(14, of: 69) ? (bit(5, of: 69) ? .zeroes : .deterministic) : .undefined
        security = Security(word(128))
        let has82 = isValid(83) && word(82) != 0xFFFF
        hasHPA = has82 && bit(10, of: 82)
        hasSMART = has82 && bit(0, of: 82)
        hasDCO = isValid(83) && bit(11, of: 83)
        hasAMA = isValid(119) && bit(8, of: 119)
        isTrusted = isValid(48) && bit(0, of: 48)
        checksum = ataChecksum(bytes)
    }

    /// Capacity in bytes; nil where the drive claims none or one that cannot be believed.
    public var capacity: Int? { sectors == 0 ? nil : bytes(sectors, of: logicalSectorSize) }
}

/// The integrity word of a page of 512 bytes (ACS-3, 7.12.7.93): A5h, and a byte that makes the sum of all 512 zero; nil where
/// the signature is missing.
func ataChecksum(_ bytes: ReplyBytes) -> Bool? {
    guard bytes.count == 512, bytes[510] == 0xA5 else { return nil }
    return bytes.array.reduce(0, &+) == 0
}
