import Integrity
import Testing

@testable import TransparencyLog

@Suite("Consistency files") struct ConsistencyFileTests {
    private let log: SampleLog
    private let nodes: [NodeIndex: LogHash]

    init() throws {
        log = try SampleLog()
        nodes = NaiveTree(size: 20).nodes()
    }

    private func file(_ old: Int, _ new: Int) throws -> ConsistencyFile {
        ConsistencyFile(
            try ConsistencyProof(oldSize: old, newSize: new, nodes: nodes.read), old: try log.checkpoint(NaiveTree(size: old)),
            new: try log.checkpoint(NaiveTree(size: new)))
    }

    @Test("every pair of sizes verifies with the key alone, and is read as it was written")
    func everyPair() throws {
        for new in 1...20 {
            for old in 1...new {
                let bytes = Array(try file(old, new).encoded.utf8)
                let read = try ConsistencyFile(parsing: bytes)
                #expect(Array(read.encoded.utf8) == bytes)
                let (before, after) = try read.verify(key: log.verifierKey)
                #expect(before.size == old)
                #expect(after.size == new)
            }
        }
    }

    @Test("the file is what its description says")
    func form() throws {
        let text = try file(7, 8).encoded
        let proof = NaiveTree(size: 8).proof(7, 0..<8).map(\.base64).joined(separator: "\n")
        let (old, new) = (try log.checkpoint(NaiveTree(size: 7)).encoded, try log.checkpoint(NaiveTree(size: 8)).encoded)
        #expect(text == "fengcun/tlog-consistency@v1\nold 7\n" + proof + "\n\n" + old + "\n" + new)
    }

    @Test("another history under the same key is refused")
    func fork() throws {
        let other = NaiveTree(entries: (0..<9).map { Array("other \($0)".utf8) })
        let good = try file(9, 14)
        let forked = ConsistencyFile(
            ConsistencyProof(oldSize: 9, newSize: 14, path: good.path), old: try log.checkpoint(other), new: good.new)
        #expect(throws: LogError.self) { try forked.verify(key: log.verifierKey) }
        let stranger = try SampleLog()
        #expect(throws: LogError.self) { try good.verify(key: stranger.verifierKey) }
        let swapped = ConsistencyFile(
            ConsistencyProof(oldSize: 9, newSize: 14, path: good.path), old: good.new, new: good.old)
        #expect(throws: LogError.self) { try swapped.verify(key: log.verifierKey) }
    }

    @Test("the checkpoints of two logs prove nothing about each other, whoever signed them")
    func twoLogs() throws {
        let other = try SampleLog("other.example/station")
        let file = ConsistencyFile(
            try ConsistencyProof(oldSize: 3, newSize: 3, nodes: nodes.read), old: try log.checkpoint(NaiveTree(size: 3)),
            new: try other.checkpoint(NaiveTree(size: 3)))
        #expect(throws: LogError.unproved("the two checkpoints are those of different logs")) {
            try file.verify { (note: SignedNote) throws(LogError) in
                try Checkpoint(verifying: note, key: note.text.hasPrefix("other") ? other.verifierKey : log.verifierKey)
            }
        }
    }

    @Test(
        "what is no such file is refused",
        arguments: [
            "", "\n", "fengcun/tlog-consistency@v1\n", "fengcun/tlog-consistency@v1\nold 1\n\n\n\n",
            "fengcun/tlog-consistency@v2\nold 7\n\na\n\nb\n\nc\n\nd\n",
            "fengcun/tlog-consistency@v1\nold 07\n\na\n\nb\n\nc\n\nd\n",
            "fengcun/tlog-consistency@v1\nold 0\n\na\n\nb\n\nc\n\nd\n",
            "fengcun/tlog-consistency@v1\nold -1\n\na\n\nb\n\nc\n\nd\n",
            "fengcun/tlog-consistency@v1\nold 7\nAAAA\n\na\n\nb\n\nc\n\nd\n",
        ])
    func malformed(_ text: String) {
        #expect(throws: LogError.self) { try ConsistencyFile(parsing: Array(text.utf8)) }
    }

    @Test("too many hashes are refused before they are used")
    func tooManyHashes() throws {
        let hash = LogHash.emptyTree.base64 + "\n"
        let text = try file(3, 5).encoded
        let head = "fengcun/tlog-consistency@v1\nold 3\n"
        let rest = try #require(text.range(of: "\n\n"))
        let long = head + String(repeating: hash, count: 64) + String(text[text.index(after: rest.lowerBound)...])
        #expect(throws: LogError.malformed("the consistency file has too many hashes")) {
            try ConsistencyFile(parsing: Array(long.utf8))
        }
    }
}
