import Integrity
import Testing

@testable import TransparencyLog

@Suite("What somebody has kept") struct KeptProofTests {
    private let log: SampleLog
    private let proof: ProofFile
    private let note: SignedNote

    init() throws {
        // A name with everything that HTML escapes.
        log = try SampleLog("a&b<c>\"d\"&lt;e.example/station")
        let tree = NaiveTree(size: 5)
        note = try log.checkpoint(tree)
        proof = ProofFile(
            try InclusionProof(index: 3, treeSize: 5, nodes: tree.nodes().read), entry: Array("entry 3".utf8), checkpoint: note)
    }

    private func read(_ text: String) throws -> KeptProof { try KeptProof(parsing: Array(text.utf8)) }

    @Test("each form is recognised by its first line")
    func forms() throws {
        let compact = try #require(CompactProof(proof))
        #expect(try read(proof.encoded) == .entry(ReceiptProof(proof, keyChanges: [])))
        #expect(try read(compact.encoded) == .leaf(compact))
        #expect(try read(note.encoded) == .checkpoint(note))
        let consistency = ConsistencyFile(ConsistencyProof(oldSize: 5, newSize: 5, path: []), old: note, new: note)
        #expect(try read(consistency.encoded) == .consistency(consistency))
    }

    @Test("a text receipt, and what copying does to it")
    func textReceipt() throws {
        let receipt = "title\nnote  -----BEGIN FENGCUN PROOF-----\n\n" + ProofMarkers.proof.wrap(proof.encoded) + "more\n"
        #expect(try read(receipt) == .entry(ReceiptProof(proof, keyChanges: [])))
        #expect(
            try read(receipt.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"))
                == .entry(ReceiptProof(proof, keyChanges: [])))
        #expect(try read("\n\n" + proof.encoded + "\n\n") == .entry(ReceiptProof(proof, keyChanges: [])))
        #expect(try read(String(note.encoded.dropLast())) == .checkpoint(note))
    }

    @Test("the changes of keys in a receipt, with what copying does to it")
    func keyChanges() throws {
        let tree = NaiveTree(size: 5)
        let changes = try [0, 4].map { index in
            ProofFile(
                try InclusionProof(index: index, treeSize: 5, nodes: tree.nodes().read), entry: Array("entry \(index)".utf8),
                checkpoint: note)
        }
        for count in 0...2 {
            let receipt = ReceiptProof(proof, keyChanges: Array(changes.prefix(count)))
            #expect(receipt.encoded.contains("FENGCUN KEY CHANGES") == (count > 0))
            for text in [receipt.encoded, "a\n\n" + receipt.encoded + "\nb\n", receipt.encoded.replacing("\n", with: "\r\n")] {
                #expect(try read(text) == .entry(receipt))
            }
        }
        let receipt = ReceiptProof(proof, keyChanges: changes).encoded
        let block = try #require(ReceiptProof(proof, keyChanges: changes).encodedKeyChanges)
        #expect(block.hasPrefix("extra ZW50cnkgMA==\nindex 0\n") && block.contains("\n\nextra ZW50cnkgNA==\nindex 4\n"))
        for broken in [
            receipt + ProofMarkers.keyChanges.wrap(block), receipt.replacing("index 4", with: "index 04"),
            receipt.replacing("extra ZW50cnkgNA==\nindex 4\n", with: "extra ZW50cnkgNA==\n"),
            receipt.replacing("-----END FENGCUN KEY CHANGES-----\n", with: ""),
        ] {
            #expect(throws: LogError.self) { try read(broken) }
        }
    }

    @Test("an HTML receipt")
    func htmlReceipt() throws {
        let escaped = proof.encoded.map { character -> String in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            default: String(character)
            }
        }.joined()
        let page = "<!DOCTYPE html>\n<td>x</td><pre>\n" + ProofMarkers.proof.wrap(escaped) + "</pre>\n"
        #expect(try read(page) == .entry(ReceiptProof(proof, keyChanges: [])))
        #expect(throws: LogError.malformed("the receipt holds no proof")) { try read("<!DOCTYPE html>\n<p>no</p>\n") }
    }

    @Test("two proofs in one receipt, or half of one, are refused")
    func ambiguous() throws {
        let block = ProofMarkers.proof.wrap(proof.encoded)
        #expect(throws: LogError.self) { try read(block + block) }
        #expect(throws: LogError.self) { try read(String(block.dropLast(30))) }
        #expect(throws: LogError.self) { try read("x\n-----END FENGCUN PROOF-----\n" + proof.encoded) }
        #expect(throws: LogError.self) { try read("-----END FENGCUN PROOF-----\n" + block.dropLast(29)) }
    }

    @Test("the compact form proves the leaf and nothing else")
    func compact() throws {
        let compact = try CompactProof(parsing: Array(try #require(CompactProof(proof)).encoded.utf8))
        let checkpoint = try Checkpoint(verifying: compact.checkpoint, key: log.verifierKey)
        try compact.verify(in: checkpoint)
        #expect(compact.leaf == .leaf(Array("entry 3".utf8)))
        #expect(compact.index == 3)
        let altered = compact.encoded.replacing(compact.leaf.base64, with: compact.leaf.altered.base64)
        #expect(throws: LogError.self) { try CompactProof(parsing: Array(altered.utf8)).verify(in: checkpoint) }
    }

    @Test(
        "what is nothing of it",
        arguments: ["", "\n\n", "hello\n", "fengcun/receipt@v1\n", "fengcun/receipt@v1\nleaf x\nindex 0\n"])
    func nothing(_ text: String) { #expect(throws: LogError.self) { try read(text) } }

    @Test("more than two mebibytes are not looked at")
    func tooLarge() {
        let bytes = [UInt8](repeating: 0x41, count: KeptProof.byteLimit + 1)
        #expect(throws: LogError.malformed("the file is too large")) { try KeptProof(parsing: bytes) }
    }
}
