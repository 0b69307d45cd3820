/// A stream of random numbers that is the same each time (SplitMix64), so that what a fuzz test found can be found again.
public struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    /// Begins a stream.
    public init(_ seed: UInt64) { state = seed }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Random bytes, up to `limit` of them.
    public mutating func bytes(upTo limit: Int) -> [UInt8] {
        (0..<Int.random(in: 0...limit, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
    }
}

/// Changes a valid input in one to four ways: the changes that files suffer, and those that confuse parsers.
public func mutate(_ input: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = input
    for _ in 0..<Int.random(in: 1...4, using: &random) {
        guard !bytes.isEmpty else { return random.bytes(upTo: 16) }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
        let elsewhere = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<9, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: bytes[place..<end], at: elsewhere)
        case 4: bytes.insert(contentsOf: random.bytes(upTo: 8), at: place)
        case 5: bytes.removeSubrange(place...)
        case 6: bytes.swapAt(place, bytes.count - 1 - place)
        case 7: bytes.insert([0x0A, 0x20, 0x2B, 0x3D, 0x30, 0x2D, 0x22, 0x7B].randomElement(using: &random) ?? 0, at: place)
        default:
            // Whole lines change places, or stand twice.
            var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            guard let line = lines.randomElement(using: &random) else { continue }
            lines[Int.random(in: 0..<lines.count, using: &random)] = line
            bytes = Array(lines.joined(separator: [0x0A]))
        }
    }
    return bytes
}
