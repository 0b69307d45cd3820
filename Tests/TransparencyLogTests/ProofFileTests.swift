import Foundation
import Integrity
import Testing

@testable import TransparencyLog

@Suite("Proof files")
struct ProofFileTests {
    /// A proof of one entry of a tree of nine.
    struct Sample {
        let log: SampleLog
        let entry: [UInt8]
        let file: ProofFile

        init(index: Int = 5, size: Int = 9) throws {
            log = try SampleLog()
            let tree = NaiveTree(size: size)
            entry = Array("entry \(index)".utf8)
            let proof = try InclusionProof(index: index, treeSize: size, nodes: tree.nodes().read)
            file = ProofFile(proof, entry: entry, checkpoint: try log.checkpoint(tree))
        }
    }

    @Test("a proof is written as c2sp.org/tlog-proof says")
    func layout() throws {
        let sample = try Sample()
        let lines = sample.file.encoded.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines[0] == "c2sp.org/tlog-proof@v1")
        #expect(lines[1] == "extra \(Base64.encode(sample.entry))")
        #expect(lines[2] == "index 5")
        #expect(lines[3...6] == sample.file.path.map(\.base64)[...])
        #expect(lines[7] == "")
        #expect(lines[8...].joined(separator: "\n") == sample.file.checkpoint.encoded)
    }

    @Test("a proof that was written is read and vouches for its entry", arguments: [(0, 1), (0, 2), (5, 9), (8, 9), (199, 200)])
    func roundTrip(_ index: Int, _ size: Int) throws {
        let sample = try Sample(index: index, size: size)
        let file = try ProofFile(parsing: Array(sample.file.encoded.utf8))
        #expect(file == sample.file)
        #expect(file.extra == sample.entry)
        #expect(try file.verify(entry: sample.entry, key: sample.log.verifierKey).size == size)
    }

    @Test("a proof without the extra line is read")
    func withoutExtra() throws {
        let sample = try Sample()
        let lines = sample.file.encoded.split(separator: "\n", omittingEmptySubsequences: false)
        let text = (lines[..<1] + lines[2...]).joined(separator: "\n")
        let file = try ProofFile(parsing: Array(text.utf8))
        #expect(file.extra == nil)
        #expect(file.encoded == text)
        _ = try file.verify(entry: sample.entry, key: sample.log.verifierKey)
    }

    @Test("every byte of a proof counts")
    func everyByte() throws {
        let sample = try Sample()
        let bytes = Array(sample.file.encoded.utf8)
        for index in bytes.indices {
            for mask in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80] as [UInt8] {
                var altered = bytes
                altered[index] ^= mask
                #expect(throws: (any Error).self, "byte \(index) with mask \(mask)") {
                    let file = try ProofFile(parsing: altered)
                    let entry = try #require(file.extra, "an auditor has no other entry")
                    _ = try file.verify(entry: entry, key: sample.log.verifierKey)
                }
            }
        }
    }

    @Test("a proof that is cut off anywhere is refused")
    func cutOff() throws {
        let bytes = Array(try Sample().file.encoded.utf8)
        for end in 0..<bytes.count {
            #expect(throws: LogError.self, "cut to \(end)") { try ProofFile(parsing: Array(bytes[..<end])) }
        }
    }

    @Test("the proof of one entry does not vouch for another, nor another log's key for it")
    func wrongEntryOrKey() throws {
        let sample = try Sample()
        #expect(throws: LogError.unproved("the inclusion proof does not lead to the root")) {
            try sample.file.verify(entry: Array("entry 4".utf8), key: sample.log.verifierKey)
        }
        #expect(throws: LogError.unproved("no signature by the log's key")) {
            try sample.file.verify(entry: sample.entry, key: SampleLog().verifierKey)
        }
    }

    @Test(
        "a line that is not of the format is refused",
        arguments: [
            ("index 5", "index 05"), ("index 5", "index -5"), ("index 5", "index +5"), ("index 5", "index  5"),
            ("index 5", "index 5 "),
            ("index 5", "Index 5"), ("index 5", "index"), ("index 5", "index 5\nindex 5"), ("extra ", "extra  "),
            ("extra ", "Extra "),
            ("extra ", "extra =\nextra "), ("tlog-proof@v1", "tlog-proof@v2"), ("tlog-proof@v1", "tlog-proof@v1 "),
            ("tlog-proof@v1\n", "tlog-proof@v1\r\n"), ("tlog-proof@v1\n", "tlog-proof@v1\n\n"),
            ("index 5", "index 99999999999999999999"),
        ])
    func refusedLine(_ good: String, _ bad: String) throws {
        let text = try Sample().file.encoded
        let place = try #require(text.range(of: good))
        #expect(throws: LogError.self) { try ProofFile(parsing: Array(text.replacingCharacters(in: place, with: bad).utf8)) }
    }

    @Test("63 hashes are read and one more is refused; a file of more than a mebibyte is refused")
    func limits() throws {
        let sample = try Sample()
        func text(_ count: Int) -> [UInt8] {
            let hashes = String(repeating: LogHash.emptyTree.base64 + "\n", count: count)
            return Array(("c2sp.org/tlog-proof@v1\nindex 0\n" + hashes + "\n" + sample.file.checkpoint.encoded).utf8)
        }
        #expect(try ProofFile(parsing: text(63)).path.count == 63)
        #expect(throws: LogError.malformed("a hash of the proof is malformed")) { try ProofFile(parsing: text(64)) }
        #expect(throws: LogError.malformed("the proof file is too large")) { try ProofFile(parsing: text(30_000)) }
    }
}
