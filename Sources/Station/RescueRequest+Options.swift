import Control
import Custody
import Imaging
import Integrity

extension RescueRequest {
    /// What the engine is told.
    ///
    /// - Throws: `RescueRequestError`.
    public func options() throws(RescueRequestError) -> RescueOptions {
        var options = RescueOptions()
        options.retries = try Self.check(retries, "retries", 0...RescueOptions.retryLimit) ?? 0
        options.isReverse = reverse ?? false
        options.minimumRate = try Self.check(minimumRate, "minimumRate", 1...1 << 40)
        options.timeBudget = try Self.check(timeBudget, "timeBudget", 1...RescueOptions.timeLimit)
        options.firstSkip = try Self.check(firstSkip, "firstSkip", 0...1 << 50)
        options.longestSkip = try Self.check(longestSkip, "longestSkip", 0...1 << 50)
        if let fill {
            guard let bytes = Hex.decode(fill.lowercased()), !bytes.isEmpty, bytes.count <= RescueOptions.fillLimit else {
                throw .badFill
            }
            options.fill = bytes
        }
        return options
    }

    private static func check(_ number: Int?, _ field: String, _ range: ClosedRange<Int>) throws(RescueRequestError) -> Int? {
        guard let number else { return nil }
        guard range.contains(number) else { throw .badNumber(field: field, range: range) }
        return number
    }
}

/// Why a medium cannot be rescued in the way that was asked for.
public enum RescueRequestError: Explained, Equatable {
    /// A number is out of its range.
    case badNumber(field: String, range: ClosedRange<Int>)
    /// The fill pattern is no hexadecimal text, empty or too long.
    case badFill
    /// An earlier image was named without its map.
    case imageWithoutMap

    /// See `Explained.code`.
    public var code: String { "bad-rescue-option" }

    /// See `Explained.message(in:)`.
    public func message(in language: Language) -> String {
        switch self {
        case .badNumber(let field, let range):
            language(
                "\(field) must be from \(range.lowerBound) to \(range.upperBound)",
                "\(field) 必须在 \(range.lowerBound) 到 \(range.upperBound) 之间")
        case .badFill:
            language(
                "the fill pattern must be 1 to \(RescueOptions.fillLimit) bytes in hexadecimal",
                "填充内容必须是 1 至 \(RescueOptions.fillLimit) 字节的十六进制数")
        case .imageWithoutMap:
            language("an earlier image can only be continued with its mapfile", "继续以前的镜像必须同时提供其映射文件")
        }
    }
}
