import SystemPackage
import TransparencyLog

/// How one station is set up.
public struct StationConfiguration: Sendable {
    /// Name of the station and of its ledger; nil takes the name that the ledger has.
    public var origin: Origin?
    /// Name of a new ledger where none is configured.
    public var fallbackOrigin: Origin
    /// Directory of ledger, key and attachments.
    public var state: FilePath
    /// Patterns of device nodes that count as evidence whatever udev says.
    public var evidencePatterns: [String]
    /// Folders for images; the disks that hold them are never evidence.
    public var destinations: [FilePath]
    /// Whether the kernel is asked to enforce the block tree of finished images (fs-verity).
    public var enablesVerity: Bool
    /// Who may do what.
    public var access: AccessRules
    /// Seconds during which further refusals of one user are counted and not recorded one by one.
    public var refusalWindow: Duration

    /// Sets a station up.
    public init(
        origin: Origin?, fallbackOrigin: Origin, state: FilePath, evidencePatterns: [String], destinations: [FilePath],
        enablesVerity: Bool, access: AccessRules,
        refusalWindow: Duration
    ) {
        self.origin = origin
        self.fallbackOrigin = fallbackOrigin
        self.state = state
        self.evidencePatterns = evidencePatterns
        self.destinations = destinations
        self.enablesVerity = enablesVerity
        self.access = access
        self.refusalWindow = refusalWindow
    }
}
