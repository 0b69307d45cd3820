/// The map of a medium in few cells, to be looked at: what the whole of it is like, and where it is not whole.
public struct RegionOverview: Sendable, Equatable, Codable {
    /// Most cells of an overview.
    public static let cellLimit = 10_000

    /// How many bytes are in each state of GNU ddrescue's mapfile.
    public struct Totals: Sendable, Equatable, Codable {
        /// `+` were read; `?` nobody tried; `*` failed in a large read; `/` lie between bad sectors; `-` failed on their own.
        public var finished, untried, untrimmed, unscraped, bad: Int

        /// Counts states.
        public init(finished: Int, untried: Int, untrimmed: Int, unscraped: Int, bad: Int) {
            self.finished = finished
            self.untried = untried
            self.untrimmed = untrimmed
            self.unscraped = unscraped
            self.bad = bad
        }
    }

    /// Length of the medium in bytes.
    public var bytes: Int
    /// One character of ddrescue's for each cell, in order: the worst state in it. Cell i of n covers the bytes from i·bytes/n
    /// to (i+1)·bytes/n.
    public var cells: String
    /// Bytes by state.
    public var totals: Totals
    /// Number of runs of bad sectors.
    public var badAreas: Int

    /// Describes a medium.
    public init(bytes: Int, cells: String, totals: Totals, badAreas: Int) {
        self.bytes = bytes
        self.cells = cells
        self.totals = totals
        self.badAreas = badAreas
    }
}
