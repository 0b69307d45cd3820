import Custody
import DurableFiles
import SafeText
import SystemPackage

/// Why the ledger could not be opened, read or appended to.
public enum LedgerError: Explained {
    /// Another process has the state directory.
    case inUse(FilePath)
    /// The file system refused.
    case file(FileError)
    /// Others than the owner may read the key.
    case keyExposed(FilePath, mode: UInt32)
    /// The key is encrypted and no passphrase was given.
    case keyLocked(FilePath)
    /// The file holds no key that can be used.
    case keyUnreadable(FilePath, reason: String)
    /// The database has entries and the key is gone.
    case keyMissing(FilePath)
    /// The key or the configured name is not the one that the ledger began with.
    case otherStation(expected: String, found: String)
    /// The anchor vouches for entries that the database does not have.
    case rolledBack(anchor: Int, database: Int)
    /// The database has more entries than a crash between commit and anchor explains.
    case anchorBehind(anchor: Int, database: Int)
    /// The database has entries and there is no anchor.
    case anchorMissing(FilePath)
    /// The anchor is no checkpoint of this ledger.
    case anchorForeign(FilePath, reason: String)
    /// The database is not what was written.
    case corrupt(String)
    /// SQLite failed otherwise.
    case database(String)
    /// No space is left for the entry; nothing was changed.
    case diskFull
    /// The entry would be longer than the format allows.
    case entryTooLarge(String)
    /// An earlier write failed in a way that leaves the disk in doubt.
    case stopped(String)
    /// An attachment is larger than the limit.
    case attachmentTooLarge(limit: Int)
    /// An attachment is missing or is not what its name says.
    case attachmentDamaged(String)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .inUse: "state-in-use"
        case .file: "file-error"
        case .keyExposed: "key-exposed"
        case .keyLocked: "key-locked"
        case .keyUnreadable: "key-unreadable"
        case .keyMissing: "key-missing"
        case .otherStation: "other-station"
        case .rolledBack: "rolled-back"
        case .anchorBehind: "anchor-behind"
        case .anchorMissing: "anchor-missing"
        case .anchorForeign: "anchor-foreign"
        case .corrupt: "ledger-corrupt"
        case .database: "database-error"
        case .diskFull: "disk-full"
        case .entryTooLarge: "entry-too-large"
        case .stopped: "ledger-stopped"
        case .attachmentTooLarge: "attachment-too-large"
        case .attachmentDamaged: "attachment-damaged"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch language {
        // What SQLite says may quote a damaged file.
        case .english: english.printable
        case .chinese: chinese.printable
        }
    }

    private var english: String {
        switch self {
        case .inUse(let path): "the state directory \(path) is in use by another fengcund"
        case .file(let error): error.description
        case .keyExposed(let path, let mode):
            "the key \(path) has mode \(String(mode, radix: 8)); others may have read it. Set mode 0600 if you are sure that nobody did"
        case .keyLocked(let path):
            "the key \(path) is encrypted; start fengcund through its unit with the credential fengcun-key-passphrase"
        case .keyUnreadable(let path, let reason): "the key \(path) cannot be used: \(reason)"
        case .keyMissing(let path): "the ledger has entries, but its key \(path) is gone; restore it from a backup"
        case .otherStation(let expected, let found): "the ledger belongs to \(expected.printable), not to \(found.printable)"
        case .rolledBack(let anchor, let database):
            "the ledger was rolled back: the anchor vouches for \(anchor) entries, the database has \(database); restore the newest database"
        case .anchorBehind(let anchor, let database):
            "the anchor knows \(anchor) entries and the database has \(database); somebody put an older anchor in place; restore the newest one"
        case .anchorMissing(let path): "the ledger has entries, but its anchor \(path) is gone; restore it from a backup"
        case .anchorForeign(let path, let reason): "the anchor \(path) is none of this ledger: \(reason)"
        case .corrupt(let reason): "the ledger is damaged: \(reason); restore the state directory from a backup"
        case .database(let reason): "the ledger's database failed: \(reason)"
        case .diskFull: "no space is left for the ledger; free some, nothing was recorded"
        case .entryTooLarge(let reason): "the act cannot be recorded: \(reason)"
        case .stopped(let reason):
            "the ledger has stopped after a failed write: \(reason); restart fengcund once the disk is sound"
        case .attachmentTooLarge(let limit): "an attachment may have at most \(limit) bytes"
        case .attachmentDamaged(let digest): "the attachment \(digest) is missing or damaged; restore it from a backup"
        }
    }

    private var chinese: String {
        switch self {
        case .inUse(let path): "状态目录 \(path) 正被另一个 fengcund 使用"
        case .file(let error): "文件操作失败：\(error)"
        case .keyExposed(let path, let mode): "密钥 \(path) 的权限为 \(String(mode, radix: 8))，可能已被他人读取；确认无误后请改为 0600"
        case .keyLocked(let path): "密钥 \(path) 已加密；请由 systemd 单元启动 fengcund，并提供凭据 fengcun-key-passphrase"
        case .keyUnreadable(let path, let reason): "密钥 \(path) 无法使用：\(reason)"
        case .keyMissing(let path): "台账已有记录，但密钥 \(path) 不见了，请从备份恢复"
        case .otherStation(let expected, let found): "台账属于 \(expected.printable)，而不是 \(found.printable)"
        case .rolledBack(let anchor, let database): "台账被回退：锚文件证明有 \(anchor) 条记录，数据库只有 \(database) 条；请恢复最新的数据库"
        case .anchorBehind(let anchor, let database): "锚文件只知道 \(anchor) 条记录，数据库却有 \(database) 条；锚文件被换成了旧的，请恢复最新的锚文件"
        case .anchorMissing(let path): "台账已有记录，但锚文件 \(path) 不见了，请从备份恢复"
        case .anchorForeign(let path, let reason): "锚文件 \(path) 不属于本台账：\(reason)"
        case .corrupt(let reason): "台账已损坏：\(reason)；请从备份恢复状态目录"
        case .database(let reason): "台账数据库出错：\(reason)"
        case .diskFull: "磁盘已满，台账无法写入；请释放空间，本次操作未记录"
        case .entryTooLarge(let reason): "无法记录该操作：\(reason)"
        case .stopped(let reason): "一次写入失败后台账已停止：\(reason)；确认磁盘正常后请重启 fengcund"
        case .attachmentTooLarge(let limit): "附件不得超过 \(limit) 字节"
        case .attachmentDamaged(let digest): "附件 \(digest) 缺失或已损坏，请从备份恢复"
        }
    }
}
