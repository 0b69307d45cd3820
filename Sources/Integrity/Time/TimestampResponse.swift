import COpenSSL
import SafeText

/// What a time-stamping authority answers (TimeStampResp, RFC 3161 §2.4.2): a token, or a refusal.
public struct TimestampResponse: Sendable, Equatable {
    /// Largest answer that is read, in bytes: a token with its chain has a few thousand.
    public static let byteLimit = 1 << 18

    /// The answer as it came.
    public let der: [UInt8]
    /// The token in it. Nothing about it was verified.
    public let token: TimestampToken

    /// Reads an answer. PKIStatus decides whether there is a token: 0 (granted) and 1 (granted with modifications).
    ///
    /// - Throws: `TimestampError.refused` with the authority's words for any other status.
    public init(parsing der: [UInt8]) throws(TimestampError) {
        guard der.count <= Self.byteLimit else { throw .tooLarge(limit: Self.byteLimit) }
        let response = try DER.decode(der, "the time-stamp", d2i_TS_RESP, TS_RESP_free)
        defer { TS_RESP_free(response) }
        guard let info = TS_RESP_get_status_info(response), let status = TS_STATUS_INFO_get0_status(info) else {
            throw .malformed(what: "the time-stamp", reason: "it has no status")
        }
        guard let code = DER.unsigned(status), code <= 1 else { throw .refused(Self.words(info, status)) }
        guard let signed = TS_RESP_get_token(response), let content = TS_RESP_get_tst_info(response) else {
            throw .malformed(what: "the time-stamp", reason: "it holds no token")
        }
        self.der = der
        token = try TimestampToken(signed: signed, content: content)
    }

    /// Checks everything that needs no trust: the token is over `data`, answers the request, and is well signed.
    ///
    /// - Parameter nonce: the request's; nil where the request is not known any more.
    /// - Throws: `TimestampError`.
    public func verify(over data: [UInt8], nonce: UInt64?) throws(TimestampError) {
        let imprint: Digest
        do throws(IntegrityError) {
            imprint = try Digest.of(data, token.imprint.algorithm)
        } catch {
            throw .library(error)
        }
        guard imprint == token.imprint else { throw .otherData }
        if let nonce, token.nonce != nonce { throw .otherNonce }
        let response = try DER.decode(der, "the time-stamp", d2i_TS_RESP, TS_RESP_free)
        defer { TS_RESP_free(response) }
        guard let signed = TS_RESP_get_token(response) else {
            throw .malformed(what: "the time-stamp", reason: "it holds no token")
        }
        try TimestampSignature(signed).verify(at: token.time)
    }

    /// PKIStatus, PKIFreeText and PKIFailureInfo in one printable line of at most 500 characters.
    private static func words(_ info: OpaquePointer, _ status: UnsafePointer<ASN1_INTEGER>) -> String {
        let names = ["granted", "grantedWithMods", "rejection", "waiting", "revocationWarning", "revocationNotification"]
        let code = DER.unsigned(status).flatMap { names.indices.contains(Int(clamping: $0)) ? names[Int($0)] : nil }
        var words = [code ?? "unknown status"]
        for text in DER.elements(TS_STATUS_INFO_get0_text(info)).prefix(10) {
            words.append(
                String(decoding: DER.bytes(of: UnsafePointer(text.assumingMemoryBound(to: ASN1_STRING.self))), as: UTF8.self))
        }
        if let failure = TS_STATUS_INFO_get0_failure_info(info) {
            words += failures.filter { ASN1_BIT_STRING_get_bit(failure, $0.bit) == 1 }.map(\.name)
        }
        return String(words.joined(separator: "; ").printable.prefix(500))
    }

    /// RFC 3161 §2.4.2.
    private static let failures: [(bit: CInt, name: String)] = [
        (0, "badAlg"), (2, "badRequest"), (5, "badDataFormat"), (14, "timeNotAvailable"), (15, "unacceptedPolicy"),
        (16, "unacceptedExtension"), (17, "addInfoNotAvailable"), (25, "systemFailure"),
    ]
}
