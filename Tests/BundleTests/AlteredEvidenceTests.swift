import Custody
import Foundation
import Integrity
import Synchronization
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Bundle

/// A station that alters what came from outside and then records and signs it: single bytes of tokens, signatures, certificates,
/// cosigned checkpoints, statements and policies, each in a log of its own, judged by an auditor who brought everything.
@Suite("Altered evidence that the station signed") struct AlteredEvidenceTests {
    private struct Alteration: Sendable {
        let name: String
        let kind: Custody.Attachment.Kind
        let before: MemoryLog
        let act: Act
        let files: [EvidenceSample.File]
    }

    /// What an auditor takes away about one entry.
    private struct Conclusion: Equatable {
        let signers: [String], signersStand: Bool, timesStand: Bool, witnesses: [String], witnessed: Int?, stamps: [String]

        init(_ report: BundleReport) {
            signers =
                report.signatures.map { "\($0.entry) \($0.slot) \($0.signers) \($0.trust)" }
                + report.ledgerRestorations.map { "\($0.entry) \($0.person) \($0.signers) \($0.trust)" }
            (signersStand, timesStand) = (report.signersStand, report.time.isTrusted)
            witnesses = report.witnesses.cosigned.map {
                "\($0.entry) \($0.size) \($0.cosignature.key.text) \($0.cosignature.time)"
            }
            witnessed = report.witnesses.witnessedSize
            stamps = report.time.stamps.map { "\($0.entry) \($0.body) \($0.trust)" }
        }
    }

    private let sample: EvidenceSample
    private let trust: AuditorTrust

    init() throws {
        sample = try EvidenceSample(entries: 2)
        trust = AuditorTrust(
            signerRoots: try sample.people.bytes("root.pem"),
            allowedSigners: try Array("王五 ".utf8) + sample.people.bytes("ssh.pub"), timeRoots: try sample.authority.root,
            witnessPolicy: sample.policy)
    }

    private func alterations() -> [Alteration] {
        var found: [Alteration] = []
        let export = Act.ledgerExported(.init(destination: "/x"))
        let steps =
            sample.steps.map { ($0.name, $0.before, $0.act, $0.files) }
            + [("policy", sample.log, export, [(sample.policy, .witnessPolicy)])]
        for (name, before, act, files) in steps {
            for (place, file) in files.enumerated() where file.kind != .signedSheet {
                // About sixty bytes of each file, another set in each run.
                let step = max(1, file.bytes.count / 60)
                for byte in stride(from: Int.random(in: 0..<step), to: file.bytes.count, by: step) {
                    var changed = files
                    changed[place].bytes[byte] ^= [0x01, 0x20, 0x80].randomElement() ?? 1
                    found.append(
                        Alteration(
                            name: "\(name): \(file.kind) byte \(byte) of \(file.bytes.count)", kind: file.kind, before: before,
                            act: act, files: changed))
                }
            }
        }
        return found
    }

    /// What the auditor concludes; nil where the bundle is refused, and the entry is named.
    private func conclusion(_ step: Alteration, _ folder: FilePath) throws -> Conclusion? {
        var log = step.before
        try log.append(step.act, files: step.files)
        try log.put(into: folder)
        do throws(BundleError) {
            return Conclusion(try BundleVerifier(folder: folder).verify(trusting: trust))
        } catch {
            guard case .altered(let place, let reason) = error, place == "entry \(step.before.entries.count)", !reason.isEmpty
            else {
                throw LogError.unproved("names no place: \(error)")
            }
            return nil
        }
    }

    @Test(.timeLimit(.minutes(30))) func changesNothingThatAnAuditorConcludes() throws {
        let scratch = TemporaryFolder(in: "/dev/shm")
        var sound: [String: Conclusion] = [:]
        for step in sample.steps where !step.files.isEmpty {
            let unaltered = Alteration(
                name: step.name, kind: .photo, before: step.before, act: step.act, files: step.files)
            let folder = scratch("sound-\(step.before.entries.count)")
            let found: Conclusion = try #require(try conclusion(unaltered, folder))
            sound["\(step.before.entries.count)"] = found
        }
        let all = alterations()
        let outcome = Mutex<(caught: Int, harmless: Int, failures: [String])>((0, 0, []))
        let policy = sample.log.entries.count
        DispatchQueue.concurrentPerform(iterations: all.count) { [sound] index in
            let step = all[index]
            do {
                let found = try conclusion(step, scratch("\(index)"))
                let expected = sound["\(step.before.entries.count)"]
                let (signers, times) = (expected?.signersStand ?? true, expected?.timesStand ?? true)
                let isCaught = found.map { signers && !$0.signersStand || times && !$0.timesStand } ?? true
                let isSame = found == expected || step.before.entries.count == policy
                // Every byte of these is covered by a signature, or has only one spelling.
                let mustBeCaught = [.statement, .checkpoint, .cosignedCheckpoint].contains(step.kind)
                outcome.withLock {
                    if isCaught {
                        $0.caught += 1
                    } else if isSame && !mustBeCaught {
                        $0.harmless += 1
                    } else {
                        $0.failures.append("\(step.name): not noticed")
                    }
                }
            } catch {
                outcome.withLock { $0.failures.append("\(step.name): \(error)") }
            }
            try? FileManager.default.removeItem(atPath: scratch("\(index)").string)
        }
        let (caught, harmless, failures) = outcome.withLock { $0 }
        #expect(failures.isEmpty, "\(failures.prefix(20).joined(separator: "\n"))")
        #expect(caught > 500 && harmless < caught)
        print("altered bytes of evidence that the station signed: \(caught) caught, \(harmless) change nothing that is concluded")
    }
}
