import COpenSSL

/// A request for a time-stamp (TimeStampReq, RFC 3161 §2.4.1): an imprint, a nonce, and the wish to get the certificate.
public struct TimestampRequest: Sendable, Equatable {
    /// Largest request that is read, in bytes; ours have less than 100.
    public static let byteLimit = 4096
    /// The digests that can be asked for.
    public static let imprints: [DigestAlgorithm] = [.sha256, .sm3]

    /// The digest of what is to be stamped.
    public let imprint: Digest
    /// What tells this request from every other: the answer repeats it.
    public let nonce: UInt64
    /// The request as it is sent.
    public let der: [UInt8]

    /// Asks for a time-stamp over bytes, with a nonce from libcrypto's random generator.
    ///
    /// - Throws: `TimestampError.unknownImprint` for another digest than SHA-256 and SM3, `TimestampError.library`.
    public init(over data: [UInt8], imprint algorithm: DigestAlgorithm) throws(TimestampError) {
        var random = [UInt8](repeating: 0, count: 8)
        guard RAND_bytes(&random, CInt(random.count)) == 1 else { throw .library(.last("make a nonce")) }
        // Without its highest bit: some authorities read the nonce as a signed integer of 64 bits.
        let nonce = random.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } & (UInt64.max >> 1)
        let imprint: Digest
        do throws(IntegrityError) {
            imprint = try Digest.of(data, algorithm)
        } catch {
            throw .library(error)
        }
        try self.init(imprint: imprint, nonce: nonce)
    }

    init(imprint: Digest, nonce: UInt64) throws(TimestampError) {
        guard Self.imprints.contains(imprint.algorithm) else { throw .unknownImprint }
        self.imprint = imprint
        self.nonce = nonce
        der = try Self.encode(imprint, nonce)
    }

    private static func encode(_ imprint: Digest, _ nonce: UInt64) throws(TimestampError) -> [UInt8] {
        let request = TS_REQ_new()
        let message = TS_MSG_IMPRINT_new()
        let algorithm = X509_ALGOR_new()
        let number = ASN1_INTEGER_new()
        defer {
            TS_REQ_free(request)
            TS_MSG_IMPRINT_free(message)
            X509_ALGOR_free(algorithm)
            ASN1_INTEGER_free(number)
        }
        var bytes = imprint.bytes
        guard TS_REQ_set_version(request, 1) == 1,
            X509_ALGOR_set0(algorithm, OBJ_nid2obj(imprint.algorithm.nid), V_ASN1_NULL, nil) == 1,
            TS_MSG_IMPRINT_set_algo(message, algorithm) == 1,
            TS_MSG_IMPRINT_set_msg(message, &bytes, CInt(bytes.count)) == 1,
            TS_REQ_set_msg_imprint(request, message) == 1,
            ASN1_INTEGER_set_uint64(number, nonce) == 1, TS_REQ_set_nonce(request, number) == 1,
            TS_REQ_set_cert_req(request, 1) == 1
        else { throw .library(.last("make a time-stamp request")) }
        return try DER.encode(request, i2d_TS_REQ)
    }

    /// Reads a request that this code wrote.
    ///
    /// - Throws: `TimestampError`, also where the request is not one that `der` writes.
    public init(parsing der: [UInt8]) throws(TimestampError) {
        guard der.count <= Self.byteLimit else { throw .tooLarge(limit: Self.byteLimit) }
        let request = try DER.decode(der, "the time-stamp request", d2i_TS_REQ, TS_REQ_free)
        defer { TS_REQ_free(request) }
        guard let nonce = TS_REQ_get_nonce(request).flatMap({ DER.unsigned($0) }) else {
            throw .malformed(what: "the time-stamp request", reason: "it has no nonce of 64 bits")
        }
        try self.init(imprint: try Digest(imprint: TS_REQ_get_msg_imprint(request)), nonce: nonce)
        guard self.der == der else { throw .malformed(what: "the time-stamp request", reason: "it is none of ours") }
    }
}

extension DigestAlgorithm {
    /// libcrypto's number of the algorithm.
    var nid: CInt { implementation.map { EVP_MD_get_type($0) } ?? NID_undef }
}

extension Digest {
    /// The imprint in a request or a token.
    ///
    /// - Throws: `TimestampError.unknownImprint` for another digest than those that can be asked for, or a wrong length.
    init(imprint: OpaquePointer?) throws(TimestampError) {
        guard let imprint, let algorithm = TS_MSG_IMPRINT_get_algo(imprint), let message = TS_MSG_IMPRINT_get_msg(imprint) else {
            throw .unknownImprint
        }
        let nid = OBJ_obj2nid(algorithm.pointee.algorithm)
        guard let known = TimestampRequest.imprints.first(where: { $0.nid == nid }),
            let digest = Digest(known, bytes: DER.bytes(of: message))
        else { throw .unknownImprint }
        self = digest
    }
}
