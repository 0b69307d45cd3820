/// A page of vital product data (SPC-4, 7.8): its code and its parameters.
public struct VPDPage: Sendable, Equatable {
    /// Page code.
    public let code: UInt8
    let parameters: ReplyBytes

    /// Reads a reply; nil where it is another page than the one that was asked for, which some bridges answer with.
    public init?(_ reply: [UInt8], code: UInt8) {
        let bytes = ReplyBytes(reply)
        guard bytes[1] == code, let length = bytes.bigEndian(2, 2) else { return nil }
        self.code = code
        parameters = bytes.available(4, Int(length))
    }

    /// Compares code and parameters.
    public static func == (left: VPDPage, right: VPDPage) -> Bool {
        left.code == right.code && left.parameters.array == right.parameters.array
    }

    /// The pages that a device has: page 00h (SPC-4, 7.8.15). It lists itself first; a device that ignores the EVPD bit answers
    /// with standard INQUIRY data, which do not.
    public static func supported(_ reply: [UInt8]) -> Set<UInt8> {
        guard let pages = VPDPage(reply, code: 0x00)?.parameters, pages[0] == 0x00 else { return [] }
        return Set(pages.array)
    }

    /// The unit serial number: page 80h (SPC-4, 7.8.16).
    public static func serial(_ reply: [UInt8]) -> DriveText? {
        VPDPage(reply, code: 0x80).map { DriveText($0.parameters.array) }
    }
}

/// The names of a logical unit: device identification, page 83h (SPC-4, 7.8.6).
public struct DeviceIdentification: Sendable, Equatable {
    /// The world-wide name in lower-case hexadecimal: NAA before EUI-64; nil where the unit has none.
    public let wwn: String?
    /// The SCSI name string (`naa.…`, `eui.…`, `iqn.…`).
    public let name: DriveText?

    /// Reads a reply; nil where it is no page 83h.
    public init?(_ reply: [UInt8]) {
        guard let parameters = VPDPage(reply, code: 0x83)?.parameters else { return nil }
        var (naa, eui, name): (String?, String?, DriveText?)
        var offset = 0
        while let length = parameters[offset + 3], let designator = parameters.part(offset + 4, Int(length)),
            let first = parameters[offset], let second = parameters[offset + 1]
        {
            offset += 4 + Int(length)
            // Only what names the logical unit itself (ASSOCIATION 00b), and not the port or the enclosure.
            guard second >> 4 & 3 == 0, !designator.isUniform(0) else { continue }
            switch (second & 15, first & 15) {
            case (3, 1) where [8, 16].contains(designator.count): naa = naa ?? designator.hex
            case (2, 1) where [8, 12, 16].contains(designator.count): eui = eui ?? designator.hex
            case (8, 3): name = name ?? DriveText(designator.array)
            default: break
            }
        }
        wwn = naa ?? eui
        self.name = name
    }
}

/// Block device characteristics: page B1h (SBC-3, 6.6.2).
public struct BlockCharacteristics: Sendable, Equatable {
    /// How fast the medium rotates.
    public let rotation: Rotation?
    /// The nominal form factor.
    public let formFactor: FormFactor?

    /// Reads a reply; nil where it is no page B1h.
    public init?(_ reply: [UInt8]) {
        guard let parameters = VPDPage(reply, code: 0xB1)?.parameters else { return nil }
        rotation = parameters.bigEndian(0, 2).flatMap { Rotation(UInt16($0)) }
        formFactor = parameters[3].flatMap { FormFactor($0 & 15) }
    }
}

/// Logical block provisioning: page B2h (SBC-3, 6.6.4).
public struct BlockProvisioning: Sendable, Equatable {
    /// Whether blocks can be unmapped: UNMAP or WRITE SAME with the UNMAP bit.
    public let unmap: Bool
    /// What an unmapped block reads as.
    public let afterUnmap: ReadAfterTrim

    /// Reads a reply; nil where it is no page B2h.
    public init?(_ reply: [UInt8]) {
        guard let flags = VPDPage(reply, code: 0xB2)?.parameters[1] else { return nil }
        unmap = flags & 0xE0 != 0
        // LBPRZ: one bit in SBC-3, three in SBC-4, with the same meaning of 001b.
        afterUnmap = flags >> 2 & 7 == 1 ? .zeroes : .undefined
    }
}

/// ATA information: page 89h (SAT-3, 12.4.2), which a translation layer has.
public struct ATAInformation: Sendable, Equatable {
    /// Who translates: vendor and product of the layer (bytes 8 to 31).
    public let vendor, product: DriveText
    /// The IDENTIFY DEVICE data (bytes 60 to 571).
    public let identify: [UInt8]

    /// Reads a reply; nil where it ends before the IDENTIFY data do.
    public init?(_ reply: [UInt8]) {
        guard let parameters = VPDPage(reply, code: 0x89)?.parameters, let vendor = parameters.part(4, 8),
            let product = parameters.part(12, 16), let identify = parameters.part(56, 512)
        else { return nil }
        self.vendor = DriveText(vendor.array)
        self.product = DriveText(product.array)
        self.identify = identify.array
    }
}

/// READ CAPACITY (16) parameter data (SBC-3, 5.16.2).
public struct ReadCapacity: Sendable, Equatable {
    /// Capacity in bytes; nil where it is 0, 2⁶⁴ blocks, or cannot be believed.
    public let capacity: Int?
    /// Length of a logical block in bytes.
    public let logicalSectorSize: Int
    /// Length of a physical block in bytes.
    public let physicalSectorSize: Int

    /// Reads a reply; nil where it ends early or its block length is no power of two from 256 bytes to 1 MiB.
    public init?(_ reply: [UInt8]) {
        let bytes = ReplyBytes(reply)
        guard let last = bytes.bigEndian(0, 8), let length = bytes.bigEndian(8, 4), let exponent = bytes[13] else { return nil }
        guard let size = sectorSize(length) else { return nil }
        logicalSectorSize = size
        physicalSectorSize = sectorSize(length << UInt64(exponent & 15)) ?? size
        let (blocks, overflow) = last.addingReportingOverflow(1)
        capacity = overflow ? nil : DriveReplies.bytes(blocks, of: size)
    }
}

/// A sector's length in bytes; nil for what is no power of two from 256 bytes to 1 MiB.
func sectorSize(_ length: UInt64) -> Int? {
    (256...1 << 20).contains(length) && length & (length - 1) == 0 ? Int(length) : nil
}
