import Custody
import FoundationEssentials
import Integrity
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Bundle

/// Electronic certificates in a bundle: an auditor finds again what the station found, with roots of his own.
@Suite("Electronic certificates in a bundle") struct CertificateBundleTests {
    private let scratch = TemporaryFolder()
    private let authority: TestAuthority
    private let document: [UInt8]
    private let signature: [UInt8]

    private static let exhibit = ExhibitID(caseNumber: "C-0", number: "D1")
    private static let value = String(repeating: "01", count: 32)
    private static let files = [DataFile(name: "log.csv", bytes: 3, digests: [.sha256: value])]

    init() throws {
        authority = try TestAuthority()
        try authority.issue("unit", subject: "/CN=某公司")
        document = try ElectronicCertificate(
            documentNumber: "N-4", unit: "某公司", issuedAt: Timestamp(microseconds: 1), protection: "p", files: Self.files
        ).bytes()
        let path = try authority.folder.write(document, to: "document").string
        try authority.openssl([
            "cms", "-sign", "-binary", "-in", path, "-signer", authority.path("unit.pem"), "-inkey",
            authority.path("unit.key"), "-outform", "DER", "-out", authority.path("signature"),
        ])
        signature = try authority.bytes("signature")
    }

    /// An act as it stands in an entry.
    private func act<Body: RecordedAct>(_ type: Body.Type, _ members: [String: JSONValue]) throws -> Body {
        try JSONValue.object(members.merging(["exhibit": try JSONValue(encoding: Self.exhibit)]) { $1 }).decoded(as: type)
    }

    private func received(request: String = "N-4") throws -> Act {
        .dataReceived(
            try act(
                DataReceived.self,
                [
                    "provider": .string("某公司"), "request": .string(request), "custodian": .string("甲"),
                    "location": .string("柜"), "files": try JSONValue(encoding: Self.files),
                ]))
    }

    private func checked(
        _ changes: [String: JSONValue] = [:]
    ) throws -> Act {
        let members: [String: JSONValue] = [
            "received": .integer(1), "signature": .string("good"), "values": .string("good"), "number": .string("good"),
            "certificate": .string("not-judged"), "problems": .object([:]), "signers": .array([.string("CN=某公司")]),
        ]
        return .certificateChecked(try act(CertificateChecked.self, members.merging(changes) { $1 }))
    }

    private func issued(_ changes: [String: JSONValue] = [:]) throws -> Act {
        let members: [String: JSONValue] = [
            "recipient": .string("r"), "documentNumber": .string("N-4"), "unit": .string("某公司"),
            "issuedAt": try JSONValue(encoding: Timestamp(microseconds: 1)), "protection": .string("p"),
            "files": try JSONValue(encoding: Self.files), "signers": .array([.string("CN=某公司")]),
        ]
        return .certificateIssued(try act(CertificateIssued.self, members.merging(changes) { $1 }))
    }

    private var delivery: [(bytes: [UInt8], kind: Custody.Attachment.Kind)] {
        [(document, .electronicCertificate), (signature, .signature)]
    }

    private func verify(
        _ acts: [(act: Act, files: [(bytes: [UInt8], kind: Custody.Attachment.Kind)])], roots: [UInt8]? = nil
    ) async throws -> BundleReport {
        var log = try MemoryLog(entries: 1)
        for (act, files) in acts { try log.append(act, files: files) }
        let folder = scratch("\(Int.random(in: 0..<1 << 40))")
        try await log.write(to: folder)
        return try BundleVerifier(folder: folder).verify(trusting: AuditorTrust(key: log.verifierKey, signerRoots: roots))
    }

    @Test("what came with the data, the check of it, and one of our own are looked at again")
    func again() async throws {
        let acts = [(try received(), delivery), (try checked(), []), (try issued(), delivery)]
        let report = try await verify(acts)
        #expect(report.certificates.map(\.entry) == [1, 2, 3] && report.certificates.map(\.isOurs) == [false, false, true])
        for finding in report.certificates {
            #expect(finding.check.results[.signature] == .good && finding.check.results[.certificate] == .notJudged)
        }
        #expect(report.unexamined.isEmpty)
        let trusted = try await verify(acts, roots: try authority.bytes("root.pem"))
        #expect(trusted.certificates.allSatisfy { $0.check.results[.certificate] == .good })
        let strangers = try await verify(acts, roots: try TestAuthority().bytes("root.pem"))
        #expect(strangers.certificates.allSatisfy { $0.check.results[.certificate] == .wrong })
        #expect(strangers.certificates[1].recorded?.certificate == .notJudged)
    }

    @Test("a finding that does not follow is refused, whatever the station wrote")
    func dishonest() async throws {
        let wrong: [[String: JSONValue]] = [
            ["number": .string("wrong")], ["signature": .string("absent")], ["values": .string("incomplete")],
            ["received": .integer(0)], ["received": .integer(2)], ["signers": .array([.string("CN=other")])],
        ]
        for changes in wrong {
            await #expect(throws: BundleError.self, "\(changes)") {
                try await verify([(try received(), delivery), (try checked(changes), [])])
            }
        }
        // The notice has another number: "good" does not follow, "wrong" does.
        await #expect(throws: BundleError.self) {
            try await verify([(try received(request: "N-5"), delivery), (try checked(), [])])
        }
        let honest = try await verify([
            (try received(request: "N-5"), delivery), (try checked(["number": .string("wrong")]), []),
        ])
        #expect(honest.certificates.last?.check.results[.number] == .wrong)
        for changes: [String: JSONValue] in [
            ["documentNumber": .string("N-5")], ["unit": .string("x")], ["signers": .array([])],
            ["issuedAt": try JSONValue(encoding: Timestamp(microseconds: 2))],
        ] {
            await #expect(throws: BundleError.self, "\(changes)") { try await verify([(try issued(changes), delivery)]) }
        }
        await #expect(throws: BundleError.self) { try await verify([(try issued(), [delivery[0]])]) }
        await #expect(throws: BundleError.self) {
            try await verify([(try issued(), [(document, .electronicCertificate), (Array("x".utf8), .signature)])])
        }
    }
}
