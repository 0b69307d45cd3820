import DurableFiles
import SystemPackage

/// The names in the daemon's state directory.
public struct StateDirectory: Sendable {
    /// The directory itself.
    public let root: FilePath

    /// Names a directory; creates nothing.
    public init(_ root: FilePath) { self.root = root }

    /// The database.
    public var database: FilePath { root.appending("ledger.sqlite") }
    /// The newest signed checkpoint, kept apart from the database so that a rollback of one shows.
    public var anchor: FilePath { root.appending("anchor") }
    /// The private key in PEM.
    public var signingKey: FilePath { root.appending("keys").appending("station.pem") }
    /// The verifier key, for handing out.
    public var verifierKey: FilePath { root.appending("keys").appending("station.vkey") }
    /// Attachments by digest.
    public var blobs: FilePath { root.appending("blobs") }
    /// Held by the daemon as long as it runs.
    var lock: FilePath { root.appending("lock") }
    /// Disk space set aside for the acts that end something.
    var reserve: FilePath { root.appending("reserve") }

    /// Creates what is missing, mode 0700.
    func create() throws(FileError) {
        for folder in [root, signingKey.removingLastComponent(), blobs] { try makeDirectory(folder, mode: 0o700) }
        try syncDirectory(root)
        try syncDirectory(root.removingLastComponent())
    }
}
