/// How an image that is not one file lies in segments: `NAME.001`, `NAME.002` and so on, each of one length, the last one of
/// what is left.
public struct ImageLayout: Sendable, Equatable, Codable {
    /// A folder in which a run of segments stands.
    public struct Volume: Sendable, Equatable, Codable {
        /// Number of its first segment, from 1.
        public var firstSegment: Int
        /// Path of the folder.
        public var folder: String

        /// Describes a volume.
        public init(firstSegment: Int, folder: String) {
            self.firstSegment = firstSegment
            self.folder = folder
        }
    }

    /// Bytes of a segment.
    public var segmentSize: Int
    /// Where segments stand that do not stand beside the first: ascending; empty where all do.
    public var volumes: [Volume]

    /// Describes a layout.
    public init(segmentSize: Int, volumes: [Volume] = []) {
        self.segmentSize = segmentSize
        self.volumes = volumes
    }
}

/// One of the places where an image goes, or went.
public struct ImageCopy: Sendable, Equatable, Codable {
    /// Path of the image: its only file, or its first segment.
    public var image: String
    /// Its segments; nil where it is one file.
    public var layout: ImageLayout?
    /// Why no image stands there, in one line; nil where one does, or where it is not decided yet.
    public var problem: String?

    /// Describes a copy.
    public init(image: String, layout: ImageLayout? = nil, problem: String? = nil) {
        self.image = image
        self.layout = layout
        self.problem = problem
    }
}
