import Custody
import DurableFiles
import SafeText
import SystemPackage

/// Why a witness cannot work.
public enum WitnessError: Explained {
    /// There is a witness in the folder already.
    case exists(FilePath)
    /// There is no witness in the folder.
    case noWitness(FilePath)
    /// Another process works with the folder.
    case inUse(FilePath)
    /// Others than the owner may read the key.
    case keyExposed(FilePath)
    /// A file of the witness is not what it wrote.
    case damaged(FilePath, reason: String)
    /// The file system refused.
    case file(FileError)
    /// The clock stands before the last cosignature.
    case clockBehind(last: Int, now: Int)
    /// The cosignature could not be made.
    case cannotSign(String)
    /// An earlier write failed in a way that leaves the disk in doubt.
    case stopped(String)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .exists: "witness-exists"
        case .noWitness: "no-witness"
        case .inUse: "state-in-use"
        case .keyExposed: "key-exposed"
        case .damaged: "witness-damaged"
        case .file: "file-error"
        case .clockBehind: "clock-behind"
        case .cannotSign: "cannot-sign"
        case .stopped: "witness-stopped"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .exists(let path):
            language("\(path) holds a witness already; name a new folder", "\(path) 中已有见证方，请指定新目录").printable
        case .noWitness(let path):
            language(
                "\(path) holds no witness; make one with 'fengcun-witness init'", "\(path) 中没有见证方，请先用 fengcun-witness init 建立"
            )
            .printable
        case .inUse(let path):
            language(
                "\(path) is in use by another fengcun-witness; send the request to it, or stop it first",
                "\(path) 正被另一个 fengcun-witness 使用；请将请求发送给它，或先停止它"
            ).printable
        case .keyExposed(let path):
            language(
                "others may have read the key \(path); set mode 0600 if you are sure that nobody did",
                "密钥 \(path) 可能已被他人读取；确认无误后请将权限改为 0600"
            ).printable
        case .damaged(let path, let reason):
            language(
                "\(path) is damaged: \(reason); a witness that forgot what it signed must not go on: make a new one",
                "\(path) 已损坏：\(reason)；忘记已签内容的见证方不得继续使用，请建立新的见证方"
            ).printable
        case .file(let error): language(error.description, "文件操作失败：\(error)").printable
        case .clockBehind(let last, let now):
            language(
                "the clock (\(now)) stands before the last cosignature (\(last)); set it right",
                "系统时钟（\(now)）早于上一次签名（\(last)），请先校正")
        case .cannotSign(let reason): language("cannot sign: \(reason)", "无法签名：\(reason)").printable
        case .stopped(let reason):
            language("the witness has stopped after a failed write: \(reason)", "一次写入失败后见证方已停止：\(reason)").printable
        }
    }
}
