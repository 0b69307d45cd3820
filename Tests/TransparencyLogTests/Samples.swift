import Integrity
import Testing

@testable import TransparencyLog

/// A tree computed as RFC 6962, section 2.1 defines it, without any of the code under test but the two hashes.
struct NaiveTree {
    let leaves: [LogHash]

    init(size: Int) {
        leaves = (0..<size).map { LogHash.leaf(Array("entry \($0)".utf8)) }
    }

    init(entries: [[UInt8]]) { leaves = entries.map { LogHash.leaf($0) } }

    /// MTH of RFC 6962, section 2.1.
    func root(_ range: Range<Int>) -> LogHash {
        switch range.count {
        case 0: return .emptyTree
        case 1: return leaves[range.lowerBound]
        default:
            let split = range.lowerBound + Self.split(range.count)
            return .node(root(range.lowerBound..<split), root(split..<range.upperBound))
        }
    }

    /// PATH of RFC 6962, section 2.1.1.
    func path(_ index: Int, _ range: Range<Int>) -> [LogHash] {
        guard range.count > 1 else { return [] }
        let split = range.lowerBound + Self.split(range.count)
        return index < split
            ? path(index, range.lowerBound..<split) + [root(split..<range.upperBound)]
            : path(index, split..<range.upperBound) + [root(range.lowerBound..<split)]
    }

    /// SUBPROOF of RFC 6962, section 2.1.2.
    func proof(_ old: Int, _ range: Range<Int>, complete: Bool = true) -> [LogHash] {
        if old == range.count { return complete ? [] : [root(range)] }
        let split = Self.split(range.count)
        let middle = range.lowerBound + split
        return old <= split
            ? proof(old, range.lowerBound..<middle, complete: complete) + [root(middle..<range.upperBound)]
            : proof(old - split, middle..<range.upperBound, complete: false) + [root(range.lowerBound..<middle)]
    }

    /// The largest power of two smaller than `count`.
    static func split(_ count: Int) -> Int {
        var power = 1
        while power * 2 < count { power *= 2 }
        return power
    }

    /// Complete subtrees, computed once.
    func nodes() -> [NodeIndex: LogHash] {
        var nodes: [NodeIndex: LogHash] = [:]
        var row = leaves
        var level = 0
        while !row.isEmpty {
            for (index, hash) in row.enumerated() { nodes[NodeIndex(level: level, index: index)] = hash }
            row = stride(from: 0, to: row.count - 1, by: 2).map { .node(row[$0], row[$0 + 1]) }
            level += 1
        }
        return nodes
    }
}

/// A node that a store of that size does not have.
struct MissingNode: Error {}

extension [NodeIndex: LogHash] {
    func read(_ place: NodeIndex) throws -> LogHash {
        guard let hash = self[place] else { throw MissingNode() }
        return hash
    }
}

extension LogHash {
    init(hex: String) throws {
        let bytes = try #require(Hex.decode(hex))
        self = try #require(LogHash(bytes: bytes))
    }

    /// The same hash with one bit changed.
    var altered: LogHash {
        var bytes = bytes
        bytes[13] ^= 0x10
        return LogHash(bytes: bytes) ?? .emptyTree
    }
}

/// The log of golang.org/x/mod/sumdb/note's tests: its key is published there.
enum Peter {
    static let verifierKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let seed = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    static let text = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        """
    static let note =
        text + "\n"
        + "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

    static func key() throws -> VerifierKey { try VerifierKey(parsing: verifierKey) }

    /// The private key, from the 32 bytes at the end of Go's form.
    static func signingKey() throws -> SigningKey {
        let last = try #require(seed.split(separator: "+", maxSplits: 4).last)
        let encoded = try #require(Base64.decode(last))
        let head = try #require(Hex.decode("302e020100300506032b657004220420"))
        let der = Base64.encode(head + encoded.dropFirst())
        return try SigningKey(pem: Array("-----BEGIN PRIVATE KEY-----\n\(der)\n-----END PRIVATE KEY-----\n".utf8))
    }
}

/// A log of our own with a fresh key.
struct SampleLog {
    let origin: Origin
    let key: SigningKey
    var verifierKey: VerifierKey { VerifierKey(origin: origin, key: key.verifyingKey) }

    init(_ name: String = "fengcun.example/station-1") throws {
        origin = try #require(Origin(name))
        key = try SigningKey.generate()
    }

    func checkpoint(_ tree: NaiveTree) throws -> SignedNote {
        try Checkpoint(origin: origin, size: tree.leaves.count, root: tree.root(0..<tree.leaves.count)).signed(with: key)
    }
}
