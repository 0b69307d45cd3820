import DurableFiles
import Glibc
import SystemPackage

/// Reads the kernel's attribute files (Documentation/ABI/stable/sysfs-block).
package enum Sysfs {
    /// Folder of a block device, such as `/sys/class/block/sda`.
    package static func folder(_ name: String) -> FilePath { FilePath("/sys/class/block").appending(name) }

    /// An attribute without its newline; nil where it is missing, unreadable or longer than `limit` bytes.
    package static func text(_ path: FilePath, limit: Int = 64 * 1024) -> String? {
        guard let bytes = try? readFile(path, limit: limit) else { return nil }
        let line = bytes.last == 0x0A ? bytes.dropLast() : bytes[...]
        return String(decoding: line, as: UTF8.self)
    }

    /// A number; nil where it is missing or none.
    package static func integer(_ path: FilePath) -> Int? { text(path).flatMap { Int($0) } }

    /// Names in a folder; empty where it is missing.
    package static func names(_ path: FilePath) -> [String] { (try? listDirectory(path)) ?? [] }

    /// Sectors of 512 bytes as bytes; nil where the product would not fit an integer of strict JSON.
    static func bytes(sectors path: FilePath) -> Int? {
        guard let sectors = integer(path), sectors >= 0 else { return nil }
        let (bytes, overflow) = sectors.multipliedReportingOverflow(by: 512)
        return overflow || bytes > 1 << 53 - 1 ? nil : bytes
    }
}
