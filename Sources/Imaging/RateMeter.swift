/// Tells whether a drive has become slower than it may be, over a second of reading at least: one read says little.
struct RateMeter {
    /// Seconds of reading that a verdict needs.
    private static let window = 1.0

    private let minimum: Int?
    private var bytes = 0
    private var seconds = 0.0
    /// Whether the last full window was too slow.
    private(set) var isSlow = false

    /// - Parameter minimum: bytes per second; nil: nothing is too slow.
    init(minimum: Int?) { self.minimum = minimum }

    /// Counts a read that succeeded.
    mutating func add(_ count: Int, seconds elapsed: Double) {
        guard let minimum else { return }
        bytes += count
        seconds += elapsed
        guard seconds >= Self.window else {
            isSlow = false
            return
        }
        isSlow = Double(bytes) < Double(minimum) * seconds
        bytes = 0
        seconds = 0
    }
}
