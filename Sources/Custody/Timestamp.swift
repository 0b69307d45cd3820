import Glibc

/// A moment in UTC with microseconds, written as RFC 3339: `2026-11-22T05:30:00.123456Z`.
public struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let microseconds: Int

    /// A moment by its distance from the epoch. Years 0000 to 9999 can be written.
    public init(microseconds: Int) { self.microseconds = microseconds }

    /// The system clock's present reading.
    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: time.tv_sec * 1_000_000 + time.tv_nsec / 1000)
    }

    /// Reads the one spelling that `description` writes; nil for any other.
    public init?(_ text: String) {
        let digits = Array(text.utf8)
        // Everything but the digits: where each stands, and that there is nothing else.
        let marks: [(Int, Unicode.Scalar)] = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "."), (26, "Z")]
        guard digits.count == 27, marks.allSatisfy({ digits[$0.0] == UInt8(ascii: $0.1) }) else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            digits[range].reduce(0 as Int?) { value, digit in
                guard let value, (0x30...0x39).contains(digit) else { return nil }
                return value * 10 + Int(digit - 0x30)
            }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), let fraction = number(20..<26)
        else { return nil }
        var parts = tm()
        parts.tm_year = CInt(year - 1900)
        parts.tm_mon = CInt(month - 1)
        parts.tm_mday = CInt(day)
        parts.tm_hour = CInt(hour)
        parts.tm_min = CInt(minute)
        parts.tm_sec = CInt(second)
        microseconds = timegm(&parts) * 1_000_000 + fraction
        // timegm folds 31 February into March: only what stays unchanged was a date.
        let folded = [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec]
        guard folded == [year, month, day, hour, minute, second].map(CInt.init) else { return nil }
    }

    /// Reads what a person typed: `YYYY-MM-DDTHH:MM:SSZ`, or with six digits of microseconds; nil for anything else.
    public init?(person text: String) {
        guard let time = text.utf8.count == 20 ? Timestamp("\(text.dropLast()).000000Z") : Timestamp(text), text.last == "Z"
        else {
            return nil
        }
        self = time
    }

    /// RFC 3339 in UTC with six decimals.
    public var description: String {
        let (seconds, fraction) = microseconds.floorDivided(by: 1_000_000)
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        func digits(_ value: some BinaryInteger, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let date = "\(digits(Int(parts.tm_year) + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
        let clock = "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
        return "\(date)T\(clock).\(digits(fraction, 6))Z"
    }

    /// Earlier comes first.
    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}

extension Int {
    fileprivate func floorDivided(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let remainder = ((self % divisor) + divisor) % divisor
        return ((self - remainder) / divisor, remainder)
    }
}

extension Timestamp: Codable {
    /// Reads the RFC 3339 text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UTC time with microseconds")
        }
        self = value
    }

    /// Writes the RFC 3339 text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
