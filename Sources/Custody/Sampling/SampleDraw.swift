import Integrity

/// Draws a sample that nobody could choose (R22, O20): the members follow from the root of the log's checkpoint that first
/// covers the list they are drawn from. Anyone with that root draws the same; `docs/ledger-format.md` has the algorithm in
/// words and in Python, with test vectors.
public struct SampleDraw: Sendable {
    /// Name of the algorithm.
    public static let algorithm = "fengcun-sample-v1"
    /// Confidence of the bound, in per cent.
    public static let confidence = 95

    private let seed: [UInt8]
    private var block: [UInt64] = []
    private var counter: UInt64 = 0

    /// - Parameters:
    ///   - root: root of the checkpoint of size `entry` + 1, 32 bytes.
    ///   - entry: position of the entry that fixes the population.
    public init(root: [UInt8], entry: Int) {
        seed = SHA256.digest(Array("\(Self.algorithm)\n".utf8), root, UInt64(entry).bytes)
    }

    /// Which places of a list of `population` members are drawn, in the order of drawing: the first steps of a Fisher–Yates
    /// shuffle (Durstenfeld, Communications of the ACM 7 (1964), algorithm 235).
    ///
    /// - Parameter count: from 0 to `population`; more are cut off.
    public func places(population: Int, count: Int) -> [Int] {
        var draw = self
        // Only what changed places is kept: the groups of a large image are many.
        var moved: [Int: Int] = [:]
        return (0..<min(max(count, 0), max(population, 0))).map { place in
            let other = place + draw.number(below: population - place)
            let drawn = moved[other] ?? other
            moved[other] = moved[place] ?? place
            return drawn
        }
    }

    /// A number from 0 to `limit` − 1, each as likely as the others: what would favour the small ones is thrown away.
    private mutating func number(below limit: Int) -> Int {
        let limit = UInt64(limit)
        let excess = (UInt64.max % limit + 1) % limit
        while true {
            let word = word()
            if excess == 0 || word <= UInt64.max - excess { return Int(word % limit) }
        }
    }

    /// The next eight bytes of SHA-256(seed ‖ 0), SHA-256(seed ‖ 1), … as a big-endian number.
    private mutating func word() -> UInt64 {
        if block.isEmpty {
            let bytes = SHA256.digest(seed, counter.bytes)
            counter += 1
            block = stride(from: 0, to: bytes.count, by: 8).map { start in
                bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
            }.reversed()
        }
        return block.removeLast()
    }

    /// The most members of the population that can be otherwise where `bad` of the sample were found otherwise, with a
    /// confidence of `confidence` per cent: the largest D for which at most `bad` in the sample have a probability above
    /// 1 − confidence. The number in the sample is hypergeometric, so the bound is exact (one-sided; J. P. Buonaccorsi,
    /// The American Statistician 41 (1987) 215–218).
    public static func bound(population: Int, sample: Int, bad: Int) -> Int {
        guard population > 0, sample > 0 else { return max(population, 0) }
        guard sample < population else { return bad }
        func isLikely(_ total: Int) -> Bool {
            probability(ofAtMost: bad, population: population, total: total, sample: sample)
                > 1 - Double(confidence) / 100
        }
        // The probability falls as the total grows.
        var low = bad
        var high = population - (sample - bad)
        while low < high {
            let middle = low + (high - low + 1) / 2
            if isLikely(middle) { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// P(X ≤ `bad`) for X of the hypergeometric distribution with `total` among `population`, `sample` drawn.
    static func probability(ofAtMost bad: Int, population: Int, total: Int, sample: Int) -> Double {
        (0...max(bad, 0)).reduce(0) { sum, found in
            guard found <= total, found <= sample, sample - found <= population - total else { return sum }
            // C(sample, found) · falling(total, found) · falling(population − total, sample − found) ÷ falling(population, sample)
            var term = 1.0
            for index in 0..<found {
                term *= Double(sample - index) / Double(index + 1) * Double(total - index) / Double(population - index)
            }
            for index in 0..<(sample - found) {
                term *= Double(population - total - index) / Double(population - found - index)
            }
            return sum + term
        }
    }
}

extension UInt64 {
    /// Eight bytes, the highest first.
    fileprivate var bytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * $0)) } }
}
