import Custody
import Foundation
import Integrity
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Bundle

/// The bundle's script and our program follow the chain of keys in the same way.
@Suite("The chain of keys, with program and script") struct ScriptKeysTests {
    private let scratch = TemporaryFolder()

    /// Whether both accept the bundle, and the script's last line.
    private func verdict(_ folder: FilePath, _ key: VerifierKey?) throws -> (program: Bool, script: Bool, words: String) {
        let report = try? BundleVerifier(folder: folder).verify(trusting: AuditorTrust(key: key))
        let script = try run(
            "python3", [folder.appending("verify.py").string, folder.string] + (key.map { ["--key", $0.text] } ?? []))
        #expect([0, 1].contains(script.status) && !script.errors.contains("Traceback"), "\(script.errors)")
        return (report.map { $0.keys?.revoked.isEmpty ?? false } ?? false, script.status == 0, script.output)
    }

    @Test func everyKeyOfTheChainLeadsToTheNewest() async throws {
        var log = try MemoryLog(entries: 2)
        var keys = [log.verifierKey]
        for round in 0..<3 {
            try log.changeKey()
            keys.append(log.verifierKey)
            for extra in 0..<2 {
                let folder = scratch("\(round)-\(extra)")
                try await log.write(to: folder)
                for key in keys {
                    let found = try verdict(folder, key)
                    #expect(found.program && found.script, "\(found.words)")
                    #expect(found.words.contains("\(round + 1) changes of the key"))
                }
                let stranger = try verdict(folder, MemoryLog(entries: 1).verifierKey)
                #expect(!stranger.program && !stranger.script)
                #expect(stranger.words.contains("verifier-key: neither the key given"), "\(stranger.words)")
                try log.append(.ledgerExported(.init(destination: "/x")))
            }
        }
    }

    /// A thief can name a successor: who brings the lost key, or an earlier one, gets no verdict from what follows.
    @Test func aLostKeyVouchesForNothing() async throws {
        var log = try MemoryLog(entries: 2)
        let first = log.verifierKey
        try log.changeKey()
        let lost = log.verifierKey
        try log.changeKey(since: Timestamp(microseconds: 1_700_000_000_000_000))
        let folder = scratch("bundle")
        try await log.write(to: folder)
        for key in [first, lost] {
            let found = try verdict(folder, key)
            #expect(!found.program && !found.script)
            #expect(found.words.contains("give a later key: entry 3 says that one was in other hands"), "\(found.words)")
        }
        // With the newest key the script says what it cannot judge; our program, which judges times, refuses.
        let newest = try verdict(folder, log.verifierKey)
        #expect(newest.script && newest.words.contains("who signed the entries up to 3, by a key in other hands since"))
    }

    @Test func aChangeThatNotBothKeysSignedIsRefused() async throws {
        let stranger = try SigningKey.generate()
        typealias Sign = (RotationStatement, _ old: SigningKey, _ new: SigningKey) throws -> SignedNote
        let onlyOld: Sign = { statement, old, _ in try SignedNote(signing: statement.text, with: old, as: statement.old.origin) }
        let onlyNew: Sign = { statement, _, new in try SignedNote(signing: statement.text, with: new, as: statement.old.origin) }
        let otherOld: Sign = { statement, _, new in try statement.signed(old: stranger, new: new) }
        let otherNew: Sign = { statement, old, _ in try statement.signed(old: old, new: stranger) }
        let otherPlace: Sign = { statement, old, new in
            let before = Checkpoint(
                origin: statement.before.origin, size: statement.before.size - 1, root: statement.before.root)
            return try RotationStatement(before: before, old: statement.old, new: statement.new).signed(old: old, new: new)
        }
        let lies = [("a", onlyOld), ("b", onlyNew), ("c", otherOld), ("d", otherNew), ("e", otherPlace)]
        for (name, sign) in lies {
            var log = try MemoryLog(entries: 2)
            let first = log.verifierKey
            try log.changeKey(sign: sign)
            let folder = scratch(name)
            // The writer verifies what it wrote and leaves a part of it; the script is tried on that.
            await #expect(throws: BundleError.self, "\(name)") { try await log.write(to: folder) }
            let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path.string)
            let partial = try #require(names.first { $0.hasPrefix(name + ".partial") })
            let found = try verdict(scratch(partial), first)
            #expect(
                !found.script && found.words.contains("NOT VERIFIED") && found.words.contains("entry 2: "),
                "\(name): \(found.words)")
        }
    }
}
