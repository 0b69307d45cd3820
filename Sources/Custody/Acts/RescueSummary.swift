/// What the digests of an image were computed from.
public enum DigestSource: String, Sendable, Codable {
    /// The bytes as they came from the medium, in order, while they were written.
    case stream
    /// The finished image, read from its disk: parts of it came out of order.
    case readBack = "read-back"
}

/// The work on a medium that could not simply be read from its beginning to its end. Lengths are in bytes; together with
/// what was read they make up the medium. The attached map has every place.
public struct RescueSummary: Sendable, Equatable, Codable {
    /// Why the work ended.
    public enum Ending: String, Sendable, Codable {
        /// Everything was tried as often as was asked for.
        case complete
        /// The time that was allowed was used up.
        case timeBudget = "time-budget"
        /// There are more bad areas than a map may have.
        case tooManyAreas = "too-many-areas"

        /// Why the work ended, in words.
        public func words(in language: Language) -> String {
            switch self {
            case .complete: language("everything was tried", "已全部尝试")
            case .timeBudget: language("time was used up", "时间已用完")
            case .tooManyAreas: language("too many bad areas", "坏区过多")
            }
        }
    }

    /// Why the work ended.
    public var ending: Ending
    /// Length of what nobody tried to read.
    public var untried: Int
    /// Length of what failed in a large read and was not tried in small ones.
    public var untrimmed: Int
    /// Length of what lies between bad sectors and was not tried on its own.
    public var unscraped: Int
    /// Length of the sectors that failed on their own.
    public var bad: Int
    /// Number of runs of such sectors.
    public var badAreas: Int
    /// Reads that failed.
    public var readErrors: Int
    /// How often the medium was slower than the lowest rate.
    public var slowReads: Int
    /// What stands in the image where nothing was read, in lower-case hexadecimal, repeated from the start of each sector;
    /// nil: zeros.
    public var fill: String?

    /// Describes a rescue.
    public init(
        ending: Ending, untried: Int, untrimmed: Int, unscraped: Int, bad: Int, badAreas: Int, readErrors: Int, slowReads: Int,
        fill: String?
    ) {
        self.ending = ending
        self.untried = untried
        self.untrimmed = untrimmed
        self.unscraped = unscraped
        self.bad = bad
        self.badAreas = badAreas
        self.readErrors = readErrors
        self.slowReads = slowReads
        self.fill = fill
    }
}
