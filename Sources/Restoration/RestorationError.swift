import Custody
import SafeText

/// Why an image was not, or not completely, written to a device.
///
/// It crosses a pipe as JSON: `fengcun-restore` finds out, `fengcun` says it.
public enum RestorationError: Explained, Equatable, Codable {
    /// It is no whole disk, or there is none of that name.
    case noDisk(String)
    /// It is marked as evidence.
    case evidence(String)
    /// udev does not know this stay of the device, so nobody can say that it is no evidence.
    case unknownDevice(String)
    /// The kernel's read-only flag is set, on it or on a partition.
    case readOnly(String)
    /// This machine lives on it, or the station's state or images do.
    case systemDisk(String)
    /// It is put together from other devices.
    case stacked(String, of: [String])
    /// Something uses it or a partition of it; the names of devices that do, where the kernel tells.
    case inUse(String, by: [String])
    /// It holds something: the first byte that was found.
    case notBlank(String, at: Int, confirmation: String)
    /// What was confirmed is not this device.
    case notConfirmed(String, confirmation: String)
    /// Another device has taken its name.
    case otherDevice(String)
    /// The image is longer than the device. In bytes.
    case tooSmall(String, capacity: Int, bytes: Int)
    /// The image is no whole number of sectors of the device. In bytes.
    case brokenSector(String, bytes: Int, sector: Int)
    /// The device refused something; the kernel's words.
    case device(String, reason: String)
    /// A write failed; the first byte that is in doubt.
    case write(String, at: Int, reason: String)
    /// The image cannot be read; in both languages.
    case image(english: String, chinese: String)
    /// Whoever had asked for it is gone, or stopped it.
    case stopped
    /// The order makes no sense.
    case badOrder
    /// The program that writes cannot be started, or ended without a word.
    case noWriter(String)
    /// Nothing was heard of the program that writes for so many seconds.
    case silent(seconds: Int)
    /// The program that writes failed; its words.
    case failed(String)
    /// The restoration has ended, or is being read back already.
    case notWriting(String)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .noDisk: "no-such-disk"
        case .evidence: "is-evidence"
        case .unknownDevice: "unknown-to-udev"
        case .readOnly: "read-only"
        case .systemDisk: "system-disk"
        case .stacked: "stacked-device"
        case .inUse: "device-in-use"
        case .notBlank: "not-blank"
        case .notConfirmed: "not-confirmed"
        case .otherDevice: "device-changed"
        case .tooSmall: "device-too-small"
        case .brokenSector: "broken-sector"
        case .device: "target-error"
        case .write: "write-error"
        case .image: "source-error"
        case .stopped: "cancelled"
        case .badOrder: "malformed-order"
        case .noWriter: "no-writer"
        case .silent: "writer-silent"
        case .failed: "restoration-failed"
        case .notWriting: "not-writing"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .noDisk(let device):
            language("\(device.printable) is no whole disk", "\(device.printable) 不是整个磁盘")
        case .evidence(let device):
            language(
                "\(device.printable) is evidence; nothing is ever written to it", "\(device.printable) 是检材，绝不写入")
        case .unknownDevice(let device):
            language(
                "udev does not know \(device.printable) as it is now, so it may be evidence; nothing was written",
                "udev 未识别当前的 \(device.printable)，无法排除其为检材；未写入")
        case .readOnly(let device):
            language("\(device.printable) is read-only; nothing was written", "\(device.printable) 处于只读状态；未写入")
        case .systemDisk(let device):
            language(
                "\(device.printable) carries the system, mounted files or the station's data; nothing was written",
                "\(device.printable) 上有系统、已挂载的文件或台站数据；未写入")
        case .stacked(let device, let lower):
            language(
                "\(device.printable) is put together from \(lower.joined(separator: ", ").printable); name the disk itself",
                "\(device.printable) 由 \(lower.joined(separator: "、").printable) 组成；请指明磁盘本身")
        case .inUse(let device, let users):
            language(
                "\(device.printable) or a partition of it is in use\(users.isEmpty ? "" : " by \(users.joined(separator: ", ").printable)"): unmount it and stop swap, LVM and RAID on it",
                "\(device.printable) 或其分区正在使用\(users.isEmpty ? "" : "（\(users.joined(separator: "、").printable)）")：请先卸载并停用其上的交换区、LVM 和 RAID"
            )
        case .notBlank(let device, let offset, let confirmation):
            language(
                "\(device.printable) is not blank (byte \(offset)); to overwrite it, repeat with --overwrite '\(confirmation.printable)'",
                "\(device.printable) 不是空白设备（第 \(offset) 字节）；如需覆盖，请加 --overwrite '\(confirmation.printable)'")
        case .notConfirmed(let device, let confirmation):
            language(
                "--overwrite does not name \(device.printable), which is '\(confirmation.printable)'; nothing was written",
                "--overwrite 所写与 \(device.printable)（'\(confirmation.printable)'）不符；未写入")
        case .otherDevice(let device):
            language("another device has taken the name \(device.printable)", "\(device.printable) 已换成另一设备")
        case .tooSmall(let device, let capacity, let bytes):
            language(
                "\(device.printable) has \(capacity) bytes, the image \(bytes); --truncate leaves out the end of the image",
                "\(device.printable) 为 \(capacity) 字节，镜像为 \(bytes) 字节；加 --truncate 可舍弃镜像末尾")
        case .brokenSector(let device, let bytes, let sector):
            language(
                "\(bytes) bytes are no whole number of the sectors of \(sector) bytes that \(device.printable) has",
                "\(bytes) 字节不是 \(device.printable) 扇区（\(sector) 字节）的整数倍")
        case .device(let device, let reason):
            language("\(device.printable): \(reason.printable)", "设备 \(device.printable)：\(reason.printable)")
        case .write(let device, let offset, let reason):
            language(
                "writing to \(device.printable) failed at byte \(offset): \(reason.printable)",
                "写入 \(device.printable) 第 \(offset) 字节时失败：\(reason.printable)")
        case .image(let english, let chinese): language(english.printable, chinese.printable)
        case .stopped: language("it was stopped; the device holds a part of the image", "已停止；设备上仅有镜像的一部分")
        case .badOrder: language("the order makes no sense", "写入指令无效")
        case .noWriter(let reason):
            language("fengcun-restore did not run: \(reason.printable)", "fengcun-restore 未能运行：\(reason.printable)")
        case .silent(let seconds):
            language(
                "nothing was heard of fengcun-restore for \(seconds) seconds; what the device holds is not known",
                "\(seconds) 秒未收到 fengcun-restore 的消息；设备上的内容不明")
        case .failed(let reason): language(reason.printable, reason.printable)
        case .notWriting(let id):
            language(
                "the restoration \(id.printable) is not being written", "写回任务 \(id.printable) 不在写入中")
        }
    }
}
