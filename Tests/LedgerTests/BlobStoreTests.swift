import Custody
import Foundation
import Ledger
import SystemPackage
import TestSupport
import Testing

@Suite struct Attachments {
    private let folder = TemporaryFolder()

    @Test func aFileIsKeptOnceUnderItsDigest() throws {
        let blobs = try openLedger(folder.path).blobs
        let name = try blobs.add(Array("abc".utf8))
        #expect(name == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(try blobs.add(Array("abc".utf8)) == name)
        #expect(blobs.size(name) == 3)
        #expect(try blobs.read(name) == Array("abc".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("blobs").string) == [name])
    }

    /// Another writer may have given the file its name and not have flushed the folder.
    @Test(.enabled(if: Tracer.isUsable, "strace is not installed or may not attach (not root)"))
    func aFileThatIsThereIsOnStableStorageToo() throws {
        let blobs = try openLedger(folder.path).blobs
        _ = try blobs.add(Array("abc".utf8))
        let calls = try Tracer.calls("fsync") { _ = try blobs.add(Array("abc".utf8)) }
        #expect(calls.last?.contains("<\(folder("blobs"))>") == true && calls.last?.hasSuffix("= 0") == true, "\(calls)")
    }

    @Test(arguments: ["", "../anchor", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", "ba78"])
    func aNameThatIsNoDigest(name: String) throws {
        let blobs = try openLedger(folder.path).blobs
        #expect(blobs.size(name) == nil)
        #expect(throws: LedgerError.self) { try blobs.read(name) }
    }

    @Test func aMissingOrAlteredFileIsFoundByTheCheck() async throws {
        let ledger = try openLedger(folder.path)
        let name = try ledger.blobs.add(Array("abc".utf8))
        var draft = openingCase("C-1")
        draft.attachments = [Attachment(sha256: name, size: 3, name: "photo", type: .photo)]
        _ = try await ledger.append(draft)
        #expect(try await ledger.check() == 1)
        let file = folder("blobs").appending(name).string
        try #require(run("chmod", ["600", file]).status == 0)
        try Data("abd".utf8).write(to: URL(fileURLWithPath: file))
        await #expect(throws: LedgerError.self) { try await ledger.check() }
        // Whoever still has the right file makes it good.
        #expect(try ledger.blobs.add(Array("abc".utf8)) == name)
        #expect(try await ledger.check() == 1)
        try FileManager.default.removeItem(atPath: file)
        let error = try await #require(throws: LedgerError.self) { try await ledger.check() }
        #expect(error.description.contains(name))
    }

    @Test func everyMissingOrAlteredFileIsNamedWithItsEntries() async throws {
        let ledger = try openLedger(folder.path)
        let names = try ["a", "b", "c", "never used"].map { try ledger.blobs.add(Array($0.utf8)) }
        for used in [[0, 1], [2], [1, 0]] {
            var draft = openingCase("C-1")
            draft.attachments = used.map { Attachment(sha256: names[$0], size: 1, name: "photo", type: .photo) }
            _ = try await ledger.append(draft)
        }
        let sound = try await ledger.examine(deeply: true)
        #expect(sound.entries == 3)
        #expect(sound.damaged.isEmpty)
        #expect(sound.unreferenced == 1)
        let files = names.map { folder("blobs").appending($0).string }
        try FileManager.default.removeItem(atPath: files[1])
        try FileManager.default.removeItem(atPath: files[2])
        try Data("d".utf8).write(to: URL(fileURLWithPath: files[2]))
        let found = try await ledger.examine(deeply: false)
        let expected = [(1, true, [0, 2]), (2, false, [1])].map { (names[$0.0], $0.1, $0.2) }.sorted { $0.0 < $1.0 }
        #expect(found.damaged.map(\.sha256) == expected.map(\.0))
        #expect(found.damaged.map(\.isMissing) == expected.map(\.1))
        #expect(found.damaged.map(\.entries) == expected.map(\.2))
    }

    @Test func aFileThatIsTooLarge() throws {
        let blobs = try openLedger(folder.path).blobs
        #expect(throws: LedgerError.self) { try blobs.add([UInt8](repeating: 0, count: Attachment.byteLimit + 1)) }
    }
}
