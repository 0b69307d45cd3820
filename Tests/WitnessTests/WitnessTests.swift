import Foundation
import Glibc
import Integrity
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Witness

@Suite struct WitnessTests {
    let folder = TemporaryFolder()
    let key: CosignerKey
    var path: FilePath { folder("witness") }

    init() throws {
        key = try Witness.create(in: folder("witness"), name: try #require(Origin("witness.example/w1")))
    }

    private func open(_ logs: TestLog...) throws -> Witness { try Witness.open(path, logs: logs.map(\.verifierKey)) }

    @Test func aLogThatGrowsIsCosignedStepByStep() throws {
        var log = try TestLog()
        let witness = try open(log)
        var old = 0
        for (time, step) in [1, 1, 2, 5, 60, 300].enumerated() {
            log.grow(by: step)
            let note = try #require(try witness.answer(try log.request(from: old), at: 1000 + time).cosigned)
            let cosignatures = try note.cosignatures(by: [key])
            #expect(cosignatures.map(\.time) == [1000 + time])
            #expect(try Checkpoint(verifying: note, key: log.verifierKey).size == log.size)
            old = log.size
        }
        // The same again is cosigned again, with the new time.
        #expect(try witness.answer(try log.request(from: old), at: 2000).cosigned?.cosignatures(by: [key]).first?.time == 2000)
        #expect(witness.size(of: log.origin) == log.size)
    }

    @Test func everyRefusalHasItsStatus() throws {
        var log = try TestLog()
        log.grow(by: 20)
        let witness = try open(log)
        #expect(try witness.answer(try log.request(from: 0, to: 10), at: 1).status == 200)

        var stranger = try TestLog("stranger.example/1")
        stranger.grow(by: 3)
        #expect(try witness.answer(try stranger.request(from: 0), at: 2) == .unknownLog)
        var impostor = try TestLog()
        impostor.grow(by: 20)
        #expect(try witness.answer(try impostor.request(from: 10), at: 2) == .notSigned)
        // One bit of a known key's signature.
        var bytes = try log.request(from: 10)
        bytes[bytes.count - 20] ^= 1
        #expect([400, 403].contains(try witness.answer(bytes, at: 2).status))

        #expect(try witness.answer(try log.request(from: 15, to: 12), at: 2).status == 400)
        #expect(try witness.answer(try log.request(from: 0), at: 2) == .conflict(size: 10))
        #expect(try witness.answer(try log.request(from: 11), at: 2) == .conflict(size: 10))
        // A smaller tree than the one that was cosigned, whatever the request says it knows.
        for old in 0...9 { #expect(try witness.answer(try log.request(from: old, to: 9), at: 2) == .conflict(size: 10)) }
        #expect(try witness.answer(try log.request(from: 10, to: 9), at: 2).status == 400)
        for garbage in [[], Array("old 0\n".utf8), Array(repeating: UInt8(ascii: "a"), count: 70_000)] {
            #expect(try witness.answer(garbage, at: 2).status == 400)
        }
        var proof = try log.path(from: 10, to: 20)
        proof[0] = .leaf([1])
        let bad = WitnessRequest(oldSize: 10, path: proof, checkpoint: try log.checkpoint())
        #expect(try witness.answer(Array(bad.encoded.utf8), at: 2).status == 422)
        let missing = WitnessRequest(oldSize: 10, path: [], checkpoint: try log.checkpoint())
        #expect(try witness.answer(Array(missing.encoded.utf8), at: 2).status == 422)
        #expect(witness.size(of: log.origin) == 10)
        #expect(try witness.answer(try log.request(from: 10), at: 2).status == 200)
        #expect(try witness.answer(try log.request(from: 10), at: 2).body == "20\n")
    }

    @Test func anEmptyTreeHasOneRoot() throws {
        let log = try TestLog()
        let witness = try open(log)
        #expect(try witness.answer(try log.request(from: 0), at: 1).status == 200)
        let forged = try Checkpoint(origin: log.origin, size: 0, root: .leaf([])).signed(with: log.key)
        #expect(
            try witness.answer(Array(WitnessRequest(oldSize: 0, path: [], checkpoint: forged).encoded.utf8), at: 1).status == 409)
    }

    @Test func aForkIsRefusedAndBothSidesAreKept() throws {
        var log = try TestLog()
        var fork = try TestLog(key: log.key)
        log.grow(by: 5)
        fork.grow(by: 5)
        log.grow(by: 5, "mine")
        fork.grow(by: 5, "yours")
        let witness = try open(log)
        #expect(try witness.answer(try log.request(from: 0), at: 1).status == 200)
        guard case .forked(10, let evidence?) = try witness.answer(try fork.request(from: 10), at: 1) else {
            Issue.record("the fork was not seen")
            return
        }
        for (name, side) in [("known", log), ("refused", fork)] {
            let note = try SignedNote(parsing: try contents(evidence.appending(name)))
            #expect(try Checkpoint(verifying: note, key: log.verifierKey).root == side.roots[10])
        }
        fork.grow(by: 3)
        guard case .unproved(10, let second?) = try witness.answer(try fork.request(from: 10), at: 1) else {
            Issue.record("the longer fork was not seen")
            return
        }
        #expect(second != evidence)
        // The same contradiction is kept once.
        _ = try witness.answer(try fork.request(from: 10), at: 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path.appending("disputes").string).count == 2)
        #expect(witness.size(of: log.origin) == 10)
    }

    /// Whoever sends a log's own checkpoints with proofs that do not fit fills no more than half of the place.
    @Test func contradictionsAreKeptWhereWrongProofsAreNotAnyMore() throws {
        var log = try TestLog()
        var fork = try TestLog(key: log.key)
        log.grow(by: 5, "mine")
        fork.grow(by: 5, "yours")
        let witness = try open(log)
        #expect(try witness.answer(try log.request(from: 0), at: 1).status == 200)
        for number in 0..<500 {
            try FileManager.default.createDirectory(
                atPath: path.string + "/disputes/\(number)", withIntermediateDirectories: true)
        }
        guard case .forked(5, .some) = try witness.answer(try fork.request(from: 5), at: 1) else {
            Issue.record("the contradiction was not kept")
            return
        }
        fork.grow(by: 3)
        #expect(try witness.answer(try fork.request(from: 5), at: 1) == .unproved(size: 5, evidence: nil))
    }

    /// A key that was replaced may be in other hands, and must not fill the place either.
    @Test func contradictionsOfTheKeyInForceAreKeptWhereThoseOfAReplacedOneAreNotAnyMore() throws {
        let old = try TestLog()
        var new = try TestLog()
        new.grow(by: 5, "mine")
        var (forged, forked) = (try TestLog(key: old.key), try TestLog(key: new.key))
        forged.grow(by: 5, "yours")
        forked.grow(by: 5, "others")
        let witness = try open(old, new)
        #expect(try witness.answer(try new.request(from: 0), at: 1).status == 200)
        for number in 0..<500 {
            try FileManager.default.createDirectory(
                atPath: path.string + "/disputes/\(number)", withIntermediateDirectories: true)
        }
        #expect(try witness.answer(try forged.request(from: 5), at: 1) == .forked(size: 5, evidence: nil))
        guard case .forked(5, .some) = try witness.answer(try forked.request(from: 5), at: 1) else {
            Issue.record("the contradiction was not kept")
            return
        }
    }

    @Test func logsAreKeptApartAndAStartForgetsNothing() throws {
        var one = try TestLog("one.example/a")
        var two = try TestLog("two.example/b")
        one.grow(by: 7)
        two.grow(by: 300)
        do {
            let witness = try open(one, two)
            #expect(throws: WitnessError.self) { try open(one) }
            #expect(try witness.answer(try one.request(from: 0), at: 5).status == 200)
            #expect(try witness.answer(try two.request(from: 0), at: 6).status == 200)
        }
        let witness = try open(one, two)
        #expect(witness.size(of: one.origin) == 7)
        #expect(witness.size(of: two.origin) == 300)
        #expect(try witness.answer(try one.request(from: 0), at: 7) == .conflict(size: 7))
    }

    @Test func aLogThatChangedItsKeyGoesOn() throws {
        var old = try TestLog()
        old.grow(by: 4)
        do { #expect(try open(old).answer(try old.request(from: 0), at: 1).status == 200) }
        var new = try TestLog()
        new.grow(by: 9)
        let witness = try open(old, new)
        // Until the new key has signed.
        old.grow(by: 1)
        #expect(try witness.answer(try old.request(from: 4), at: 1).status == 200)
        #expect(try witness.answer(try new.request(from: 5), at: 1).status == 200)
        #expect(witness.size(of: old.origin) == 9)
    }

    /// Whoever stole the old key would else be believed, and the log with its new one never again.
    @Test func aKeyThatWasReplacedContinuesNothing() throws {
        var (old, new) = (try TestLog(), try TestLog())
        old.grow(by: 4)
        new.grow(by: 9)
        do {
            let witness = try open(old, new, old)
            #expect(try witness.answer(try old.request(from: 0), at: 1).status == 200)
            // The checkpoint at the change bears both signatures; taking one away gives nothing to the other.
            let both = try new.checkpoint(5).signed(with: old.key, as: old.origin)
            let request = WitnessRequest(oldSize: 4, path: try new.path(from: 4, to: 5), checkpoint: both)
            #expect(try witness.answer(Array(request.encoded.utf8), at: 1).status == 200)
            old.grow(by: 6)
            #expect(try witness.answer(try old.request(from: 5), at: 1) == .replacedKey)
            #expect(try witness.answer(try old.request(from: 5, to: 5), at: 1) == .replacedKey)
            #expect(WitnessAnswer.replacedKey.status == 403)
        }
        // Nor after a start; and a key that is listed again has its first place.
        for logs in [[old, new], [old, new, old]] {
            let witness = try Witness.open(path, logs: logs.map(\.verifierKey))
            #expect(try witness.answer(try old.request(from: 5), at: 2) == .replacedKey)
            #expect(witness.size(of: old.origin) == 5)
        }
        do {
            let witness = try open(old, new)
            #expect(try witness.answer(try new.request(from: 5), at: 2).status == 200)
            #expect(try witness.answer(try old.request(from: 9), at: 2) == .replacedKey)
            // What it contradicts is still seen, and so is where the log stands.
            #expect(try witness.answer(try old.request(from: 5), at: 2) == .conflict(size: 9))
            var fork = try TestLog(key: old.key)
            fork.grow(by: 9, "other")
            guard case .forked(9, .some) = try witness.answer(try fork.request(from: 9), at: 2) else {
                Issue.record("the fork was not seen")
                return
            }
            fork.grow(by: 1)
            guard case .unproved(9, .some) = try witness.answer(try fork.request(from: 9), at: 2) else {
                Issue.record("the longer fork was not seen")
                return
            }
            new.grow(by: 1)
            #expect(try witness.answer(try new.request(from: 9), at: 2).status == 200)
        }
        // The order of the keys decides, not their age; the new one alone is enough.
        #expect(try open(new).answer(try new.request(from: 10), at: 3).status == 200)
        old.grow(by: 5)
        #expect(try open(new, old).answer(try old.request(from: 10), at: 3).status == 200)
    }

    /// Anybody who has a signed checkpoint can repeat its line. There is no place for the witness's own then.
    @Test func aLineThatIsRepeatedTakesNoPlace() throws {
        var log = try TestLog()
        log.grow(by: 3)
        let witness = try open(log)
        for (old, time) in [(0, 1), (3, 2)] {
            let note = try log.checkpoint()
            let lines = Array(repeating: try #require(note.signatures.first).text, count: SignedNote.signatureLimit)
            let body = "old \(old)\n\n\(note.text)\n\(lines.joined())"
            let cosigned = try #require(try witness.answer(Array(body.utf8), at: time).cosigned)
            #expect(cosigned.signatures.count == 2)
        }
        log.grow(by: 3)
        #expect(try witness.answer(try log.request(from: 3), at: 3).cosigned?.signatures.count == 2)
    }

    /// A log with so many keys has no place for a cosignature either. The disk is not in doubt for it.
    @Test func aNoteWithoutPlaceStopsNobody() throws {
        var log = try TestLog()
        log.grow(by: 3)
        let others = try (1..<SignedNote.signatureLimit).map { _ in try TestLog() }
        let witness = try Witness.open(path, logs: ([log] + others).map(\.verifierKey))
        let note = try others.reduce(try log.checkpoint()) { try $0.signed(with: $1.key, as: log.origin) }
        let full = WitnessRequest(oldSize: 0, path: [], checkpoint: note)
        #expect(try witness.answer(Array(full.encoded.utf8), at: 1).status == 400)
        #expect(try witness.answer(try log.request(from: 0), at: 1).status == 200)
    }

    @Test func aClockThatWentBackSignsNothing() throws {
        var log = try TestLog()
        log.grow(by: 4)
        let witness = try open(log)
        #expect(try witness.answer(try log.request(from: 0, to: 2), at: 1000).status == 200)
        #expect(throws: WitnessError.self) { try witness.answer(try log.request(from: 2), at: 999) }
        #expect(witness.size(of: log.origin) == 2)
        #expect(try witness.answer(try log.request(from: 2), at: 1000).status == 200)
    }

    @Test func whatIsNoWitnessIsNotOpened() throws {
        var log = try TestLog()
        log.grow(by: 1)
        #expect(throws: WitnessError.self) { try Witness.create(in: path, name: key.name) }
        #expect(throws: WitnessError.self) { try Witness.open(folder("nothing"), logs: []) }
        do { #expect(try open(log).answer(try log.request(from: 0), at: 1).status == 200) }
        let file = WitnessFolder(root: path).checkpoint(of: log.origin)
        let good = try contents(file)
        for index in good.indices {
            var bad = good
            bad[index] ^= 0x01
            try Data(bad).write(to: URL(fileURLWithPath: file.string))
            // Only the log's own signature is not what a start checks: it did when the checkpoint came.
            if (try? open(log)) != nil {
                let line = String(decoding: good[..<index], as: UTF8.self).components(separatedBy: "\n").count
                #expect(line == 5, "byte \(index)")
            }
        }
        try Data(good).write(to: URL(fileURLWithPath: file.string))
        #expect(try open(log).size(of: log.origin) == 1)
        chmod(path.appending("witness.pem").string, 0o644)
        #expect(throws: WitnessError.self) { try open(log) }
    }

    @Test func aDiskThatFailsStopsTheWitness() throws {
        var log = try TestLog()
        log.grow(by: 2)
        let witness = try open(log)
        #expect(try witness.answer(try log.request(from: 0, to: 1), at: 1).status == 200)
        let logs = path.appending("logs").string
        try FileManager.default.moveItem(atPath: logs, toPath: logs + "-away")
        for _ in 0..<2 { #expect(throws: WitnessError.self) { try witness.answer(try log.request(from: 1), at: 1) } }
        try FileManager.default.moveItem(atPath: logs + "-away", toPath: logs)
        #expect(throws: WitnessError.self) { try witness.answer(try log.request(from: 1), at: 1) }
        #expect(witness.size(of: log.origin) == 1)
    }

    /// Two branches of one log ask from many threads at once: whatever the order, one branch alone is cosigned from where
    /// they part, and the size only grows.
    @Test func manyAtOnceNeverGetTwoRootsForOneSize() async throws {
        var mine = try TestLog()
        mine.grow(by: 10)
        var yours = try TestLog(key: mine.key)
        yours.grow(by: 10)
        mine.grow(by: 60, "mine")
        yours.grow(by: 60, "yours")
        let witness = try open(mine)
        let branches = [mine, yours]
        let notes = try await withThrowingTaskGroup(of: [SignedNote].self) { group in
            for client in 0..<8 {
                group.addTask {
                    var cosigned: [SignedNote] = []
                    let log = branches[client % 2]
                    for _ in 0..<60 {
                        let old = witness.size(of: log.origin)
                        let new = min(log.size, old + Int.random(in: 0...4))
                        if let note = try witness.answer(try log.request(from: old, to: new), at: 1).cosigned {
                            cosigned.append(note)
                        }
                    }
                    return cosigned
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(notes.count > 20)
        var roots: [Int: LogHash] = [:]
        for note in notes {
            let checkpoint = try Checkpoint(parsing: note.text)
            #expect(roots.updateValue(checkpoint.root, forKey: checkpoint.size) ?? checkpoint.root == checkpoint.root)
        }
        let winner = roots.filter { $0.key > 10 }
        #expect(
            winner.allSatisfy { mine.roots[$0.key] == $0.value } || winner.allSatisfy { yours.roots[$0.key] == $0.value })
        #expect(witness.size(of: mine.origin) == roots.keys.max())
    }
}
