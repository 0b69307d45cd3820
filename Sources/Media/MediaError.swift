import Custody
import SafeText
import SystemPackage

/// Why the machine's disks cannot be watched or looked at.
public enum MediaError: Explained {
    /// libudev refused; errno.
    case udev(operation: String, Errno)
    /// A device could not be opened, read or protected.
    case device(path: String, operation: String, Errno)
    /// The device node is another disk than the one that was recorded.
    case otherDisk(path: String)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .udev: "udev-error"
        case .device: "device-error"
        case .otherDisk: "device-changed"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch (self, language) {
        case (.udev(let operation, let errno), .english): "udev cannot \(operation): \(errno)"
        case (.udev(let operation, let errno), .chinese): "udev 出错（\(operation)）：\(errno)"
        case (.device(let path, let operation, let errno), .english): "cannot \(operation) \(path.printable): \(errno)"
        case (.device(let path, let operation, let errno), .chinese): "\(path.printable) 操作失败（\(operation)）：\(errno)"
        case (.otherDisk(let path), .english): "\(path.printable) is no longer the disk that was recorded"
        case (.otherDisk(let path), .chinese): "\(path.printable) 已不是记录中的那块磁盘"
        }
    }
}
