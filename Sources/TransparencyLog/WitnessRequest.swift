/// What a log asks a witness: cosign this checkpoint, which continues the one of `oldSize` entries that you know
/// (the body of `POST /add-checkpoint`, c2sp.org/tlog-witness).
public struct WitnessRequest: Equatable, Sendable {
    /// Number of hashes in a proof: no tree of 2^63 entries needs more.
    public static let hashLimit = 63
    /// More bytes than that are no request: 63 hashes, and a checkpoint with a hundred signatures.
    public static let byteLimit = 64 * 1024

    /// Size of the newest checkpoint that the witness has cosigned; 0 where it has none.
    public let oldSize: Int
    /// The consistency proof from the old size to the checkpoint's.
    public let path: [LogHash]
    /// The signed checkpoint.
    public let checkpoint: SignedNote

    /// Puts a request together.
    public init(oldSize: Int, path: [LogHash], checkpoint: SignedNote) {
        self.oldSize = oldSize
        self.path = path
        self.checkpoint = checkpoint
    }

    /// Reads a request.
    ///
    /// - Throws: `LogError.malformed` for anything that the specification forbids.
    public init(parsing bytes: [UInt8]) throws(LogError) {
        guard bytes.count <= Self.byteLimit else { throw .malformed("the request is too large") }
        var rest = bytes[...]
        func line() throws(LogError) -> String {
            guard let end = rest.firstIndex(of: 0x0A), let text = String(validating: rest[..<end], as: UTF8.self) else {
                throw .malformed("the request is cut off")
            }
            rest = rest[(end + 1)...]
            return text
        }
        let first = try line()
        guard first.hasPrefix("old "), let oldSize = Int(decimal: first.dropFirst(4)) else {
            throw .malformed("the request's first line is not 'old' and a size")
        }
        var path: [LogHash] = []
        while true {
            let text = try line()
            if text.isEmpty { break }
            guard path.count < Self.hashLimit else { throw .malformed("the request has more than 63 hashes") }
            guard let hash = LogHash(base64: text) else { throw .malformed("a hash of the request is malformed") }
            path.append(hash)
        }
        self.init(oldSize: oldSize, path: path, checkpoint: try SignedNote(parsing: Array(rest)))
    }

    /// The body of the request.
    public var encoded: String {
        "old \(oldSize)\n" + path.map { $0.base64 + "\n" }.joined() + "\n" + checkpoint.encoded
    }
}
