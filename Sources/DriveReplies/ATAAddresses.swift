/// The registers that a translation layer gives back after a command without data (SAT-3, 12.2.2.6 and 12.2.2.7): sense data
/// with the ATA Status Return descriptor, or in fixed format.
public struct ATARegisters: Sendable, Equatable {
    /// STATUS and ERROR fields; bit 0 of the status says that the command failed, bit 2 of the error that it was aborted.
    public let status, error: UInt8
    /// The LBA field, 48 bits, or 28 bits of a command without EXTEND; nil where fixed sense data cannot hold all of it.
    public let lba: UInt64?

    /// Reads sense data; nil where it holds no registers.
    public init?(sense: [UInt8]) {
        let bytes = ReplyBytes(sense)
        switch bytes[0].map({ $0 & 0x7F }) {
        case 0x72, 0x73: self.init(descriptors: bytes.available(8, Int(bytes[7] ?? 0)))
        case 0x70, 0x71: self.init(fixed: bytes)
        default: return nil
        }
    }

    private init?(descriptors: ReplyBytes) {
        var offset = 0
        while let code = descriptors[offset], let length = descriptors[offset + 1] {
            if code == 0x09 {
                guard length == 0x0C, let descriptor = descriptors.part(offset, 14), let error = descriptor[3],
                    let status = descriptor[13]
                else { return nil }
                self.error = error
                self.status = status
                // Bytes 6 to 11: LBA(31:24), (7:0), (39:32), (15:8), (47:40), (23:16); byte 12: DEVICE.
                let isExtended = descriptor.bit(0, at: 2)
                let order = isExtended ? [10, 8, 6, 11, 9, 7] : [11, 9, 7]
                let field = order.reduce(0) { $0 << 8 | UInt64(descriptor[$1] ?? 0) }
                lba = isExtended ? field : Self.shortAddress(field, device: descriptor[12])
                return
            }
            offset += 2 + Int(length)
        }
        return nil
    }

    private init?(fixed: ReplyBytes) {
        // Only with "ATA PASS-THROUGH INFORMATION AVAILABLE" (00h/1Dh) do these fields hold registers.
        guard fixed[12] == 0x00, fixed[13] == 0x1D, let error = fixed[3], let status = fixed[4], let flags = fixed[8],
            let low = fixed[9], let middle = fixed[10], let high = fixed[11]
        else { return nil }
        self.error = error
        self.status = status
        let field = UInt64(high) << 16 | UInt64(middle) << 8 | UInt64(low)
        // Byte 8, bit 7: EXTEND; bit 5: LBA(47:24) is not zero, and not here. Byte 5: DEVICE.
        let isExtended = flags & 0x80 != 0
        lba = flags & 0x20 != 0 ? nil : isExtended ? field : Self.shortAddress(field, device: fixed[5])
    }

    /// A 28-bit address: LBA(27:24) are bits 3 to 0 of the DEVICE field (ATA8-ACS, 7.33), and what stands in the upper half
    /// of the LBA field is not valid.
    private static func shortAddress(_ field: UInt64, device: UInt8?) -> UInt64 { UInt64((device ?? 0) & 0x0F) << 24 | field }

    /// The last address that a drive has, as READ NATIVE MAX ADDRESS (EXT) and GET NATIVE MAX ADDRESS EXT give it
    /// (ATA8-ACS, 7.33 and 7.34; ACS-3, 7.1.2); nil where the command failed.
    public var nativeMaximum: UInt64? { status & 1 == 0 ? lba : nil }
}

/// DEVICE CONFIGURATION IDENTIFY data (ATA8-ACS, 7.10.3): what the drive could do as it left the factory.
public struct DeviceConfiguration: Sendable, Equatable {
    /// The last address (words 3 to 6).
    public let maximum: UInt64
    /// Whether the integrity word is right; nil where there is none.
    public let checksum: Bool?

    /// Reads a reply; nil where it is shorter than 512 bytes or of an unknown revision.
    public init?(_ reply: [UInt8]) {
        guard reply.count >= 512 else { return nil }
        let bytes = ReplyBytes(reply.prefix(512))
        guard let revision = bytes.littleEndian(0, 2), (1...2).contains(revision), let last = bytes.littleEndian(6, 8),
            last > 0, last < 1 << 48
        else { return nil }
        maximum = last
        checksum = ataChecksum(bytes)
    }
}

/// A part of a drive that cannot be addressed as it is set up, and would be missing in the image.
public enum HiddenArea: String, Sendable {
    /// Host protected area (SET MAX ADDRESS).
    case hostProtectedArea = "hpa"
    /// Device configuration overlay.
    case deviceConfiguration = "dco"
    /// Accessible max address (SET ACCESSIBLE MAX ADDRESS EXT).
    case accessibleMaximum = "ama"
    /// NVMe: capacity that belongs to no namespace.
    case unallocated = "nvme-unallocated"
    /// NVMe: namespaces that are not attached to this controller.
    case detachedNamespaces = "nvme-detached-namespaces"
}
