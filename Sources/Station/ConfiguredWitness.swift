import Integrity
import TransparencyLog

/// A witness that the station asks for cosignatures.
public struct ConfiguredWitness: Sendable, Equatable {
    /// Its verifier key.
    public var key: CosignerKey
    /// Where it takes requests; nil where only files go there. The daemon has no network: the command line uses this.
    public var url: String?

    /// Names a witness.
    public init(key: CosignerKey, url: String?) {
        self.key = key
        self.url = url
    }

    /// Id of its key in hexadecimal.
    var id: String { Hex.encode(key.keyID) }
}
