import Custody
import DurableFiles
import SafeText
import SystemPackage

/// Why the level of a block tree that lies beside an image cannot be used.
public enum BlockTreeError: Explained {
    /// There is none.
    case missing(FilePath)
    /// It could not be read or written.
    case file(FileError)
    /// It is no such file, or not as it was written.
    case damaged(FilePath)
    /// It is whole, and not the one whose digest is recorded.
    case foreign(FilePath)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .missing: "block-tree-missing"
        case .file: "block-tree-unreadable"
        case .damaged: "block-tree-damaged"
        case .foreign: "block-tree-foreign"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .missing(let path):
            language(
                "there is no \(path.string.printable), so the place of a change cannot be told",
                "缺少 \(path.string.printable)，无法指出变化的位置")
        case .file(let error): language("the block tree: \(error)", "块树文件：\(error)")
        case .damaged(let path):
            language(
                "\(path.string.printable) is itself damaged, so the place of a change cannot be told",
                "\(path.string.printable) 自身已损坏，无法指出变化的位置")
        case .foreign(let path):
            language(
                "\(path.string.printable) is not the one that belongs to the record, so the place of a change cannot be told",
                "\(path.string.printable) 与台账记录不符，无法指出变化的位置")
        }
    }
}
