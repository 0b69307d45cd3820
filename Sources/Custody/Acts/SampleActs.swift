/// The evidence from which a sample will be drawn was fixed (抽样总体, R22, O20). What is drawn follows from the checkpoint that
/// first covers this entry.
public struct PopulationFixed: ActBody {
    /// See `ActBody`.
    public static let kind = "population.fixed"
    /// See `ActBody`.
    public static let canBeSigned = true

    /// Most members: an entry must hold them.
    public static let memberLimit = 5000

    /// Name of the population in its case.
    public var population: String
    /// What its members have in common (同类性质、特征或者功能).
    public var what: String
    /// Positions of the entries that record the members with their integrity values, ascending: the images.
    public var members: [Int]
    /// Anything else worth saying.
    public var note: String?

    /// Describes a population.
    public init(population: String, what: String, members: [Int], note: String?) {
        self.population = population
        self.what = what
        self.members = members
        self.note = note
    }
}

/// A sample was drawn.
public struct SampleDrawn: ActBody {
    /// See `ActBody`.
    public static let kind = "sample.drawn"
    /// See `ActBody`.
    public static let canBeSigned = true

    /// Name of the population.
    public var population: String
    /// Position of the entry that fixed it.
    public var fixed: Int
    /// Root of the checkpoint of size `fixed` + 1, in base64: what the members follow from.
    public var root: String
    /// How they follow from it: `SampleDraw.algorithm`.
    public var algorithm: String
    /// The members in the order in which they were drawn.
    public var members: [Int]
    /// Why not all of them are examined (客观条件限制).
    public var reason: String
    /// Why so many, and how they are examined (选取情况的说明和论证).
    public var method: String
    /// Confidence of the bound in per cent.
    public var confidence: Int
    /// The most members of the population that can be otherwise where all that were drawn are found good.
    public var bound: Int

    /// Describes a draw.
    public init(
        population: String, fixed: Int, root: String, algorithm: String, members: [Int], reason: String, method: String,
        confidence: Int, bound: Int
    ) {
        self.population = population
        self.fixed = fixed
        self.root = root
        self.algorithm = algorithm
        self.members = members
        self.reason = reason
        self.method = method
        self.confidence = confidence
        self.bound = bound
    }
}

/// A member of a sample was examined.
public struct SampleChecked: ActBody {
    /// See `ActBody`.
    public static let kind = "sample.checked"
    /// See `ActBody`.
    public static let canBeSigned = true

    /// Name of the population.
    public var population: String
    /// Position of the entry that drew the sample.
    public var draw: Int
    /// The member: position of the entry that records it.
    public var member: Int
    /// Whether it has what its population has in common.
    public var isGood: Bool
    /// What was examined, and what was found.
    public var what: String

    /// Describes a result.
    public init(population: String, draw: Int, member: Int, isGood: Bool, what: String) {
        self.population = population
        self.draw = draw
        self.member = member
        self.isGood = isGood
        self.what = what
    }
}
