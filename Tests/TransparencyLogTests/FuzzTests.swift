import Integrity
import TestSupport
import Testing

@testable import TransparencyLog

/// Parsers under random bytes and under mutations of valid input: none crashes, and whatever one takes for valid it writes
/// again to the byte, so that no two files mean the same.
@Suite("Fuzzing") struct FuzzTests {
    static let rounds = 12_000

    /// Feeds mutations of the seeds (three of four) and random bytes to a parser.
    ///
    /// - Parameter parse: the input as the parser understood it, written again; throws where it refuses.
    private func fuzz(
        _ seeds: [[UInt8]], seed: UInt64, _ parse: ([UInt8]) throws(LogError) -> [UInt8]
    ) throws {
        for input in seeds { try #require(try parse(input) == input) }
        var random = SeededRandom(seed)
        var understood = 0
        for round in 0..<Self.rounds {
            let input = round % 4 == 3 ? random.bytes(upTo: 300) : mutate(seeds[round % seeds.count], &random)
            let again: [UInt8]
            do throws(LogError) {
                again = try parse(input)
            } catch {
                continue
            }
            understood += 1
            try #require(again == input, "round \(round): \(String(decoding: input, as: UTF8.self))")
        }
        // Some mutations leave a valid file; all of them would mean that the parser looks at nothing.
        #expect(understood < Self.rounds / 2)
    }

    /// A log, some trees, and files about them.
    private struct Files {
        let notes: [SignedNote]
        let proofs: [ProofFile]
        let consistency: [ConsistencyFile]

        init() throws {
            let log = try SampleLog("日本.example/fengcun")
            let trees = [1, 2, 7, 64, 100].map(NaiveTree.init(size:))
            notes = try trees.map { try log.checkpoint($0) }
            let newest = try #require(trees.last)
            let note = try #require(notes.last)
            let nodes = newest.nodes()
            proofs = try [0, 63, 99].map { index in
                ProofFile(
                    try InclusionProof(index: index, treeSize: 100, nodes: nodes.read), entry: Array("entry \(index)".utf8),
                    checkpoint: note)
            }
            consistency = try zip(trees, notes).map { tree, old in
                ConsistencyFile(
                    try ConsistencyProof(oldSize: tree.leaves.count, newSize: 100, nodes: nodes.read), old: old, new: note)
            }
        }
    }

    @Test func notes() throws {
        let seeds = try Files().notes.map { Array($0.encoded.utf8) } + [Array(Peter.note.utf8)]
        try fuzz(seeds, seed: 1) { (bytes) throws(LogError) in Array(try SignedNote(parsing: bytes).encoded.utf8) }
    }

    @Test func checkpoints() throws {
        let seeds = try Files().notes.map { Array($0.text.utf8) }
        try fuzz(seeds, seed: 2) { (bytes) throws(LogError) in
            guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed("no text") }
            return Array(try Checkpoint(parsing: text).text.utf8)
        }
    }

    @Test func proofFiles() throws {
        let seeds = try Files().proofs.flatMap { [Array($0.encoded.utf8), Array($0.withoutExtra.encoded.utf8)] }
        try fuzz(seeds, seed: 3) { (bytes) throws(LogError) in Array(try ProofFile(parsing: bytes).encoded.utf8) }
    }

    @Test func compactProofs() throws {
        let seeds = try Files().proofs.map { Array(try #require(CompactProof($0)).encoded.utf8) }
        try fuzz(seeds, seed: 4) { (bytes) throws(LogError) in Array(try CompactProof(parsing: bytes).encoded.utf8) }
    }

    @Test func consistencyFiles() throws {
        let seeds = try Files().consistency.map { Array($0.encoded.utf8) }
        try fuzz(seeds, seed: 5) { (bytes) throws(LogError) in Array(try ConsistencyFile(parsing: bytes).encoded.utf8) }
    }

    @Test func verifierKeys() throws {
        let seeds = [Array(Peter.verifierKey.utf8), Array(try SampleLog("站.example").verifierKey.text.utf8)]
        try fuzz(seeds, seed: 6) { (bytes) throws(LogError) in
            guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed("no text") }
            return Array(try VerifierKey(parsing: text).text.utf8)
        }
    }

    @Test func tilesOfEntries() throws {
        let tile = Tile(.entries, index: 0, width: 3)
        let seeds = [[[1, 2, 3], [], [4]], [[], [], []], [Array(repeating: 7, count: 300), [0x0A], [0]]].map(
            Tile.encode(entries:))
        try fuzz(seeds, seed: 7) { (bytes) throws(LogError) in Tile.encode(entries: try tile.decodeEntries(bytes)) }
    }

    @Test func tilesOfHashes() throws {
        let tile = Tile(.hashes(level: 0), index: 0, width: 3)
        let seeds = [Tile.encode(NaiveTree(size: 3).leaves)]
        // A tile of hashes is its length and nothing else: whatever has 96 bytes is one.
        var random = SeededRandom(8)
        for round in 0..<Self.rounds {
            let input = round % 4 == 3 ? random.bytes(upTo: 300) : mutate(seeds[0], &random)
            let hashes = try? tile.decodeHashes(input)
            try #require((hashes != nil) == (input.count == 96))
            if let hashes { try #require(Tile.encode(hashes) == input) }
        }
    }

    @Test func pathsOfTiles() throws {
        let seeds = ["tile/0/x001/x234/067.p/7", "tile/entries/000", "tile/7/999.p/255"].map { Array($0.utf8) }
        try fuzz(seeds, seed: 9) { (bytes) throws(LogError) in
            guard let text = String(validating: bytes, as: UTF8.self), let tile = Tile(path: text) else {
                throw .malformed("none")
            }
            return Array(tile.path.utf8)
        }
    }

    /// Copying by hand is forgiven here, so what is understood need not be the same bytes; it must be the same statement.
    @Test func keptProofs() throws {
        let files = try Files()
        let receipt = "甲 <&> 乙\n" + ReceiptProof(files.proofs[1], keyChanges: files.proofs).encoded + "after\n"
        let seeds = [receipt, files.notes[2].encoded, files.consistency[3].encoded, files.proofs[0].encoded].map {
            Array($0.utf8)
        }
        for input in seeds { _ = try KeptProof(parsing: input) }
        var random = SeededRandom(10)
        for round in 0..<Self.rounds {
            let input = round % 4 == 3 ? random.bytes(upTo: 300) : mutate(seeds[round % seeds.count], &random)
            guard let kept = try? KeptProof(parsing: input) else { continue }
            try #require(try KeptProof(parsing: Array(kept.encoded.utf8)) == kept)
        }
    }
}

extension KeptProof {
    fileprivate var encoded: String {
        switch self {
        case .entry(let receipt): receipt.encoded
        case .leaf(let proof): proof.encoded
        case .consistency(let file): file.encoded
        case .checkpoint(let note): note.encoded
        }
    }
}
