import CEwf
import Glibc
import Integrity

/// Reads and writes E01 files for `fengcund`, apart from it: libewf parses files of strangers, and what goes wrong in there must not
/// reach the ledger, the key or a disk. Confined to one folder and to standard input and output.
///
///     fengcun-ewf info FILE                      what the files say of themselves
///     fengcun-ewf read FILE                      the medium's bytes on standard output
///     fengcun-ewf write BASE SIZE SECTOR SEGMENT LEVEL [NAME=VALUE]...
///                                                the medium's bytes on standard input, into BASE.E01 and following
///
/// Exit status 0, or 1 with one line on standard error: `damaged` (or some files are missing), `checksums N` (so many parts do not have
/// the checksum that stands beside them), or what else went wrong.
@main
enum FengcunEwf {
    private static let bufferSize = 1 << 20

    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            let line = "\(error.reason)\n"
            _ = write(STDERR_FILENO, line, line.utf8.count)
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) throws(Failure) {
        guard arguments.count >= 2, let slash = arguments[1].lastIndex(of: "/") else { throw Failure("wrong usage") }
        let folder = slash == arguments[1].startIndex ? "/" : String(arguments[1][..<slash])
        try Confinement.enter(folder, writing: arguments[0] == "write")
        switch (arguments[0], arguments.count) {
        case ("info", 2): try showInfo(arguments[1])
        case ("read", 2): try copyOut(arguments[1])
        case ("write", 6...):
            guard let size = UInt64(arguments[2]), let sector = UInt32(arguments[3]), let segment = UInt64(arguments[4]),
                let level = Int8(arguments[5])
            else { throw Failure("wrong usage") }
            try copyIn(arguments[1], size, sector, segment, level, headers: arguments[6...])
        default: throw Failure("wrong usage")
        }
    }

    private static func showInfo(_ file: String) throws(Failure) {
        let handle = try EwfHandle()
        try handle.open(reading: file)
        var lines = ["size \(try handle.mediaSize())"]
        if let md5 = try handle.storedDigest(16, libewf_handle_get_md5_hash) { lines.append("md5 " + Hex.encode(md5)) }
        if let sha1 = try handle.storedDigest(20, libewf_handle_get_sha1_hash) { lines.append("sha1 " + Hex.encode(sha1)) }
        try put(Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    private static func copyOut(_ file: String) throws(Failure) {
        let handle = try EwfHandle()
        try handle.open(reading: file)
        let size = try handle.mediaSize()
        var buffer = [UInt8](repeating: 0, count: bufferSize)
        var done: UInt64 = 0
        while done < size {
            let wanted = Int(min(UInt64(buffer.count), size - done))
            let count = try handle.call(Int?.none) { libewf_handle_read_buffer($0, &buffer, wanted, $1) }
            guard (1...wanted).contains(count) else { throw Failure("the files end at byte \(done) of \(size)") }
            try put(buffer[..<count])
            done += UInt64(count)
        }
        var errors: UInt32 = 0
        try handle.call(CInt(1)) { libewf_handle_get_number_of_checksum_errors($0, &errors, $1) }
        guard errors == 0 else { throw Failure("checksums \(errors)") }
    }

    private static func copyIn(
        _ base: String, _ size: UInt64, _ sector: UInt32, _ segment: UInt64, _ level: Int8, headers: ArraySlice<String>
    ) throws(Failure) {
        let handle = try EwfHandle()
        try handle.open(writing: base)
        try handle.call(CInt(1)) { libewf_handle_set_format($0, UInt8(LIBEWF_FORMAT_ENCASE6.rawValue), $1) }
        try handle.call(CInt(1)) { libewf_handle_set_bytes_per_sector($0, sector, $1) }
        try handle.call(CInt(1)) { libewf_handle_set_media_size($0, size, $1) }
        try handle.call(CInt(1)) { libewf_handle_set_media_type($0, UInt8(LIBEWF_MEDIA_TYPE_FIXED.rawValue), $1) }
        try handle.call(CInt(1)) { libewf_handle_set_media_flags($0, UInt8(LIBEWF_MEDIA_FLAG_PHYSICAL.rawValue), $1) }
        try handle.call(CInt(1)) { libewf_handle_set_maximum_segment_size($0, segment, $1) }
        try handle.call(CInt(1)) { libewf_handle_set_compression_values($0, level, 1, $1) }
        for header in headers {
            guard let sign = header.firstIndex(of: "=") else { throw Failure("wrong usage") }
            // With the NUL behind them, which libewf reads and does not count.
            let (name, value) = (Array(header[..<sign].utf8) + [0], Array(header[header.index(after: sign)...].utf8) + [0])
            try handle.call(CInt(1)) { libewf_handle_set_utf8_header_value($0, name, name.count - 1, value, value.count - 1, $1) }
        }
        var md5 = try digest(.md5)
        var sha1 = try digest(.sha1)
        var buffer = [UInt8](repeating: 0, count: bufferSize)
        var done: UInt64 = 0
        while case let count = read(STDIN_FILENO, &buffer, buffer.count), count != 0 {
            guard count > 0 else {
                if errno == EINTR { continue }
                throw Failure("standard input failed")
            }
            try update(&md5, buffer[..<count])
            try update(&sha1, buffer[..<count])
            var written = 0
            while written < count {
                written += try buffer[written..<count].withUnsafeBytesOrFail { bytes throws(Failure) in
                    let taken = try handle.call(Int?.none) { libewf_handle_write_buffer($0, bytes.baseAddress, bytes.count, $1) }
                    guard taken > 0 else { throw Failure("libewf wrote nothing") }
                    return taken
                }
            }
            done += UInt64(count)
        }
        guard done == size else { throw Failure("\(done) bytes came in place of \(size)") }
        var (ofMD5, ofSHA1) = (try finish(md5), try finish(sha1))
        try handle.call(CInt(1)) { libewf_handle_set_md5_hash($0, &ofMD5, ofMD5.count, $1) }
        try handle.call(CInt(1)) { libewf_handle_set_sha1_hash($0, &ofSHA1, ofSHA1.count, $1) }
        try handle.call(Int?.none) { libewf_handle_write_finalize($0, $1) }
        try handle.call(CInt(0)) { libewf_handle_close($0, $1) }
    }

    // MARK: Digests and output

    private static func digest(_ algorithm: DigestAlgorithm) throws(Failure) -> StreamingDigest {
        do {
            return try StreamingDigest(algorithm)
        } catch {
            throw Failure("\(error)")
        }
    }

    private static func update(_ digest: inout StreamingDigest, _ bytes: ArraySlice<UInt8>) throws(Failure) {
        do {
            try bytes.withUnsafeBytes { try digest.update($0) }
        } catch {
            throw Failure("\(error)")
        }
    }

    private static func finish(_ digest: consuming StreamingDigest) throws(Failure) -> [UInt8] {
        do {
            return try digest.finish().bytes
        } catch {
            throw Failure("\(error)")
        }
    }

    private static func put(_ bytes: some Collection<UInt8>) throws(Failure) {
        let bytes = Array(bytes)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress?.advanced(by: done), $0.count - done) }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw Failure("standard output failed")
            }
            done += count
        }
    }
}

extension ArraySlice<UInt8> {
    /// `withUnsafeBytes`, whose typed errors the library does not pass on.
    fileprivate func withUnsafeBytesOrFail(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Int) throws(Failure) -> Int {
        let result: Result<Int, Failure> = withUnsafeBytes { bytes in
            do throws(Failure) {
                return .success(try body(bytes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
