import Custody
import SafeText
import SystemPackage

/// Why a set of E01 files could not be read or written.
public enum EwfError: Explained {
    /// The program that reads and writes them is not beside this one, or cannot be started.
    case noProgram(FilePath)
    /// The files are damaged, or some are missing.
    case damaged(FilePath)
    /// So many parts of the content do not have the checksum that stands beside them.
    case checksums(FilePath, count: Int)
    /// Whatever else it said, in one line.
    case failed(FilePath, reason: String)
    /// The image is no whole number of sectors, which E01 cannot hold.
    case brokenSector(bytes: Int)
    /// The destination has files of this name already.
    case nameTaken(FilePath)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .noProgram: "no-ewf"
        case .failed: "ewf-error"
        case .damaged, .checksums: "ewf-damaged"
        case .brokenSector: "broken-sector"
        case .nameTaken: "name-taken"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .noProgram(let path):
            language("the program \(path.string.printable) cannot be started", "无法启动程序 \(path.string.printable)")
        case .damaged(let path):
            language(
                "\(path.string.printable) and the files that follow it are damaged, or some are missing",
                "\(path.string.printable) 及其后续分卷已损坏或不全")
        case .checksums(let path, let count):
            language(
                "\(path.string.printable) and the files that follow it are damaged; parts without the checksum beside them: \(count)",
                "\(path.string.printable) 及其后续分卷已损坏：\(count) 处内容与其旁的校验和不符")
        case .failed(let path, let reason):
            language(
                "\(path.string.printable) and the files that follow it: \(reason.printable)",
                "\(path.string.printable) 及其后续分卷：\(reason.printable)")
        case .brokenSector(let bytes):
            language(
                "an image of \(bytes) bytes is no whole number of sectors and cannot be stored as E01",
                "\(bytes) 字节的镜像不是整数个扇区，无法存为 E01")
        case .nameTaken(let path):
            language("\(path.string.printable) is there already", "\(path.string.printable) 已存在")
        }
    }

    /// Takes what `fengcun-ewf` said.
    init(_ path: FilePath, said line: String) {
        let words = line.split(separator: " ")
        switch (words.first, words.count) {
        case ("damaged", 1): self = .damaged(path)
        case ("checksums", 2): self = .checksums(path, count: Int(words[1]) ?? 0)
        default: self = .failed(path, reason: line)
        }
    }
}
