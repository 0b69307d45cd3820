import Glibc
import Integrity
import TestSupport
import Testing

@Suite("Certificates and chains")
struct CertificateTests {
    /// 2026-06-01.
    private let now = 1_780_272_000

    @Test("what openssl prints about a certificate is what we read")
    func reading() throws {
        let authority = try TestAuthority()
        try authority.issue("zhang", subject: "/C=CN/O=示例检察院/CN=张三")
        let certificate = try #require(try Certificate.read(authority.bytes("zhang.pem")).first)
        #expect(certificate.subject == "C=CN, O=示例检察院, CN=张三")
        #expect(certificate.issuer == "C=CN, CN=root")
        #expect(certificate.notBefore == 1_577_836_800)
        #expect(certificate.notAfter == 2_208_988_800)
        let printed = try authority.openssl(
            ["x509", "-in", authority.path("zhang.pem"), "-noout", "-serial", "-fingerprint", "-sha256"])
        #expect(printed.contains("serial=\(certificate.serial)\n"))
        #expect(printed.replacing(":", with: "").lowercased().contains("fingerprint=\(certificate.fingerprint)\n"))
        try authority.openssl([
            "x509", "-in", authority.path("zhang.pem"), "-outform", "DER", "-out", authority.path("zhang.der"),
        ])
        #expect(try Certificate.read(authority.bytes("zhang.der")) == [certificate])
        #expect(try authority.bytes("zhang.der") == certificate.der)
    }

    @Test("a chain through an intermediate holds, for every kind of key", arguments: [TestAuthority.KeyKind.p256, .rsa, .sm2])
    func chain(kind: TestAuthority.KeyKind) throws {
        let authority = try TestAuthority(kind: kind)
        try authority.issue(
            "middle", subject: "/CN=middle", kind, issuerKind: kind,
            extensions: ["basicConstraints=critical,CA:true", "keyUsage=critical,keyCertSign,cRLSign"])
        try authority.issue("zhang", subject: "/CN=张三", kind, by: "middle", issuerKind: kind)
        let leaf = try certificate("zhang", authority)
        let middle = try certificate("middle", authority)
        let roots = try TrustRoots(pem: authority.bytes("root.pem"))
        let stranger = try TrustRoots(pem: TestAuthority(kind: kind).bytes("root.pem"))
        let time = Int(Now.seconds)
        #expect(
            try roots.chain(from: leaf, through: [middle], at: time, for: .signature).map(\.subject) == [
                "CN=张三", "CN=middle", "C=CN, CN=root",
            ])
        #expect(throws: CertificateError.self) { try roots.chain(from: leaf, through: [], at: time, for: .signature) }
        #expect(throws: CertificateError.self) { try stranger.chain(from: leaf, through: [middle], at: time, for: .signature) }
        // Trusting what stands in the middle is enough.
        let partial = try TrustRoots(pem: authority.bytes("middle.pem"))
        #expect(try partial.chain(from: leaf, through: [], at: time, for: .signature).count == 2)
        try authority.revoke("zhang", by: "middle", issuerKind: kind)
        let heeding = try TrustRoots(pem: authority.bytes("root.pem") + authority.bytes("crl.pem"))
        #expect(throws: CertificateError.self) {
            try heeding.chain(from: leaf, through: [middle], at: time + 60, for: .signature)
        }
        do throws(CertificateError) {
            _ = try heeding.chain(from: leaf, through: [middle], at: time + 60, for: .signature)
        } catch {
            guard case .revoked = error else { return #expect(Bool(false), "\(error)") }
        }
        // What was signed before the revocation stands.
        #expect(try heeding.chain(from: leaf, through: [middle], at: time - 3600, for: .signature).count == 3)
    }

    @Test("a revocation counts for what nobody proves to be older")
    func revokedLater() throws {
        let authority = try TestAuthority()
        try authority.issue("zhang", subject: "/CN=张三")
        try authority.revoke("zhang")
        let roots = try TrustRoots(pem: authority.bytes("root.pem") + authority.bytes("crl.pem"))
        let leaf = try certificate("zhang", authority)
        let earlier = Int(Now.seconds) - 3600
        #expect(try roots.chain(from: leaf, through: [], at: earlier, isProved: true, for: .signature).count == 2)
        do throws(CertificateError) {
            _ = try roots.chain(from: leaf, through: [], at: earlier, isProved: false, for: .signature)
            Issue.record("a time that somebody claims was believed")
        } catch {
            guard case .revokedLater = error else { return #expect(Bool(false), "\(error)") }
        }
    }

    @Test("the key was lost when its issuer says, not when the issuer heard of it")
    func invalidityDate() throws {
        let authority = try TestAuthority()
        try authority.issue("zhang", subject: "/CN=张三")
        try authority.revoke("zhang", reason: ["-crl_compromise", "20250101000000Z"])
        let roots = try TrustRoots(pem: authority.bytes("root.pem") + authority.bytes("crl.pem"))
        let leaf = try certificate("zhang", authority)
        #expect(try roots.chain(from: leaf, through: [], at: 1_735_689_599, for: .signature).count == 2)
        #expect(throws: CertificateError.revoked(subject: "CN=张三", since: 1_735_689_600)) {
            try roots.chain(from: leaf, through: [], at: 1_735_689_600, for: .signature)
        }
    }

    @Test(
        "a time-stamp outlives a revocation only for the reasons of RFC 3161",
        arguments: [
            ("", false), ("keyCompromise", false), ("CACompromise", false), ("unspecified", true), ("superseded", true),
            ("affiliationChanged", true), ("cessationOfOperation", true),
        ])
    func timeStampRevocation(reason: String, stands: Bool) throws {
        let authority = try TestAuthority()
        try authority.issue(
            "clock", subject: "/CN=clock", extensions: ["keyUsage=digitalSignature", "extendedKeyUsage=critical,timeStamping"])
        try authority.revoke("clock", reason: reason.isEmpty ? [] : ["-crl_reason", reason])
        let roots = try TrustRoots(pem: authority.bytes("root.pem") + authority.bytes("crl.pem"))
        let leaf = try certificate("clock", authority)
        let count = try? roots.chain(from: leaf, through: [], at: Int(Now.seconds) - 3600, for: .timeStamping).count
        #expect(count == (stands ? 2 : nil))
        #expect(throws: CertificateError.self) {
            try roots.chain(from: leaf, through: [], at: Int(Now.seconds) + 60, for: .timeStamping)
        }
    }

    @Test("a list in the issuer's name that names the certificate is not passed over because its signature is another's")
    func unprovedList() throws {
        let (authority, namesake) = (try TestAuthority(), try TestAuthority())
        for one in [authority, namesake] { try one.issue("zhang", subject: "/CN=张三") }
        try namesake.revoke("zhang")
        let leaf = try certificate("zhang", authority)
        let roots = try TrustRoots(pem: authority.bytes("root.pem") + namesake.bytes("crl.pem"))
        do throws(CertificateError) {
            _ = try roots.chain(from: leaf, through: [], at: now, for: .signature)
            Issue.record("the list was passed over")
        } catch {
            guard case .untrusted = error else { return #expect(Bool(false), "\(error)") }
        }
        // It names nobody else.
        try authority.issue("li", subject: "/CN=李四")
        #expect(try roots.chain(from: certificate("li", authority), through: [], at: now, for: .signature).count == 2)
    }

    @Test("a certificate that the reader trusts itself is revoked all the same", arguments: [TestAuthority.KeyKind.p256, .sm2])
    func revokedTrusted(kind: TestAuthority.KeyKind) throws {
        let authority = try TestAuthority(kind: kind)
        try authority.issue(
            "middle", subject: "/CN=middle", kind, issuerKind: kind,
            extensions: ["basicConstraints=critical,CA:true", "keyUsage=critical,keyCertSign,cRLSign"])
        try authority.revoke("middle", issuerKind: kind)
        let list = try authority.bytes("crl.pem")
        try authority.issue("zhang", subject: "/CN=张三", kind, by: "middle", issuerKind: kind)
        let (leaf, middle) = (try certificate("zhang", authority), try certificate("middle", authority))
        let root = try authority.bytes("root.pem")
        let later = Int(Now.seconds) + 60
        func revoked(_ pem: [UInt8], through others: [Certificate]) throws -> String? {
            let roots = try TrustRoots(pem: pem)
            do throws(CertificateError) {
                _ = try roots.chain(from: leaf, through: others, at: later, for: .signature)
                return nil
            } catch {
                guard case .revoked(let subject, _) = error else { throw error }
                return subject
            }
        }
        // The chain ends at the certificate in the middle, whose issuer is trusted, too, or came with the signature.
        let pem = try authority.bytes("middle.pem")
        #expect(try revoked(root + pem + list, through: []) == "CN=middle")
        #expect(try revoked(pem + list, through: [try certificate("root", authority)]) == "CN=middle")
        #expect(try revoked(root + pem, through: []) == nil)
        // A chain of one certificate.
        try authority.revoke("zhang", by: "middle", issuerKind: kind)
        let (person, personList) = (try authority.bytes("zhang.pem"), try authority.bytes("crl.pem"))
        #expect(try revoked(person + pem + personList, through: []) == "CN=张三")
        #expect(try revoked(person + personList, through: [middle]) == "CN=张三")
        #expect(try revoked(person + list, through: []) == nil)
        // What was signed before the revocation stands.
        let roots = try TrustRoots(pem: root + pem + list)
        #expect(try roots.chain(from: leaf, through: [], at: later - 3660, for: .signature).count == 2)
        // A list that nobody's certificate proves is not passed over: without the issuer's, or with that of another of its name.
        let namesake = try TestAuthority(kind: kind)
        for others in [[], [try certificate("root", namesake)]] {
            do throws(CertificateError) {
                _ = try TrustRoots(pem: pem + list).chain(from: leaf, through: others, at: later - 3660, for: .signature)
                Issue.record("the list was passed over")
            } catch {
                guard case .untrusted = error else { throw error }
            }
        }
    }

    @Test("validity is judged at the time that is asked for")
    func validity() throws {
        let authority = try TestAuthority()
        try authority.issue("li", subject: "/CN=李四", from: "20260101000000Z", to: "20261231000000Z")
        let roots = try TrustRoots(pem: authority.bytes("root.pem"))
        let leaf = try certificate("li", authority)
        #expect(try roots.chain(from: leaf, through: [], at: now, for: .signature).count == 2)
        for time in [1_767_225_599, 1_798_675_201] {
            #expect(
                throws: CertificateError.notValid(
                    subject: "CN=李四", notBefore: 1_767_225_600, notAfter: 1_798_675_200, at: time)
            ) { try roots.chain(from: leaf, through: [], at: time, for: .signature) }
        }
    }

    @Test(
        "a certificate for something else is refused",
        arguments: [
            ["keyUsage=critical,keyEncipherment"], ["extendedKeyUsage=serverAuth"], ["extendedKeyUsage=codeSigning"],
        ])
    func otherPurpose(extensions: [String]) throws {
        let authority = try TestAuthority()
        try authority.issue("zhang", subject: "/CN=张三", extensions: extensions)
        #expect(throws: CertificateError.otherPurpose(subject: "CN=张三")) {
            try chain("zhang", authority, .signature)
        }
    }

    @Test("a certificate for time-stamps is one for nothing else")
    func timeStamping() throws {
        let authority = try TestAuthority()
        try authority.issue(
            "clock", subject: "/CN=clock", extensions: ["keyUsage=digitalSignature", "extendedKeyUsage=critical,timeStamping"])
        try authority.issue("zhang", subject: "/CN=张三")
        #expect(try chain("clock", authority, .timeStamping).count == 2)
        #expect(throws: CertificateError.otherPurpose(subject: "CN=clock")) { try chain("clock", authority, .signature) }
        #expect(throws: CertificateError.otherPurpose(subject: "CN=张三")) { try chain("zhang", authority, .timeStamping) }
    }

    @Test("weak keys, weak digests and issuers that are no authority lead nowhere")
    func weak() throws {
        let authority = try TestAuthority()
        try authority.issue("weak", subject: "/CN=weak", .weakRSA)
        try authority.issue("sha1", subject: "/CN=sha1", extra: ["sha1"])
        try authority.issue("person", subject: "/CN=person", extensions: ["basicConstraints=CA:false"])
        try authority.issue("forged", subject: "/CN=forged", by: "person")
        #expect(throws: CertificateError.self) { try chain("weak", authority, .signature) }
        #expect(throws: CertificateError.self) { try chain("sha1", authority, .signature) }
        #expect(throws: CertificateError.self) {
            try TrustRoots(pem: authority.bytes("root.pem")).chain(
                from: certificate("forged", authority), through: [certificate("person", authority)], at: Int(Now.seconds),
                for: .signature)
        }
    }

    @Test("what is no certificate is refused, and nothing crashes")
    func garbage() throws {
        let authority = try TestAuthority()
        let pem = try authority.bytes("root.pem")
        let der = try certificate("root", authority).der
        #expect(throws: CertificateError.notACertificate(place: 1)) { try Certificate.read([]) }
        #expect(throws: CertificateError.notACertificate(place: 1)) { try Certificate(der: der + [0]) }
        #expect(throws: CertificateError.notACertificate(place: 2)) {
            try Certificate.read(pem + Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8))
        }
        #expect(throws: CertificateError.notACertificate(place: 2)) { try TrustRoots(pem: pem + pem.dropLast(40)) }
        #expect(throws: CertificateError.tooLarge) {
            try Certificate.read([UInt8](repeating: 0x2D, count: Certificate.byteLimit + 1))
        }
        for count in stride(from: 0, to: der.count, by: 7) {
            #expect(throws: CertificateError.notACertificate(place: 1)) { try Certificate(der: Array(der.prefix(count))) }
        }
        for _ in 0..<200 {
            var altered = der
            altered[.random(in: 0..<der.count)] ^= UInt8.random(in: 1...255)
            if let certificate = try? Certificate(der: altered) {
                #expect(throws: CertificateError.self) {
                    try TrustRoots(pem: pem).chain(from: certificate, through: [], at: Int(Now.seconds), for: .signature)
                }
            }
        }
        let noise = [0x30] + (0..<1_000_000).map { _ in UInt8.random(in: 0...255) }
        #expect(throws: CertificateError.notACertificate(place: 1)) { try Certificate.read(noise) }
    }

    private func certificate(_ name: String, _ authority: TestAuthority) throws -> Certificate {
        try #require(try Certificate.read(authority.bytes("\(name).pem")).first)
    }

    @discardableResult
    private func chain(
        _ name: String, _ authority: TestAuthority, _ purpose: TrustRoots.Purpose
    ) throws -> [Certificate] {
        try TrustRoots(pem: authority.bytes("root.pem")).chain(
            from: certificate(name, authority), through: [], at: Int(Now.seconds), for: purpose)
    }
}

private enum Now {
    static var seconds: time_t { time(nil) }
}
