/// Standard INQUIRY data (SPC-4, 6.4.2).
public struct SCSIInquiry: Sendable, Equatable {
    /// Peripheral device type: 0 a disk, 5 an optical drive, 14 a simplified disk.
    public let deviceType: UInt8
    /// Whether the medium can leave its drive (RMB).
    public let removable: Bool
    /// The version of the primary commands that is claimed (byte 2): 5 is SPC-3, 6 is SPC-4.
    public let version: UInt8
    /// T10 VENDOR IDENTIFICATION, PRODUCT IDENTIFICATION, PRODUCT REVISION LEVEL.
    public let vendor, product, revision: DriveText

    /// Reads a reply; nil where it ends before the revision, byte 35.
    public init?(_ reply: [UInt8]) {
        let bytes = ReplyBytes(reply)
        guard let first = bytes[0], let version = bytes[2], let vendor = bytes.part(8, 8), let product = bytes.part(16, 16),
            let revision = bytes.part(32, 4)
        else { return nil }
        // A peripheral qualifier of 011b: there is no such device.
        guard first >> 5 != 3 else { return nil }
        deviceType = first & 0x1F
        removable = bytes.bit(7, at: 1)
        self.version = version
        self.vendor = DriveText(vendor.array)
        self.product = DriveText(product.array)
        self.revision = DriveText(revision.array)
    }

    /// Whether the kernel's libata answers for an ATA disk (SAT-3, 8.1.2: the vendor is "ATA").
    public var isATA: Bool { vendor.text == "ATA" }
}
