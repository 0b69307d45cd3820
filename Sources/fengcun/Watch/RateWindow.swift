/// The rate of a job over its last seconds: it follows the drive, and does not jump with every piece.
struct RateWindow {
    private static let seconds = 10.0
    private var samples: [(seconds: Double, bytes: Int)] = []

    /// Takes note of how far the job was.
    ///
    /// - Parameter seconds: since the start of the job, by the station's clock.
    mutating func add(seconds: Double, bytes: Int) {
        if let last = samples.last {
            // Another way over the same bytes begins at 0 again.
            if bytes < last.bytes || seconds < last.seconds { samples = [] }
            if seconds == last.seconds { return }
        }
        samples.append((seconds, bytes))
        while samples.count > 2, seconds - samples[1].seconds >= Self.seconds { samples.removeFirst() }
    }

    /// Bytes per second; nil as long as nothing can be said.
    var rate: Double? {
        guard let first = samples.first, let last = samples.last, last.seconds > first.seconds else { return nil }
        return Double(last.bytes - first.bytes) / (last.seconds - first.seconds)
    }
}
