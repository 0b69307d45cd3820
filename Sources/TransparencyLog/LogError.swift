/// A note, checkpoint, tile or proof that is malformed or does not prove what it should.
///
/// The reason is one English line that names the place and is safe to print: it repeats no bytes of the input.
public enum LogError: Error, Equatable, CustomStringConvertible {
    /// The bytes do not follow the format.
    case malformed(String)
    /// The format is right and the content is not what it claims.
    case unproved(String)

    /// One line in English.
    public var description: String {
        switch self {
        case .malformed(let reason), .unproved(let reason): reason
        }
    }
}
