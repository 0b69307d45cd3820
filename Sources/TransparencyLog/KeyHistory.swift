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

    /// Checks that a checkpoint is signed as one of its size must be: by the key in force then, and where that key took
    /// another's place with just this checkpoint, by that other one as well.
    ///
    /// - Throws: `LogError`.
    public func verify(_ note: SignedNote) throws(LogError) -> Checkpoint {
        let size = try Checkpoint(parsing: note.text).size
        guard let place = keys.lastIndex(where: { $0.firstSize <= size }) else { throw .unproved("the log had no key then") }
        let checkpoint = try Checkpoint(verifying: note, key: keys[place].key)
        if place > 0, keys[place].firstSize == size { try note.verify([keys[place - 1].key]) }
        return checkpoint
    }
}
