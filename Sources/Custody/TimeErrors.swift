import Integrity
import SafeText

extension TimestampError: Explained {
    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .refused: "timestamp-refused"
        case .library: "digest-error"
        default: "bad-timestamp"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        language(description.printable, chinese.printable)
    }

    private var chinese: String {
        switch self {
        case .malformed(_, let reason): "时间戳格式有误：\(reason)"
        case .tooLarge(let limit): "时间戳超过 \(limit) 字节"
        case .refused(let reason): "时间戳机构拒绝签发：\(reason)"
        case .unknownImprint: "时间戳使用的散列算法不是 SHA-256 或 SM3"
        case .otherData: "时间戳所针对的是其他数据"
        case .otherNonce: "时间戳回应的是另一个请求（随机数不一致）"
        case .badSignature(let reason): "时间戳签名无效：\(reason)"
        case .weakDigest(let name): "时间戳签名使用了已被攻破的散列算法（\(name)）"
        case .noCertificate: "时间戳中没有签发者证书"
        case .library(let error): "密码库出错：\(error)"
        }
    }
}

/// A time-stamp that the station does not ask for or does not take.
public enum TimestampRefusal: Explained, Equatable {
    /// There is no checkpoint of this size.
    case unknownCheckpoint(Int)
    /// Only SHA-256 and SM3 can be asked for.
    case unknownImprint(String)
    /// The answer is to no request of this station.
    case unknownRequest
    /// The same answer stands in the ledger already.
    case recorded(entry: Int)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .unknownCheckpoint: "unknown-checkpoint"
        case .unknownImprint: "unknown-digest"
        case .unknownRequest: "unknown-request"
        case .recorded: "timestamp-recorded"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .unknownCheckpoint(let size):
            language("the ledger has no checkpoint of size \(size)", "台账没有 \(size) 条的检查点")
        case .unknownImprint(let name):
            language(
                "a time-stamp is over sha256 or sm3, not over \(name.printable)", "时间戳只能使用 sha256 或 sm3，不能使用 \(name.printable)")
        case .unknownRequest:
            language(
                "this time-stamp answers no request of this station; ask with 'fengcun timestamp --request FILE'",
                "该时间戳不是对本台站请求的回应；请先用 fengcun timestamp --request 文件 生成请求")
        case .recorded(let entry): language("this time-stamp is recorded already, as entry \(entry)", "该时间戳已记入台账第 \(entry) 条")
        }
    }
}
