import Foundation
import Integrity
import TestSupport
import Testing

@Suite("Time-stamps (RFC 3161)")
struct TimestampTests {
    private static let data = Array("station.example/fengcun\n5\nroot\n\n— station.example AAAA\n".utf8)
    private let folder = TemporaryFolder()

    private func answer(_ authority: TimeAuthority, _ algorithm: DigestAlgorithm = .sha256) throws -> (TimestampRequest, [UInt8])
    {
        let request = try TimestampRequest(over: Self.data, imprint: algorithm)
        return (request, try authority.answer(request.der))
    }

    private func fault(_ body: () throws -> Void) -> TimestampError? {
        do {
            try body()
            return nil
        } catch {
            return error as? TimestampError
        }
    }

    @Test(
        "what openssl stamps we verify, and openssl verifies it with our request",
        arguments: [
            ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
            ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        ], TimestampRequest.imprints)
    func both(key: [String], algorithm: DigestAlgorithm) throws {
        let authority = try TimeAuthority(key: key)
        let (request, der) = try answer(authority, algorithm)
        let response = try TimestampResponse(parsing: der)
        try response.verify(over: Self.data, nonce: request.nonce)
        let token = response.token
        #expect(token.nonce == request.nonce)
        #expect(token.imprint == request.imprint)
        #expect(token.accuracy == 1_500_100)
        #expect(token.authority == "O=Test, CN=示例时间戳服务")
        #expect(token.policy == "1.2.3.4.1")
        #expect(token.serial == "1001")
        #expect(abs(Double(token.time) / 1e6 - Foundation.Date().timeIntervalSince1970) < 60)
        #expect(token.otherCertificates.count == 1)
        for arguments in [
            ["-data", try folder.write(Self.data, to: "data").string],
            ["-queryfile", try folder.write(request.der, to: "q").string],
        ] {
            let outcome = try run(
                "openssl",
                ["ts", "-verify", "-in", folder.write(der, to: "r").string, "-CAfile", authority("root.pem").string] + arguments)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
    }

    @Test("openssl reads our request as we do; we read openssl's")
    func requests() throws {
        let request = try TimestampRequest(over: Self.data, imprint: .sm3)
        let text = try run("openssl", ["ts", "-query", "-in", folder.write(request.der, to: "q").string, "-text"]).output
        #expect(text.contains("Hash Algorithm: sm3"))
        #expect(text.contains("Certificate required: yes"))
        #expect(text.uppercased().contains("NONCE: 0X" + String(request.nonce, radix: 16, uppercase: true).evenDigits))
        #expect(try TimestampRequest(parsing: request.der) == request)
        let data = try folder.write(Self.data, to: "data").string
        let made = try run("openssl", ["ts", "-query", "-data", data, "-sha256", "-cert", "-out", folder("q2").string])
        try #require(made.status == 0, "\(made.errors)")
        let theirs = try TimestampRequest(parsing: contents(folder("q2")))
        #expect(theirs.imprint == (try Digest.of(Self.data, .sha256)))
        #expect(try Set((0..<50).map { _ in try TimestampRequest(over: Self.data, imprint: .sha256).nonce }).count == 50)
        #expect(fault { _ = try TimestampRequest(over: Self.data, imprint: .md5) } == .unknownImprint)
        for count in 0..<request.der.count {
            #expect(fault { _ = try TimestampRequest(parsing: Array(request.der.prefix(count))) } != nil)
        }
        #expect(fault { _ = try TimestampRequest(parsing: request.der + [0]) } != nil)
    }

    @Test("other data, another nonce")
    func others() throws {
        let (request, der) = try answer(try TimeAuthority())
        let response = try TimestampResponse(parsing: der)
        #expect(fault { try response.verify(over: Self.data + [0], nonce: nil) } == .otherData)
        #expect(fault { try response.verify(over: Self.data, nonce: request.nonce ^ 1) } == .otherNonce)
        #expect(fault { try response.verify(over: Self.data, nonce: nil) } == nil)
    }

    @Test("no changed byte of a token passes as another token, and none crashes anything")
    func mutations() throws {
        let (request, der) = try answer(try TimeAuthority())
        let sound = try TimestampResponse(parsing: der).token
        var accepted = 0
        for place in der.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var bytes = der
                bytes[place] ^= change
                guard let response = try? TimestampResponse(parsing: bytes),
                    (try? response.verify(over: Self.data, nonce: request.nonce)) != nil
                else { continue }
                accepted += 1
                // What is not signed may change: the status (1 is granted, too), the certificates that are not the signer's.
                let token = response.token
                #expect(
                    token.time == sound.time && token.accuracy == sound.accuracy && token.imprint == sound.imprint,
                    "byte \(place)")
                #expect(token.certificate == sound.certificate, "byte \(place)")
            }
            if place.isMultiple(of: 5) {
                #expect(fault { _ = try TimestampResponse(parsing: Array(der.prefix(place))) } != nil, "cut at \(place)")
            }
        }
        #expect(accepted < der.count)
        #expect(
            fault { _ = try TimestampResponse(parsing: der + [0]) }
                == .malformed(what: "the time-stamp", reason: "bytes follow it"))
    }

    @Test("garbage is refused, whatever it looks like")
    func garbage() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let count = Int.random(in: 0...300, using: &generator)
            let bytes = [0x30] + (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(fault { _ = try TimestampResponse(parsing: bytes) } != nil)
        }
        #expect(
            fault { _ = try TimestampResponse(parsing: [UInt8](repeating: 0x30, count: 1_000_000)) }
                == .tooLarge(limit: TimestampResponse.byteLimit))
        for byte: UInt8 in [0x30, 0x24, 0x80, 0xA0] {
            #expect(fault { _ = try TimestampResponse(parsing: [UInt8](repeating: byte, count: 200_000)) } != nil)
        }
    }

    @Test("a refusal is told in the authority's words")
    func refusal() throws {
        let authority = try TimeAuthority()
        // The authority does not know MD5.
        let data = try folder.write(Self.data, to: "data").string
        try #require(run("openssl", ["ts", "-query", "-data", data, "-md5", "-out", folder("q").string]).status == 0)
        let der = try authority.answer(contents(folder("q")))
        guard case .refused(let words) = fault({ _ = try TimestampResponse(parsing: der) }) else {
            Issue.record("not refused")
            return
        }
        #expect(words.hasPrefix("rejection; ") && words.hasSuffix("badAlg"), "\(words)")
    }

    @Test("a certificate that was not valid at the token's time")
    func expired() throws {
        for validity in [("200101000000Z", "210101000000Z"), ("480101000000Z", "490101000000Z")] {
            let (request, der) = try answer(try TimeAuthority(validity: validity))
            guard
                case .badSignature(let reason) = fault({
                    try TimestampResponse(parsing: der).verify(over: Self.data, nonce: request.nonce)
                })
            else {
                Issue.record("accepted")
                return
            }
            #expect(reason.contains("certificate"), "\(reason)")
        }
    }

    /// openssl itself refuses to stamp with such certificates, so the token is put together by hand around the content of a
    /// good one.
    @Test(
        "a certificate that is not for time-stamping alone",
        arguments: [nil, "timeStamping", "critical,timeStamping,codeSigning", "critical,emailProtection"])
    func wrongUsage(usage: String?) throws {
        let sound = try TimeAuthority()
        let (request, der) = try answer(sound)
        let forger = try TimeAuthority(usage: usage)
        try folder.write(der, to: "sound.tsr")
        try sound.openssl(["ts", "-reply", "-in", folder("sound.tsr").string, "-token_out", "-out", folder("sound.p7").string])
        try sound.openssl([
            "cms", "-verify", "-noverify", "-inform", "DER", "-in", folder("sound.p7").string, "-out", folder("tst").string,
        ])
        func forge(_ authority: TimeAuthority) throws -> [UInt8] {
            try authority.openssl([
                "cms", "-sign", "-binary", "-nodetach", "-cades", "-md", "sha256", "-econtent_type", "id-smime-ct-TSTInfo", "-in",
                folder("tst").string, "-signer", "tsa.pem", "-inkey", "tsa.key", "-outform", "DER", "-out",
                folder("forged").string,
            ])
            let content = [0x30, 0x03, 0x02, 0x01, 0x00] + (try contents(folder("forged")))
            return [0x30, 0x82, UInt8(content.count >> 8), UInt8(content.count & 255)] + content
        }
        // The same with a good certificate passes: what fails below is the usage.
        try TimestampResponse(parsing: forge(sound)).verify(over: Self.data, nonce: request.nonce)
        guard
            case .badSignature(let reason) = fault({
                try TimestampResponse(parsing: forge(forger)).verify(over: Self.data, nonce: request.nonce)
            })
        else {
            Issue.record("accepted")
            return
        }
        #expect(reason.contains("purpose"), "\(reason)")
    }

    @Test("a chain to the reader's roots, at the time of the token")
    func chain() throws {
        let authority = try TimeAuthority()
        let token = try TimestampResponse(parsing: answer(authority).1).token
        let roots = try TrustRoots(pem: authority.root)
        #expect(try token.chain(to: roots).map(\.subject) == ["O=Test, CN=示例时间戳服务", "O=Test, CN=Root"])
        let strangers = try TrustRoots(pem: TimeAuthority().root)
        #expect(throws: CertificateError.self) { try token.chain(to: strangers) }
    }
}

extension String {
    /// A leading zero where the number of digits is odd.
    fileprivate var evenDigits: String { count.isMultiple(of: 2) ? self : "0" + self }
}
