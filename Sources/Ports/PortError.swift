import Custody
import SafeText

/// Why a declaration about ports is refused.
public enum PortError: Explained, Equatable {
    /// It names no port.
    case badPort(String)
    /// It names no disk.
    case badDisk(String)
    /// A disk named by what it says about itself can only be exempted.
    case diskAsEvidence
    /// The file of rules is not what was generated.
    case edited(path: String)
    /// The new file of rules did not pass the check.
    case invalid(path: String, reason: String)
    /// A program that belongs to the installation failed.
    case program(String, reason: String)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .badPort: "bad-port"
        case .badDisk: "bad-disk"
        case .diskAsEvidence: "disk-as-evidence"
        case .edited: "edited"
        case .invalid: "invalid-rules"
        case .program: "program-failed"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .badPort(let name):
            language(
                "“\(name.printable)” names no port; `fengcun station ports` lists them",
                "“\(name.printable)”不是接口名称，用 fengcun station ports 查看")
        case .badDisk(let name):
            language(
                "“\(name.printable)” names no disk: usb:VENDOR:PRODUCT:SERIAL or wwid:NAME, as `fengcun station ports` shows them",
                "“\(name.printable)”不是磁盘标识：应为 usb:厂商:产品:序列号 或 wwid:名称，用 fengcun station ports 查看")
        case .diskAsEvidence:
            language(
                "a disk can be declared a destination or ignored; evidence is declared by port, for a drive can say anything",
                "磁盘只能声明为目的盘或忽略；检材按接口声明，因为硬盘自述不可信")
        case .edited(let path):
            language(
                "\(path.printable) was not written by this command, or was edited since; move it aside, then declare its ports again",
                "\(path.printable) 不是由本命令生成，或生成后被手工修改；请先移走该文件，再重新声明接口")
        case .invalid(let path, let reason):
            language(
                "the rules are not put in place, for \(path.printable) did not pass the check: \(reason.printable)",
                "规则未安装：\(path.printable) 未通过检查：\(reason.printable)")
        case .program(let name, let reason):
            language("\(name.printable) failed: \(reason.printable)", "\(name.printable) 执行失败：\(reason.printable)")
        }
    }
}
