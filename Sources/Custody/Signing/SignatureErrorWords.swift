import Integrity
import SafeText

extension SignatureError {
    /// One line in a language, safe to show.
    func message(in language: Language) -> String {
        let chinese =
            switch self {
            case .malformed(let what): "无法识别该签名：\(what)"
            case .tooLarge: "签名不得超过 \(PersonSignature.byteLimit) 字节"
            case .unsupported(let what): "不接受该签名所用的算法或密钥：\(what)"
            case .noCertificate: "缺少签名人的证书"
            case .otherStatement: "签名所针对的不是该声明（使用 openssl cms 时须加 -binary）"
            case .wrong: "签名与声明及签名人的密钥不符"
            }
        return language(description, chinese).printable
    }
}
