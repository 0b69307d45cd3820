import Custody
import SafeText

/// Why there is no receipt.
public enum ReceiptError: Explained, Equatable {
    /// The act is none that hands something over or ends something.
    case noReceipt(Act.Kind)
    /// The station's proof does not prove the entry.
    case unproved(String)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .noReceipt: "no-receipt"
        case .unproved: "unproved"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .noReceipt(let kind):
            language(
                "there is no receipt for \(kind.rawValue); there is one for seizure, sealing, unsealing, hand-over, return and the end of an image",
                "\(kind.rawValue) 没有回执；扣押、封存、启封、移交、发还、镜像制作结束才有回执")
        case .unproved(let reason):
            language(
                "the station's proof of the entry is not good: \(reason.printable)", "台站给出的条目证明无效：\(reason.printable)")
        }
    }
}
