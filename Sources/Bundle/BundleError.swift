import Custody
import DurableFiles
import SafeText
import SystemPackage

/// Why a bundle could not be written, or why it does not verify.
public enum BundleError: Explained {
    /// The folder to write is there already and holds something.
    case notEmpty(FilePath)
    /// The file system refused.
    case file(FileError)
    /// What came from the ledger does not verify; nothing was written under the final name.
    case badSource(String)
    /// Something in the bundle is missing, added or altered: the file, and what is wrong with it.
    case altered(place: String, reason: String)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .notEmpty: "not-empty"
        case .file: "file-error"
        case .badSource: "bad-source"
        case .altered: "altered"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .notEmpty(let path):
            language("\(path.string.printable) exists already; name a new folder", "\(path.string.printable) 已存在，请指定新目录")
        case .file(let error): language(error.description, "文件操作失败：\(error)")
        case .badSource(let reason):
            language("the ledger handed out something that does not verify: \(reason)", "台账给出的内容无法核验：\(reason)")
        case .altered(let place, let reason):
            language("\(place.printable): \(reason)", "\(place.printable)：\(reason)")
        }
    }
}
