/// How fast a medium gave its bytes, place by place: kept while an image is made, attached to its record as a text.
///
/// The text is ASCII: a first line `fengcun-rates 1`, a line `capacity <bytes>`, a line `bucket <bytes>`, then one line
/// `<bytes> <microseconds>` for each bucket in ascending order: what was read there, and how long the station was at it.
/// A bucket that nothing was read from says `0 0`.
public struct RateCurve: Sendable, Equatable {
    /// Most buckets of a curve.
    public static let bucketLimit = 1000
    /// Smallest bucket in bytes.
    public static let smallestBucket = 1 << 20

    /// What happened in a part of the medium.
    public struct Bucket: Sendable, Equatable {
        /// Bytes that were read.
        public var bytes = 0
        /// How long reading, hashing and writing took there.
        public var microseconds = 0

        /// Describes a part.
        public init(bytes: Int = 0, microseconds: Int = 0) {
            self.bytes = bytes
            self.microseconds = microseconds
        }

        /// Bytes per second; nil where no time passed.
        public var rate: Double? { microseconds > 0 ? Double(bytes) / Double(microseconds) * 1e6 : nil }
    }

    /// Length of the medium in bytes.
    public let capacity: Int
    /// Length of a bucket in bytes.
    public let bucketSize: Int
    /// The buckets, ascending.
    public private(set) var buckets: [Bucket]

    /// An empty curve of a medium.
    public init(capacity: Int) {
        self.capacity = capacity
        let least = (capacity + Self.bucketLimit - 1) / Self.bucketLimit
        bucketSize = max(Self.smallestBucket, (least + 4095) / 4096 * 4096)
        buckets = Array(repeating: Bucket(), count: (capacity + bucketSize - 1) / bucketSize)
    }

    /// Counts a read where it began.
    ///
    /// - Parameters:
    ///   - bytes: 0 for a read that failed.
    ///   - microseconds: since the read before.
    public mutating func add(_ bytes: Int, at offset: Int, microseconds: Int) {
        guard buckets.indices.contains(offset / bucketSize) else { return }
        buckets[offset / bucketSize].bytes += bytes
        buckets[offset / bucketSize].microseconds += microseconds
    }

    // MARK: As a text

    private static let firstLine = "fengcun-rates 1"
    /// Longest text in bytes: each number has 19 digits at most.
    public static let byteLimit = 100 + bucketLimit * 40

    /// The text.
    public var text: String {
        ([Self.firstLine, "capacity \(capacity)", "bucket \(bucketSize)"] + buckets.map { "\($0.bytes) \($0.microseconds)" })
            .joined(separator: "\n") + "\n"
    }

    /// Reads a text; nil where it is none of these.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.byteLimit else { return nil }
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Self.firstLine[...], lines.popLast() == "",
            let capacity = lines.popFirst().flatMap({ Self.number($0, named: "capacity") }),
            let size = lines.popFirst().flatMap({ Self.number($0, named: "bucket") }), size > 0,
            lines.count <= Self.bucketLimit, lines.count == capacity / size + (capacity % size > 0 ? 1 : 0)
        else { return nil }
        self.capacity = capacity
        bucketSize = size
        buckets = []
        for line in lines {
            let numbers = line.split(separator: " ", omittingEmptySubsequences: false).map { Self.number($0) }
            guard numbers.count == 2, let bytes = numbers[0], let microseconds = numbers[1] else { return nil }
            buckets.append(Bucket(bytes: bytes, microseconds: microseconds))
        }
    }

    private static func number(_ line: Substring, named name: String) -> Int? {
        line.hasPrefix(name + " ") ? number(line.dropFirst(name.count + 1)) : nil
    }

    private static func number(_ digits: Substring) -> Int? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int(digits)
    }
}
