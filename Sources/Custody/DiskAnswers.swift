/// What a disk answered when it was asked itself, and not its bridge or the kernel: identification and what it hides. All of it
/// is hearsay, too, but the nearest to the disk that there is (R34.1).
public struct DiskAnswers: Sendable, Equatable, Codable {
    /// Whose answers the names are: `ata` (also through a USB bridge), `nvme`, `scsi`, or a card's register (`sd`, `mmc`).
    public var standard: Standard
    /// Vendor; ATA and NVMe have no field for it.
    public var make: String?
    /// Model.
    public var model: String?
    /// Serial number.
    public var serial: String?
    /// World-wide name, such as `0x5002538e4067c96b` or `eui.002538…`.
    public var wwn: String?
    /// Firmware revision.
    public var firmware: String?
    /// A card's manufacturer and OEM, as the numbers and letters that SD association and JEDEC give out.
    public var manufacturer: String?
    /// A card's month of manufacture, such as `2016-05`.
    public var manufactured: String?
    /// What can be addressed as the disk is set up, in bytes.
    public var capacity: Int?
    /// Smallest unit that can be addressed, in bytes.
    public var logicalSectorSize: Int?
    /// Smallest unit that is written at once, in bytes.
    public var physicalSectorSize: Int?
    /// Revolutions a minute; 0 for a solid-state drive.
    public var rotation: Int?
    /// Nominal form factor, such as `2.5 inch`.
    public var formFactor: String?
    /// Speed of the Serial ATA link in Gb/s, as it is and at most.
    public var linkSpeed, fastestLinkSpeed: String?
    /// Whether it can trim (unmap, deallocate).
    public var trim: Bool?
    /// What a trimmed sector gives: `undefined`, `deterministic`, `zeroes`, `ones`.
    public var afterTrim: String?
    /// ATA security: of `supported`, `enabled`, `locked`, `frozen`, `expired`, `maximum` what is set; nil where it is not known.
    public var security: [String]?
    /// A self-encrypting drive's state; nil where it is none.
    public var selfEncryption: SelfEncryption?
    /// Degrees Celsius from which on the disk warns; nil where it names none.
    public var warningTemperature: Int?
    /// What cannot be addressed as the disk is set up, and is missing in an image.
    public var hidden: [Hidden]
    /// What is odd about its texts: `serial: placeholder`, `model: control`, `checksum` for a wrong check sum.
    public var oddities: [String]

    /// Whose answers they are.
    public enum Standard: String, Sendable, Codable { case ata, nvme, scsi, sd, mmc }

    /// A part of a disk that cannot be addressed.
    public struct Hidden: Sendable, Equatable, Codable {
        /// `hpa`, `dco`, `ama`, `nvme-unallocated`, `nvme-detached-namespaces`.
        public var area: String
        /// Its length in bytes; nil where the disk does not say.
        public var bytes: Int?

        /// Describes an area.
        public init(area: String, bytes: Int?) {
            self.area = area
            self.bytes = bytes
        }
    }

    /// What TCG Level 0 Discovery says.
    public struct SelfEncryption: Sendable, Equatable, Codable {
        /// The subsystem classes, such as `opal-2`.
        public var classes: [String]
        /// Whether locking is switched on, whether a range is locked now, whether the beginning of the disk shows another image.
        public var lockingEnabled, locked, shadowsMBR: Bool

        /// Describes a state.
        public init(classes: [String], lockingEnabled: Bool, locked: Bool, shadowsMBR: Bool) {
            self.classes = classes
            self.lockingEnabled = lockingEnabled
            self.locked = locked
            self.shadowsMBR = shadowsMBR
        }
    }

    /// Begins with nothing but whose answers they are.
    public init(_ standard: Standard) {
        self.standard = standard
        hidden = []
        oddities = []
    }

    /// Whether what is read may not be all, or not what was stored: hidden areas, a locked disk.
    public var isWarning: Bool {
        !hidden.isEmpty || security?.contains("locked") == true || selfEncryption.map { $0.locked || $0.shadowsMBR } == true
    }
}

/// Something that a disk says about itself and its bridge, udev or the kernel says otherwise.
public struct IdentityDifference: Sendable, Equatable, Codable {
    /// The member of the description.
    public var member: String
    /// What the disk says.
    public var disk: String
    /// What the bridge, udev or the kernel says.
    public var reported: String

    /// Describes a difference.
    public init(member: String, disk: String, reported: String) {
        self.member = member
        self.disk = disk
        self.reported = reported
    }
}

/// Encryption that the first bytes of a disk or of a partition look like: a hint, and no more.
public struct EncryptionHint: Sendable, Equatable, Codable {
    /// Number of the partition; nil for the disk itself.
    public var partition: Int?
    /// `bitlocker`, `luks1`, `luks2`, `apfs-keys`, `corestorage`, `high-entropy`.
    public var sign: String

    /// Describes a hint.
    public init(partition: Int?, sign: String) {
        self.partition = partition
        self.sign = sign
    }
}
