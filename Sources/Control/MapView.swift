import Custody

/// What was read of a medium when an image of it was made.
public struct MapView: Codable, Sendable {
    /// Case and exhibit.
    public var caseNumber, exhibit: String
    /// Path of the image, as it was to be named.
    public var image: String
    /// Whether it was finished; else the map is that of an attempt that ended early.
    public var finished: Bool
    /// The map.
    public var map: RegionOverview

    private enum CodingKeys: String, CodingKey {
        case caseNumber = "case"
        case exhibit, image, finished, map
    }

    /// Shows a map.
    public init(exhibit: ExhibitID, image: String, isFinished: Bool, map: RegionOverview) {
        caseNumber = exhibit.caseNumber
        self.exhibit = exhibit.number
        self.image = image
        finished = isFinished
        self.map = map
    }
}
