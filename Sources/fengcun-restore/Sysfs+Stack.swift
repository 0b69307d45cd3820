import Media
import SystemPackage

extension Sysfs {
    /// The disk sequence number of a disk by its name.
    static func diskSequence(_ name: String) -> Int? { integer(folder(name).appending("diskseq")) }

    /// Whether a partition carries the read-only flag.
    static func hasReadOnlyPartition(_ name: String) -> Bool {
        partitions(of: name).contains { text(folder($0).appending("ro")) != "0" }
    }

    /// Devices that a device is put together from.
    static func lower(_ name: String) -> [String] { names(folder(name).appending("slaves")) }

    /// Devices that are put together from a disk or its partitions.
    static func holders(_ name: String) -> [String] {
        ([name] + partitions(of: name)).flatMap { names(folder($0).appending("holders")) }
    }

    private static func partitions(of name: String) -> [String] {
        names(folder(name)).filter { text(folder(name).appending($0).appending("partition")) != nil }
    }
}
