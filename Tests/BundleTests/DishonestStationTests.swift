import Custody
import Integrity
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Bundle

/// A station that lies, with its own key: tree, digests and checkpoint are all right, but what came from outside is not what it
/// is recorded as.
@Suite("A dishonest station") struct DishonestStationTests {
    private struct Lie {
        let name: String
        let before: MemoryLog
        let act: Act
        let files: [EvidenceSample.File]
    }

    /// Each file of each step dropped, doubled, cut, emptied, extended and replaced by every other that the log holds; and each
    /// entry twice, each time behind another history.
    private func lies(_ sample: EvidenceSample) -> [Lie] {
        let all = sample.steps.flatMap(\.files)
        var found: [Lie] = []
        for step in sample.steps {
            func lie(_ name: String, _ files: [EvidenceSample.File], before: MemoryLog? = nil) {
                found.append(Lie(name: "\(step.name): \(name)", before: before ?? step.before, act: step.act, files: files))
            }
            for (place, file) in step.files.enumerated() {
                var dropped = step.files
                dropped.remove(at: place)
                lie("\(file.kind) dropped", dropped)
                lie("\(file.kind) doubled", step.files + [file])
                var contents: [[UInt8]] = []
                // Any bytes may be a scan.
                if file.kind != .signedSheet {
                    contents = [[], Array(file.bytes.prefix(file.bytes.count / 2)), Array(file.bytes.dropFirst()), [0x0A]]
                    contents += all.map(\.bytes).filter { $0 != file.bytes }
                }
                for bytes in contents {
                    var changed = step.files
                    changed[place].bytes = bytes
                    lie("\(file.kind) replaced by \(bytes.count) bytes", changed)
                }
                for other in all where other.kind != file.kind {
                    var changed = step.files
                    changed[place].kind = other.kind
                    lie("\(file.kind) called \(other.kind)", changed)
                }
            }
        }
        return found
    }

    /// Refused, naming the entry that lies?
    private func refusal(_ lie: Lie, _ folder: FilePath) async throws -> String? {
        var log = lie.before
        let number = log.entries.count
        do {
            if case .keyRotated(let body) = lie.act {
                try log.rotate(to: .generate(), body)
            } else {
                try log.append(lie.act, files: lie.files)
            }
            try await log.write(to: folder)
            return "\(lie.name): not noticed"
        } catch BundleError.altered(let place, let reason) {
            // Rotations are checked with the entries of a tile.
            return place == "entry \(number)" || place.hasSuffix(" entry \(number)") && !reason.isEmpty
                ? nil : "\(lie.name): names no place: \(place): \(reason)"
        }
    }

    private func expectRefused(_ lies: [Lie]) async throws {
        let scratch = TemporaryFolder(in: "/dev/shm")
        for (number, lie) in lies.enumerated() {
            let failure = try await refusal(lie, scratch("\(number)"))
            #expect(failure == nil)
        }
    }

    @Test func filesThatAreNotWhatTheEntrySays() async throws {
        let lies = lies(try EvidenceSample(entries: 2))
        try await expectRefused(lies)
        #expect(lies.count > 200)
        print("lies of a station that signs them, all found and named: \(lies.count)")
    }

    /// What the entry itself says.
    @Test func entriesThatAreNotWhatTheFilesSay() async throws {
        let sample = try EvidenceSample(entries: 2)
        var lies: [Lie] = []
        for step in sample.steps {
            func lie<Body>(_ body: Body, _ wrap: (Body) -> Act, _ changes: [(inout Body) -> Void]) {
                for (number, change) in changes.enumerated() {
                    var changed = body
                    change(&changed)
                    lies.append(
                        Lie(name: "\(step.name) \(number)", before: step.before, act: wrap(changed), files: step.files))
                }
            }
            switch step.act {
            case .checkpointTimestamped(let body):
                lie(
                    body, Act.checkpointTimestamped,
                    [
                        { $0.size -= 1 }, { $0.size += 1 }, { $0.size = -1 }, { $0.size = .max >> 11 },
                        { $0.root = LogHash.emptyTree.base64 }, { $0.time = .now() }, { $0.authority = "x" }, { $0.accuracy = 0 },
                    ])
            case .checkpointCosigned(let body):
                lie(
                    body, Act.checkpointCosigned,
                    [
                        { $0.size -= 1 }, { $0.size += 1 }, { $0.size = -1 }, { $0.root = LogHash.emptyTree.base64 },
                        { $0.cosigners[0].time += 1 }, { $0.cosigners = [] },
                    ])
            case .ledgerRestored(let body):
                lie(
                    body, Act.ledgerRestored,
                    [
                        { $0.size -= 1 }, { $0.root = LogHash.emptyTree.base64 }, { $0.anchoredSize = nil },
                        { $0.anchoredSize = 1 }, { $0.person = "李四" }, { $0.reason = "x" },
                    ])
            case .actSigned(let body) where body.manner.isSignature && body.manner != .sheet:
                lie(
                    body, Act.actSigned,
                    [
                        { $0.entry = 1 - $0.entry }, { $0.entry = 2 }, { $0.entry = -1 },
                        { $0.entry = step.before.entries.count },
                        { $0.entry = .max >> 11 }, { $0.person = "李四" }, { $0.role = .witness }, { $0.signers = [] },
                        { $0.signers = ["CN=李四"] }, { $0.signers += $0.signers }, { $0.manner = .sm2 }, { $0.manner = .sheet },
                        {
                            $0.manner = .reason
                            $0.reason = "x"
                        },
                    ])
            case .actSigned(let body):
                lie(
                    body, Act.actSigned,
                    [
                        { $0.signers = ["CN=张三"] }, { $0.manner = .cms }, { $0.entry = 2 },
                        {
                            $0.manner = $0.manner == .sheet ? .reason : .sheet
                            $0.reason = "x"
                        },
                    ])
            default: break
            }
        }
        try await expectRefused(lies)
        print("entries that lie about their evidence, all found and named: \(lies.count)")
    }

    /// A change of keys that not both keys signed, or over another state.
    @Test func rotationsThatTheKeysDidNotBothSign() async throws {
        let sample = try EvidenceSample(entries: 2)
        let step = try #require(sample.steps.last)
        let log = step.before
        let stranger = try SigningKey.generate()
        let now = try Checkpoint(parsing: log.checkpoint().text)
        func checkpoint(_ size: Int, _ root: LogHash) -> Checkpoint { Checkpoint(origin: log.origin, size: size, root: root) }
        var bodies = [
            try sample.rotation { statement, _, new in try SignedNote(signing: statement.text, with: new, as: log.origin) },
            try sample.rotation { statement, old, _ in try SignedNote(signing: statement.text, with: old, as: log.origin) },
            try sample.rotation { statement, _, new in try statement.signed(old: stranger, new: new) },
            try sample.rotation { statement, old, _ in try statement.signed(old: old, new: stranger) },
            try sample.rotation(before: checkpoint(now.size - 1, now.root)),
            try sample.rotation(before: checkpoint(now.size, .emptyTree)),
        ]
        let sound = try sample.rotation()
        for change: (inout KeyRotated) throws -> Void in [
            { $0.old = VerifierKey(origin: log.origin, key: stranger.verifyingKey).text }, { $0.old = $0.new },
            { $0.new = VerifierKey(origin: log.origin, key: stranger.verifyingKey).text }, { $0.new = $0.old },
            { swap(&$0.old, &$0.new) }, { $0.old = "" }, { $0.new = "x" }, { $0.statement = "" }, { $0.statement.removeLast() },
            { $0.statement = try log.checkpoint().encoded },
        ] {
            var changed = sound
            try change(&changed)
            bodies.append(changed)
        }
        try await expectRefused(
            bodies.enumerated().map { Lie(name: "rotation \($0.offset)", before: log, act: .keyRotated($0.element), files: []) })
    }

    /// The checkpoint of a rotation without the old key's signature.
    @Test func theOldKeyMustSignTheRotationsCheckpoint() async throws {
        let sample = try EvidenceSample(entries: 2)
        let scratch = TemporaryFolder()
        let folder = scratch("bundle")
        try await sample.log.write(to: folder)
        let note = try sample.log.checkpoint()
        let one = try #require(note.keeping([sample.log.verifierKey]))
        _ = try run("chmod", ["u+w", folder.appending("checkpoint").string])
        try Array(one.encoded.utf8).withUnsafeBytes {
            let file = try FileDescriptor.open(folder.appending("checkpoint"), .writeOnly, options: [.truncate])
            try file.writeAll($0)
            try file.close()
        }
        #expect(throws: BundleError.self) { try BundleVerifier(folder: folder).verify(trusting: AuditorTrust()) }
    }
}
