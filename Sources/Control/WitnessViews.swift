import Custody

/// A witness that the station is set up to ask.
public struct WitnessView: Codable, Sendable {
    /// Id of its key, eight digits of hexadecimal; the API names it by this.
    public var id: String
    /// Name of its key.
    public var name: String
    /// Its verifier key.
    public var key: String
    /// Where it takes requests; null where only files go there.
    public var url: String?
    /// Number of entries that it cosigned last, as the ledger records it; 0 where there is none.
    public var cosignedSize: Int
    /// Its own time of that, in seconds since 1970.
    public var cosignedAt: Int?
    /// Position of the entry that records it.
    public var entry: Int?

    /// Shows a witness.
    public init(
        id: String, name: String, key: String, url: String?, cosignedSize: Int = 0, cosignedAt: Int? = nil, entry: Int? = nil
    ) {
        self.id = id
        self.name = name
        self.key = key
        self.url = url
        self.cosignedSize = cosignedSize
        self.cosignedAt = cosignedAt
        self.entry = entry
    }

    /// Writes every member, with null for what is not known.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(key, forKey: .key)
        try container.encode(url, forKey: .url)
        try container.encode(cosignedSize, forKey: .cosignedSize)
        try container.encode(cosignedAt, forKey: .cosignedAt)
        try container.encode(entry, forKey: .entry)
    }
}

/// Records that a witness refused a checkpoint because it knows another history.
public struct DisputeRequest: Codable, Sendable {
    /// Size that the witness knows, where it said so.
    public var knownSize: Int?
    /// Size of the checkpoint that it refused.
    public var size: Int
    /// What it said.
    public var answer: String

    /// Creates a request.
    public init(knownSize: Int?, size: Int, answer: String) {
        self.knownSize = knownSize
        self.size = size
        self.answer = answer
    }
}
