import Foundation
import Integrity
import TestSupport
import Testing

@testable import TransparencyLog

/// Every proof that we make is checked by golang.org/x/mod/sumdb/tlog, in one process that reads a stream.
@Suite("Go's x/mod accepts our proofs", .requiresGo) struct GoAcceptsProofsTests {
    private let scratch = TemporaryFolder()

    /// What Go says to a stream of proofs about the log of `leaves`.
    private func check(_ stream: ProofStream, leaves: [Int] = []) throws -> Outcome {
        let file = try scratch.write(stream.bytes, to: "stream")
        return try run(
            "go",
            ["run", Checkout.path + "/Tests/TransparencyLogTests/Independent/checkproofs.go", file.string]
                + leaves.map(String.init),
            environment: [
                "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": scratch("cache").string, "HOME": "/root",
            ])
    }

    @Test("every inclusion proof and every consistency proof of the sizes 1 to 600")
    func smallSizes() throws {
        let log = SparseLog(leaves: [])
        var stream = ProofStream()
        for size in 1...600 {
            for index in 0..<size {
                stream.add(try InclusionProof(index: index, treeSize: size, nodes: log.read))
                stream.add(try ConsistencyProof(oldSize: index + 1, newSize: size, nodes: log.read))
            }
        }
        let outcome = try check(stream)
        #expect(outcome.output == "inclusion 180300 consistency 180300\n", "\(outcome.errors)")
    }

    @Test("sizes around powers of two up to 2^40, and around nothing in particular")
    func largeSizes() throws {
        let sizes = [20, 21, 31, 32, 33, 40].flatMap { [(1 << $0) - 1, 1 << $0, (1 << $0) + 1] } + [1_234_567, 987_654_321_012]
        // Proofs lead past these leaves; each is another than its neighbours.
        let leaves = Set(sizes.flatMap { [$0 / 3, $0 / 2, $0 - 2, $0 - 1, $0] }).sorted()
        let log = SparseLog(leaves: leaves)
        var stream = ProofStream()
        for size in sizes {
            for index in leaves + [0, 1, 1023] where index < size {
                stream.add(try InclusionProof(index: index, treeSize: size, nodes: log.read))
                stream.add(try ConsistencyProof(oldSize: index + 1, newSize: size, nodes: log.read))
            }
        }
        let outcome = try check(stream, leaves: leaves)
        #expect(outcome.output == "inclusion \(stream.count / 2) consistency \(stream.count / 2)\n", "\(outcome.errors)")
        #expect(stream.count > 1000)
    }

    @Test("and it refuses a proof with one bit changed", arguments: [true, false])
    func altered(isInclusion: Bool) throws {
        let log = SparseLog(leaves: [])
        var stream = ProofStream()
        if isInclusion {
            let proof = try InclusionProof(index: 70, treeSize: 100, nodes: log.read)
            stream.add(InclusionProof(index: 70, treeSize: 100, path: proof.path.dropLast() + [proof.path[0].altered]))
        } else {
            let proof = try ConsistencyProof(oldSize: 70, newSize: 100, nodes: log.read)
            stream.add(ConsistencyProof(oldSize: 70, newSize: 100, path: proof.path.dropLast() + [proof.path[0].altered]))
        }
        #expect(try check(stream).status == 1)
    }
}

/// Proofs as `Independent/checkproofs.go` reads them.
private struct ProofStream {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    mutating func add(_ proof: InclusionProof) { add("I", proof.treeSize, proof.index, proof.path) }
    mutating func add(_ proof: ConsistencyProof) { add("C", proof.newSize, proof.oldSize, proof.path) }

    private mutating func add(_ kind: Unicode.Scalar, _ size: Int, _ other: Int, _ path: [LogHash]) {
        bytes.append(UInt8(ascii: kind))
        for number in [size, other, path.count] { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }
        for hash in path { bytes.append(contentsOf: hash.bytes) }
        count += 1
    }
}

/// A log of any size: leaf i is "entry i" below 1024 and where it is named, and "ordinary" everywhere else.
private final class SparseLog {
    private let leaves: [Int]
    private var ordinary = [LogHash.leaf(Array("ordinary".utf8))]
    private var known: [NodeIndex: LogHash] = [:]

    init(leaves: [Int]) {
        self.leaves = leaves
        for _ in 0..<62 { ordinary.append(.node(ordinary[ordinary.count - 1], ordinary[ordinary.count - 1])) }
    }

    func read(_ place: NodeIndex) -> LogHash {
        if let hash = known[place] { return hash }
        let first = place.index << place.level
        let range = first..<(first + (1 << place.level))
        guard first < 1024 || leaves.contains(where: range.contains) else { return ordinary[place.level] }
        let hash: LogHash =
            place.level == 0
            ? .leaf(Array("entry \(place.index)".utf8))
            : .node(
                read(NodeIndex(level: place.level - 1, index: 2 * place.index)),
                read(NodeIndex(level: place.level - 1, index: 2 * place.index + 1)))
        known[place] = hash
        return hash
    }
}
