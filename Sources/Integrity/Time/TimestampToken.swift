import COpenSSL
import SafeText

/// What a time-stamp token says (TSTInfo, RFC 3161 §2.4.2). It is believed only after `TimestampResponse.verify`, and proves
/// a time only to whoever trusts the authority whose certificate it holds.
public struct TimestampToken: Sendable, Equatable {
    /// The time, in microseconds since 1970-01-01T00:00:00Z.
    public let time: Int
    /// How far the time may be off, in microseconds, 0 to 2^53 - 1; nil where the token does not say.
    public let accuracy: Int?
    /// The token's number in lower-case hexadecimal, at most 80 digits.
    public let serial: String
    /// The policy under which it was made, as a dotted object identifier.
    public let policy: String
    /// The digest of what was stamped.
    public let imprint: Digest
    /// The request's nonce; nil where there is none or one that none of our requests has.
    public let nonce: UInt64?
    /// Who made it: the subject of the certificate that signed, printable, at most 500 characters.
    public let authority: String
    /// The certificate that signed.
    public let certificate: Certificate
    /// The other certificates in the token.
    public let otherCertificates: [Certificate]

    init(signed: UnsafeMutablePointer<PKCS7>, content: OpaquePointer) throws(TimestampError) {
        func malformed(_ reason: String) -> TimestampError { .malformed(what: "the time-stamp", reason: reason) }
        guard TS_TST_INFO_get_version(content) == 1 else { throw malformed("it is of another version") }
        guard let time = TS_TST_INFO_get_time(content).flatMap({ GeneralizedTime.microseconds(DER.bytes(of: $0)) }) else {
            throw malformed("its time is malformed")
        }
        guard let serial = TS_TST_INFO_get_serial(content).map({ DER.bytes(of: $0) }), serial.count <= 40 else {
            throw malformed("its serial number is too long")
        }
        self.time = time
        self.serial = Hex.encode(serial)
        accuracy = try TS_TST_INFO_get_accuracy(content).map { (value) throws(TimestampError) in
            guard let accuracy = Self.microseconds(value) else { throw malformed("its accuracy is malformed") }
            return accuracy
        }
        policy = Self.dotted(TS_TST_INFO_get_policy_id(content))
        imprint = try Digest(imprint: TS_TST_INFO_get_msg_imprint(content))
        nonce = TS_TST_INFO_get_nonce(content).flatMap { DER.unsigned($0) }
        let signature = try TimestampSignature(signed)
        certificate = try signature.certificate()
        authority = String(certificate.subject.printable.prefix(500))
        otherCertificates = try signature.others()
    }

    private static func microseconds(_ accuracy: OpaquePointer) -> Int? {
        func part(_ value: UnsafePointer<ASN1_INTEGER>?, _ limit: Int) -> Int? {
            guard let value else { return 0 }
            guard let number = DER.unsigned(value), number <= UInt64(limit) else { return nil }
            return Int(number)
        }
        guard let seconds = part(TS_ACCURACY_get_seconds(accuracy), 1 << 32),
            let millis = part(TS_ACCURACY_get_millis(accuracy), 999), let micros = part(TS_ACCURACY_get_micros(accuracy), 999)
        else { return nil }
        return seconds * 1_000_000 + millis * 1000 + micros
    }

    private static func dotted(_ object: OpaquePointer?) -> String {
        var text = [CChar](repeating: 0, count: 256)
        guard OBJ_obj2txt(&text, CInt(text.count), object, 1) > 0 else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).printable
    }

    /// Checks that the authority's certificate leads to one that the reader trusts, at the time of the token.
    ///
    /// - Returns: the chain, the authority's certificate first.
    /// - Throws: `CertificateError`.
    @discardableResult
    public func chain(to roots: TrustRoots) throws(CertificateError) -> [Certificate] {
        try roots.chain(from: certificate, through: otherCertificates, at: time / 1_000_000, for: .timeStamping)
    }
}
