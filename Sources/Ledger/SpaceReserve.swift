import CLinux
import DurableFiles
import Glibc
import SystemPackage

/// Disk space set aside so that a station whose disk is full can still record what ended.
struct SpaceReserve: Sendable {
    /// Enough for some hundred entries with their hashes, the rollback journal and the anchor.
    static let byteCount: off_t = 8 << 20

    let path: FilePath

    /// Whether the space is held.
    var isHeld: Bool {
        var status = stat()
        return stat(path.string, &status) == 0 && Int(status.st_blocks) * 512 >= Int(Self.byteCount)
    }

    /// Takes the space where it is not held.
    ///
    /// - Returns: whether it is held now.
    func take() -> Bool {
        if isHeld { return true }
        guard
            let file = try? OwnedDescriptor(
                opening: path, .writeOnly, options: [.create, .noFollow], permissions: [.ownerReadWrite]),
            clinux_reserve(file.descriptor.rawValue, Self.byteCount) == 0
        else {
            release()
            return false
        }
        return true
    }

    /// Gives the space back.
    func release() { unlink(path.string) }
}
