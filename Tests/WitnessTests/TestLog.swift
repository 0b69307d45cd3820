import Integrity
import SystemPackage
import Testing
import TransparencyLog

@testable import Witness

/// A log in memory that asks a witness.
struct TestLog {
    let key: SigningKey
    let origin: Origin
    private var nodes: [NodeIndex: LogHash] = [:]
    private var frontier = Frontier()
    private(set) var roots: [LogHash] = [.emptyTree]

    init(_ name: String = "station.example/1", key: SigningKey? = nil) throws {
        self.key = try key ?? .generate()
        origin = try #require(Origin(name))
    }

    var verifierKey: VerifierKey { VerifierKey(origin: origin, key: key.verifyingKey) }
    var size: Int { frontier.size }

    mutating func grow(by count: Int, _ text: String = "entry") {
        for _ in 0..<count {
            for (place, hash) in frontier.append(.leaf(Array("\(text) \(frontier.size)".utf8))) { nodes[place] = hash }
            roots.append(frontier.root)
        }
    }

    func checkpoint(_ size: Int? = nil) throws -> SignedNote {
        let size = size ?? self.size
        return try Checkpoint(origin: origin, size: size, root: roots[size]).signed(with: key)
    }

    func path(from old: Int, to size: Int) throws -> [LogHash] {
        try ConsistencyProof(oldSize: old, newSize: size) { try #require(nodes[$0]) }.path
    }

    func request(from old: Int, to size: Int? = nil) throws -> [UInt8] {
        let size = size ?? self.size
        let path = old <= size ? try path(from: old, to: size) : []
        return Array(WitnessRequest(oldSize: old, path: path, checkpoint: try checkpoint(size)).encoded.utf8)
    }
}

extension WitnessAnswer {
    var cosigned: SignedNote? {
        guard case .cosigned(let note, _) = self else { return nil }
        return note
    }
}
