import Foundation
import Integrity
import TestSupport
import Testing

@testable import Custody

/// Electronic certificates (O14) and their check (O17), with signatures that `openssl cms` makes.
@Suite("Electronic certificates") struct CertificateCheckTests {
    private static let file = DataFile(name: "log.csv", bytes: 3, digests: [.sha256: String(repeating: "01", count: 32)])
    private static let document = ElectronicCertificate(
        documentNumber: "〔2026〕4号", unit: "某公司", issuedAt: Sample.late, protection: "SHA-256", files: [file])

    /// The provider, and what it signed.
    private struct Delivery {
        let authority: TestAuthority
        var files: CertificateCheck.Files

        init(_ document: ElectronicCertificate = document, kind: TestAuthority.KeyKind = .p256) throws {
            authority = try TestAuthority(kind: kind)
            try authority.issue("unit", subject: "/C=CN/O=某公司/CN=某公司电子公章", kind, issuerKind: kind)
            let bytes = try document.bytes()
            files = .init(document: bytes, signature: nil, certificate: nil)
            let path = try authority.folder.write(bytes, to: "certificate.json").string
            if kind == .sm2 {
                try authority.openssl([
                    "pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678", "-inkey",
                    authority.path("unit.key"), "-in", path, "-out", authority.path("signature"),
                ])
                files.certificate = try authority.bytes("unit.pem")
            } else {
                try authority.openssl([
                    "cms", "-sign", "-binary", "-in", path, "-signer", authority.path("unit.pem"), "-inkey",
                    authority.path("unit.key"), "-outform", "DER", "-out", authority.path("signature"),
                ])
            }
            files.signature = try authority.bytes("signature")
        }

        var roots: SignerTrust {
            get throws { SignerTrust(roots: try TrustRoots(pem: try authority.bytes("root.pem"))) }
        }
    }

    /// What was recorded about data that came in.
    private func received(_ files: [DataFile] = [file], request: String = "〔2026〕4号") throws -> DataReceived {
        guard case .dataReceived(var body) = try Sample.act(DataReceived.self) else { throw EntryError("another act") }
        (body.files, body.request, body.certificate) = (files, request, nil)
        return body
    }

    private func check(
        _ files: CertificateCheck.Files, _ received: DataReceived, _ trust: SignerTrust, number: String? = nil,
        now: [DataFile]? = nil
    ) -> CertificateCheck {
        CertificateCheck(
            files, of: received, number: number, now: now, trust: trust, at: Sample.late.microseconds / 1_000_000)
    }

    private let good: [CertificateCheck.Question: CertificateCheck.Result] = [
        .signature: .good, .values: .good, .number: .good, .certificate: .good,
    ]

    @Test("a certificate has one spelling, and comes back as it was")
    func spelling() throws {
        let bytes = try Self.document.bytes()
        #expect(ElectronicCertificate(bytes) == Self.document)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            text == """
                {"documentNumber":"〔2026〕4号","files":[{"bytes":3,"digests":{"sha256":"\(String(repeating: "01", count: 32))"},\
                "name":"log.csv"}],"format":"fengcun-electronic-certificate-v1","issuedAt":"2026-11-22T05:30:00.123456Z",\
                "protection":"SHA-256","unit":"某公司"}

                """)
        for other in [
            text.replacingOccurrences(of: ":3,", with: ": 3,"), String(text.dropLast()), text + "\n",
            text.replacingOccurrences(of: "-v1", with: "-v2"),
            text.replacingOccurrences(of: "\"unit\"", with: "\"x\":1,\"unit\""),
            text.replacingOccurrences(of: "某", with: "\\u67d0"), "%PDF-1.7", "",
        ] { #expect(ElectronicCertificate(Array(other.utf8)) == nil, "\(other)") }
    }

    @Test("everything right is found right", arguments: [TestAuthority.KeyKind.p256, .rsa, .sm2])
    func right(_ kind: TestAuthority.KeyKind) throws {
        let delivery = try Delivery(kind: kind)
        let found = check(delivery.files, try received(), try delivery.roots)
        #expect(found.results == good && found.problems.isEmpty, "\(found.problems)")
        #expect(found.signers.first?.contains("某公司电子公章") == true)
    }

    @Test("a wrong signature is named, and nothing else")
    func wrongSignature() throws {
        let delivery = try Delivery()
        var files = delivery.files
        // The same document with another protection: only the signature is not over it.
        var document = Self.document
        document.protection = "none"
        files.document = try document.bytes()
        let found = check(files, try received(), try delivery.roots)
        #expect(found.results == [.signature: .wrong, .values: .good, .number: .good, .certificate: .notJudged])
        #expect(found.problems[.signature]?.contains("another text") == true && found.signers.isEmpty)
    }

    @Test("a wrong value is named, and nothing else")
    func wrongValue() throws {
        let delivery = try Delivery()
        var other = Self.file
        other.digests = [.sha256: String(repeating: "02", count: 32)]
        let found = check(delivery.files, try received([other]), try delivery.roots)
        #expect(found.results == good.merging([.values: .wrong]) { $1 })
        #expect(found.problems[.values]?.contains("log.csv") == true)
        #expect(check(delivery.files, try received(), try delivery.roots, now: [other]).results[.values] == .wrong)
        other = Self.file
        other.bytes = 4
        #expect(check(delivery.files, try received([other]), try delivery.roots).results[.values] == .wrong)
        // Names are compared byte by byte, and nothing is left over on either side.
        other = Self.file
        other.name = "LOG.csv"
        #expect(check(delivery.files, try received([other]), try delivery.roots).results[.values] == .incomplete)
        #expect(check(delivery.files, try received([Self.file, other]), try delivery.roots).results[.values] == .incomplete)
        #expect(check(delivery.files, try received([]), try delivery.roots).results[.values] == .incomplete)
        other = Self.file
        other.digests = [.sm3: String(repeating: "01", count: 32)]
        #expect(check(delivery.files, try received([other]), try delivery.roots).results[.values] == .incomplete)
    }

    @Test("a wrong number is named, and nothing else")
    func wrongNumber() throws {
        let delivery = try Delivery()
        let found = check(delivery.files, try received(request: "〔2026〕40号"), try delivery.roots)
        #expect(found.results == good.merging([.number: .wrong]) { $1 })
        #expect(found.problems[.number] == "the certificate names 〔2026〕4号, the notice is 〔2026〕40号")
    }

    @Test("a certificate that leads nowhere is named, and nothing else; without roots it is not judged")
    func wrongCertificate() throws {
        let delivery = try Delivery()
        let stranger = try Delivery()
        let found = check(delivery.files, try received(), try stranger.roots)
        #expect(found.results == good.merging([.certificate: .wrong]) { $1 })
        #expect(found.problems[.certificate]?.contains("no chain") == true)
        #expect(check(delivery.files, try received(), SignerTrust()).results[.certificate] == .notJudged)
        var document = Self.document
        document.unit = "另一公司"
        let other = try Delivery(document)
        #expect(check(other.files, try received(), try other.roots).results[.certificate] == .notJudged)
    }

    @Test("a certificate of another form is judged by what a person read")
    func otherForm() throws {
        var delivery = try Delivery()
        delivery.files = .init(document: Array("%PDF-1.7".utf8), signature: nil, certificate: nil)
        var body = try received()
        let absent = check(delivery.files, body, SignerTrust()).results
        #expect(absent == [.signature: .absent, .values: .absent, .number: .absent, .certificate: .absent])
        body.certificate = .init(documentNumber: "〔2026〕4号", files: [Self.file])
        let read = check(delivery.files, body, SignerTrust()).results
        #expect(read == [.signature: .absent, .values: .good, .number: .good, .certificate: .absent])
        #expect(check(delivery.files, body, SignerTrust(), number: "〔2026〕5号").results[.number] == .wrong)
    }

    @Test("what a check brings replaces what came with the data")
    func files() {
        func attachment(_ kind: Custody.Attachment.Kind, _ name: String) -> Custody.Attachment {
            Custody.Attachment(sha256: name, size: 1, name: name, type: kind)
        }
        func files(_ own: [Custody.Attachment], _ received: [Custody.Attachment]) -> CertificateCheck.Files {
            CertificateCheck.files(own, received) { Array($0.name.utf8) }
        }
        let first = [attachment(.electronicCertificate, "d1"), attachment(.signature, "s1")]
        #expect(files([], first) == .init(document: Array("d1".utf8), signature: Array("s1".utf8), certificate: nil))
        #expect(
            files([attachment(.certificate, "c2")], first)
                == .init(document: Array("d1".utf8), signature: Array("s1".utf8), certificate: Array("c2".utf8)))
        // A signature of the first document says nothing about the second.
        #expect(
            files([attachment(.electronicCertificate, "d2")], first)
                == .init(document: Array("d2".utf8), signature: nil, certificate: nil))
    }
}
