/// The CID register of an SD card (Physical Layer Simplified Specification 6.00, 5.2) or an MMC (JESD84-B51, 7.2), as the
/// kernel's attribute `cid` gives it: 32 hexadecimal digits.
public struct CardIdentification: Sendable, Equatable {
    /// The kinds of card, as the kernel's attribute `type` names them.
    public enum Kind: String, Sendable { case sd = "SD", mmc = "MMC" }

    /// Manufacturer as a number that the SD association or JEDEC gave out.
    public let manufacturer: UInt8
    /// OEM/application identification: two characters on an SD card.
    public let oem: DriveText
    /// Product name.
    public let product: DriveText
    /// Product revision, such as `1.0`.
    public let revision: String
    /// Product serial number: 8 hexadecimal digits.
    public let serial: String
    /// Month of manufacture as `2016-05`; nil where the month is none.
    public let manufactured: String?
    /// Whether the register's own CRC7 is right. Readers that hide it put zero there.
    public let checksum: Bool

    /// Reads the attribute; nil where it is not 32 hexadecimal digits.
    public init?(cid: String, kind: Kind) {
        let digits = Array(cid.utf8)
        guard digits.count == 32 else { return nil }
        var register: [UInt8] = []
        for index in stride(from: 0, to: 32, by: 2) {
            guard
                digits[index...index + 1].allSatisfy({ ($0 | 0x20) >= 0x61 ? ($0 | 0x20) <= 0x66 : (0x30...0x39).contains($0) }),
                let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
            else { return nil }
            register.append(byte)
        }
        manufacturer = register[0]
        let (nameEnd, revisionAt) = kind == .sd ? (8, 8) : (9, 9)
        oem = DriveText(register[kind == .sd ? 1...2 : 2...2])
        product = DriveText(register[3..<nameEnd])
        revision = "\(register[revisionAt] >> 4).\(register[revisionAt] & 15)"
        serial = ReplyBytes(register[revisionAt + 1...revisionAt + 4]).hex
        let (month, year) =
            kind == .sd
            ? (Int(register[14] & 15), 2000 + Int(register[13] & 15) << 4 + Int(register[14] >> 4))
            : (Int(register[14] >> 4), 1997 + Int(register[14] & 15))
        manufactured = (1...12).contains(month) ? "\(year)-\(month < 10 ? "0" : "")\(month)" : nil
        checksum = Self.crc7(register[0..<15]) << 1 | 1 == register[15]
    }

    /// CRC7 with the polynomial x⁷ + x³ + 1 (SD, 4.5).
    static func crc7(_ bytes: ArraySlice<UInt8>) -> UInt8 {
        var crc: UInt8 = 0
        for byte in bytes {
            for bit in (0..<8).reversed() {
                let feedback = (crc >> 6 ^ byte >> UInt8(bit)) & 1
                crc = (crc << 1 & 0x7F) ^ (feedback == 1 ? 0x09 : 0)
            }
        }
        return crc
    }
}
