/// Which of a log's keys signed checkpoints of which size.
public struct KeyHistory: Sendable {
    /// The keys, oldest first, each with the smallest size of checkpoint that it signed. The checkpoint of just that size
    /// carries the signature of the key before it, too.
    public let keys: [(firstSize: Int, key: VerifierKey)]

    /// Lists keys, oldest first.
    public init(keys: [(firstSize: Int, key: VerifierKey)]) { self.keys = keys }

    /// The key that signed checkpoints of a size.
    public func key(for size: Int) -> VerifierKey? { keys.last { $0.firstSize <= size }?.key }

    /// The key in force.
    public var newest: VerifierKey? { keys.last?.key }

    /// The keys that signed checkpoints of a size: the one in force then, and where it took another's place with just this
    /// checkpoint, that other one as well.
    public func signers(of size: Int) -> [VerifierKey] {
        guard let place = keys.lastIndex(where: { $0.firstSize <= size }) else { return [] }
        return [keys[place].key] + (place > 0 && keys[place].firstSize == size ? [keys[place - 1].key] : [])
    }

    /// Checks that a checkpoint is signed as one of its size must be.
    ///
    /// - Throws: `LogError`.
    public func verify(_ note: SignedNote) throws(LogError) -> Checkpoint {
        let signers = signers(of: try Checkpoint(parsing: note.text).size)
        guard let first = signers.first else { throw .unproved("the log had no key then") }
        let checkpoint = try Checkpoint(verifying: note, key: first)
        for other in signers.dropFirst() { try note.verify([other]) }
        return checkpoint
    }
}
