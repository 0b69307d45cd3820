import Custody

/// GNU ddrescue's mapfile (its manual, "Mapfile structure"): the state of a rescue as a text that ddrescue continues from
/// and that this program continues from.
public struct Mapfile: Sendable, Equatable {
    /// What was being done.
    public enum Activity: Character, Sendable, CaseIterable {
        case copying = "?"
        case trimming = "*"
        case scraping = "/"
        case retrying = "-"
        case filling = "F"
        case generating = "G"
        case finished = "+"
    }

    /// Byte that was being tried.
    public var position: Int
    /// What was being done.
    public var activity: Activity
    /// Number of the pass in that, from 1.
    public var pass: Int
    /// Where a rescue stands.
    public var map: RescueMap
    /// The medium that the map is of, in a comment of ours; nil in a map of ddrescue's own.
    public var medium: String?

    /// Describes a rescue.
    public init(_ map: RescueMap, position: Int, activity: Activity, pass: Int, medium: String? = nil) {
        self.map = map
        self.position = position
        self.activity = activity
        self.pass = pass
        self.medium = medium
    }

    private static let creator = "# Mapfile. Created by fengcund"
    private static let mediumComment = "# Medium: "

    /// The text.
    public var text: String {
        var lines = [Self.creator]
        if let medium { lines.append(Self.mediumComment + medium) }
        lines += [
            "# current_pos  current_status  current_pass",
            "\(Self.hex(position))     \(activity.rawValue)               \(pass)", "#      pos        size  status",
        ]
        for region in map.regions {
            lines.append("\(Self.hex(region.range.offset))  \(Self.hex(region.range.length))  \(region.state.rawValue)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func hex(_ number: Int) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
}

// MARK: Reading

extension Mapfile {
    /// Longest text in bytes that is read.
    public static let byteLimit = Attachment.byteLimit
    /// Most regions that a map may have.
    public static let regionLimit = 1_000_000

    /// Reads a mapfile of ddrescue or of this program.
    ///
    /// - Parameter capacity: bytes of the drive; the map must cover it exactly.
    /// - Throws: `MapfileError`.
    public init(_ bytes: [UInt8], capacity: Int) throws(MapfileError) {
        guard bytes.count <= Self.byteLimit else { throw MapfileError(nil, .tooLong) }
        self.init(RescueMap(size: capacity), position: 0, activity: .copying, pass: 1)
        var (end, regions, hasStatus, number) = (0, 0, false, 0)
        var rest = bytes[...]
        while !rest.isEmpty {
            // One line at a time: a file of line breaks only must not become millions of slices.
            let line = rest.prefix { $0 != UInt8(ascii: "\n") }
            rest = rest.dropFirst(line.count + 1)
            number += 1
            if let medium = Self.medium(line) { self.medium = medium }
            guard let fields = Self.fields(line) else { throw MapfileError(number, .syntax) }
            guard !fields.isEmpty else { continue }
            guard fields.count == 3 else { throw MapfileError(number, .syntax) }
            guard hasStatus else {
                try readStatus(fields, number)
                hasStatus = true
                continue
            }
            regions += 1
            guard regions <= Self.regionLimit else { throw MapfileError(number, .tooManyRegions) }
            let region = try Self.region(fields, number)
            guard region.range.offset <= end else { throw MapfileError(number, .gap) }
            guard region.range.offset == end else { throw MapfileError(number, .overlap) }
            guard region.range.end <= capacity else { throw MapfileError(number, .otherSize(capacity: capacity)) }
            map.set(region.range, to: region.state)
            end = region.range.end
        }
        guard hasStatus else { throw MapfileError(nil, .noStatus) }
        guard end == capacity else { throw MapfileError(nil, .otherSize(capacity: capacity)) }
    }

    private mutating func readStatus(_ fields: [String], _ line: Int) throws(MapfileError) {
        guard let position = Self.number(fields[0]), fields[1].count == 1, let activity = fields[1].first.flatMap(Activity.init),
            let pass = Self.digits(fields[2][...], 10), pass >= 1
        else { throw MapfileError(line, .syntax) }
        (self.position, self.activity, self.pass) = (position, activity, pass)
    }

    private static func region(_ fields: [String], _ line: Int) throws(MapfileError) -> RescueMap.Region {
        guard let offset = number(fields[0]), let length = number(fields[1]), length > 0, fields[2].count == 1,
            let state = fields[2].first.flatMap(RescueMap.State.init), !offset.addingReportingOverflow(length).overflow
        else { throw MapfileError(line, .syntax) }
        return RescueMap.Region(ByteRange(offset: offset, length: length), state)
    }

    /// Longest line in bytes, comments left out.
    private static let lineLimit = 200

    /// The fields of a line; `#` at its beginning or behind white space begins a comment.
    ///
    /// - Returns: nil where the line is longer than any that ddrescue writes.
    static func fields(_ line: ArraySlice<UInt8>) -> [String]? {
        var (fields, field) = ([String](), [UInt8]())
        for byte in line {
            let isSpace = byte == 0x20 || (0x09...0x0D).contains(byte)
            if byte == UInt8(ascii: "#"), field.isEmpty { break }
            if !isSpace {
                field.append(byte)
            } else if !field.isEmpty {
                fields.append(String(decoding: field, as: UTF8.self))
                field = []
            }
            guard field.count + fields.count <= lineLimit else { return nil }
        }
        return field.isEmpty ? fields : fields + [String(decoding: field, as: UTF8.self)]
    }

    private static func medium(_ line: ArraySlice<UInt8>) -> String? {
        guard line.count < 200, line.starts(with: mediumComment.utf8) else { return nil }
        return String(decoding: line.dropFirst(mediumComment.utf8.count), as: UTF8.self)
    }

    /// A number that is not negative, as C++ spells integer constants: decimal, `0x` hexadecimal, `0` octal.
    static func number(_ text: String) -> Int? {
        if text.hasPrefix("0x") || text.hasPrefix("0X") { return digits(text.dropFirst(2), 16) }
        return text.hasPrefix("0") && text.count > 1 ? digits(text.dropFirst(), 8) : digits(text[...], 10)
    }

    private static func digits(_ text: Substring, _ radix: Int) -> Int? {
        // `Int` would take a sign.
        guard text.first?.isHexDigit == true else { return nil }
        return Int(text, radix: radix)
    }
}
