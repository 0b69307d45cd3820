import Custody

/// An image is to be written to a device that `fengcun-restore` has judged and claimed; nothing is written yet.
public struct StartRestorationRequest: Codable, Sendable {
    /// The exhibit.
    public var of: ExhibitReference
    /// Path of the image as it was recorded; the newest where it is left out.
    public var image: String?
    /// The device.
    public var target: RestorationTarget
    /// Whether it holds something that a person gave up.
    public var overwrites: Bool
    /// Whether a device that is too small gets as much as it has room for.
    public var truncate: Bool
    /// Whether the rest of a larger device is filled with zeros.
    public var wipeRest: Bool

    /// Creates a request.
    public init(
        of exhibit: ExhibitReference, image: String?, target: RestorationTarget, overwrites: Bool, truncate: Bool,
        wipeRest: Bool
    ) {
        of = exhibit
        self.image = image
        self.target = target
        self.overwrites = overwrites
        self.truncate = truncate
        self.wipeRest = wipeRest
    }
}

/// The entry that says so stands in the ledger: this is to be written now.
public struct RestorationView: Codable, Sendable {
    /// The job, and the restoration's id in the ledger.
    public var job: String
    /// Path of the image, or of its first segment.
    public var image: String
    /// Its segments; nil where it is one file.
    public var layout: ImageLayout?
    /// Length of the image in bytes.
    public var bytes: Int
    /// What is to be written.
    public var tails: RestorationTails
    /// Position of `restoration.started`.
    public var entry: Int

    /// Shows a restoration.
    public init(job: String, image: String, layout: ImageLayout?, bytes: Int, tails: RestorationTails, entry: Int) {
        self.job = job
        self.image = image
        self.layout = layout
        self.bytes = bytes
        self.tails = tails
        self.entry = entry
    }
}

/// How far the writing is. It must come again within `silenceLimit`, or the restoration is recorded as ended.
public struct RestorationProgressRequest: Codable, Sendable {
    /// How it stands.
    public enum State: String, Codable, Sendable {
        /// It goes on.
        case writing
        /// Everything is on the device: the station reads it back.
        case written
        /// It is over.
        case failed
    }

    /// Longest time between two requests in seconds.
    public static let silenceLimit = 30

    /// How it stands.
    public var state: State
    /// Bytes that were written so far.
    public var written: Int
    /// Why it failed, in English and in one line.
    public var reason: String?

    /// Creates a request.
    public init(_ state: State, written: Int, reason: String?) {
        self.state = state
        self.written = written
        self.reason = reason
    }
}
