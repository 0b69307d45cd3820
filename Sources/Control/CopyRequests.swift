import Custody

/// Copies an image, or converts it.
public struct CopyImageRequest: Codable, Sendable {
    /// The exhibit.
    public var of: ExhibitReference
    /// What is to be done.
    public var purpose: ImageCopied.Purpose
    /// For `copy` and `export`: path of the image as it was recorded; the newest where it is left out.
    public var image: String?
    /// For `import`: absolute path of a raw image, or of the first of a set of E01 files, on the station.
    public var source: String?
    /// Absolute path of an existing folder on the station.
    public var destination: String
    /// For `import`: names of the digests to compute beside those that the files state; SHA-256 where it is left out.
    public var digests: [String]?
    /// For `export`: longest file in bytes; see `docs/openapi.yaml`.
    public var segmentBytes: Int?
    /// For `export`: whether the content is compressed; it is where this is left out.
    public var compressed: Bool?

    /// Creates a request.
    public init(of exhibit: ExhibitReference, purpose: ImageCopied.Purpose, destination: String) {
        of = exhibit
        self.purpose = purpose
        self.destination = destination
    }
}

/// Compares two images.
public struct CompareImagesRequest: Codable, Sendable {
    /// One of the two: an image of an exhibit, or a file.
    public struct Side: Codable, Sendable {
        /// The exhibit whose image it is.
        public var of: ExhibitReference?
        /// Path of the image: as it was recorded for the exhibit, the newest where it is left out; without an exhibit the absolute
        /// path of any raw image, or of the first of a set of E01 files.
        public var path: String?

        /// Names an image.
        public init(of exhibit: ExhibitReference?, path: String?) {
            of = exhibit
            self.path = path
        }
    }

    /// The two; at least one is that of an exhibit.
    public var first, second: Side

    /// Creates a request.
    public init(first: Side, second: Side) {
        self.first = first
        self.second = second
    }
}

/// The body of an act with the position of the entry that records it.
public struct RecordedBody<Body: ActBody>: Codable, Sendable {
    /// What the act says; its members stand beside `entry`.
    public var body: Body
    /// Position of the entry.
    public var entry: Int

    private enum CodingKeys: String, CodingKey { case entry }

    /// Shows an act.
    public init(_ body: Body, entry: Int) {
        self.body = body
        self.entry = entry
    }

    /// Reads the members of both.
    public init(from decoder: any Decoder) throws {
        body = try Body(from: decoder)
        entry = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .entry)
    }

    /// Writes the members of both.
    public func encode(to encoder: any Encoder) throws {
        try body.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(entry, forKey: .entry)
    }
}
