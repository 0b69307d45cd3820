import Custody
import SafeText

/// Why a request got no answer, or a refusal.
public enum ControlError: Explained {
    /// No daemon listens.
    case unreachable(socket: String, reason: String)
    /// The kernel lets this user not connect.
    case forbidden(socket: String)
    /// The daemon refused; its own words.
    case refused(ErrorView, status: Int)
    /// The answer is none of this API.
    case badAnswer(String)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .unreachable: "unreachable"
        case .forbidden: "forbidden"
        case .refused(let error, _): error.code
        case .badAnswer: "bad-answer"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .unreachable(let socket, let reason):
            language(
                "fengcund does not answer on \(socket.printable) (\(reason.printable)); is it running?",
                "fengcund 未在 \(socket.printable) 上响应（\(reason.printable)），是否已启动？")
        case .forbidden(let socket):
            language(
                "you may not use \(socket.printable); ask for membership in the group of the socket",
                "您无权使用 \(socket.printable)，请申请加入该套接字所属的用户组")
        case .refused(let error, _): error.message
        case .badAnswer(let reason):
            language("the answer of fengcund is not understood: \(reason.printable)", "无法理解 fengcund 的回答：\(reason.printable)")
        }
    }
}
