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

        /// Whether a draw from it says what follows from the root, and the bound that follows from the numbers.
        fileprivate func allows(_ draw: SampleDrawn) -> Bool {
            draw.algorithm == SampleDraw.algorithm && draw.root == root && draw.population == body.population
                && draw.members == members(count: draw.members.count) && draw.confidence == SampleDraw.confidence
                && draw.bound == SampleDraw.bound(population: body.members.count, sample: draw.members.count, bad: 0)
        }

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
    /// Draws from a population that was not seen: the position of each, and of the entry that is said to have fixed it.
    public private(set) var strays: [(entry: Int, fixed: Int)] = []
    private var places: [Int: Int] = [:]
    /// Places of the draws, by entry.
    private var owners: [Int: (population: Int, draw: Int)] = [:]

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
                strays.append((entry.sequence, body.fixed))
                return
            }
            let follows = populations[place].allows(body)
            owners[entry.sequence] = (place, populations[place].draws.count)
            populations[place].draws.append(Draw(entry: entry.sequence, body: body, follows: follows))
        case .sampleChecked(let body):
            guard let (place, draw) = owners[body.draw],
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
