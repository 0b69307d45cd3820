import Custody

/// What is wrong with a simulated drive: a text of lines, such as
///
///     sector 4096
///     0x00100000 0x00000200 -
///     0x00200000 0x00001000 bad 3
///     0x00300000 0x00100000 slow 65536
///     0x00400000 0x00000200 hang 20
///     stop 5000 60
///
/// A place and a length (numbers as in a mapfile) with: `-`, `*`, `/` or `?`: cannot be read; `bad N`: comes back on the N-th
/// try; `slow N`: gives N bytes a second; `hang N`: the kernel gives it up after N seconds; `+`: nothing is wrong. A mapfile of
/// ddrescue is such a text; its status line is passed over. `sector N` is the length of a sector; `stop N M`: after N reads
/// the drive answers nothing, for M seconds (for ever where M is left out); `gone N`: after N reads the drive is gone.
public struct DriveFaults: Sendable, Equatable {
    /// What a place does.
    public enum Fault: Sendable, Equatable {
        /// Never gives anything.
        case bad
        /// Gives its bytes from this try on.
        case comesBack(tries: Int)
        /// Gives so many bytes a second.
        case slow(rate: Int)
        /// Fails after so many seconds.
        case hangs(seconds: Int)
    }

    /// A place and what it does.
    public struct Place: Sendable, Equatable {
        /// Where.
        public let range: ByteRange
        /// What.
        public let fault: Fault
    }

    /// Most places.
    public static let placeLimit = 1_000_000

    /// Length of a sector in bytes.
    public var sectorSize = 512
    /// The places, ascending, not overlapping.
    public var places: [Place] = []
    /// Number of reads after which every read fails, and for how many seconds.
    public var stop: (reads: Int, seconds: Int)?
    /// Number of reads after which the drive is gone.
    public var goneAfter: Int?

    /// A drive without faults.
    public init() {}

    /// Reads the text.
    ///
    /// - Throws: `MapfileError` with the number of the line.
    public init(_ text: String) throws(MapfileError) {
        guard text.utf8.count <= Mapfile.byteLimit else { throw MapfileError(nil, .tooLong) }
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let fields = Mapfile.fields(ArraySlice(line.utf8)) else { throw MapfileError(index + 1, .noFault) }
            guard !fields.isEmpty else { continue }
            try read(fields, line: index + 1)
        }
        places.sort { $0.range.offset < $1.range.offset }
        for (one, next) in zip(places, places.dropFirst()) where next.range.offset < one.range.end {
            throw MapfileError(nil, .overlap)
        }
    }

    private mutating func read(_ fields: [String], line: Int) throws(MapfileError) {
        let numbers = fields.dropFirst().map { Mapfile.number($0) }
        switch (fields[0], numbers.count) {
        case ("sector", 1):
            guard let size = numbers[0], [512, 1024, 2048, 4096].contains(size) else { throw MapfileError(line, .noFault) }
            sectorSize = size
        case ("stop", 1...2):
            guard let reads = numbers[0], let seconds = numbers.count == 2 ? numbers[1] : Int.max else {
                throw MapfileError(line, .noFault)
            }
            stop = (reads, seconds)
        case ("gone", 1):
            guard let reads = numbers[0] else { throw MapfileError(line, .noFault) }
            goneAfter = reads
        default: try readPlace(fields, line)
        }
    }

    private mutating func readPlace(_ fields: [String], _ line: Int) throws(MapfileError) {
        // A mapfile's status line has its character in the middle.
        if fields.count == 3, fields[1].first.flatMap(Mapfile.Activity.init) != nil, fields[1].count == 1 { return }
        guard (3...4).contains(fields.count), let offset = Mapfile.number(fields[0]), let length = Mapfile.number(fields[1]),
            length > 0, !offset.addingReportingOverflow(length).overflow
        else { throw MapfileError(line, .noFault) }
        let number = fields.count == 4 ? Mapfile.number(fields[3]) : nil
        let fault: Fault
        switch (fields[2], number) {
        case ("+", nil): return
        case ("-", nil), ("*", nil), ("/", nil), ("?", nil): fault = .bad
        case ("bad", let tries?) where tries > 0: fault = .comesBack(tries: tries)
        case ("slow", let rate?) where rate > 0: fault = .slow(rate: rate)
        case ("hang", let seconds?): fault = .hangs(seconds: seconds)
        default: throw MapfileError(line, .noFault)
        }
        guard places.count < Self.placeLimit else { throw MapfileError(line, .tooManyRegions) }
        places.append(Place(range: ByteRange(offset: offset, length: length), fault: fault))
    }

    /// Whether both say the same.
    public static func == (one: Self, other: Self) -> Bool {
        one.sectorSize == other.sectorSize && one.places == other.places && one.goneAfter == other.goneAfter
            && one.stop?.reads == other.stop?.reads && one.stop?.seconds == other.stop?.seconds
    }
}
