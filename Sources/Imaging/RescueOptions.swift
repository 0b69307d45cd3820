import Integrity

/// How stubborn the engine is with a drive that fails.
public struct RescueOptions: Sendable, Equatable {
    /// Bytes of a read near errors.
    static let cluster = 64 << 10
    /// Bytes that must be read without an error before reads are large again.
    static let calm = 16 << 20
    /// Most passes over bad sectors.
    public static let retryLimit = 100
    /// Most bytes of a fill pattern: one sector.
    public static let fillLimit = 512
    /// Longest time that may be given, in seconds: a year.
    public static let timeLimit = 366 * 24 * 3600

    /// Passes over the bad sectors after scraping, 0 to `retryLimit`.
    public var retries = 0
    /// All passes in the other direction.
    public var isReverse = false
    /// Bytes per second below which an area is skipped in the first two passes; nil: none is too slow.
    public var minimumRate: Int?
    /// Seconds after which nothing more is read; nil: as long as it takes.
    public var timeBudget: Int?
    /// Bytes to skip after the first error; nil: a hundred-thousandth of the drive, at least 64 KiB. 0: nothing is skipped.
    public var firstSkip: Int?
    /// Most bytes to skip; nil: a hundredth of the drive.
    public var longestSkip: Int?
    /// What stands in the image where nothing could be read, repeated from the start of each sector; empty: zeros.
    public var fill: [UInt8] = []

    /// The defaults: one attempt of everything, forwards, however long it takes, and zeros.
    public init() {}

    /// The first skip for a drive.
    func firstSkip(capacity: Int) -> Int { firstSkip ?? max(Self.cluster, capacity / 100_000) }
    /// The longest skip for a drive.
    func longestSkip(capacity: Int) -> Int { max(longestSkip ?? capacity / 100, firstSkip(capacity: capacity)) }

    /// The options that a record names.
    public init(parameters: [String: String]) {
        func number(_ name: String) -> Int? { parameters[name].flatMap { Int($0) } }
        retries = number("retries") ?? 0
        isReverse = parameters["direction"] == "reverse"
        minimumRate = number("minimumRate")
        timeBudget = number("timeBudget")
        firstSkip = number("firstSkip")
        longestSkip = number("longestSkip")
        fill = parameters["fill"].flatMap { Hex.decode($0) } ?? []
    }

    /// What differs from the defaults, for the record.
    var parameters: [String: String] {
        var parameters: [String: String] = [:]
        parameters["retries"] = retries > 0 ? "\(retries)" : nil
        parameters["direction"] = isReverse ? "reverse" : nil
        parameters["minimumRate"] = minimumRate.map { "\($0)" }
        parameters["timeBudget"] = timeBudget.map { "\($0)" }
        parameters["firstSkip"] = firstSkip.map { "\($0)" }
        parameters["longestSkip"] = longestSkip.map { "\($0)" }
        parameters["fill"] = fill.isEmpty ? nil : Hex.encode(fill)
        return parameters
    }
}
