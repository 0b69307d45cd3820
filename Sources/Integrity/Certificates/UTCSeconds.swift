import Glibc

/// Times of certificates: whole seconds since 1970-01-01T00:00:00Z.
public enum UTCSeconds {
    /// RFC 3339 in UTC, such as `2026-11-22T05:30:00Z`.
    public static func text(_ seconds: Int) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        var buffer = [CChar](repeating: 0, count: 64)
        let length = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
