import Custody
import SafeText

/// Why a request about a witness is refused.
public enum WitnessRequestError: Explained, Equatable {
    /// The station is not set up to ask this witness.
    case unknownWitness(String)
    /// What should be a cosigned checkpoint of this ledger is not.
    case badCosignature(String)
    /// The witness has cosigned more entries than the ledger has.
    case witnessAhead(known: Int, size: Int)

    /// See `Explained.code`.
    public var code: String {
        switch self {
        case .unknownWitness: "unknown-witness"
        case .badCosignature: "bad-cosignature"
        case .witnessAhead: "witness-ahead"
        }
    }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .unknownWitness(let id):
            language(
                "there is no witness \(id.printable) in the station's configuration", "台站配置中没有见证方 \(id.printable)")
        case .badCosignature(let reason):
            language("this is no cosignature of this ledger: \(reason.printable)", "这不是本台账的见证签名：\(reason.printable)")
        case .witnessAhead(let known, let size):
            language(
                "the witness has cosigned \(known) entries and the ledger has \(size): the ledger was rolled back or forked",
                "见证方已签 \(known) 条，而台账只有 \(size) 条：台账被回退或已分叉")
        }
    }
}
