import CEwf
import Glibc

/// A set of E01 files, opened through libewf.
final class EwfHandle {
    private var handle: UnsafeMutablePointer<libewf_handle_t>?

    init() throws(Failure) {
        var error: UnsafeMutablePointer<libewf_error_t>?
        guard libewf_handle_initialize(&handle, &error) == 1 else { throw Failure(Self.text(&error)) }
    }

    deinit { libewf_handle_free(&handle, nil) }

    /// Calls libewf.
    ///
    /// - Parameter expected: what it answers where all went well; nil: whatever is not negative.
    /// - Returns: its answer.
    @discardableResult
    func call<Number: BinaryInteger>(
        _ expected: Number?,
        _ body: (
            UnsafeMutablePointer<libewf_handle_t>?, UnsafeMutablePointer<UnsafeMutablePointer<libewf_error_t>?>
        ) -> Number
    ) throws(Failure) -> Number {
        var error: UnsafeMutablePointer<libewf_error_t>?
        let answer = body(handle, &error)
        guard expected.map({ $0 == answer }) ?? (answer >= 0) else { throw Failure(Self.text(&error)) }
        return answer
    }

    /// Opens the files of which `first` is the first.
    func open(reading first: String) throws(Failure) {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        var count: CInt = 0
        try call(CInt(1)) { libewf_glob(first, strlen(first), UInt8(LIBEWF_FORMAT_UNKNOWN.rawValue), &names, &count, $1) }
        defer { libewf_glob_free(names, count, nil) }
        try call(CInt(1)) { libewf_handle_open($0, names, count, CInt(LIBEWF_ACCESS_FLAG_READ.rawValue), $1) }
        // libewf fills what is missing with zeros.
        guard try call(CInt?.none, { libewf_handle_segment_files_corrupted($0, $1) }) == 0 else {
            throw Failure("damaged")
        }
    }

    /// Begins to write files whose names begin with `base`.
    func open(writing base: String) throws(Failure) {
        let name = strdup(base)
        defer { free(name) }
        var names = [name]
        try call(CInt(1)) { libewf_handle_open($0, &names, 1, CInt(LIBEWF_ACCESS_FLAG_WRITE.rawValue), $1) }
    }

    /// Number of bytes of the medium.
    func mediaSize() throws(Failure) -> UInt64 {
        var size: UInt64 = 0
        try call(CInt(1)) { libewf_handle_get_media_size($0, &size, $1) }
        return size
    }

    /// What the files say of the medium's MD5 or SHA-1; nil where they say nothing.
    func storedDigest(
        _ count: Int,
        _ get: (
            UnsafeMutablePointer<libewf_handle_t>?, UnsafeMutablePointer<UInt8>?, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<libewf_error_t>?>?
        ) -> CInt
    ) throws(Failure) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: count)
        return try call(CInt?.none) { get($0, &digest, count, $1) } == 1 ? digest : nil
    }

    /// What libewf says of an error, in one line.
    private static func text(_ error: inout UnsafeMutablePointer<libewf_error_t>?) -> String {
        guard error != nil else { return "libewf failed" }
        defer { libewf_error_free(&error) }
        var buffer = [CChar](repeating: 0, count: 512)
        libewf_error_sprint(error, &buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 && $0 != 0x0A }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
