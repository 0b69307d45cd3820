import DurableFiles
import Glibc
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
    public var signingKey: FilePath { keys.appending("station.pem") }
    /// The private key that is about to take the other's place.
    var nextKey: FilePath { keys.appending("station-next.pem") }
    /// The private key whose place was taken, until it is destroyed.
    var retiredKey: FilePath { keys.appending("station-retired.pem") }
    /// The private SM2 key in PEM.
    public var secondKey: FilePath { keys.appending("station-sm2.pem") }
    /// The verifier key, for handing out.
    public var verifierKey: FilePath { keys.appending("station.vkey") }
    /// Attachments by digest.
    public var blobs: FilePath { root.appending("blobs") }
    /// Requests for time-stamps whose answers may still come.
    public var requests: FilePath { root.appending("requests") }
    /// Held by the daemon as long as it runs.
    var lock: FilePath { root.appending("lock") }
    /// Disk space set aside for the acts that end something.
    var reserve: FilePath { root.appending("reserve") }

    /// There after a check found the ledger damaged, until one finds it sound.
    var fault: FilePath { root.appending("fault") }

    /// The folder of the keys.
    var keys: FilePath { root.appending("keys") }

    var hasDatabase: Bool { get throws(FileError) { try exists(database) } }
    var hasKey: Bool { get throws(FileError) { try exists(signingKey) } }

    /// Creates what is missing, mode 0700.
    func create() throws(FileError) {
        if try !exists(root) {
            try makeDirectory(root, mode: 0o700)
            try syncDirectory(root.removingLastComponent())
        }
        for folder in [keys, blobs, requests] { try makeDirectory(folder, mode: 0o700) }
        try syncDirectory(root)
    }
}
