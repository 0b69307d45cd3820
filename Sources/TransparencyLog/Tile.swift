/// A row of up to 256 hashes, or of up to 256 entries, as logs are published (c2sp.org/tlog-tiles).
public struct Tile: Hashable, Sendable {
    /// Hashes or entries in a full tile.
    public static let fullWidth = 256
    /// Levels of the tree that one level of tiles spans.
    static let height = 8

    /// What a tile holds.
    public enum Content: Hashable, Sendable {
        /// Hashes; hash i of tile n on level l covers leaves [(n·256+i)·256^l, (n·256+i+1)·256^l).
        case hashes(level: Int)
        /// The entries themselves.
        case entries
    }

    /// Hashes of a level, or entries.
    public let content: Content
    /// Position in its row.
    public let index: Int
    /// Number of hashes or entries, 1 to 256.
    public let width: Int

    /// Names a tile.
    public init(_ content: Content, index: Int, width: Int) {
        self.content = content
        self.index = index
        self.width = width
    }

    /// The path below the log's folder, such as `tile/0/x001/234.p/7`.
    public var path: String {
        let row =
            switch content {
            case .hashes(let level): "\(level)"
            case .entries: "entries"
            }
        var groups = [Self.threeDigits(index % 1000)]
        var rest = index / 1000
        while rest > 0 {
            groups.insert("x" + Self.threeDigits(rest % 1000), at: 0)
            rest /= 1000
        }
        let number = groups.joined(separator: "/")
        return "tile/\(row)/\(number)" + (width == Self.fullWidth ? "" : ".p/\(width)")
    }

    /// Reads a path that `path` writes; nil for anything else.
    public init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.count <= 10, parts[0] == "tile" else { return nil }
        let level = Int(decimal: parts[1])
        guard parts[1] == "entries" || (level.map { $0 < 8 } ?? false) else { return nil }
        var numbers = parts[2...]
        var width = Self.fullWidth
        if numbers.count >= 2, numbers[numbers.endIndex - 2].hasSuffix(".p"), let last = numbers.popLast() {
            guard let partial = Int(decimal: last), let group = numbers.popLast() else { return nil }
            width = partial
            numbers.append(group.dropLast(2))
        }
        let digits = numbers.map { $0.hasPrefix("x") ? $0.dropFirst() : $0 }.joined()
        guard digits.utf8.count <= 15, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let index = Int(digits),
            (1...Self.fullWidth).contains(width)
        else { return nil }
        self.init(level.map { .hashes(level: $0) } ?? .entries, index: index, width: width)
        // Only the one spelling of a tile's path names it.
        guard index < 1 << 40, self.path == path else { return nil }
    }

    private static func threeDigits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// Every tile of a log of `size` entries, hashes first, each row from left to right.
    public static func all(size: Int) -> [Tile] {
        var tiles: [Tile] = []
        var level = 0
        var count = size
        while count > 0 {
            tiles += row(.hashes(level: level), count: count)
            count >>= height
            level += 1
        }
        return tiles + row(.entries, count: size)
    }

    private static func row(_ content: Content, count: Int) -> [Tile] {
        let full = (0..<count / fullWidth).map { Tile(content, index: $0, width: fullWidth) }
        let rest = count % fullWidth
        return rest == 0 ? full : full + [Tile(content, index: count / fullWidth, width: rest)]
    }

    /// The subtrees whose hashes a tile of hashes holds, from left to right.
    public static func places(level: Int, index: Int, width: Int) -> [NodeIndex] {
        (0..<width).map { NodeIndex(level: level * height, index: index * fullWidth + $0) }
    }
}

extension Tile {
    /// The bytes of a tile of hashes.
    public static func encode(_ hashes: [LogHash]) -> [UInt8] { hashes.flatMap(\.bytes) }

    /// The hashes of a tile.
    ///
    /// - Throws: `LogError.malformed` where the length is not `width` hashes.
    public func decodeHashes(_ bytes: [UInt8]) throws(LogError) -> [LogHash] {
        guard bytes.count == width * LogHash.byteCount else { throw .malformed("the tile has the wrong length") }
        return stride(from: 0, to: bytes.count, by: LogHash.byteCount).compactMap {
            LogHash(bytes: bytes[$0..<$0 + LogHash.byteCount])
        }
    }

    /// The bytes of a tile of entries: for each its length in two bytes, then itself.
    ///
    /// - Precondition: no entry is longer than 65,535 bytes.
    public static func encode(entries: [[UInt8]]) -> [UInt8] {
        entries.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 255)] + $0 }
    }

    /// The entries of a tile.
    ///
    /// - Throws: `LogError.malformed` where there are not exactly `width` of them.
    public func decodeEntries(_ bytes: [UInt8]) throws(LogError) -> [[UInt8]] {
        var entries: [[UInt8]] = []
        var position = 0
        while position < bytes.count {
            guard position + 2 <= bytes.count else { throw .malformed("an entry's length is cut off") }
            let length = Int(bytes[position]) << 8 | Int(bytes[position + 1])
            guard position + 2 + length <= bytes.count else { throw .malformed("an entry is cut off") }
            entries.append(Array(bytes[position + 2..<position + 2 + length]))
            position += 2 + length
        }
        guard entries.count == width else { throw .malformed("the tile holds \(entries.count) entries and not \(width)") }
        return entries
    }
}
