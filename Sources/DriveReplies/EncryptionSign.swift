/// What the first bytes of a disk or partition say about encryption: a hint for the record, and no more.
public enum EncryptionSign: String, Sendable, CaseIterable {
    /// `-FVE-FS-` at byte 3, or the volume identifier of BitLocker To Go at byte 424.
    case bitLocker = "bitlocker"
    /// LUKS On-Disk Format 1 and 2: `LUKS`, BAh, BEh and the version.
    case luks1, luks2
    /// An APFS container (`NXSB` at byte 32) that holds keys (Apple File System Reference, nx_keylocker): FileVault.
    case apfsKeys = "apfs-keys"
    /// A physical volume of CoreStorage (`CS` at byte 88), as FileVault 2 uses it.
    case coreStorage = "corestorage"
    /// Nothing known, and bytes as even as chance gives them: VeraCrypt and others look so; so does a wiped drive.
    case highEntropy = "high-entropy"

    /// How many bytes from the beginning are looked at.
    public static let length = 64 << 10

    /// BitLocker To Go: 4967D63B-2E29-4AD8-8399-F6A339E3D001 in the order of bytes in which Windows writes it.
    private static let toGo: [UInt8] = [
        0x3B, 0xD6, 0x67, 0x49, 0x29, 0x2E, 0xD8, 0x4A, 0x83, 0x99, 0xF6, 0xA3, 0x39, 0xE3, 0xD0, 0x01,
    ]

    /// Looks at the first bytes of a disk or a partition; nil where they say nothing.
    public init?(_ beginning: [UInt8]) {
        let bytes = ReplyBytes(beginning)
        func has(_ text: [UInt8], at offset: Int) -> Bool { bytes.part(offset, text.count)?.array == text }
        if has(Array("-FVE-FS-".utf8), at: 3) || has(Self.toGo, at: 424) {
            self = .bitLocker
        } else if has(Array("LUKS".utf8) + [0xBA, 0xBE, 0, 1], at: 0) {
            self = .luks1
        } else if has(Array("LUKS".utf8) + [0xBA, 0xBE, 0, 2], at: 0) {
            self = .luks2
        } else if has(Array("NXSB".utf8), at: 32), let count = bytes.littleEndian(1304, 8), count > 0 {
            self = .apfsKeys
        } else if has(Array("CS".utf8), at: 88), bytes.littleEndian(8, 2) == 1, bytes.littleEndian(10, 2) == 0x10 {
            self = .coreStorage
        } else if beginning.count >= Self.length, Self.isEven(beginning.prefix(Self.length)) {
            self = .highEntropy
        } else {
            return nil
        }
    }

    /// Whether all byte values are as frequent as chance makes them: χ² over 255 degrees of freedom has mean 255 and standard
    /// deviation 22.6, so 400 leaves all but one in ten million random beginnings in. Text, programs and file systems are far
    /// beyond; a beginning of well compressed data need not be.
    private static func isEven(_ bytes: ArraySlice<UInt8>) -> Bool {
        let expected = Double(bytes.count) / 256
        var counts = [Int](repeating: 0, count: 256)
        for byte in bytes { counts[Int(byte)] += 1 }
        return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected } < 400
    }
}
