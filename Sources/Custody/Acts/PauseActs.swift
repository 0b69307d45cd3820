/// The making of an image stands still, and can go on: what is proven of it is kept.
public struct AcquisitionPaused: ActBody {
    /// See `ActBody`.
    public static let kind = "acquisition.paused"
    /// See `ActBody`.
    public static let closesOrObserves = true

    /// Why it stands still.
    public enum Cause: String, Sendable, Codable, CaseIterable {
        /// A person asked for it; only a person lets it go on.
        case person
        /// The medium went away.
        case mediumGone = "medium-gone"
        /// The medium stopped answering, or never did; it goes on once it answers again.
        case mediumStopped = "medium-stopped"
        /// What is plugged in is not what was read before; only a person lets it go on.
        case otherMedium = "other-medium"
        /// The earlier image that is being taken over cannot be read; only a person lets it go on.
        case earlierImage = "earlier-image"
        /// The medium is too hot; it goes on once it has cooled.
        case hot
        /// The destination has no space left.
        case destinationFull = "destination-full"
        /// The destination is no longer to be found or not writable: it was unmounted, or is read-only.
        case destinationGone = "destination-gone"
        /// The destination failed; only a person lets it go on.
        case destinationFailed = "destination-failed"
        /// The daemon was stopped in order.
        case stationStopped = "station-stopped"
        /// The daemon or the machine went down.
        case interrupted
    }

    /// Id of this making.
    public var acquisition: String
    /// The exhibit.
    public var exhibit: ExhibitID
    /// The medium's identity.
    public var medium: MediumID
    /// Why.
    public var cause: Cause
    /// The same in one line.
    public var reason: String
    /// Bytes that were read by then; nil where nobody knows.
    public var bytesRead: Int?
    /// The images that were given up by then, with their problems; nil where none was.
    public var givenUp: [ImageCopy]?
    /// Degrees Celsius, where that is the cause.
    public var temperature: Int?

    /// Describes a pause.
    public init(
        acquisition: String, exhibit: ExhibitID, medium: MediumID, cause: Cause, reason: String, bytesRead: Int?,
        givenUp: [ImageCopy]? = nil, temperature: Int? = nil
    ) {
        self.temperature = temperature
        self.acquisition = acquisition
        self.exhibit = exhibit
        self.medium = medium
        self.cause = cause
        self.reason = reason
        self.bytesRead = bytesRead
        self.givenUp = givenUp
    }
}

/// The making of an image goes on: the medium is proven to be the same, and so is what was written before.
public struct AcquisitionResumed: ActBody {
    /// See `ActBody`.
    public static let kind = "acquisition.resumed"

    /// Id of this making.
    public var acquisition: String
    /// The exhibit.
    public var exhibit: ExhibitID
    /// The medium's identity.
    public var medium: MediumID
    /// Device node that it has now.
    public var device: String
    /// Bytes of the image that lead to the hashes that were kept of them.
    public var provenBytes: Int
    /// Bytes that were read before and are read again, because they do not.
    public var discardedBytes: Int
    /// Places of the proven bytes that hold the same on the medium.
    public var comparedPlaces: Int
    /// Write protection at this time.
    public var protection: Protection
    /// Of several images those that were given up, each with its problem.
    public var givenUp: [ImageCopy]?
    /// Degrees Celsius, where it had been too hot.
    public var temperature: Int?

    /// Describes how it goes on.
    public init(
        acquisition: String, exhibit: ExhibitID, medium: MediumID, device: String, provenBytes: Int, discardedBytes: Int,
        comparedPlaces: Int, protection: Protection, givenUp: [ImageCopy]? = nil, temperature: Int? = nil
    ) {
        self.temperature = temperature
        self.givenUp = givenUp
        self.acquisition = acquisition
        self.exhibit = exhibit
        self.medium = medium
        self.device = device
        self.provenBytes = provenBytes
        self.discardedBytes = discardedBytes
        self.comparedPlaces = comparedPlaces
        self.protection = protection
    }
}
