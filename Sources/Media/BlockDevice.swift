import Custody
import SystemPackage

/// A whole disk as udev and sysfs show it at one moment.
public struct BlockDevice: Sendable, Equatable {
    /// The kernel's name, such as `sdb`.
    public let name: String
    /// The device node, such as `/dev/sdb`.
    public let node: String
    /// udev's properties.
    public let properties: [String: String]

    /// Wraps what udev reported.
    public init(name: String, node: String, properties: [String: String]) {
        self.name = name
        self.node = node
        self.properties = properties
    }

    private var folder: FilePath { Sysfs.folder(name) }

    /// Capacity in bytes; 0 where no medium is in the drive, nil where the kernel's number cannot be believed.
    public var capacity: Int? { hasMedium ? Sysfs.bytes(sectors: folder.appending("size")) : 0 }

    /// Whether there is a medium in it, as far as udev knows. The kernel calls an empty optical drive 2,097,151 sectors long
    /// (drivers/scsi/sr.c, get_sectorsize); cdrom_id, which sets these properties, asked the drive.
    var hasMedium: Bool { properties["ID_CDROM"] != "1" || properties["ID_CDROM_MEDIA"] == "1" }

    /// The kernel's number of the stay that udev's properties belong to; the same name with another number is another disk.
    /// 0 where udev names none.
    public var diskSequence: Int { properties["DISKSEQ"].flatMap { Int($0) } ?? 0 }

    /// Whether what udev knows is about the stay that the kernel's number names. Of a disk that was looked up, and did not come
    /// with an event, the number is the kernel's of that moment, and the rest can be the record of the disk before it, until the
    /// event of this one is over. True where our rules are not installed: there is nothing to compare then.
    var isOfOneStay: Bool { properties["FENGCUN_DISKSEQ"].map { $0 == properties["DISKSEQ"] } ?? true }

    /// Whether sysfs still shows the stay that udev's properties belong to.
    public var isCurrent: Bool { Sysfs.integer(folder.appending("diskseq")) == diskSequence }

    /// The partitions that the kernel sees, with their names, by number.
    public var partitions: [(name: String, partition: MediumDescription.Partition)] {
        Sysfs.names(folder).compactMap { child in
            guard let number = Sysfs.integer(folder.appending(child).appending("partition")),
                let offset = Sysfs.bytes(sectors: folder.appending(child).appending("start")),
                let length = Sysfs.bytes(sectors: folder.appending(child).appending("size"))
            else { return nil }
            return (child, MediumDescription.Partition(number: number, offset: offset, length: length))
        }
        .sorted { $0.partition.number < $1.partition.number }
    }
}
