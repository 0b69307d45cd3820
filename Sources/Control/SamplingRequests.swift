import Custody

/// Fixes the evidence from which a sample will be drawn.
public struct FixPopulationRequest: Codable, Sendable {
    /// Number of the case.
    public var caseNumber: String
    /// Name of the population in the case.
    public var population: String
    /// What its members have in common.
    public var what: String
    /// The exhibits whose newest images are the members; nil for all that have one.
    public var exhibits: [String]?
    /// Anything else.
    public var note: String?

    private enum CodingKeys: String, CodingKey {
        case caseNumber = "case"
        case population, what, exhibits, note
    }

    /// Creates a request.
    public init(caseNumber: String, population: String, what: String, exhibits: [String]?, note: String?) {
        self.caseNumber = caseNumber
        self.population = population
        self.what = what
        self.exhibits = exhibits
        self.note = note
    }
}

/// Draws a sample. Nobody chooses the members: they follow from the checkpoint of the population.
public struct DrawSampleRequest: Codable, Sendable {
    /// Number of the case.
    public var caseNumber: String
    /// Name of the population.
    public var population: String
    /// How many members.
    public var count: Int
    /// See `SampleDrawn`.
    public var reason, method: String

    private enum CodingKeys: String, CodingKey {
        case caseNumber = "case"
        case population, count, reason, method
    }

    /// Creates a request.
    public init(caseNumber: String, population: String, count: Int, reason: String, method: String) {
        self.caseNumber = caseNumber
        self.population = population
        self.count = count
        self.reason = reason
        self.method = method
    }
}

/// Records what the examination of a member found.
public struct CheckSampleRequest: Codable, Sendable {
    /// Number of the case.
    public var caseNumber: String
    /// Name of the population.
    public var population: String
    /// Number of the exhibit that is the member.
    public var exhibit: String
    /// See `SampleChecked`.
    public var isGood: Bool
    /// See `SampleChecked`.
    public var what: String

    private enum CodingKeys: String, CodingKey {
        case caseNumber = "case"
        case population, exhibit, isGood, what
    }

    /// Creates a request.
    public init(caseNumber: String, population: String, exhibit: String, isGood: Bool, what: String) {
        self.caseNumber = caseNumber
        self.population = population
        self.exhibit = exhibit
        self.isGood = isGood
        self.what = what
    }
}

/// A population and what was drawn from it: the statement that the law asks for (选取情况的说明和论证, O20).
public struct SampleView: Codable, Sendable {
    /// A member that was drawn.
    public struct Member: Codable, Sendable {
        /// Position of the entry that records it.
        public var entry: Int
        /// Number of its exhibit.
        public var exhibit: String
        /// SHA-256 of the image, or the first digest that there is.
        public var digest: String
        /// Whether it was found good; nil where it was not examined.
        public var isGood: Bool?

        /// Shows a member.
        public init(entry: Int, exhibit: String, digest: String, isGood: Bool?) {
            self.entry = entry
            self.exhibit = exhibit
            self.digest = digest
            self.isGood = isGood
        }
    }

    /// Case and name.
    public var caseNumber, population: String
    /// What the members have in common.
    public var what: String
    /// Number of members.
    public var size: Int
    /// Positions of the entries that fixed it and drew from it; the second is nil before.
    public var fixed: Int
    /// See `fixed`.
    public var drawn: Int?
    /// What the members follow from; nil before.
    public var root, algorithm: String?
    /// Why not all were examined, and how the sample was chosen; nil before.
    public var reason, method: String?
    /// The members in the order in which they were drawn.
    public var members: [Member]
    /// Members that were found otherwise.
    public var differing: Int
    /// The most members of the population that can be otherwise with this confidence, as the results stand; nil before the
    /// last result.
    public var bound: Int?
    /// Confidence in per cent.
    public var confidence: Int

    private enum CodingKeys: String, CodingKey {
        case caseNumber = "case"
        case population, what, size, fixed, drawn, root, algorithm, reason, method, members, differing, bound, confidence
    }

    /// Shows a sample.
    public init(
        caseNumber: String, population: String, what: String, size: Int, fixed: Int, draw: (entry: Int, body: SampleDrawn)?,
        members: [Member]
    ) {
        self.caseNumber = caseNumber
        self.population = population
        self.what = what
        self.size = size
        self.fixed = fixed
        drawn = draw?.entry
        root = draw?.body.root
        algorithm = draw?.body.algorithm
        reason = draw?.body.reason
        method = draw?.body.method
        self.members = members
        differing = members.filter { $0.isGood == false }.count
        confidence = SampleDraw.confidence
        bound =
            members.isEmpty || members.contains { $0.isGood == nil }
            ? nil : SampleDraw.bound(population: size, sample: members.count, bad: differing)
    }
}
