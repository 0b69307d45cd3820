import DurableFiles
import Glibc
import SystemPackage

/// Puts a copy of the ledger in place of what is there.
enum Restoration {
    /// Completes a restoration that a crash interrupted after it was decided on.
    static func complete(in directory: StateDirectory) throws {
    }
}
