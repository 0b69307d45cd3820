import Custody
import Foundation
import Integrity
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Bundle

/// What is not there, and what nobody looks at, is named: by the report, and in the words of the program.
@Suite("What is absent from a bundle") struct AbsenceTests {
    private let scratch = TemporaryFolder()
    private var folder: FilePath { scratch("bundle") }

    private func report() throws -> BundleReport { try BundleVerifier(folder: folder).verify(trusting: AuditorTrust()) }

    private func words(_ arguments: String...) throws -> String {
        let outcome = try run(find("fengcun-verify"), [folder.string, "--lang", "en"] + arguments)
        #expect(outcome.status == 0, "\(outcome.output)")
        return outcome.output
    }

    @Test func actsWithoutASlotForASignature() async throws {
        let sample = try EvidenceSample(entries: 4)
        try await sample.log.write(to: folder)
        // 0 and 1 have slots; 2 and 3 are cases without; a restoration and a rotation could be signed, too.
        #expect(try report().unsigned == [2, 3, 11, 13])
        #expect(try words().contains("of 4 acts of people: entries 2, 3, 11, 13\n"))
        try sample.people.folder.write(Array("张三 ".utf8) + sample.people.bytes("ssh.pub"), to: "allowed")
        let asked = try words("--roots", sample.people.path("root.pem"), "--allowed-signers", sample.people.path("allowed"))
        #expect(asked.contains("signatures by key in 2 slots, which hold a scan or a reason: entries 7, 8\n"))
        #expect(asked.contains("  NOTE: it is said to be 王五's; neither the signature nor a list of yours has this name\n"))
    }

    @Test func evidenceWhereNobodyLooksAtIt() async throws {
        var log = try MemoryLog(entries: 1)
        let body = CaseOpened(number: "X", cause: "x", unit: "y", note: nil)
        try log.append(.caseOpened(body), files: [(Array("no signature".utf8), .signature), ([1], .photo), ([2], .timestamp)])
        try await log.write(to: folder)
        #expect(try report().unexamined.map(\.entry) == [1, 1])
        #expect(try report().unexamined.map(\.kind) == [.signature, .timestamp])
        #expect(try words().contains("not checked: the attachment 'signature' of entry 1 stands where no signature belongs\n"))
    }

    /// A file may claim any length and take no room: nobody reads it to find out that it is none of the record's.
    @Test func anAttachmentThatIsEndless() async throws {
        var log = try MemoryLog(entries: 1)
        try log.append(
            .caseOpened(CaseOpened(number: "X", cause: "x", unit: "y", note: nil)), files: [(Array("photo".utf8), .photo)])
        try await log.write(to: folder)
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.string + "/blobs").first)
        #expect(truncate(folder.string + "/blobs/" + name, 1 << 43) == 0)
        #expect(throws: BundleError.self) { try report() }
        let script = try run("python3", [folder.appending("verify.py").string, folder.string])
        #expect(script.status == 1 && script.output.contains("blobs/\(name): not the length that an entry names"))
    }

    @Test func signaturesUnderTheCheckpointThatAreNotChecked() async throws {
        let log = try MemoryLog(entries: 2)
        let other = try #require(Origin("witness.example/w"))
        let note = try log.checkpoint().signed(with: SigningKey.generate(), as: other).signed(
            with: SigningKey.generate(), as: log.origin)
        _ = try await BundleWriter(source: log).write(note, key: log.verifierKey, to: folder)
        #expect(try report().otherSignatures == 2)
        #expect(try words().contains("not checked: 2 more signatures under the checkpoint"))
        let sample = scratch("rotated")
        try await EvidenceSample(entries: 2).log.write(to: sample)
        // Under a rotation's own checkpoint stands the old key's signature, and it is checked.
        #expect(try BundleVerifier(folder: sample).verify(trusting: AuditorTrust()).otherSignatures == 0)
    }

    @Test func anImageThatWasNeverReadBack() async throws {
        var log = try MemoryLog(entries: 1)
        try log.append(.acquisitionFinished(.example))
        try await log.write(to: folder)
        #expect(try words().contains("  a reading back of the image of exhibit C/E, entry 1, by the station\n"))
    }
}
