/// The software that acted: what another laboratory needs to repeat the work (R35.1).
public struct Tool: Hashable, Sendable, Codable {
    /// Name of the program.
    public var name: String
    /// Its version.
    public var version: String
    /// Versions of the libraries that matter: OpenSSL and SQLite.
    public var libraries: [String: String]
    /// Name and release of the kernel.
    public var kernel: String
    /// Host name of the station.
    public var host: String

    /// Describes a program.
    public init(name: String, version: String, libraries: [String: String], kernel: String, host: String) {
        self.name = name
        self.version = version
        self.libraries = libraries
        self.kernel = kernel
        self.host = host
    }
}

/// The daemon came up.
public struct StationStarted: ActBody {
    /// See `ActBody`.
    public static let kind = "station.started"
    /// Without it nobody could verify the others.
    public static let canBeWithheld = false

    /// What came up.
    public var tool: Tool
    /// The key that signs checkpoints, in its exchange form.
    public var verifierKey: String
    /// Patterns of `--evidence`, given for trials and tests.
    public var evidencePatterns: [String]
    /// The key that signs checkpoints with SM2, too, in its exchange form; nil where none does.
    public var sm2Key: String?

    /// Describes a start.
    public init(tool: Tool, verifierKey: String, evidencePatterns: [String], sm2Key: String? = nil) {
        self.tool = tool
        self.verifierKey = verifierKey
        self.sm2Key = sm2Key
        self.evidencePatterns = evidencePatterns
    }
}

/// The daemon was stopped in order.
public struct StationStopped: ActBody {
    /// See `ActBody`.
    public static let kind = "station.stopped"
    /// See `ActBody`.
    public static let closesOrObserves = true

    /// Why, in a word or two.
    public var reason: String

    /// Describes a stop.
    public init(reason: String) { self.reason = reason }
}

/// Requests that a user had no right to make, summed up so that nobody can flood the ledger.
public struct AccessRefused: ActBody {
    /// See `ActBody`.
    public static let kind = "access.refused"
    /// See `ActBody`.
    public static let closesOrObserves = true

    /// How many there were.
    public var count: Int
    /// The first of them.
    public var first: Timestamp
    /// The last of them.
    public var last: Timestamp
    /// What was asked for, a few examples.
    public var requests: [String]
    /// User id of the peer.
    public var uid: Int
    /// Name of that user.
    public var user: String

    /// Sums up refusals.
    public init(count: Int, first: Timestamp, last: Timestamp, requests: [String], uid: Int, user: String) {
        self.count = count
        self.first = first
        self.last = last
        self.requests = requests
        self.uid = uid
        self.user = user
    }
}

/// The ledger was handed out as a bundle.
public struct LedgerExported: ActBody {
    /// See `ActBody`.
    public static let kind = "ledger.exported"
    /// See `ActBody`.
    public static let canBeSigned = true

    /// Folder that the operator named, as he wrote it.
    public var destination: String
    /// Position of the entry that decides what was left out (O19), which is the last one in the bundle; nil where nothing was.
    public var edition: Int?

    /// Describes an export.
    public init(destination: String, edition: Int? = nil) {
        self.destination = destination
        self.edition = edition
    }
}
