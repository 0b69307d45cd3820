import Custody
import Foundation
import Integrity
import SystemPackage
import TestSupport
import Testing
import TransparencyLog

@testable import Bundle

@Suite struct Bundles {
    private let scratch = TemporaryFolder()
    private var folder: FilePath { scratch("bundle") }

    /// The script that lies in the bundle.
    private func script(_ arguments: String...) throws -> Outcome {
        try run("python3", [folder.appending("verify.py").string, folder.string] + arguments)
    }

    private func code(trusting key: VerifierKey? = nil) -> String? {
        do throws(BundleError) {
            _ = try BundleVerifier(folder: folder).verify(trusting: AuditorTrust(key: key))
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [1, 2, 3, 255, 256, 257, 511, 600])
    func whatIsWrittenVerifiesWithOurProgramAndWithTheScript(size: Int) async throws {
        let log = try MemoryLog(entries: size, attachments: [Array("one".utf8), Array("two".utf8)])
        try await log.write(to: folder)
        let report = try BundleVerifier(folder: folder).verify(trusting: AuditorTrust(key: log.verifierKey))
        #expect(report.checkpoint.size == size)
        #expect(report.attachments == 2)
        #expect(report.uncovered == ["README", "verify.py"])
        let outcome = try script("--key", log.verifierKey.text)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test func theScriptIsShortEnoughToBeRead() throws {
        let lines = String(decoding: PackageResources.verify_py, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count < 260)
        #expect(lines.allSatisfy { $0.utf8.count <= 130 })
    }

    /// `MutatedBundles` with the script, in one process for speed: of a plain bundle every seventh byte, of one with all kinds
    /// of evidence some hundred bytes.
    @Test func anyChangedByteIsFoundByTheScript() async throws {
        let sample = try EvidenceSample(entries: 2)
        let small = try MemoryLog(entries: 3, attachments: [Array("photo".utf8)])
        // Under the checkpoint of the second stand the signatures of two keys.
        for (log, step) in [(small, 7), (sample.log, 61), (try sample.withPolicy(), 61)] {
            try? FileManager.default.removeItem(atPath: folder.string)
            try await log.write(to: folder)
            let names = try files().map(\.string)
            let outcome = try run(
                "python3", [Checkout.path + "/Tests/BundleTests/Independent/mutate.py", folder.string, "\(step)"] + names)
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            print(outcome.output, terminator: "")
        }
    }

    @Test func filesThatAreMissingAddedOrMoved() async throws {
        let log = try MemoryLog(entries: 300, attachments: [Array("photo".utf8)])
        try await log.write(to: folder)
        for path in try files() {
            let sound = try contents(path)
            try FileManager.default.removeItem(atPath: path.string)
            #expect(code() == "altered", "\(path) is missing")
            try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: "/etc/passwd")
            #expect(code() == "altered", "\(path) is a link")
            try FileManager.default.removeItem(atPath: path.string)
            try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: false)
            #expect(code() == "altered", "\(path) is a folder")
            try FileManager.default.removeItem(atPath: path.string)
            try overwrite(path, sound)
        }
        for stray in [
            "tile/0/001", "tile/9/000", "tile/entries/000.p/44", "blobs/\(String(repeating: "0", count: 64))", "tile/x",
        ] {
            try FileManager.default.createDirectory(
                atPath: folder.appending(stray).removingLastComponent().string, withIntermediateDirectories: true)
            try overwrite(folder.appending(stray), [1])
            #expect(code() == "altered", "\(stray) was added")
            try FileManager.default.removeItem(atPath: folder.appending(stray).string)
            _ = try? run("find", [folder.string, "-type", "d", "-empty", "-delete"])
        }
        try overwrite(folder.appending("note.txt"), [1])
        #expect(
            try BundleVerifier(folder: folder).verify(trusting: AuditorTrust()).uncovered == ["README", "note.txt", "verify.py"])
    }

    @Test func anotherKeyIsNotTrusted() async throws {
        try await MemoryLog(entries: 2).write(to: folder)
        #expect(code(trusting: try MemoryLog(entries: 1).verifierKey) == "altered")
    }

    /// Who holds the key can sign anything; what contradicts itself is found all the same.
    @Test func signedNonsense() async throws {
        let log = try MemoryLog(entries: 2)
        try await log.write(to: folder)
        for size in [0, 1, 3, 256, 1 << 53, 1 << 53 + 1, Int.max - 255, Int.max] {
            let note = try Checkpoint(origin: log.origin, size: size, root: .emptyTree).signed(with: log.key)
            try overwrite(folder.appending("checkpoint"), Array(note.encoded.utf8))
            if size > 3 {
                // The tile is there that would be the last one.
                let last = Tile(.entries, index: (size - 1) / 256, width: (size - 1) % 256 + 1)
                let path = folder.pushing(FilePath(last.path))
                try FileManager.default.createDirectory(
                    atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
                try overwrite(path, [])
            }
            #expect(code() == "altered", "size \(size)")
            let outcome = try script()
            #expect(outcome.status == 1)
            #expect(
                outcome.output.contains("no size of a log") == (size == 0 || size > 1 << 53), "\(size): \(outcome.output)")
        }
    }

    @Test func aFolderThatIsThereIsNotWrittenOver() async throws {
        _ = try scratch.folder("bundle")
        try overwrite(folder.appending("mine"), [1])
        await #expect(throws: BundleError.self) { try await MemoryLog(entries: 1).write(to: folder) }
        try FileManager.default.removeItem(atPath: folder.appending("mine").string)
        try await MemoryLog(entries: 1).write(to: folder)
        #expect(code() == nil)
    }

    @Test func aSourceThatLiesLeavesNoBundle() async throws {
        let log = try MemoryLog(entries: 5)
        let other = try MemoryLog(entries: 5, attachments: [[1]])
        await #expect(throws: BundleError.self) {
            try await BundleWriter(source: other).write(try log.checkpoint(), key: log.verifierKey, to: folder)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.string))
    }

    /// Whoever copies entries can sign them, and go on, with a key of his own.
    @Test func aCopyWithAnotherKeyContinuesNothing() async throws {
        let key = try SigningKey.generate()
        func bundle(_ name: String, _ size: Int, _ key: SigningKey) async throws -> (folder: FilePath, report: BundleReport) {
            let path = scratch(name)
            try await MemoryLog(entries: size, key: key).write(to: path)
            return (path, try BundleVerifier(folder: path).verify(trusting: AuditorTrust()))
        }
        let (own, same) = (try await bundle("own", 3, key), try await bundle("same", 3, key))
        let longer = try await bundle("longer", 5, key)
        let copies = [try await bundle("copy", 3, .generate()), try await bundle("more", 5, .generate())]
        #expect(try BundleComparison(own, same).finding == .identical)
        #expect(try BundleComparison(own, longer).finding == .continued)
        for copy in copies { #expect(try BundleComparison(own, copy).finding == .unrelated) }
    }

    @Test func anImageIsFoundByItsContent() async throws {
        let image = try scratch.write(Array("image".utf8), to: "x.dd")
        var made = AcquisitionFinished.example
        made.bytes = 5
        made.digests = [
            .sha256: try Digest.of(Array("image".utf8), .sha256).hex, .sm3: try Digest.of(Array("image".utf8), .sm3).hex,
        ]
        let record = BundleReport.Image(entry: 7, made: made)
        guard case .recorded(entry: 7, made: _) = try ImageCheck.check(image, against: [record]) else {
            Issue.record("not found")
            return
        }
        made.digests[.sm3] = String(repeating: "0", count: 64)
        guard case .unknown = try ImageCheck.check(image, against: [BundleReport.Image(entry: 7, made: made)]) else {
            Issue.record("one digest of two is not enough")
            return
        }
    }

    @Test("tiles are read together as far as they are small", arguments: [(1, 0..<1), (1 << 30, 0..<3)])
    func tilesReadTogether(bytes: Int, expected: Range<Int>) throws {
        let log = try MemoryLog(entries: 600)
        try log.put(into: folder)
        let tiles = EntryTiles(folder: BundleFolder(folder), size: 600, bytesAtOnce: bytes)
        #expect(tiles.together(from: 0) == expected)
        #expect(tiles.together(from: 2) == 2..<3)
        var seen: [Int] = []
        let frontier = try tiles.forEach { (tile, _, _) throws(BundleError) in seen.append(tile.start) }
        #expect(seen == [0, 256, 512])
        #expect(frontier.root == log.root)
    }

    @Test("a record may say anything of an image's length and its segments", arguments: [-5, 0, 1 << 53 - 1], [-1, 0, 1, 4096])
    func nonsenseAboutSegments(bytes: Int, segmentSize: Int) throws {
        let image = try scratch.write(Array("image".utf8), to: "x.001")
        var made = AcquisitionFinished.example
        (made.image, made.bytes, made.layout) = ("/x.001", bytes, ImageLayout(segmentSize: segmentSize))
        switch try ImageCheck.check(image, against: [BundleReport.Image(entry: 7, made: made)]) {
        case .unknown, .unreadable: break
        case .recorded: Issue.record("that is no record of it")
        }
    }

    /// All files but the guides.
    private func files() throws -> [FilePath] {
        let names = FileManager.default.enumerator(atPath: folder.string)?.compactMap { $0 as? String } ?? []
        return names.sorted().filter { !["README", "verify.py"].contains($0) }.map { folder.pushing(FilePath($0)) }
            .filter { (try? contents($0)) != nil }
    }

    private func overwrite(_ path: FilePath, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path.string))
    }
}

extension AcquisitionFinished {
    static var example: AcquisitionFinished {
        let description = MediumDescription(
            make: nil, model: nil, serial: "S", wwn: nil, firmware: nil, bus: nil, capacity: 5, logicalSectorSize: 1,
            physicalSectorSize: 1, removable: false, partitionTable: nil, partitions: [], diskSequence: 1, udev: [:])
        return AcquisitionFinished(
            acquisition: "a", exhibit: ExhibitID(caseNumber: "C", number: "E"),
            medium: MediumID(description, sample: nil, boot: "b"), image: "/x.dd", bytes: 5, digests: [:], unreadableBytes: 0,
            unreadable: [], startedAt: .now(), finishedAt: .now(), protection: nil)
    }
}
