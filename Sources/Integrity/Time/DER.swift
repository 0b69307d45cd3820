import COpenSSL

/// Reading and writing what libcrypto keeps behind pointers.
enum DER {
    /// Reads exactly one object; bytes behind it are an error.
    ///
    /// - Returns: the object, which the caller frees.
    static func decode(
        _ bytes: [UInt8], _ what: String,
        _ read: (UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, Int) -> OpaquePointer?,
        _ free: (OpaquePointer?) -> Void
    ) throws(TimestampError) -> OpaquePointer {
        var used = 0
        let object = bytes.withUnsafeBufferPointer { buffer in
            var place = buffer.baseAddress
            let object = read(nil, &place, buffer.count)
            if let start = buffer.baseAddress, let place { used = place - start }
            return object
        }
        guard let object else { throw .malformed(what) }
        guard used == bytes.count else {
            free(object)
            throw .malformed(what: what, reason: "bytes follow it")
        }
        return object
    }

    /// Writes an object.
    static func encode(
        _ object: OpaquePointer?, _ write: (OpaquePointer?, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> CInt
    ) throws(TimestampError) -> [UInt8] {
        let length = write(object, nil)
        guard length > 0 else { throw .library(.last("write DER")) }
        var bytes = [UInt8](repeating: 0, count: Int(length))
        let written = bytes.withUnsafeMutableBufferPointer { buffer in
            var place = buffer.baseAddress
            return write(object, &place)
        }
        guard written == length else { throw .library(.last("write DER")) }
        return bytes
    }

    /// The content of a string of any ASN.1 type.
    static func bytes(of string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
        guard let start = ASN1_STRING_get0_data(string) else { return [] }
        return Array(UnsafeBufferPointer(start: start, count: max(0, Int(ASN1_STRING_length(string)))))
    }

    /// An integer from 0 to 2^64 - 1; nil for any other.
    static func unsigned(_ integer: UnsafePointer<ASN1_INTEGER>) -> UInt64? {
        var value: UInt64 = 0
        defer { ERR_clear_error() }
        return ASN1_INTEGER_get_uint64(&value, integer) == 1 ? value : nil
    }

    /// The elements of a STACK_OF.
    static func elements(_ stack: OpaquePointer?) -> [UnsafeMutableRawPointer] {
        (0..<max(0, OPENSSL_sk_num(stack))).compactMap { OPENSSL_sk_value(stack, $0) }
    }
}
