import Integrity

/// What the entries say about samples, folded in their order; every draw is drawn again.
public struct SampleRecord: Sendable {
    /// A population with what was drawn from it.
    public struct Population: Sendable {
        /// Position of the entry that fixed it.
        public let entry: Int
        /// Its case.
        public let caseNumber: String?
        /// What was fixed.
        public let body: PopulationFixed
        /// Root of the checkpoint that first covers it, in base64; nil as long as no entry followed.
        public fileprivate(set) var root: String?
        /// The samples drawn from it.
        public fileprivate(set) var draws: [Draw] = []

        /// The members that follow from the root; nil as long as it is not known.
        public func members(count: Int) -> [Int]? {
            guard let root = root.flatMap({ Base64.decode($0) }) else { return nil }
            return SampleDraw(root: root, entry: entry).places(population: body.members.count, count: count).map {
                body.members[$0]
            }
        }
    }

    /// A sample.
    public struct Draw: Sendable {
        /// Position of the entry that drew it.
        public let entry: Int
        /// What it says.
        public let body: SampleDrawn
        /// Whether its members are the ones that follow from the root, and its bound the one that follows from the numbers.
        public let follows: Bool
        /// The results, by member.
        public fileprivate(set) var checks: [Int: (entry: Int, isGood: Bool)] = [:]
    }

    /// The populations, oldest first.
    public private(set) var populations: [Population] = []
    /// Draws from a population that is not on record.
    public private(set) var strays: [Int] = []
    private var places: [Int: Int] = [:]
    private var owners: [Int: Int] = [:]

    /// A record of nothing.
    public init() {}

    /// Takes the tree before the next entry: it is the checkpoint after the one before it.
    public mutating func add(_ tree: Entry.Tree) {
        if let last = populations.indices.last, populations[last].root == nil, tree.size == populations[last].entry + 1 {
            populations[last].root = tree.root
        }
    }

    /// Takes the next entry.
    public mutating func add(_ entry: Entry) {
        add(entry.tree)
        switch entry.act {
        case .populationFixed(let body):
            places[entry.sequence] = populations.count
            populations.append(Population(entry: entry.sequence, caseNumber: entry.draft.caseNumber, body: body))
        case .sampleDrawn(let body):
            guard let place = places[body.fixed] else {
                strays.append(entry.sequence)
                return
            }
            let population = populations[place]
            let follows =
                body.algorithm == SampleDraw.algorithm && body.root == population.root
                && body.population == population.body.population
                && body.members == population.members(count: body.members.count)
                && body.confidence == SampleDraw.confidence
                && body.bound
                    == SampleDraw.bound(population: population.body.members.count, sample: body.members.count, bad: 0)
            owners[entry.sequence] = place
            populations[place].draws.append(Draw(entry: entry.sequence, body: body, follows: follows))
        case .sampleChecked(let body):
            guard let place = owners[body.draw],
                let draw = populations[place].draws.firstIndex(where: { $0.entry == body.draw }),
                populations[place].draws[draw].body.members.contains(body.member)
            else { return }
            populations[place].draws[draw].checks[body.member] = (entry.sequence, body.isGood)
        default: break
        }
    }

    /// The newest population of a name in a case.
    public func population(_ name: String, in caseNumber: String) -> Population? {
        populations.last { $0.caseNumber == caseNumber && $0.body.population == name }
    }
}
