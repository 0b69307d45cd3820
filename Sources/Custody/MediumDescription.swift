import Integrity

/// What a disk and the kernel say about a medium (原始存储介质). All of it is hearsay: a drive can lie.
public struct MediumDescription: Sendable, Equatable, Codable {
    /// Vendor (品牌); nil where the drive names none.
    public var make: String?
    /// Model (型号).
    public var model: String?
    /// Serial number (序列号).
    public var serial: String?
    /// World-wide name (识别码).
    public var wwn: String?
    /// Firmware revision.
    public var firmware: String?
    /// How it is connected: `usb`, `ata`, `nvme`, `scsi`, `mmc`, `loop`, …
    public var bus: String?
    /// Capacity in bytes (容量).
    public var capacity: Int
    /// Smallest unit that can be addressed, in bytes.
    public var logicalSectorSize: Int
    /// Smallest unit that is written at once, in bytes.
    public var physicalSectorSize: Int
    /// Whether the medium can leave its drive, or the drive calls itself removable.
    public var removable: Bool
    /// `gpt`, `dos`, …; nil where no partition table was recognised.
    public var partitionTable: String?
    /// The partitions that the kernel sees, at most 128.
    public var partitions: [Partition]
    /// The kernel's number of this stay of the disk (DISKSEQ).
    public var diskSequence: Int
    /// udev's identifiers, as udev holds them.
    public var udev: [String: String]
    /// What the disk itself answered; make, model, serial number, world-wide name and firmware above are its own where it named
    /// them. Nil where it was not asked.
    public var disk: DiskAnswers?
    /// Why the disk was not asked, or what became of the question; nil where it answered.
    public var unasked: String?
    /// Where the disk and its bridge, udev or the kernel contradict each other; nil where it was not asked.
    public var differences: [IdentityDifference]?
    /// What looks encrypted; nil where nobody looked.
    public var encryption: [EncryptionHint]?

    /// A partition as the kernel sees it.
    public struct Partition: Sendable, Equatable, Codable {
        /// Number in the table.
        public var number: Int
        /// First byte.
        public var offset: Int
        /// Length in bytes.
        public var length: Int

        /// Describes a partition.
        public init(number: Int, offset: Int, length: Int) {
            self.number = number
            self.offset = offset
            self.length = length
        }
    }

    /// Describes a medium.
    public init(
        make: String?, model: String?, serial: String?, wwn: String?, firmware: String?, bus: String?, capacity: Int,
        logicalSectorSize: Int, physicalSectorSize: Int, removable: Bool, partitionTable: String?, partitions: [Partition],
        diskSequence: Int, udev: [String: String]
    ) {
        self.make = make
        self.model = model
        self.serial = serial
        self.wwn = wwn
        self.firmware = firmware
        self.bus = bus
        self.capacity = capacity
        self.logicalSectorSize = logicalSectorSize
        self.physicalSectorSize = physicalSectorSize
        self.removable = removable
        self.partitionTable = partitionTable
        self.partitions = partitions
        self.diskSequence = diskSequence
        self.udev = udev
    }
}

/// A digest over a few places spread over a medium: cheap, and enough to tell two drives with one serial apart.
public struct ContentSample: Hashable, Sendable, Codable {
    /// SHA-256 over the sampled blocks with their offsets, in lower-case hexadecimal.
    public var sha256: String
    /// Number of blocks.
    public var blocks: Int
    /// Whether all blocks hold one and the same byte, as on a blank medium: then the sample identifies nothing.
    public var uniform: Bool

    /// Describes a sample.
    public init(sha256: String, blocks: Int, uniform: Bool) {
        self.sha256 = sha256
        self.blocks = blocks
        self.uniform = uniform
    }
}

/// The name that the station gives a medium: `m-` and 16 hexadecimal digits, computed from what tells it apart.
public struct MediumID: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let text: String

    /// A medium is recognised by what it says about itself (make, model, serial, world-wide name, capacity) where it
    /// names a serial or a world-wide name; else by the sample of its content and its capacity; else, for a blank medium
    /// without a serial, only as long as it stays attached.
    ///
    /// - Parameter isDoubled: another medium with other content says the same about itself, as cheap sticks with one serial
    ///   do: then the sample of its content tells this one apart.
    public init(_ description: MediumDescription, sample: ContentSample?, boot: String, isDoubled: Bool = false) {
        var basis: [String]
        if description.serial != nil || description.wwn != nil {
            basis = ["reported", description.make, description.model, description.serial, description.wwn].map { $0 ?? "" }
        } else if let sample, !sample.uniform {
            basis = ["content", sample.sha256]
        } else {
            basis = ["attachment", boot, String(description.diskSequence)]
        }
        basis.append(String(description.capacity))
        if isDoubled { basis.append(sample?.sha256 ?? "\(boot)/\(description.diskSequence)") }
        // Lengths keep ("ab","c") and ("a","bc") apart.
        let message = basis.map { "\($0.utf8.count):\($0)" }.joined()
        text = "m-" + Hex.encode(SHA256.digest(Array(message.utf8)).prefix(8))
    }

    /// The name.
    public var description: String { text }
}

extension MediumID: Codable {
    /// Reads the name.
    public init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// An exhibit (检材) of a case.
public struct ExhibitID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Number of the case.
    public var caseNumber: String
    /// Number of the exhibit in the case.
    public var number: String

    private enum CodingKeys: String, CodingKey {
        case caseNumber = "case"
        case number
    }

    /// Names an exhibit.
    public init(caseNumber: String, number: String) {
        self.caseNumber = caseNumber
        self.number = number
    }

    /// Case and number joined by a slash.
    public var description: String { "\(caseNumber)/\(number)" }
}
