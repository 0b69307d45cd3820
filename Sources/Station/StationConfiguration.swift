import Integrity
import Ledger
import Media
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
    /// How many jobs run and wait.
    public var jobs: JobLimits
    /// Who may do what.
    public var access: AccessRules
    /// How private keys are kept, and which there are.
    public var keys: KeyOptions
    /// Seconds during which further refusals of one user are counted and not recorded one by one.
    public var refusalWindow: Duration
    /// Witnesses to ask for cosignatures.
    public var witnesses: [ConfiguredWitness]
    /// A policy of witnesses (c2sp.org/tlog-policy) that goes with every export; nil where there is none.
    public var witnessPolicy: [UInt8]?
    /// Address of the time-stamping authority that the command line asks; the daemon itself has no network.
    public var timeServer: String?
    /// The program that may ask disks who they are.
    public var probe: ProbeClient
    /// When a medium is too hot to be read.
    public var heat: HeatSettings
    /// Whose signatures the station itself calls trusted; the auditor's trust is his own.
    public var signerTrust: SignerTrust

    /// Sets a station up.
    public init(
        origin: Origin?, fallbackOrigin: Origin, state: FilePath, evidencePatterns: [String], destinations: [FilePath],
        enablesVerity: Bool, jobs: JobLimits = JobLimits(), access: AccessRules, keys: KeyOptions = KeyOptions(),
        refusalWindow: Duration,
        witnesses: [ConfiguredWitness] = [], witnessPolicy: [UInt8]? = nil, timeServer: String? = nil,
        signerTrust: SignerTrust = SignerTrust(), probe: ProbeClient = ProbeClient(), heat: HeatSettings = HeatSettings()
    ) {
        self.heat = heat
        self.probe = probe
        self.timeServer = timeServer
        self.signerTrust = signerTrust
        self.origin = origin
        self.fallbackOrigin = fallbackOrigin
        self.state = state
        self.evidencePatterns = evidencePatterns
        self.destinations = destinations
        self.enablesVerity = enablesVerity
        self.jobs = jobs
        self.access = access
        self.keys = keys
        self.refusalWindow = refusalWindow
        self.witnesses = witnesses
        self.witnessPolicy = witnessPolicy
    }
}

/// When a medium is too hot to be read, and how often it is asked.
public struct HeatSettings: Sendable {
    /// Degrees Celsius from which on a medium is left alone that names no limit of its own.
    public var limit = 60
    /// Time between two questions while an image is made; each disturbs the drive a little.
    public var interval = Duration.seconds(60)

    /// The defaults.
    public init() {}
}
