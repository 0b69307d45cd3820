import Glibc

/// The time of a token, as RFC 3161 §2.4.2 allows it: `YYYYMMDDhhmmss[.f…]Z`, without trailing zeros in the fraction.
enum GeneralizedTime {
    /// Microseconds since 1970-01-01T00:00:00Z, a finer fraction cut off; nil for anything else.
    static func microseconds(_ text: [UInt8]) -> Int? {
        guard text.count >= 15, text.count <= 40, text.last == UInt8(ascii: "Z") else { return nil }
        func number(_ digits: ArraySlice<UInt8>) -> Int? {
            digits.reduce(0 as Int?) { value, digit in
                guard let value, (0x30...0x39).contains(digit) else { return nil }
                return value * 10 + Int(digit - 0x30)
            }
        }
        guard let year = number(text[0..<4]), let month = number(text[4..<6]), let day = number(text[6..<8]),
            let hour = number(text[8..<10]), let minute = number(text[10..<12]), let second = number(text[12..<14]),
            let fraction = fraction(text[14..<(text.count - 1)])
        else { return nil }
        var parts = tm()
        parts.tm_year = CInt(year - 1900)
        parts.tm_mon = CInt(month - 1)
        parts.tm_mday = CInt(day)
        parts.tm_hour = CInt(hour)
        parts.tm_min = CInt(minute)
        parts.tm_sec = CInt(second)
        let seconds = timegm(&parts)
        // timegm folds 31 February into March: only what comes back unchanged was a date. A leap second is none here.
        guard parts.tm_mon == month - 1, parts.tm_mday == day, parts.tm_hour == hour, parts.tm_min == minute,
            parts.tm_sec == second
        else { return nil }
        return seconds * 1_000_000 + fraction
    }

    private static func fraction(_ text: ArraySlice<UInt8>) -> Int? {
        guard let point = text.first else { return 0 }
        let digits = text.dropFirst()
        guard point == UInt8(ascii: "."), !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.last != 0x30
        else { return nil }
        let six = digits.prefix(6).reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return (digits.count..<6).reduce(six) { value, _ in value * 10 }
    }
}
